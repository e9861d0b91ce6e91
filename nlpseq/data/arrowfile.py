"""Rows of parquet and Arrow files, whose every kind of damage is one sentence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.data.textfile import suffix_of
from nlpseq.errors import UserError, one_line

if TYPE_CHECKING:
    import pyarrow as pa

ARROW_SUFFIXES = (".parquet", ".arrow", ".feather")
BATCH_ROWS = 1000

# The place of a row in its file, for errors, and its values by column.
Records = Iterator[tuple[str, dict[str, Any]]]


def read_arrow(path: str | Path, columns: Sequence[str] | None = None) -> Records:
    """Yield (where it stands, values by column) of each row of a parquet, Arrow or Feather file.

    Args:
        columns: those to read, all of which must be there; None is all.

    Raises:
        UserError: it cannot be read.
    """
    with damage_of(path):
        batches = iter(_batches(path, columns))
    yield from batch_records(str(path), batches)


def batch_records(origin: str, batches: Iterable[pa.RecordBatch]) -> Records:
    """Yield (where it stands, values by column) of each row of Arrow batches; `origin` is what they come from.

    Raises:
        UserError: a value in them is damaged.

    >>> import pyarrow as pa
    >>> list(batch_records("a.parquet", [pa.RecordBatch.from_pylist([{"text": "fine"}])]))
    [('a.parquet, row 1', {'text': 'fine'})]
    """
    number = 1
    for batch in _checked(origin, iter(batches)):
        with damage_of(origin):
            rows = batch.to_pylist()
        yield from ((f"{origin}, row {number + index}", row) for index, row in enumerate(rows))
        number += len(rows)


def checked_batches(path: str | Path) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a parquet, Arrow or Feather file, some at a time, with all their columns.

    Raises:
        UserError: it cannot be read.
    """
    with damage_of(path):
        batches = iter(_batches(path, None))
    yield from _checked(path, batches)


def _checked(origin: str | Path, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    while True:
        with damage_of(origin):
            batch = next(batches, None)
            if batch is not None:
                batch.validate(full=True)  # what is damaged must not be read past its end
        if batch is None:
            return
        yield batch


def arrow_schema(path: str | Path) -> pa.Schema:
    """The names and types of a file's columns.

    Raises:
        UserError: it cannot be read.
    """
    import pyarrow.parquet as pq

    with damage_of(path):
        return pq.read_schema(path) if suffix_of(path) == ".parquet" else _open_arrow(path).schema


def classes_by_column(origin: str | Path, schema: pa.Schema) -> dict[str, tuple[str, ...]]:
    """Column -> the names that the numbers in it, or in its lists, stand for, where it is one of `datasets.ClassLabel`.

    Args:
        origin: where the schema is from, for errors.

    Raises:
        UserError: what it says of them is damaged.
    """
    with damage_of(origin):
        about = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))
    for part in ("info", "features"):
        about = about.get(part) if isinstance(about, dict) else None
    features = about if isinstance(about, dict) else {}
    found = {field.name: _names_in(features.get(field.name)) for field in schema if _holds_int64(field.type)}
    return {name: names for name, names in found.items() if names}


def _names_in(feature: object) -> tuple[str, ...]:
    """Of a class label, or of those that lists hold."""
    while not isinstance(feature, dict) or feature.get("_type") != "ClassLabel":
        if isinstance(feature, list) and len(feature) == 1:  # as `datasets` wrote lists before version 4
            (feature,) = feature
        elif isinstance(feature, dict) and "_type" in feature:
            feature = feature.get("feature")
        else:
            return ()
    names = feature.get("names")
    return tuple(map(str, names)) if isinstance(names, list) else ()


def _holds_int64(kind: pa.DataType) -> bool:
    """Whether a column, or the lists in it, are of the numbers that class labels are stored as."""
    import pyarrow as pa

    while isinstance(kind, pa.ListType | pa.LargeListType):
        kind = kind.value_type
    return bool(pa.types.is_int64(kind))


@contextmanager
def damage_of(origin: str | Path) -> Iterator[None]:
    """Errors of Arrow in this block become one sentence: it raises its own, plain OSErrors, and what Python says of
    text, numbers and dates that are none.

    Raises:
        UserError: whatever could not be read.
    """
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
        reason = one_line(error, most=200) or type(error).__name__
        raise UserError(f"{origin}: cannot be read ({reason}); check the file, it may be damaged") from error


def _batches(path: str | Path, columns: Sequence[str] | None) -> Iterator[pa.RecordBatch]:
    import pyarrow.parquet as pq

    if suffix_of(path) == ".parquet":
        with pq.ParquetFile(path) as file:
            yield from file.iter_batches(batch_size=BATCH_ROWS, columns=columns)
        return
    reader = _open_arrow(path)
    wanted = reader.schema.names if columns is None else columns
    for number in range(getattr(reader, "num_record_batches", 0)):
        yield reader.get_batch(number).select(wanted)
    if not hasattr(reader, "num_record_batches"):
        yield from (batch.select(wanted) for batch in reader)


def _open_arrow(path: str | Path) -> pa.RecordBatchFileReader | pa.RecordBatchStreamReader:
    """Both of Arrow's formats: `datasets` writes streams, Feather is a file."""
    import pyarrow as pa

    source = pa.OSFile(str(path))  # a map of a damaged file ends the process with a bus error
    try:
        return pa.ipc.open_stream(source)
    except pa.ArrowInvalid:
        return pa.ipc.open_file(source)
