"""Sentences with a tag or more for each word: UDPOS, CoNLL 2000, or any file of columns."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from nlpseq.compat.torchtext.legacy.data import Dataset, Example
from nlpseq.compat.torchtext.legacy.datasets.lines import lines

__all__ = ["CoNLL2000Chunking", "SequenceTaggingDataset", "UDPOS"]


class SequenceTaggingDataset(Dataset):
    """Examples whose attributes are lists of equal length, from a file with one word a line.

    Args:
        path: the file; an empty line ends a sentence.
        fields: (name, field) of each column.
        encoding: of the file.
        separator: between columns.
        kwargs: go to `Dataset`.
    """

    @staticmethod
    def sort_key(example: Any) -> int:
        """The number of words."""
        return max((len(column) for column in vars(example).values()), default=0)

    def __init__(
        self,
        path: str,
        fields: Sequence[tuple[Any, Any]],
        encoding: str = "utf-8",
        separator: str = "\t",
        **kwargs: Any,
    ) -> None:
        examples: list[Example] = []
        columns: list[list[str]] = []
        for line in [*lines(path, encoding), ""]:
            if line.strip():
                cells = line.strip().split(separator)
                columns += [[] for _ in cells[len(columns) :]]
                for column, cell in zip(columns, cells, strict=False):
                    column.append(cell)
            elif columns:
                examples.append(Example.fromlist(columns, fields))
                columns = []
        super().__init__(examples, fields, **kwargs)


class UDPOS(SequenceTaggingDataset):
    """The English Web Treebank of the Universal Dependencies: words, universal tags, Penn Treebank's tags."""

    urls = ["https://bitbucket.org/sivareddyg/public/downloads/en-ud-v2.zip"]
    dirname = "en-ud-v2"
    name = "udpos"

    @classmethod
    def splits(  # type: ignore[override]  # torchtext's own order of arguments
        cls,
        fields: Sequence[tuple[Any, Any]],
        root: str = ".data",
        train: str | None = "en-ud-tag.v2.train.txt",
        validation: str | None = "en-ud-tag.v2.dev.txt",
        test: str | None = "en-ud-tag.v2.test.txt",
        **kwargs: Any,
    ) -> tuple[Any, ...]:
        """The splits that have a file name, from the folder that `download` gives."""
        return super().splits(fields=fields, root=root, train=train, validation=validation, test=test, **kwargs)


class CoNLL2000Chunking(SequenceTaggingDataset):
    """CoNLL's shared task of 2000: words, tags, chunks."""

    urls = [
        "https://www.clips.uantwerpen.be/conll2000/chunking/train.txt.gz",
        "https://www.clips.uantwerpen.be/conll2000/chunking/test.txt.gz",
    ]
    dirname = ""
    name = "conll2000"

    @classmethod
    def splits(  # type: ignore[override]  # torchtext's own order of arguments
        cls,
        fields: Sequence[tuple[Any, Any]],
        root: str = ".data",
        train: str = "train.txt",
        test: str = "test.txt",
        validation_frac: float = 0.1,
        **kwargs: Any,
    ) -> tuple[Any, ...]:
        """Training, validation and test; there is no validation file, so a share of the training one is drawn.

        Args:
            validation_frac: that share; the draw is always the same.
        """
        whole, tested = super().splits(fields=fields, root=root, train=train, test=test, separator=" ", **kwargs)
        trained, valid = whole.split(1 - validation_frac, random_state=random.Random(0).getstate())
        return trained, valid, tested
