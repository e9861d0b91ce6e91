"""Translators' formats, whose units name their languages: one table of them all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from nlpseq.data.gaps import Gaps
from nlpseq.data.gettext import read_po
from nlpseq.data.gettext_gaps import po_gaps
from nlpseq.data.textfile import suffix_of
from nlpseq.data.tmx import read_tmx
from nlpseq.data.xliff import read_xliff
from nlpseq.data.xliff_gaps import xliff_gaps

MEMORY_SUFFIXES = (".tmx", ".xlf", ".xliff", ".po")
# Those that say what is still to be translated, and one name of each format; a template (.pot) has no translations.
GAP_SUFFIXES = {".po": ".po", ".pot": ".po", ".xlf": ".xlf", ".xliff": ".xlf"}


def is_memory(path: str | Path) -> bool:
    """Whether it is a file of units by language.

    >>> is_memory("a/de.po.gz"), is_memory("a.csv")
    (True, False)
    """
    return suffix_of(path) in MEMORY_SUFFIXES


def read_units(path: str | Path, encoding: str | None = None) -> Iterator[dict[str, str]]:
    """Yield the text by language of each unit, read one after the other; a side without a language is "source" or
    "target".

    Raises:
        UserError: it cannot be read.
    """
    suffix = suffix_of(path)
    if suffix == ".po":
        return read_po(path, encoding)
    return read_tmx(path) if suffix == ".tmx" else read_xliff(path)


def find_gaps(path: str | Path, encoding: str | None = None) -> Gaps:
    """What a file of `GAP_SUFFIXES` leaves to be translated.

    Raises:
        UserError: it cannot be read.
    """
    return po_gaps(path, encoding) if GAP_SUFFIXES[suffix_of(path)] == ".po" else xliff_gaps(path)
