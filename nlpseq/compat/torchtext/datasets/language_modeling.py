"""Running text, a line a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from nlpseq.compat.torchtext.datasets.origins import ORIGINS
from nlpseq.compat.torchtext.datasets.rows import ended_lines, stripped_lines
from nlpseq.compat.torchtext.datasets.source import Source, select
from nlpseq.compat.torchtext.errors import UserValueError
from nlpseq.compat.torchtext.files import read_lines

Splits = str | Iterable[str]
TRAIN_VALID_TEST = ("train", "valid", "test")


def WikiText2(root: str | None = None, split: Splits = TRAIN_VALID_TEST) -> Any:
    """Wikipedia's articles, 2 million words: lines with their line feeds."""
    return select("WikiText2", root, split, _wikitext("2"))


def WikiText103(root: str | None = None, split: Splits = TRAIN_VALID_TEST) -> Any:
    """Wikipedia's articles, 103 million words: lines with their line feeds."""
    return select("WikiText103", root, split, _wikitext("103"))


def _wikitext(size: str) -> dict[str, Source]:
    return {
        split: Source(
            (f"wikitext-{size}/wiki.{split}.tokens",),
            ended_lines,
            archive=f"wikitext-{size}-v1.zip",
            hub=f"Salesforce/wikitext:wikitext-{size}-v1",
            hub_split=hub_split,
            from_hub=_wikitext_line,
        )
        for split, hub_split in {"train": "train", "valid": "validation", "test": "test"}.items()
    }


def _wikitext_line(row: Mapping[str, Any]) -> str:
    return row["text"] or " \n"  # the hub has nothing where the files have a space


def PennTreebank(root: str | None = None, split: Splits = TRAIN_VALID_TEST) -> Any:
    """News, one million words, in lower case with "<unk>" and "N": lines without spaces around."""
    sources = {one: Source((f"ptb.{one}.txt",), stripped_lines) for one in TRAIN_VALID_TEST}
    return select("PennTreebank", root, split, sources)


def EnWik9(root: str | None = None) -> Any:
    """The first 10**9 bytes of Wikipedia's dump of 2006: lines."""
    return select("EnWik9", root, "train", {"train": Source(("enwik9",), read_lines, archive="enwik9.zip")})


def CC100(root: str | None = None, language_code: str = "en") -> Any:
    """Web pages in one language: (code, line).

    Raises:
        ValueError: no language has this code.
    """
    if language_code not in ORIGINS["CC100"]["VALID_CODES"]:
        raise UserValueError(f"CC100 has no language {language_code!r}; see torchtext.datasets.cc100.VALID_CODES")
    file = f"{language_code}.txt"
    source = Source((file,), partial(_coded_lines, language_code), archive=f"{file}.xz")
    return select("CC100", root, "train", {"train": source})


def _coded_lines(language_code: str, path: Path) -> Iterator[tuple[str, str]]:
    return ((language_code, line) for line in read_lines(path))
