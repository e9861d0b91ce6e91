"""How a data set is dealt out to training, test and validation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from nlpseq.compat.torchtext.legacy.data.example import Example
from nlpseq.compat.torchtext.legacy.data.utils import RandomShuffler

Item = TypeVar("Item")


def check_split_ratio(split_ratio: float | list[float]) -> tuple[float, float, float]:
    """The shares of training, test and validation, which add up to 1.

    Args:
        split_ratio: the share of training; or two or three numbers for training, test and validation.

    Raises:
        AssertionError: the share is not between 0 and 1, or the list has another length.
        ValueError: something else than a float or a list.

    >>> check_split_ratio(0.75), check_split_ratio([2, 1, 1])
    ((0.75, 0.25, 0.0), (0.5, 0.25, 0.25))
    """
    if isinstance(split_ratio, float):
        if not 0 < split_ratio < 1:
            raise AssertionError(f"split_ratio: {split_ratio} is not between 0 and 1")
        return split_ratio, 1.0 - split_ratio, 0.0
    if not isinstance(split_ratio, list):
        raise ValueError(f"split_ratio: a float or a list is wanted, not {type(split_ratio).__name__}")
    if len(split_ratio) not in (2, 3):
        raise AssertionError(f"split_ratio: 2 or 3 numbers are wanted, not {len(split_ratio)}")
    total = sum(split_ratio)
    train, test, *valid = split_ratio if total == 1.0 else [float(share) / total for share in split_ratio]
    return train, test, valid[0] if valid else 0.0


def stratify(examples: Sequence[Example], strata_field: str) -> list[list[Example]]:
    """The examples of each value of a field, in the order in which the values are met."""
    groups: dict[object, list[Example]] = {}
    for example in examples:
        groups.setdefault(getattr(example, strata_field), []).append(example)
    return list(groups.values())


def rationed_split(
    examples: Sequence[Item], train_ratio: float, test_ratio: float, val_ratio: float, rnd: RandomShuffler
) -> tuple[list[Item], list[Item], list[Item]]:
    """Training, test and validation examples, drawn at random.

    >>> import random
    >>> train, test, valid = rationed_split("abcdefgh", 0.5, 0.25, 0.25, RandomShuffler(random.Random(1).getstate()))
    >>> [len(part) for part in (train, test, valid)], sorted(train + test + valid)
    ([4, 2, 2], ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])
    """
    count = len(examples)
    drawn = [examples[index] for index in rnd(range(count))]
    train = round(train_ratio * count)
    test = round(test_ratio * count) if val_ratio else count - train
    return drawn[:train], drawn[train : train + test], drawn[train + test :]
