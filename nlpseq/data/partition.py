"""Parting a data set by rows: held-out splits and the folds of a cross-validation, by class shares if wished."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from nlpseq.counting import counted
from nlpseq.data.arrow import rows_where
from nlpseq.data.encode import column_texts
from nlpseq.data.overlap import row_key
from nlpseq.errors import UserError

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict


PARTS = ("train", "validation", "test")
# Rows of a held-out split whose size nobody set.
MOST_BY_DEFAULT = 500
# Rows that are looked at first, for each one that is held out.
CANDIDATES = 4


def hold_out(
    dataset: Dataset,
    *,
    validation_size: int | float = 0,
    test_size: int | float = 0,
    seed: int = 1,
    stratify: str | None = None,
) -> DatasetDict:
    """Split off random rows, the same ones for the same seed; each part keeps the order of the corpus.

    Equal texts or sources (columns "text" or "src") stay in one part: a part is a little smaller than asked for where
    that cannot be had otherwise, and only where it would be empty are they parted. A part of size 0 is left out.

    Args:
        validation_size: number of rows, or their share if it is below 1; a share is one row at least.
        test_size: the same.
        stratify: a column, such as "label", whose values keep their shares in each part, as far as whole
            numbers allow; each stays in the training split at least once.

    Raises:
        UserError: a negative size, or too little would be left to train on.

    >>> from datasets import Dataset
    >>> rows = Dataset.from_dict({"src": list("abcdd"), "tgt": list("ABCDE")})
    >>> {name: len(part) for name, part in hold_out(rows, validation_size=0.4).items()}
    {'train': 3, 'validation': 2}
    """
    from datasets import DatasetDict

    if not (validation_size >= 0 and test_size >= 0):
        raise UserError(f"held-out sizes must not be negative: validation {validation_size}, test {test_size}")
    sizes = [rows_of_size(size, len(dataset)) for size in (validation_size, test_size)]
    held = sum(sizes)
    if held >= len(dataset):
        raise _too_many(held, dataset, "none to train on")
    by_stratum = np.random.default_rng(seed).permutation(len(dataset))
    strata: np.ndarray = np.zeros(len(dataset), dtype=np.int8)
    counts: np.ndarray = np.array([len(dataset)])
    if stratify is not None:
        _, strata, counts = np.unique(dataset[stratify][:], return_inverse=True, return_counts=True)
        by_stratum = by_stratum[np.argsort(strata[by_stratum], kind="stable")]
    if held > len(dataset) - len(counts):
        raise _too_many(held, dataset, f"a {stratify} without any to train on, of which there are {len(counts):,}")
    held_counts = _allot(held, counts, keep=1)
    validation_counts = _allot(sizes[0], held_counts, keep=0)
    quotas = np.stack([validation_counts, held_counts - validation_counts], axis=1)  # (strata, parts)
    # Of a long corpus the first rows of each stratum suffice, as far as they are not equal to one another.
    most = CANDIDATES * held + MOST_BY_DEFAULT
    first = np.concatenate([stratum[:most] for stratum in np.split(by_stratum, np.cumsum(counts)[:-1])])
    part_of, full = _deal(first, strata, _equal_rows(dataset, first), quotas)
    if not full and len(first) < len(dataset):
        part_of, _ = _deal(by_stratum, strata, _equal_rows(dataset), quotas)
    if any(size and not (part_of == part).any() for part, size in enumerate(sizes, start=1)):
        part_of, _ = _deal(by_stratum, strata, {}, quotas)  # there is little else than equal rows
    parts = {name: rows_where(dataset, part_of == part) for part, name in enumerate(PARTS)}
    return DatasetDict({name: part for name, part in parts.items() if len(part)})


def rows_of_size(size: int | float | None, total: int) -> int:
    """The number of rows that a held-out size stands for: itself, a share, or by default a tenth, at most 500.

    >>> rows_of_size(7, 1200), rows_of_size(0.25, 1200), rows_of_size(None, 1200), rows_of_size(None, 10**6)
    (7, 300, 120, 500)
    """
    if size is None:
        return max(1, min(MOST_BY_DEFAULT, total // 10))
    return max(1, round(size * total)) if 0 < size < 1 else int(size)


def _deal(
    by_stratum: np.ndarray, strata: np.ndarray, equal: Mapping[int, np.ndarray], quotas: np.ndarray
) -> tuple[np.ndarray, bool]:
    """The number of each row's part, 0 for the training split, and whether all parts are full.

    Rows are dealt out with those that are equal to them.

    Args:
        by_stratum: rows, stratum by stratum, in the order in which they are dealt out.
        strata: the stratum of every row.
        equal: the rows that are equal to a row, itself among them, where there are any others.
        quotas: rows of each stratum that each held-out part shall have, (strata, parts).
    """
    part_of = np.zeros(len(strata), dtype=np.int8)
    left = np.zeros(len(quotas), dtype=np.int64)  # rows of each stratum that are still in the training split
    np.add.at(left, *np.unique(strata, return_counts=True))
    open_quotas = quotas.copy()
    for row in by_stratum:
        open_quota = open_quotas[strata[row]]
        if not open_quota.any():
            continue
        rows = equal.get(row, np.array([row]))
        takes = np.bincount(strata[rows], minlength=len(left))
        # What was dealt out with another stratum is not dealt out again, and no stratum loses its last row.
        if part_of[rows].any() or (left[takes > 0] <= takes[takes > 0]).any():
            continue
        fitting = np.flatnonzero(open_quota >= len(rows))
        if len(fitting):
            open_quota[fitting[0]] -= len(rows)
            part_of[rows] = fitting[0] + 1
            left -= takes
            if not open_quotas.any():
                break
    return part_of, not open_quotas.any()


def _equal_rows(dataset: Dataset, candidates: np.ndarray | None = None) -> dict[int, np.ndarray]:
    """Row -> all rows of the same text or source, for those that have any others.

    Args:
        candidates: the rows that are asked for; by default all, of which memory holds a number each.
    """
    column = next((name for name in ("text", "src") if name in dataset.column_names), None)
    if column is None:
        return {}
    few = candidates is not None and len(candidates) < len(dataset)
    wanted = {row_key([text]) for text in dataset.select(candidates)[column][:]} if few else None
    groups: dict[int, list[int]] = defaultdict(list)
    for row, text in enumerate(column_texts(dataset, column)):
        key = row_key([text])
        if wanted is None or key in wanted:
            groups[key].append(row)
    return {row: np.array(rows) for rows in groups.values() if len(rows) > 1 for row in rows}


def _too_many(held: int, dataset: Dataset, what: str) -> UserError:
    return UserError(
        f"holding out {held:,} of {counted(len(dataset), _noun(dataset))} leaves {what}; "
        "set data.validation_size and data.test_size to fewer, or to shares such as 0.1"
    )


def folds(dataset: Dataset, k: int, *, seed: int = 1, stratify: str | None = None) -> Iterator[DatasetDict]:
    """Yield "train" and "test" of a k-fold cross-validation: each row is in one test split.

    Rows are drawn at random, the same ones for the same seed, equal texts or sources together; each part keeps the
    order of the corpus.

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
    from sklearn.model_selection import KFold, StratifiedGroupKFold, StratifiedKFold

    if not 2 <= k <= len(dataset):
        raise UserError(
            f"{k} folds cannot be made of {counted(len(dataset), _noun(dataset))}; choose from 2 to that many"
        )
    equal = _equal_rows(dataset)
    if stratify is None and not equal:
        splits = KFold(k, shuffle=True, random_state=seed).split(np.zeros(len(dataset)))
    else:
        values = np.zeros(len(dataset)) if stratify is None else np.asarray(dataset[stratify][:])
        names, counts = np.unique(values, return_counts=True)
        if counts.min() < 2:
            lonely = str(names[counts.argmin()])
            raise UserError(
                f"{k} folds: {stratify} {lonely!r} comes once, and none is left to train on where it is tested"
            )
        if counts.max() < k:
            raise UserError(f"{k} folds: no {stratify} comes more than {counts.max()} times; choose fewer folds")
        if equal:
            first = np.array([equal[row][0] if row in equal else row for row in range(len(dataset))])
            together = StratifiedGroupKFold(k, shuffle=True, random_state=seed)
            splits = together.split(np.zeros(len(dataset)), values, first)
        else:
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
    return "pair" if "src" in dataset.column_names else "text"
