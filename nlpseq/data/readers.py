"""Rows out of text files, one reader a format, each error with its file and line.

A line ends at a line feed and nowhere else: text may hold U+2028, form feeds and the like, and a reader that
splits at those, as `str.splitlines` does, silently misaligns a parallel corpus. A carriage return before the
line feed and a byte order mark at the start of the file are dropped.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from nlpseq.errors import UserError

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

# JSON escapes can spell these, UTF-8 and Arrow cannot hold them.
SURROGATE = re.compile("[\ud800-\udfff]")

Pairs = Iterator[tuple[str, str]]


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

    A tsv file knows no quotes. Its first line is a header if it holds both names; a tsv file of two columns
    whose first line holds neither name has no header, and its columns are taken as (src, tgt). A csv file
    needs its header and follows the usual rules of quotes, line feeds inside of quotes included. A json file
    holds one object a line, with the two names or, as on the hub, with both inside of "translation"; blank
    lines are skipped.

    Raises:
        UserError: a column is missing, a line does not parse or its value is no string.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "train.tsv"
    >>> _ = path.write_text("de\tid\ten\nja\t1\tyes\n")
    >>> list(read_table_pairs(path, src="en", tgt="de"))
    [('yes', 'ja')]
    """
    readers: dict[str, Callable[..., Pairs]] = {".tsv": _read_tsv, ".csv": _read_csv}
    return readers.get(Path(path).suffix, _read_json_lines)(path, src=src, tgt=tgt)


def _unequal(src_path: str | Path, src_count: int, tgt_path: str | Path, tgt_count: int) -> UserError:
    return UserError(
        f"{src_path} has {src_count:,} lines but {tgt_path} has {tgt_count:,}; "
        "line n of one must be the translation of line n of the other"
    )


def missing_column(origin: str | Path, name: str, found: Sequence[str]) -> UserError:
    """The error for a table without a column called `name`.

    >>> missing_column("train.csv", "de", ["id", "en"])
    UserError("train.csv: no column 'de'; its columns are id, en")
    """
    return UserError(f"{origin}: no column {name!r}; its columns are {', '.join(found) or 'none'}")


def not_a_string(origin: str | Path, name: str, found: str) -> UserError:
    """The error for a column or field that holds something other than text.

    >>> not_a_string("train.jsonl, line 3", "de", "a list")
    UserError("train.jsonl, line 3: 'de' must be a string, not a list")
    """
    return UserError(f"{origin}: {name!r} must be a string, not {found}")


def _column_indices(path: str | Path, header: Sequence[str], src: str, tgt: str) -> tuple[int, int]:
    for name in (src, tgt):
        if name not in header:
            raise missing_column(path, name, header)
    return header.index(src), header.index(tgt)


def _read_tsv(path: str | Path, *, src: str, tgt: str) -> Pairs:
    src_index, tgt_index, columns = 0, 1, 2
    for number, line in enumerate(read_lines(path), 1):
        fields = line.split("\t")
        if number == 1 and (len(fields) != 2 or src in fields or tgt in fields):
            src_index, tgt_index = _column_indices(path, fields, src, tgt)
            columns = len(fields)
            continue
        if len(fields) != columns:
            raise UserError(
                f"{path}, line {number}: {len(fields)} columns where {columns} are expected; "
                "columns are separated by one tab"
            )
        yield fields[src_index], fields[tgt_index]


def _read_csv(path: str | Path, *, src: str, tgt: str) -> Pairs:
    rows = csv.reader((line + "\n" for line in read_lines(path)), strict=True)
    try:
        header = next(rows, [])
        src_index, tgt_index = _column_indices(path, header, src, tgt)
        for row in rows:
            if len(row) != len(header):
                raise UserError(
                    f"{path}, line {rows.line_num}: {len(row)} columns where the header has {len(header)}; "
                    "put quotes around text that holds a comma"
                )
            yield row[src_index], row[tgt_index]
    except csv.Error as error:
        raise UserError(f"{path}, line {rows.line_num}: not valid csv ({error})") from error


def _read_json_lines(path: str | Path, *, src: str, tgt: str) -> Pairs:
    for number, line in enumerate(read_lines(path), 1):
        if not line.strip():
            continue
        origin = f"{path}, line {number}"
        try:
            record = json.loads(line)
        except ValueError as error:
            raise UserError(f"{origin}: not valid JSON ({error}); each line must be one object") from error
        if isinstance(record, dict):
            record = record.get("translation", record)
        if not isinstance(record, dict):
            raise UserError(f"{origin}: each line must be one JSON object such as {{{src!r}: ..., {tgt!r}: ...}}")
        for name in (src, tgt):
            if name not in record:
                raise missing_column(origin, name, list(record))
            if not isinstance(record[name], str):
                raise not_a_string(origin, name, type(record[name]).__name__)
            if SURROGATE.search(record[name]):
                raise UserError(f"{origin}: {name!r} holds half of a surrogate pair, which is no character; mend it")
        yield record[src], record[tgt]
