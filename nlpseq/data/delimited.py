"""Rows of fields from csv and tsv files, as spreadsheets, databases and pandas write them.

The separator is the comma, semicolon, tab or vertical bar that parts the header and the rows below it alike; a first
line `sep=;`, as Excel writes, says so itself.
"""

from __future__ import annotations

import csv
import logging
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from nlpseq.data.textfile import LONGEST_LINE, read_lines
from nlpseq.errors import UserError

logger = logging.getLogger("nlpseq")

# Where each reading stands in its file, and its fields.
Fields = Iterator[tuple[int, list[str]]]

# csv's own limit, 131,072 characters, is shorter than a long document.
LONGEST_FIELD = LONGEST_LINE
SEPARATORS = (",", ";", "\t", "|")
SEPARATOR_NAMES = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a vertical bar"}
EXCEL_SEPARATOR = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
# How much of a file the separator is seen in.
HEAD_LINES, HEAD_CHARACTERS = 50, 1 << 20
# A field that pandas put quotes around, as there are quotes in it: those inside stand twice.
QUOTED = re.compile(r'"((?:[^"]|"")*)"', re.DOTALL)
# Lines that one quoted field of a tsv file may go over.
MOST_LINES = 10_000


def read_fields(
    path: str | Path, *, own: str, encoding: str | None = None, separator: str | None = None, exact: bool = False
) -> tuple[str, Fields]:
    r"""The separator of a table and (line, fields) of each row, the header's or first one's too, without blank lines.

    With commas and their like the usual rules of quotes hold, line feeds inside of quotes included. Between tabs a
    quote is a character like any other, except where a program has put quotes around a field as csv has them: all
    fields of the header, or a field with the quotes inside of it doubled, or one with a tab or line feed inside.

    Args:
        own: the separator that the file's name stands for.
        encoding: see `read_lines`.
        separator: what parts the fields; default: as seen.
        exact: a line feed inside of quotes keeps the carriage return before it.

    Raises:
        UserError: it cannot be read, or its quotes do not fit.
    """
    lines = read_lines(path, encoding, exact=exact)
    head = _head(lines)
    skipped = 0
    if head and (declared := EXCEL_SEPARATOR.fullmatch(head[0].removesuffix("\r"))):
        separator, skipped, head = separator or declared[1], 1, head[1:]
    separator = separator or seen_separator(head, own)
    lines = chain(head, lines)
    tabs = separator == "\t"
    return separator, _tab_fields(path, lines, skipped) if tabs else _csv_fields(path, lines, separator, skipped)


def seen_separator(head: Sequence[str], own: str) -> str:
    r"""The separator of a table whose first lines these are.

    >>> seen_separator(["text;label", "well, yes;1"], ","), seen_separator(["a, b\tc", "d\te, f, g"], ",")
    (';', '\t')
    """
    candidates = [own, *(separator for separator in SEPARATORS if separator != own)]
    widths = {separator: _widths(head, separator) for separator in candidates}
    columns = {separator: found[0] if found else 1 for separator, found in widths.items()}
    even = [separator for separator in candidates if columns[separator] > 1 and len(set(widths[separator])) == 1]
    if even:
        return even[0]
    return own if columns[own] > 1 else max(candidates, key=columns.__getitem__)


def separator_name(separator: str) -> str:
    """As a message has it."""
    return SEPARATOR_NAMES.get(separator, repr(separator))


def _head(lines: Iterator[str]) -> list[str]:
    head: list[str] = []
    length = 0
    for line in islice(lines, HEAD_LINES):
        head.append(line)
        length += len(line)
        if length > HEAD_CHARACTERS:
            break
    return head


def _widths(head: Sequence[str], separator: str) -> list[int]:
    """The numbers of fields of the rows in the head; its last row may be cut off and does not count."""
    if separator == "\t":
        rows = [line.split("\t") for line in head if line]
    else:
        try:
            rows = [row for row in csv.reader((f"{line}\n" for line in head), delimiter=separator) if row]
        except csv.Error:
            return []
    return [len(row) for row in (rows[:-1] if len(rows) > 2 else rows)]


def _csv_fields(path: str | Path, lines: Iterator[str], separator: str, skipped: int) -> Fields:
    csv.field_size_limit(LONGEST_FIELD)
    rows = csv.reader((f"{line}\n" for line in lines), delimiter=separator, strict=True)
    try:
        yield from ((skipped + rows.line_num, row) for row in rows if row)
    except csv.Error as error:
        raise UserError(f"{path}, line {skipped + rows.line_num:,}: not valid csv ({error})") from error


def _tab_fields(path: str | Path, lines: Iterator[str], skipped: int) -> Fields:
    for first in lines:
        if first.strip("\r"):
            break
        skipped += 1
    else:
        return
    if all(map(QUOTED.fullmatch, first.removesuffix("\r").split("\t"))):
        yield from _csv_fields(path, chain([first], lines), "\t", skipped)
    else:
        yield from _plain_tab_fields((line.removesuffix("\r") for line in chain([first], lines)), skipped)


def _plain_tab_fields(lines: Iterator[str], number: int) -> Fields:
    width = 0
    ahead = next(lines, None)
    while ahead is not None:
        line, ahead, number = ahead, next(lines, None), number + 1
        fields = line.split("\t")
        width = width or len(fields)
        if '"' in line and (len(fields) != width or _goes_on(line, ahead, width)):
            below = iter([line]) if ahead is None else chain([line, ahead], lines)
            row, used = _over_lines(below, width)
            yield number, row or fields
            if row is None and used > 1 and ahead is not None:  # one of the two is no row, and who reads them says so
                yield number + 1, ahead.split("\t")
            number += used - 1
            ahead = ahead if used == 1 else next(lines, None)
        elif line:
            yield number, [_unquoted(field) for field in fields] if '""' in line else fields


def _goes_on(line: str, ahead: str | None, width: int) -> bool:
    """Whether a field with a line feed inside ends a line: a quote is open, and the next line is no row."""
    return line.count('"') % 2 == 1 and ahead is not None and len(ahead.split("\t")) != width


def _over_lines(lines: Iterator[str], width: int) -> tuple[list[str] | None, int]:
    """The fields of the row that begins here, with a tab or line feed inside of quotes, and how many lines it takes."""
    parts: list[str] = []
    quotes = 0
    for line in islice(lines, MOST_LINES):
        parts.append(line)
        quotes += line.count('"')
        if quotes % 2 == 0:
            break
    csv.field_size_limit(LONGEST_FIELD)
    try:
        (row,) = csv.reader(["\n".join(parts)], delimiter="\t", strict=True)
    except (csv.Error, ValueError):
        return None, len(parts)
    return (row if len(row) == width else None), len(parts)


def _unquoted(field: str) -> str:
    inside = QUOTED.fullmatch(field)
    return inside[1].replace('""', '"') if inside and '""' in inside[1] else field
