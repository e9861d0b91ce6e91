"""Rows out of text files, one reader a format, each error with its file and line.

A line ends at a line feed and nowhere else: text may hold U+2028, form feeds and the like, and a reader that
splits at those, as `str.splitlines` does, silently misaligns a parallel corpus. A carriage return before the
line feed and a byte order mark at the start of the file are dropped.
"""

from __future__ import annotations

import csv
import difflib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nlpseq.errors import UserError

if TYPE_CHECKING:
    from pyarrow import RecordBatch

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

# csv's own limit, 131,072 characters, is shorter than a long document.
LONGEST_FIELD = 2**31 - 1

# JSON escapes can spell these, UTF-8 and Arrow cannot hold them.
SURROGATE = re.compile("[\ud800-\udfff]")

Pairs = Iterator[tuple[str, str]]
# The place of a row in its file, for errors, and its values by column.
Records = Iterator[tuple[str, dict[str, object]]]


def read_lines(path: str | Path) -> Iterator[str]:
    r"""Yield the lines of a UTF-8 file without their ends.

    Raises:
        UserError: a line is not valid UTF-8.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.en"
    >>> _ = path.write_bytes("one\u2028line\r\n\nlast".encode())
    >>> list(read_lines(path))
    ['one\u2028line', '', 'last']
    """
    with open(path, "rb") as file:
        for number, raw in enumerate(file, 1):
            if number == 1:
                raw = raw.removeprefix(BYTE_ORDER_MARK)
            try:
                text = raw.decode("utf-8")
            except UnicodeDecodeError as error:
                raise UserError(f"{path}, line {number}: not valid UTF-8; save the file as UTF-8") from error
            yield text.removesuffix("\n").removesuffix("\r")


def read_plain_pairs(src_path: str | Path, tgt_path: str | Path) -> Pairs:
    """Yield (line of `src_path`, line of `tgt_path`), line by line.

    Raises:
        UserError: the files have different numbers of lines.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.en").write_text("yes"), (folder / "a.de").write_text("ja")
    >>> list(read_plain_pairs(folder / "a.en", folder / "a.de"))
    [('yes', 'ja')]
    """
    src_lines, tgt_lines = read_lines(src_path), read_lines(tgt_path)
    count = 0
    for src_line in src_lines:
        tgt_line = next(tgt_lines, None)
        if tgt_line is None:
            src_count = count + 1 + sum(1 for _ in src_lines)
            raise _unequal(src_path, src_count, tgt_path, count)
        yield src_line, tgt_line
        count += 1
    surplus = sum(1 for _ in tgt_lines)
    if surplus:
        raise _unequal(src_path, count, tgt_path, count + surplus)


def read_table_pairs(path: str | Path, *, src: str, tgt: str) -> Pairs:
    r"""Yield the pairs of a tsv, csv, jsonl or json file, from its columns named `src` and `tgt`.

    See `read_records`; a tsv file of two columns without a header has (src, tgt). A json object may hold the
    two inside of "translation", as on the hub.

    Raises:
        UserError: a column is missing, a line does not parse or its value is no string.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "train.tsv"
    >>> _ = path.write_text("de\tid\ten\nja\t1\tyes\n")
    >>> list(read_table_pairs(path, src="en", tgt="de"))
    [('yes', 'ja')]
    """
    for origin, record in read_records(path, columns=(src, tgt), bare=(src, tgt)):
        yield as_text(origin, src, record[src]), as_text(origin, tgt, record[tgt])


def read_records(path: str | Path, *, columns: Sequence[str] | None = None, bare: Sequence[str] = ()) -> Records:
    r"""Yield (where it stands, values by column) of each row of a tsv, csv, jsonl, json or parquet file.

    A tsv file knows no quotes. Its first line is its header, unless there are as many columns as in `bare`
    and none has such a name: then it has no header, and `bare` names its columns. A csv file needs its header
    and follows the usual rules of quotes, line feeds inside of quotes included. A jsonl or json file holds one
    object a line; a json file may be one array of them as well. Blank lines of csv and json are skipped.

    Args:
        columns: those that every row must have, others may be left out; None gives all that a row has.
        bare: names of the columns of a tsv file without a header.

    Raises:
        UserError: a column is missing or a line does not parse.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.csv"
    >>> _ = path.write_text("text,label\nfine,1\n")
    >>> [(origin.removeprefix(str(path)), record) for origin, record in read_records(path, columns=["label"])]
    [(', line 2', {'label': '1'})]
    """
    suffix = Path(path).suffix
    if suffix == ".tsv":
        return _read_tsv(path, columns, bare)
    if suffix == ".csv":
        return _read_csv(path, columns)
    if suffix == ".parquet":
        return _read_parquet(path, columns)
    return _read_json(path, columns)


def batch_records(origin: str, batches: Iterable[RecordBatch]) -> Records:
    """Yield (where it stands, values by column) of each row of Arrow batches; `origin` is what they come from.

    >>> import pyarrow as pa
    >>> list(batch_records("a.parquet", [pa.RecordBatch.from_pylist([{"text": "fine"}])]))
    [('a.parquet, row 1', {'text': 'fine'})]
    """
    rows = (row for batch in batches for row in batch.to_pylist())
    return ((f"{origin}, row {number}", row) for number, row in enumerate(rows, 1))


def as_text(origin: str, name: str, value: object) -> str:
    """The value of column `name` if it is a string that UTF-8 can hold.

    Raises:
        UserError: it is not.

    >>> as_text("a.jsonl, line 1", "text", "fine")
    'fine'
    """
    if not isinstance(value, str):
        raise not_a_string(origin, name, type(value).__name__)
    if not value.isascii() and SURROGATE.search(value):
        raise UserError(f"{origin}: {name!r} holds half of a surrogate pair, which is no character; mend it")
    return value


def _unequal(src_path: str | Path, src_count: int, tgt_path: str | Path, tgt_count: int) -> UserError:
    return UserError(
        f"{src_path} has {src_count:,} lines but {tgt_path} has {tgt_count:,}; "
        "line n of one must be the translation of line n of the other"
    )


def missing_column(origin: str | Path, name: str, found: Sequence[str]) -> UserError:
    """The error for a table without a column called `name`.

    >>> missing_column("train.csv", "lable", ["id", "label"])
    UserError("train.csv: no column 'lable' (did you mean 'label'?); its columns are id, label")
    """
    by_lower = {column.lower(): column for column in found}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1)
    hint = f" (did you mean {by_lower[near[0]]!r}?)" if near else ""
    return UserError(f"{origin}: no column {name!r}{hint}; its columns are {', '.join(found) or 'none'}")


def not_a_string(origin: str | Path, name: str, found: str) -> UserError:
    """The error for a column or field that holds something other than text.

    >>> not_a_string("train.jsonl, line 3", "de", "a list")
    UserError("train.jsonl, line 3: 'de' must be a string, not a list")
    """
    return UserError(f"{origin}: {name!r} must be a string, not {found}")


def _places(path: str | Path, header: Sequence[str], columns: Sequence[str] | None) -> dict[str, int]:
    """Where each wanted column stands in the header."""
    for name in columns or ():
        if name not in header:
            raise missing_column(path, name, header)
    return {name: header.index(name) for name in (header if columns is None else columns)}


def _read_tsv(path: str | Path, columns: Sequence[str] | None, bare: Sequence[str]) -> Records:
    header = list(bare)
    places = _places(path, header, columns) if bare else {}
    for number, line in enumerate(read_lines(path), 1):
        fields = line.split("\t")
        if number == 1 and (len(fields) != len(bare) or not set(bare).isdisjoint(fields)):
            header, places = fields, _places(path, fields, columns)
            continue
        origin = f"{path}, line {number}"
        if len(fields) != len(header):
            raise UserError(
                f"{origin}: {len(fields)} columns where {len(header)} are expected; columns are separated by one tab"
            )
        yield origin, {name: fields[place] for name, place in places.items()}


def _read_csv(path: str | Path, columns: Sequence[str] | None) -> Records:
    csv.field_size_limit(LONGEST_FIELD)
    rows = csv.reader((line + "\n" for line in read_lines(path)), strict=True)
    try:
        header = next(rows, [])
        places = _places(path, header, columns)
        for row in filter(None, rows):
            origin = f"{path}, line {rows.line_num}"
            if len(row) != len(header):
                raise UserError(
                    f"{origin}: {len(row)} columns where the header has {len(header)}; "
                    "put quotes around text that holds a comma"
                )
            yield origin, {name: row[place] for name, place in places.items()}
    except csv.Error as error:
        raise UserError(f"{path}, line {rows.line_num}: not valid csv ({error})") from error


def _read_json(path: str | Path, columns: Sequence[str] | None) -> Records:
    for origin, record in _json_values(path):
        if isinstance(record, dict) and columns and columns[0] not in record:
            record = record.get("translation", record)
        if not isinstance(record, dict):
            raise UserError(f"{origin}: each line must be one JSON object{_example(columns)}")
        for name in columns or ():
            if name not in record:
                raise missing_column(origin, name, list(record))
        yield origin, record


def _example(columns: Sequence[str] | None) -> str:
    return " such as {" + ", ".join(f"{name!r}: ..." for name in columns) + "}" if columns else ""


def _json_values(path: str | Path) -> Iterator[tuple[str, object]]:
    """The value of each line, or each item where a .json file is one array."""
    if Path(path).suffix == ".json" and _first_character(path) == "[":
        try:
            items = json.loads("\n".join(read_lines(path)))
        except ValueError as error:
            raise UserError(
                f"{path}: not valid JSON ({error}); the file must be one array, or one object a line"
            ) from error
        yield from ((f"{path}, item {number}", item) for number, item in enumerate(items, 1))
        return
    for number, line in enumerate(read_lines(path), 1):
        if not line.strip():
            continue
        try:
            yield f"{path}, line {number}", json.loads(line)
        except ValueError as error:
            raise UserError(f"{path}, line {number}: not valid JSON ({error}); each line must be one object") from error


def _first_character(path: str | Path) -> str:
    return next((line.lstrip()[0] for line in read_lines(path) if line.strip()), "")


def _read_parquet(path: str | Path, columns: Sequence[str] | None) -> Records:
    import pyarrow.parquet

    with pyarrow.parquet.ParquetFile(path) as file:
        _places(path, file.schema_arrow.names, columns)
        yield from batch_records(str(path), file.iter_batches(batch_size=1000, columns=columns))
