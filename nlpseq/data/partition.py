"""Parting a data set by rows: held-out splits and the folds of a cross-validation, by class shares if wished."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from nlpseq.errors import UserError

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict


def hold_out(
    dataset: Dataset, *, validation_size: int = 0, test_size: int = 0, seed: int = 1, stratify: str | None = None
) -> DatasetDict:
    """Split off random rows, the same ones for the same seed; each part keeps the order of the corpus.

    A part of size 0 is left out.

    Args:
        stratify: a column, such as "label", whose values keep their shares in each part, as far as whole
            numbers allow; each stays in the training split at least once.

    Raises:
        UserError: a negative size, or too little would be left to train on.

    >>> from datasets import Dataset
    >>> rows = Dataset.from_dict({"src": list("abcde"), "tgt": list("ABCDE")})
    >>> {name: len(part) for name, part in hold_out(rows, validation_size=2).items()}
    {'train': 3, 'validation': 2}
    """
    from datasets import DatasetDict

    if validation_size < 0 or test_size < 0:
        raise UserError(f"held-out sizes must not be negative: validation {validation_size}, test {test_size}")
    held = validation_size + test_size
    if held >= len(dataset):
        raise UserError(
            f"holding out {held:,} of {len(dataset):,} {_noun(dataset)} leaves none to train on; "
            "choose smaller held-out sizes"
        )
    permuted = np.random.default_rng(seed).permutation(len(dataset))
    groups = np.zeros(len(dataset), dtype=np.int64)
    if stratify is not None:
        groups = np.unique(dataset[stratify][:], return_inverse=True)[1]
    counts = np.bincount(groups)
    if held > len(dataset) - len(counts):
        raise UserError(
            f"holding out {held:,} of {len(dataset):,} {_noun(dataset)} leaves a {stratify} without any to train on; "
            "choose smaller held-out sizes"
        )
    held_counts = _allot(held, counts, keep=1)
    validation_counts = _allot(validation_size, held_counts, keep=0)
    by_group = permuted[np.argsort(groups[permuted], kind="stable")]
    group = groups[by_group]
    place = np.arange(len(dataset)) - (np.cumsum(counts) - counts)[group]
    parts = {
        "train": place >= held_counts[group],
        "validation": place < validation_counts[group],
        "test": (place >= validation_counts[group]) & (place < held_counts[group]),
    }
    return DatasetDict({name: dataset.select(np.sort(by_group[part])) for name, part in parts.items() if part.any()})


def folds(dataset: Dataset, k: int, *, seed: int = 1, stratify: str | None = None) -> Iterator[DatasetDict]:
    """Yield "train" and "test" of a k-fold cross-validation: each row is in one test split.

    Rows are drawn at random, the same ones for the same seed; each part keeps the order of the corpus.

    Args:
        k: the number of folds, 2 or more.
        stratify: a column, such as "label", whose values are spread evenly over the folds.

    Raises:
        UserError: too few rows, in all or of one value of `stratify`.

    >>> from datasets import Dataset
    >>> rows = Dataset.from_dict({"text": list("abcdef"), "label": ["x", "x", "x", "y", "y", "y"]})
    >>> [sorted(fold["test"]["label"]) for fold in folds(rows, 3, stratify="label")]
    [['x', 'y'], ['x', 'y'], ['x', 'y']]
    """
    from datasets import DatasetDict
    from sklearn.model_selection import KFold, StratifiedKFold

    if not 2 <= k <= len(dataset):
        raise UserError(f"{k} folds cannot be made of {len(dataset):,} {_noun(dataset)}; choose from 2 to so many")
    if stratify is None:
        splits = KFold(k, shuffle=True, random_state=seed).split(np.zeros(len(dataset)))
    else:
        values = np.asarray(dataset[stratify][:])
        names, counts = np.unique(values, return_counts=True)
        if counts.min() < 2:
            lonely = str(names[counts.argmin()])
            raise UserError(
                f"{k} folds: {stratify} {lonely!r} comes once, and none is left to train on where it is tested"
            )
        if counts.max() < k:
            raise UserError(f"{k} folds: no {stratify} comes more than {counts.max()} times; choose fewer folds")
        splits = StratifiedKFold(k, shuffle=True, random_state=seed).split(np.zeros(len(dataset)), values)
    with warnings.catch_warnings():
        # A value that comes in fewer than k rows is missing in some test splits, and in no training split.
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        rows = list(splits)
    return (DatasetDict(train=dataset.select(train), test=dataset.select(test)) for train, test in rows)


def _allot(total: int, counts: np.ndarray, *, keep: int) -> np.ndarray:
    """Whole numbers that add up to `total`, in proportion to `counts` (G,), each at least `keep` below its count.

    The largest remainders are rounded up.
    """
    shares = counts * total
    allotted: np.ndarray = shares // max(1, counts.sum())
    remainders = shares % max(1, counts.sum())
    while short := total - allotted.sum():
        open_groups = np.flatnonzero(allotted < counts - keep)
        largest = open_groups[np.argsort(-remainders[open_groups], kind="stable")[:short]]
        allotted[largest] += 1
        remainders[largest] = 0
    return allotted


def _noun(dataset: Dataset) -> str:
    return "pairs" if "src" in dataset.column_names else "texts"
