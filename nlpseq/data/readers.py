"""Rows out of text files and tables, one reader a format, each error with its file and line."""

from __future__ import annotations

import difflib
import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from nlpseq.config.checks import SEPARATORS
from nlpseq.counting import counted
from nlpseq.data.arrowfile import ARROW_SUFFIXES, Records, batch_records, read_arrow
from nlpseq.data.delimited import LONGEST_FIELD, read_fields, separator_name
from nlpseq.data.memories import is_memory, read_units
from nlpseq.data.sheet import read_sheet
from nlpseq.data.textfile import read_lines, suffix_of
from nlpseq.errors import UserError, one_line

__all__ = [
    "LONGEST_FIELD",
    "Format",
    "Records",
    "as_text",
    "batch_records",
    "read_lines",
    "read_plain_pairs",
    "read_records",
]

logger = logging.getLogger("nlpseq")

# JSON escapes can spell these, UTF-8 and Arrow cannot hold them.
SURROGATE = re.compile("[\ud800-\udfff]")
# Tables whose first line may be a header; .txt is a tsv here.
HEADER_SUFFIXES = (".tsv", ".csv", ".txt", ".xlsx")
# What a table without a header is judged by, and the characters of a value in a line of log.
HEAD_ROWS, SHOWN = 200, 60
# Names of columns in a message: a first line that is data makes long ones.
LONGEST_NAME, MOST_NAMES = 30, 10

Pairs = Iterator[tuple[str, str]]


class Format(NamedTuple):
    """What the settings say of text files where these do not say it themselves; None is as seen in the file."""

    encoding: str | None = None
    separator: str | None = None


AS_SEEN = Format()


def file_format(encoding: str | None, separator: str | None) -> Format:
    """What the settings say; a separator may have a name such as tab.

    >>> file_format(None, "tab")
    Format(encoding=None, separator='\\t')
    """
    return Format(encoding, None if separator is None else SEPARATORS.get(separator, separator))


def read_plain_pairs(src_path: str | Path, tgt_path: str | Path, encoding: str | None = None) -> Pairs:
    """Yield (line of `src_path`, line of `tgt_path`), line by line.

    Raises:
        UserError: the files have different numbers of lines.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.en").write_text("yes"), (folder / "a.de").write_text("ja")
    >>> list(read_plain_pairs(folder / "a.en", folder / "a.de"))
    [('yes', 'ja')]
    """
    src_lines, tgt_lines = read_lines(src_path, encoding), read_lines(tgt_path, encoding)
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


def read_records(
    path: str | Path,
    *,
    columns: Sequence[str] | None = None,
    bare: Sequence[str] = (),
    form: Format = AS_SEEN,
) -> Records:
    r"""Yield (where it stands, values by column) of each row of a table.

    The formats: csv and tsv (see `delimited.read_fields`; .txt is tsv), jsonl, json, parquet, Arrow, xlsx and those of
    `memories`. The first line of a csv, tsv or xlsx file is its header, unless there are as many columns as in `bare`
    and none has such a name: then it has no header, and `bare` names its columns. A json file may be one array of
    objects, or one object with that inside, or jsonl: one object a line. Blank lines, and headers that come again, are
    left out.

    Args:
        columns: those that every row must have, others may be left out; None gives all that a row has.
        bare: names of the columns of a file without a header.

    Raises:
        UserError: a column is missing or there twice, or a line does not parse.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.csv"
    >>> _ = path.write_text("text;label\nfine;1\n")
    >>> [(origin.removeprefix(str(path)), record) for origin, record in read_records(path, columns=["label"])]
    [(', line 2', {'label': '1'})]
    """
    suffix = suffix_of(path)
    if suffix in HEADER_SUFFIXES:
        return _with_header(path, columns, bare, form)
    if suffix in ARROW_SUFFIXES:
        return _read_arrow(path, columns)
    return _read_objects(path, columns, form.encoding)


def flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """A row with the fields of the objects in it, each called by its path.

    >>> flat({"id": 1, "body": {"text": "fine", "words": 1}, "tags": []})
    {'id': 1, 'body.text': 'fine', 'body.words': 1, 'tags': []}
    """
    found: dict[str, Any] = {}
    for name, value in record.items():
        inside = flat(value) if isinstance(value, dict) else {}
        found |= {f"{name}.{inner}": item for inner, item in inside.items()} if inside else {name: value}
    return found


def with_fields(origin: str, record: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """A row that has these columns, which may be paths into its objects, such as "body.text".

    Raises:
        UserError: one is missing.
    """
    if all(name in record for name in names):
        return record
    inside = flat(record)
    for name in names:
        if name not in record and name not in inside:
            raise missing_column(origin, name, list(inside))
    return {**inside, **record}


def as_text(origin: str, name: str, value: object) -> str:
    """The value of column `name` if it is a string that UTF-8 can hold; nothing, as null, is an empty one.

    Raises:
        UserError: it is not.

    >>> as_text("a.jsonl, line 1", "text", "fine")
    'fine'
    """
    if value is None:
        return ""
    if isinstance(value, bytes):
        value = _decoded(origin, name, value)
    if not isinstance(value, str):
        raise not_a_string(origin, name, type(value).__name__)
    if not value.isascii() and SURROGATE.search(value):
        raise UserError(f"{origin}: {name!r} holds half of a surrogate pair, which is no character; take it out")
    return value


def _unequal(src_path: str | Path, src_count: int, tgt_path: str | Path, tgt_count: int) -> UserError:
    return UserError(
        f"{src_path} has {counted(src_count, 'line')} but {tgt_path} has {tgt_count:,}; "
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
    return UserError(f"{origin}: no column {name!r}{hint}; its columns are {names_of(found)}")


def not_a_string(origin: str | Path, name: str, found: str) -> UserError:
    """The error for a column or field that holds something other than text.

    >>> not_a_string("train.jsonl, line 3", "de", "a list")
    UserError("train.jsonl, line 3: 'de' must be a string, not a list")
    """
    return UserError(f"{origin}: {name!r} must be a string, not {found}")


def names_of(found: Sequence[str]) -> str:
    """Names of columns for a message: the first ten, shortened.

    >>> names_of(["text", "x" * 99]), names_of([])
    ('text, xxxxxxxxxxxxxxx ... xxxxxxxxxx', 'none')
    """
    shown = [one_line(name, most=LONGEST_NAME) for name in found[:MOST_NAMES]]
    more = len(found) - len(shown)
    return (", ".join(shown) or "none") + (f" and {more} more" if more else "")


def _decoded(origin: str, name: str, value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise UserError(f"{origin}: {name!r} holds bytes that are not UTF-8; save the column as text") from error


def _places(path: str | Path, header: Sequence[str], columns: Sequence[str] | None) -> dict[str, int]:
    """Where each wanted column stands in the header."""
    for name in columns or ():
        if name not in header:
            raise missing_column(path, name, header)
        if header.count(name) > 1:
            raise UserError(f"{path}: {header.count(name)} columns are called {names_of([name])!r}; rename all but one")
    return {name: header.index(name) for name in (header if columns is None else columns)}


def table_rows(
    path: str | Path, form: Format = AS_SEEN, *, exact: bool = False
) -> tuple[str, Iterator[tuple[int, list[str]]]]:
    """What to do about a row of another length, and (line, fields) of each row of a table that has a header or none.

    With `exact` the fields keep their carriage returns.
    """
    if suffix_of(path) == ".xlsx":
        return "give each row as many cells as the header has", read_sheet(path)
    own = "," if suffix_of(path) == ".csv" else "\t"
    separator, rows = read_fields(path, own=own, encoding=form.encoding, separator=form.separator, exact=exact)
    if separator == "\t":
        return "columns are separated by one tab", rows
    return f"put quotes around text that holds {separator_name(separator)}", rows


def _with_header(path: str | Path, columns: Sequence[str] | None, bare: Sequence[str], form: Format) -> Records:
    mend, rows = table_rows(path, form)
    unit = "row" if suffix_of(path) == ".xlsx" else "line"
    first = next(rows, (0, []))
    header = first[1]
    # Names that are the places of the columns are given where it is known that there is no header.
    known = list(bare) == [str(place + 1) for place in range(len(bare))]
    if len(header) == len(bare) and (known or set(bare).isdisjoint(header)):
        header, rows = list(bare), chain([first], rows)
    places = _places(path, header, columns)
    for number, fields in rows:
        origin = f"{path}, {unit} {number}"
        if len(fields) != len(header):
            raise UserError(f"{origin}: {counted(len(fields), 'column')} where the header has {len(header)}; {mend}")
        if fields == header:
            logger.warning("%s: left out, as it is the header once more", origin)
            continue
        yield origin, {name: fields[place] for name, place in places.items()}


def _read_arrow(path: str | Path, columns: Sequence[str] | None) -> Records:
    if columns is None:
        return read_arrow(path)
    from nlpseq.data.arrowfile import arrow_schema

    names = arrow_schema(path).names
    if columns[0] not in names and "translation" in names:
        return _inside(read_arrow(path, ["translation"]), columns)
    outer = outer_names(names, columns)
    _places(path, names, outer)
    return _inside(read_arrow(path, outer), columns)


def outer_names(names: Sequence[str], columns: Sequence[str]) -> list[str]:
    """The columns of a table among `names` that hold `columns`, which may be paths into their objects.

    >>> outer_names(["body", "a.b"], ["body.text", "body.words", "a.b"])
    ['body', 'a.b']
    """
    first = {name: name.partition(".")[0] for name in columns}
    return list(dict.fromkeys(first[name] if name not in names and first[name] in names else name for name in columns))


def _read_objects(path: str | Path, columns: Sequence[str] | None, encoding: str | None) -> Records:
    if is_memory(path):
        units = enumerate(read_units(path, encoding), 1)
        return _inside(((f"{path}, unit {number}", unit) for number, unit in units), columns, whole=False)
    return _inside(_json_values(path, encoding), columns)


def _inside(values: Iterator[tuple[str, object]], columns: Sequence[str] | None, *, whole: bool = True) -> Records:
    """The objects of a file; those of "translation" where the columns stand inside of it, as on the hub.

    Args:
        whole: each must have all columns; otherwise one that lacks one has nothing in it.
    """
    for origin, record in values:
        if isinstance(record, dict) and columns and columns[0] not in record:
            record = record.get("translation", record)
        if not isinstance(record, dict):
            raise UserError(f"{origin}: each line must be one JSON object{_example(columns)}")
        if not whole:
            record = {**dict.fromkeys(columns or ()), **record}
        yield origin, with_fields(origin, record, columns or ())


def _example(columns: Sequence[str] | None) -> str:
    return " such as {" + ", ".join(f"{name[:LONGEST_NAME]!r}: ..." for name in columns) + "}" if columns else ""


def _json_values(path: str | Path, encoding: str | None) -> Iterator[tuple[str, object]]:
    """The value of each line; or each item where a .json file is one array, or one object with an array of objects."""
    if suffix_of(path) == ".json" and _is_one_value(path, encoding):
        items = _parsed(
            str(path), "\n".join(read_lines(path, encoding)), "the file must be one array, or one object a line"
        )
        if isinstance(items, dict):
            arrays = [
                value for value in items.values() if isinstance(value, list) and value and isinstance(value[0], dict)
            ]
            items = arrays[0] if len(arrays) == 1 else [items]
        yield from ((f"{path}, item {number}", item) for number, item in enumerate(items, 1))
        return
    for number, line in enumerate(read_lines(path, encoding), 1):
        if line.strip():
            origin = f"{path}, line {number}"
            yield origin, _parsed(origin, line, "each line must be one object")


def parse_object(origin: str, line: str) -> dict[str, Any]:
    """The object that a line of JSON is.

    Raises:
        UserError: it is none.
    """
    found = _parsed(origin, line, "each line must be one object")
    if not isinstance(found, dict):
        raise UserError(f"{origin}: each line must be one JSON object")
    return found


def _parsed(origin: str, text: str, mend: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise UserError(f"{origin}: not valid JSON ({error}); {mend}") from error
    except RecursionError as error:
        raise UserError(f"{origin}: not read, as its JSON is nested too deeply; {mend}") from error


def _is_one_value(path: str | Path, encoding: str | None) -> bool:
    """Whether a .json file is one array or object, and not an object a line."""
    lines = [line.strip() for line in islice((line for line in read_lines(path, encoding) if line.strip()), 2)]
    first = lines[0] if lines else ""
    return first.startswith("[") or (first.startswith("{") and (len(lines) == 1 or not first.endswith("}")))
