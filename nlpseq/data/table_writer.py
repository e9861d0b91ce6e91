"""Tables with columns added to them, written as csv, tsv, jsonl or parquet, whatever they were read from.

What csv cannot tell is written as programs expect it: null and NaN as an empty cell, lists and objects as JSON. A
column of several types in jsonl is one of strings in parquet.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeAlias

from nlpseq.data.table import Chunk
from nlpseq.errors import UserError, one_line
from nlpseq.files import atomic_path

if TYPE_CHECKING:
    import pyarrow as pa

SUFFIXES = (".csv", ".tsv", ".jsonl", ".parquet")
SEPARATORS = {".csv": ",", ".tsv": "\t"}
# Bytes of rows that parquet compresses together.
GROUP_BYTES = 32 << 20

# A chunk, and the values of each column that is added to it.
Parts: TypeAlias = "tuple[Chunk, Mapping[str, Sequence[Any]]]"


class ColumnTypes:
    """What the columns of a table hold, learnt chunk by chunk; where the types differ, text.

    >>> types = ColumnTypes()
    >>> types.learn([{"id": 1, "text": "yes"}, {"id": 2.5, "text": None}])
    >>> types.schema()
    id: double
    text: string
    """

    def __init__(self, schema: pa.Schema | None = None) -> None:
        self._own = schema
        self._kinds: dict[str, pa.DataType] = {}

    def learn(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Look at some rows."""
        for name in dict.fromkeys(name for row in rows for name in row):
            self.learn_column(name, [row.get(name) for row in rows])

    def learn_column(self, name: str, values: Sequence[Any]) -> None:
        """Look at some values of a column."""
        import pyarrow as pa

        try:
            kind = pa.array(values).type
            if len({isinstance(value, bool) for value in values if value is not None}) > 1:  # which Arrow counts as 1
                kind = pa.string()
            if name in self._kinds:
                parts = [pa.schema([("value", part)]) for part in (self._kinds[name], kind)]
                kind = pa.unify_schemas(parts, promote_options="permissive").field(0).type
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            kind = pa.string()
        self._kinds[name] = kind

    def schema(self) -> pa.Schema:
        """The columns that the file has by itself, and those that were learnt."""
        import pyarrow as pa

        learnt = [pa.field(name, kind) for name, kind in self._kinds.items()]
        if self._own is None:
            return pa.schema(learnt)
        return pa.schema([*self._own, *learnt], metadata=self._own.metadata)


def write_table(path: str | Path, schema: pa.Schema, parts: Iterable[Parts]) -> None:
    """Write chunks with the columns added to them, all of the file or nothing.

    Args:
        path: ends in one of `SUFFIXES`.
        schema: all columns, those that are added too; csv and jsonl need their names alone.

    Raises:
        UserError: a value that the file cannot hold, or it cannot be written.
    """
    suffix = Path(path).suffix.lower()
    with atomic_path(path) as beside:
        if suffix == ".parquet":
            _write_parquet(path, beside, schema, parts)
            return
        with open(beside, "w", encoding="utf-8", newline="") as file:
            if suffix == ".jsonl":
                for part in parts:
                    _write_lines(file, [json_line(row) for row in _objects(*part)], part[0])
            else:
                _write_fields(file, SEPARATORS[suffix], schema.names, parts)


def check_writable(path: str | Path) -> None:
    """Raise UserError unless the name is that of a file that `write_table` can write."""
    if Path(path).suffix.lower() not in SUFFIXES:
        raise UserError(f"{path}: a table is written as {', '.join(SUFFIXES)}; give the file one of these endings")


def json_line(row: Mapping[str, Any]) -> str:
    """An object as one line of JSON, without its end.

    >>> json_line({"text": "zwölf", "score": float("nan")})
    '{"text": "zwölf", "score": null}'
    """
    try:
        return json.dumps(row, ensure_ascii=False, allow_nan=False, default=_plain)
    except ValueError:
        return json.dumps(_without_nan(row), ensure_ascii=False, default=_plain)


def _write_fields(file: IO[str], separator: str, names: Sequence[str], parts: Iterable[Parts]) -> None:
    # Between tabs a quote may be a mere character; a header in quotes says that it is not.
    header = [_quoted(name) if separator == "\t" else _field(name, separator) for name in names]
    file.write(separator.join(header) + "\n")
    for chunk, added in parts:
        rows = ([_field(_cell(row.get(name)), separator) for name in names] for row in _objects(chunk, added))
        _write_lines(file, [separator.join(row) or '""' for row in rows], chunk)


def _write_lines(file: IO[str], lines: Sequence[str], chunk: Chunk) -> None:
    for place, line in zip(chunk.places, lines, strict=True):
        try:
            file.write(line + "\n")
        except UnicodeEncodeError as error:
            raise UserError(f"{place}: half of a surrogate pair, which is no character; take it out") from error


def _write_parquet(path: str | Path, beside: Path, schema: pa.Schema, parts: Iterable[Parts]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetWriter(beside, schema) as writer:
        waiting: list[pa.RecordBatch] = []
        for chunk, added in parts:
            try:
                waiting.append(_batch(chunk, added, schema))
            except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
                reason = one_line(error, most=200)
                raise UserError(f"{path}: a value does not fit ({reason}); write .jsonl, which takes any") from error
            if sum(batch.nbytes for batch in waiting) >= GROUP_BYTES:
                writer.write_table(pa.Table.from_batches(waiting, schema))
                waiting = []
        writer.write_table(pa.Table.from_batches(waiting, schema))


def _batch(chunk: Chunk, added: Mapping[str, Sequence[Any]], schema: pa.Schema) -> pa.RecordBatch:
    import pyarrow as pa

    columns = []
    for field in schema:
        if field.name in added:
            columns.append(_array(added[field.name], field.type))
        elif isinstance(chunk.rows, list):
            columns.append(_array([row.get(field.name) for row in chunk.rows], field.type))
        else:
            columns.append(chunk.rows.column(field.name))
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    import pyarrow as pa

    if kind == pa.string():
        values = [value if isinstance(value, str | None) else _cell(value) for value in values]
    return pa.array(values, kind)


def _objects(chunk: Chunk, added: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    rows = [dict(row) for row in chunk.records()]
    for name, values in added.items():
        for row, value in zip(rows, values, strict=True):
            row[name] = value
    return rows


def _field(text: str, separator: str) -> str:
    return _quoted(text) if any(letter in text for letter in (separator, '"', "\n", "\r")) else text


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _cell(value: Any) -> str:
    """A value as a cell of csv has it."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple | dict | bool):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return str(_plain(value)) if not isinstance(value, int | float) else str(value)


def _plain(value: Any) -> Any:
    """A value that JSON has no form for, as text or a number."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if hasattr(value, "isoformat"):  # dates and times
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) or not hasattr(value, "tolist") else value.tolist()


def _without_nan(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_nan(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
