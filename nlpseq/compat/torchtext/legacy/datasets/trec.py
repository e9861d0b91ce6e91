"""The questions of TREC with their kinds (Li and Roth, 2002)."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from nlpseq.compat.torchtext.legacy.data import Dataset, Example, Pipeline
from nlpseq.compat.torchtext.legacy.datasets.iterators import bucket_iterators

__all__ = ["TREC"]


class TREC(Dataset):
    """Examples with `text` and `label`, one of 6 kinds of question.

    Args:
        path: the file.
        text_field, label_field: the fields; `label_field.preprocessing` is set, to cut the labels.
        fine_grained: labels such as "NUM:date", of 50 kinds.
        kwargs: go to `Dataset`.
    """

    urls = [
        "https://cogcomp.seas.upenn.edu/Data/QA/QC/train_5500.label",
        "https://cogcomp.seas.upenn.edu/Data/QA/QC/TREC_10.label",
    ]
    name = "trec"
    dirname = ""

    @staticmethod
    def sort_key(ex: Any) -> int:
        """The number of words."""
        return len(ex.text)

    def __init__(self, path: str, text_field: Any, label_field: Any, fine_grained: bool = False, **kwargs: Any) -> None:
        label_field.preprocessing = Pipeline(partial(_label, fine_grained))
        fields = [("text", text_field), ("label", label_field)]
        examples = []
        with open(os.path.expanduser(path), "rb") as file:
            for line in file:
                # One byte of the published file is not UTF-8.
                label, _, text = line.replace(b"\xf0", b" ").decode().partition(" ")
                examples.append(Example.fromlist([text, label], fields))
        super().__init__(examples, fields, **kwargs)

    @classmethod
    def splits(  # type: ignore[override]  # torchtext's own order of arguments
        cls,
        text_field: Any,
        label_field: Any,
        root: str = ".data",
        train: str | None = "train_5500.label",
        test: str | None = "TREC_10.label",
        **kwargs: Any,
    ) -> tuple[Any, ...]:
        """The splits that have a file name, from the folder that `download` gives."""
        return super().splits(
            root=root, text_field=text_field, label_field=label_field, train=train, test=test, **kwargs
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


def _label(fine_grained: bool, label: str) -> str:
    return label if fine_grained else label.split(":")[0]
