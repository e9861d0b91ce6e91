"""The Stanford Sentiment Treebank."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from nlpseq.compat.torchtext.legacy.data import Dataset, Example, Pipeline
from nlpseq.compat.torchtext.legacy.datasets.iterators import bucket_iterators
from nlpseq.compat.torchtext.legacy.datasets.lines import lines

__all__ = ["SST"]

LABELS = ("very negative", "negative", "neutral", "positive", "very positive")


class SST(Dataset):
    """Sentences of film reviews: examples with `text` and `label`.

    Args:
        path: a file of trees.
        text_field, label_field: the fields; `label_field.preprocessing` is set, to make words of the numbers.
        subtrees: every phrase is an example as well.
        fine_grained: five labels with "very negative" and "very positive"; default: three without.
        kwargs: go to `Dataset`.
    """

    urls = ["https://nlp.stanford.edu/sentiment/trainDevTestTrees_PTB.zip"]
    dirname = "trees"
    name = "sst"

    @staticmethod
    def sort_key(ex: Any) -> int:
        """The number of words."""
        return len(ex.text)

    def __init__(
        self,
        path: str,
        text_field: Any,
        label_field: Any,
        subtrees: bool = False,
        fine_grained: bool = False,
        **kwargs: Any,
    ) -> None:
        label_field.preprocessing = Pipeline(partial(_label, fine_grained))
        fields = [("text", text_field), ("label", label_field)]
        examples: list[Example] = []
        for line in lines(path):
            found = Example.fromtree(line, fields, subtrees)
            examples += found if subtrees else [found]
        super().__init__(examples, fields, **kwargs)

    @classmethod
    def splits(  # type: ignore[override]  # torchtext's own order of arguments
        cls,
        text_field: Any,
        label_field: Any,
        root: str = ".data",
        train: str | None = "train.txt",
        validation: str | None = "dev.txt",
        test: str | None = "test.txt",
        train_subtrees: bool = False,
        **kwargs: Any,
    ) -> tuple[Any, ...]:
        """The splits that have a file name, from the folder that `download` gives.

        Args:
            train_subtrees: `subtrees`, for training alone.
        """
        folder = cls.download(root)
        return tuple(
            cls(os.path.join(folder, file), text_field, label_field, subtrees=subtrees, **kwargs)
            for file, subtrees in ((train, train_subtrees), (validation, False), (test, False))
            if file is not None
        )

    @classmethod
    def iters(
        cls, batch_size: int = 32, device: Any = None, root: str = ".data", vectors: Any = None, **kwargs: Any
    ) -> tuple[Any, ...]:
        """Iterators over the splits, with fields and vocabularies made from the first.

        Args:
            batch_size, device: see `BucketIterator`.
            root, kwargs: see `splits`.
            vectors: see `Vocab`.
        """
        return bucket_iterators(cls.splits, batch_size=batch_size, device=device, root=root, vectors=vectors, **kwargs)


def _label(fine_grained: bool, number: str | None) -> str | None:
    if number is None:
        return None
    name = LABELS[int(number)]
    return name if fine_grained else name.removeprefix("very ")
