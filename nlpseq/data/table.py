"""Tables with all of their columns, read chunk by chunk: more rows need no more memory.

A chunk is an Arrow batch where the file has types of its own (parquet, Arrow), and a list of objects elsewhere; the
values of csv, tsv and xlsx are strings, to the character as they stand in the file.
"""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.counting import counted
from nlpseq.data.arrowfile import ARROW_SUFFIXES, BATCH_ROWS, arrow_schema, checked_batches, classes_by_column
from nlpseq.data.memories import MEMORY_SUFFIXES
from nlpseq.data.readers import (
    AS_SEEN,
    Format,
    Records,
    as_text,
    names_of,
    outer_names,
    read_records,
    table_rows,
    with_fields,
)
from nlpseq.data.textfile import is_hidden, suffix_of
from nlpseq.errors import UserError

if TYPE_CHECKING:
    import pyarrow as pa

FIELD_SUFFIXES = (".csv", ".tsv", ".xlsx")
SUFFIXES = (*FIELD_SUFFIXES, ".jsonl", ".json", *ARROW_SUFFIXES, *MEMORY_SUFFIXES)


@dataclass(frozen=True)
class Chunk:
    """Rows that follow one another: where each stands in its file, and an Arrow batch or an object a row.

    `class_names` has what the numbers of a batch's class labels stand for, by column.
    """

    places: Sequence[str]
    rows: pa.RecordBatch | list[dict[str, Any]]
    class_names: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.places)

    def between(self, start: int, stop: int) -> Chunk:
        """The rows from `start` up to `stop`, a copy: what is sent elsewhere takes nothing else along."""
        if start == 0 and stop >= len(self):
            return self
        places = self.places[start:stop]
        if isinstance(self.rows, list):
            return Chunk(places, self.rows[start:stop])
        return Chunk(places, self.rows.take(list(range(start, start + len(places)))), self.class_names)

    def records(self) -> list[dict[str, Any]]:
        """An object a row, with the names of class labels."""
        if isinstance(self.rows, list):
            return self.rows
        rows: list[dict[str, Any]] = self.rows.to_pylist()
        for name, names in self.class_names.items():
            for row in rows:
                row[name] = _named(row[name], names)
        return rows

    def texts(self, columns: Sequence[str]) -> list[str]:
        """The text of each row, that of several columns joined by a space; null is an empty one.

        A column may be a path into objects, such as body.text.

        Raises:
            UserError: a row lacks a column, or holds something other than text in it.
        """
        return [" ".join(filter(None, parts)) for parts in zip(*map(self._column, columns), strict=True)]

    def _column(self, name: str) -> list[str]:
        if isinstance(self.rows, list):
            rows = self.rows
        else:
            (outer,) = outer_names(self.rows.schema.names, [name])
            rows = [{outer: value} for value in self.rows.column(outer).to_pylist()]
        values = [with_fields(place, row, [name])[name] for place, row in zip(self.places, rows, strict=True)]
        return [as_text(place, name, value) for place, value in zip(self.places, values, strict=True)]


@dataclass(frozen=True)
class Table:
    """A file: the types of its columns, where it has any or all are strings; `chunks` reads it from its start."""

    path: Path
    schema: pa.Schema | None
    chunks: Callable[[], Iterator[Chunk]]

    @property
    def columns(self) -> list[str]:
        """The names of the columns; of a file of objects, those of its first one."""
        if self.schema is not None:
            return list(self.schema.names)
        return next((list(chunk.records()[0]) for chunk in self.chunks()), [])

    def head(self) -> list[dict[str, Any]]:
        """The rows of the first chunk."""
        return next((chunk.records() for chunk in self.chunks()), [])


def open_table(path: str | Path, form: Format = AS_SEEN) -> Table:
    """A csv, tsv, xlsx, jsonl, json, parquet or Arrow file, or one of `memories`, whose languages are its columns.

    The first line of the first three is the header.

    Raises:
        UserError: it is no such file, has two columns of one name, or a row of it does not fit.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.csv"
    >>> _ = path.write_text('id,text\\n1,"two\\nlines"\\n')
    >>> [chunk.records() for chunk in open_table(path).chunks()]
    [[{'id': '1', 'text': 'two\\nlines'}]]
    """
    path, suffix = Path(path), suffix_of(path)
    if suffix not in SUFFIXES:
        lines = "; texts, a line each, are for a task's command: nlpseq classify RUN < FILE" if suffix == ".txt" else ""
        raise UserError(
            f"{path}: a table ends in {', '.join(SUFFIXES)}; name the file so, or save it as one of them{lines}"
        )
    if suffix in ARROW_SUFFIXES:
        schema = _unique(path, arrow_schema(path))
        names = classes_by_column(path, schema)
        return Table(path, schema, lambda: _arrow_chunks(path, names))
    if suffix in FIELD_SUFFIXES:
        import pyarrow as pa

        header = next(table_rows(path, form, exact=True)[1], (0, None))[1]
        if header is None:
            raise UserError(f"{path}: holds no rows; give it some, below the names of the columns")
        schema = pa.schema([(name, pa.string()) for name in header])
        return Table(path, _unique(path, schema), lambda: object_chunks(_field_records(path, form)))
    return Table(path, None, lambda: object_chunks(read_records(path, form=form)))


def find_tables(place: str | Path) -> list[Path]:
    """The tables that a path, a folder or a pattern such as data/*.parquet stands for, in the order of their names.

    Raises:
        UserError: there are none.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in ("b.csv", "a.jsonl.gz", "notes.md", ".hidden.csv"):
    ...     (folder / name).touch()
    >>> [[path.name for path in find_tables(where)] for where in (folder, folder / "*.csv", folder / "b.csv")]
    [['a.jsonl.gz', 'b.csv'], ['b.csv'], ['b.csv']]
    """
    path = Path(place)
    if path.is_file() or not (path.is_dir() or glob.has_magic(str(place))):
        return [path]
    found = path.iterdir() if path.is_dir() else map(Path, glob.iglob(str(place), recursive=True))
    tables = sorted(one for one in found if one.is_file() and not is_hidden(one) and suffix_of(one) in SUFFIXES)
    if not tables:
        raise UserError(f"{place}: no tables there; one ends in {', '.join(SUFFIXES)}, and may be gzipped")
    return tables


def object_chunks(records: Records) -> Iterator[Chunk]:
    """Chunks of rows that are objects."""
    while rows := list(islice(records, BATCH_ROWS)):
        places, objects = zip(*rows, strict=True)
        yield Chunk(places, list(objects))


def _unique(path: Path, schema: pa.Schema) -> pa.Schema:
    for name in schema.names:
        if schema.names.count(name) > 1:
            count = schema.names.count(name)
            raise UserError(f"{path}: {count} columns are called {names_of([name])!r}; rename all but one")
    return schema


def _arrow_chunks(path: Path, names: Mapping[str, Sequence[str]]) -> Iterator[Chunk]:
    number = 1
    for batch in checked_batches(path):
        yield Chunk([f"{path}, row {number + index}" for index in range(len(batch))], batch, names)
        number += len(batch)


def _named(value: Any, names: Sequence[str]) -> Any:
    """The name of a class, or the names of a list of them; None for -1, which says that there is none."""
    if isinstance(value, list):
        return [_named(item, names) for item in value]
    if not isinstance(value, int) or not -1 <= value < len(names):
        return value
    return None if value == -1 else names[value]


def _field_records(path: Path, form: Format) -> Records:
    mend, rows = table_rows(path, form, exact=True)
    unit = "row" if suffix_of(path) == ".xlsx" else "line"
    header = next(rows)[1]
    for number, fields in rows:
        if len(fields) != len(header):
            raise UserError(
                f"{path}, {unit} {number}: {counted(len(fields), 'column')} where the header has {len(header)}; {mend}"
            )
        yield f"{path}, {unit} {number}", dict(zip(header, fields, strict=True))
