"""Sentences with a tag or more for each word: a list of columns, the words first."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from nlpseq.compat.torchtext.datasets.rows import tagged
from nlpseq.compat.torchtext.datasets.source import Source, select

Splits = str | Iterable[str]


def UDPOS(root: str | None = None, split: Splits = ("train", "valid", "test")) -> Any:
    """[words, universal tags, Penn Treebank's tags] of the English Universal Dependencies."""
    files = {"train": "train.txt", "valid": "dev.txt", "test": "test.txt"}
    read = partial(tagged, delimiter="\t")
    sources = {one: Source((file,), read, archive="en-ud-v2.zip") for one, file in files.items()}
    return select("UDPOS", root, split, sources)


def CoNLL2000Chunking(root: str | None = None, split: Splits = ("train", "test")) -> Any:
    """[words, tags, chunks] of CoNLL's shared task of 2000."""
    read = partial(tagged, delimiter=" ")
    sources = {one: Source((f"{one}.txt",), read, archive=f"{one}.txt.gz") for one in ("train", "test")}
    return select("CoNLL2000Chunking", root, split, sources)
