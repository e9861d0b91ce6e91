"""IMDb's film reviews (Maas et al., 2011)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nlpseq.compat.torchtext.files import read_lines
from nlpseq.compat.torchtext.legacy.data import Dataset, Example
from nlpseq.compat.torchtext.legacy.datasets.iterators import bucket_iterators

__all__ = ["IMDB"]


class IMDB(Dataset):
    """Examples with `text` and the `label` "pos" or "neg", the good ones first, in the order of their numbers.

    Args:
        path: a folder with the folders `pos` and `neg`, which hold one file a review.
        text_field, label_field: the fields.
        kwargs: go to `Dataset`.
    """

    urls = ["https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz"]
    name = "imdb"
    dirname = "aclImdb"

    @staticmethod
    def sort_key(ex: Any) -> int:
        """The number of words."""
        return len(ex.text)

    def __init__(self, path: str, text_field: Any, label_field: Any, **kwargs: Any) -> None:
        fields = [("text", text_field), ("label", label_field)]
        examples = [
            Example.fromlist([next(read_lines(file), ""), label], fields)
            for label in ("pos", "neg")
            for file in sorted(Path(path, label).glob("*.txt"), key=_number)
        ]
        super().__init__(examples, fields, **kwargs)

    @classmethod
    def splits(  # type: ignore[override]  # torchtext's own order of arguments
        cls,
        text_field: Any,
        label_field: Any,
        root: str = ".data",
        train: str | None = "train",
        test: str | None = "test",
        **kwargs: Any,
    ) -> tuple[Any, ...]:
        """The splits that have a folder name, from the folder that `download` gives."""
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


def _number(file: Path) -> tuple[int, str]:
    """Sorts 2_9.txt before 10_7.txt."""
    return len(file.name.partition("_")[0]), file.name
