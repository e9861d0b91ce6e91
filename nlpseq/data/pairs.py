"""Pairs out of tables: which columns are the two sides, by their names, else by what they hold."""

from __future__ import annotations

import importlib
import logging
import re
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from nlpseq.data.arrowfile import ARROW_SUFFIXES
from nlpseq.data.languages import SIDES, find_pair, is_language, language_key
from nlpseq.data.memories import is_memory
from nlpseq.data.readers import (
    AS_SEEN,
    HEAD_ROWS,
    HEADER_SUFFIXES,
    SHOWN,
    Format,
    Pairs,
    as_text,
    missing_column,
    names_of,
    read_records,
    table_rows,
)
from nlpseq.data.textfile import suffix_of
from nlpseq.errors import UserError

logger = logging.getLogger("nlpseq")

NUMBER = re.compile(r"[+-]?[\d.,:]+")
# Tatoeba's third column: licence, numbers and names of authors. A web address is no text either.
ATTRIBUTION = re.compile(r"CC[- ](BY|0)|https?://\S+$")
# A name of a column is shorter, in words.
LONGEST_NAME_WORDS = 4
# How often the other language's usual words must be found, and how many times as often, for the sides to be swapped.
LEAST_WORDS, TIMES = 6, 3


class PairColumns(NamedTuple):
    """The columns of source and target; `bare` names those of a table without a header."""

    src: str
    tgt: str
    bare: tuple[str, ...] = ()


def read_table_pairs(
    path: str | Path, *, src: str, tgt: str, columns: PairColumns | None = None, form: Format = AS_SEEN
) -> Pairs:
    r"""Yield the pairs of a table, "" for a side that has nothing in it; see `pair_columns` and `readers.read_records`.

    Args:
        columns: where the sides stand; default: as `pair_columns` finds them.

    Raises:
        UserError: a column is missing, a line does not parse or its value is no string.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "train.tsv"
    >>> _ = path.write_text("DE\tid\tEN\nja\t1\tyes\n")
    >>> list(read_table_pairs(path, src="en", tgt="de"))
    [('yes', 'ja')]
    """
    if is_memory(path):
        yield from _memory_pairs(path, src, tgt, form)
        return
    columns = columns or pair_columns(path, src=src, tgt=tgt, form=form)
    for origin, record in read_records(path, columns=columns[:2], bare=columns.bare, form=form):
        yield as_text(origin, columns.src, record[columns.src]), as_text(origin, columns.tgt, record[columns.tgt])


def pair_columns(path: str | Path, *, src: str, tgt: str, form: Format = AS_SEEN) -> PairColumns:
    """The columns of a table that hold the two sides; a line of log says which, unless they are called `src` and `tgt`.

    Names are compared as they stand, then without regard to case, then as names of languages (en, EN, en_US, eng,
    English), then as source and target. A tsv or txt file may have no header: then the two columns of text are the two
    sides in their order, or the other way round where their words say so; numbers, attributions and what is the same
    in all rows are no text. Numbers for `src` and `tgt` are the places of the columns, from 1, of a table without one.

    Raises:
        UserError: a column is missing or not obvious.
    """
    if is_memory(path):
        return PairColumns(src, tgt)  # each unit names its languages
    if suffix_of(path) not in HEADER_SUFFIXES:
        origin, record = next(read_records(path, form=form), ("", {}))
        origin = str(path) if suffix_of(path) in ARROW_SUFFIXES else origin
        inside = record.get("translation", record) if src not in record else record
        # What is not as it should be is said when it is read.
        return (
            _by_name(origin, src, tgt, list(inside)) if inside and isinstance(inside, dict) else PairColumns(src, tgt)
        )
    rows = [fields for _, fields in islice(table_rows(path, form)[1], HEAD_ROWS)]
    header = rows[0] if rows else []
    if src not in header and _are_places(src, tgt, len(header)):
        return PairColumns(src, tgt, _bare(len(header)))
    may_be_bare = len(header) > 1 and (suffix_of(path) in (".tsv", ".txt") or _are_sentences(header))
    # Names of languages that stand in the next row again, as eng and deu beside each text, are no header.
    again = [name for name, below in zip(*rows[:2], strict=False) if name == below] if len(rows) > 1 else []
    named = find_pair(src, tgt, [name for name in header if name not in again]) != (None, None)
    if not may_be_bare or named or _is_header(rows, again):
        return _by_name(path, src, tgt, header)
    return _guessed(path, src, tgt, rows)


def _by_name(origin: str | Path, src: str, tgt: str, found: Sequence[str]) -> PairColumns:
    src_name, tgt_name = find_pair(src, tgt, found)
    if src_name is None or tgt_name is None:
        raise missing_column(origin, src if src_name is None else tgt, found)
    if (src_name, tgt_name) != (src, tgt):
        logger.info(
            "%s: column %s is taken as %s, column %s as %s", origin, src_name.strip(), src, tgt_name.strip(), tgt
        )
    return PairColumns(src_name, tgt_name)


def _guessed(path: str | Path, src: str, tgt: str, rows: Sequence[Sequence[str]]) -> PairColumns:
    rows = [row for row in rows if len(row) == len(rows[0])]
    columns = [[row[place] for row in rows] for place in range(len(rows[0]))]
    texts = [place for place, values in enumerate(columns) if len(columns) == 2 or _is_text(values)]
    if len(texts) != 2:
        raise UserError(
            f"{path}: no column {src!r}, and not obvious which two of {names_of(rows[0])} are the texts; "
            f"put a line with the names of the columns above it"
        )
    if _swapped(columns[texts[0]], columns[texts[1]], src, tgt):
        texts.reverse()
    first = [rows[0][place][:SHOWN] for place in texts]
    logger.warning(
        "%s: no header with %s and %s; column %d is taken as %s, column %d as %s; first pair: %r, %r",
        path, src, tgt, texts[0] + 1, src, texts[1] + 1, tgt, *first,
    )  # fmt: skip
    return PairColumns(str(texts[0] + 1), str(texts[1] + 1), _bare(len(columns)))


def _memory_pairs(path: str | Path, src: str, tgt: str, form: Format) -> Pairs:
    seen: set[str] = set()
    pairs = 0
    for origin, unit in read_records(path, form=form):
        names = _sides(src, tgt, list(unit))
        seen |= unit.keys()
        pairs += None not in names
        texts = ["" if name is None else as_text(origin, name, unit[name]) for name in names]
        yield texts[0], texts[1]
    if seen and not pairs:
        raise UserError(f"{path}: no unit has both {src} and {tgt}; its languages are {names_of(sorted(seen))}")


def _sides(src: str, tgt: str, found: Sequence[str]) -> tuple[str | None, str | None]:
    """The names of the two sides; one that has no language is the side that the other one leaves.

    >>> _sides("de", "en", ["source", "de"]), _sides("en", "de", ["en-GB", "target"]), _sides("en", "de", ["fr", "en"])
    (('de', 'source'), ('en-GB', 'target'), ('en', None))
    """
    names = find_pair(src, tgt, found)
    unnamed = [name for name in found if name in ("source", "target") and name not in names]
    if names.count(None) == len(unnamed) == 1:
        return names[0] or unnamed[0], names[1] or unnamed[0]
    return names


def _are_places(src: str, tgt: str, width: int) -> bool:
    return all(name.isdecimal() and 1 <= int(name) <= width for name in (src, tgt))


def _bare(width: int) -> tuple[str, ...]:
    return tuple(str(place + 1) for place in range(width))


def _are_sentences(header: Sequence[str]) -> bool:
    """Whether two fields are too long for names, or end as sentences do."""
    ends = (".", "!", "?", "。")
    return sum(len(name.split()) > LONGEST_NAME_WORDS or name.strip().endswith(ends) for name in header) > 1


def _is_header(rows: Sequence[Sequence[str]], again: Sequence[str]) -> bool:
    """Whether the first row names other languages or sides, or is no number in a column of numbers.

    Args:
        again: those of its fields that stand in the second row too.
    """
    header, body = rows[0], [row for row in rows[1:] if len(row) == len(rows[0])]
    if len({language_key(name) for name in header if is_language(name) and name not in again}) > 1:
        return True
    if any(name.strip().casefold() in SIDES[side] for name in header if name not in again for side in SIDES):
        return True
    return any(
        not NUMBER.fullmatch(name) and body and all(NUMBER.fullmatch(row[place]) for row in body)
        for place, name in enumerate(header)
    )


def _is_text(values: Sequence[str]) -> bool:
    if len(values) > 1 and len(set(values)) == 1:
        return False
    no_text = sum(bool(NUMBER.fullmatch(value) or ATTRIBUTION.search(value)) for value in values)
    return 2 * no_text < len(values)


def _swapped(first: Sequence[str], second: Sequence[str], src: str, tgt: str) -> bool:
    """Whether the first column reads like `tgt` and the second like `src`, by the most usual words of the languages."""
    usual = [_usual_words(language) for language in (src, tgt)]
    if not all(usual):
        return False
    # Words of both languages say nothing.
    only_src, only_tgt = usual[0] - usual[1], usual[1] - usual[0]
    counts = {
        order: _count(sides[0], only_src) + _count(sides[1], only_tgt)
        for order, sides in (("given", (first, second)), ("swapped", (second, first)))
    }
    return counts["swapped"] >= LEAST_WORDS and counts["swapped"] > TIMES * counts["given"]


def _count(texts: Sequence[str], words: frozenset[str]) -> int:
    return sum(word in words for text in texts for word in re.findall(r"\w+", text.casefold()))


def _usual_words(language: str) -> frozenset[str]:
    """spaCy's stop words; none where it does not know the language."""
    if not is_language(language):
        return frozenset()
    try:
        return frozenset(importlib.import_module(f"spacy.lang.{language_key(language)}.stop_words").STOP_WORDS)
    except ImportError:
        return frozenset()
