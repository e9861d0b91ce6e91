"""Translators' formats, whose units name their languages: one table of them all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from nlpseq.data.gettext import read_po
from nlpseq.data.textfile import suffix_of
from nlpseq.data.tmx import read_tmx
from nlpseq.data.xliff import read_xliff

MEMORY_SUFFIXES = (".tmx", ".xlf", ".xliff", ".po")


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
