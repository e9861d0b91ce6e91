"""Labels as strings, whatever type a table keeps them in, and whether a classifier can be made of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from nlpseq.data.readers import as_text
from nlpseq.data.splits import listing
from nlpseq.errors import UserError

if TYPE_CHECKING:
    from datasets import Dataset

# Where the classes have names, -1 says that the class is not known.
NO_LABEL = ""


def label_name(place: str, column: str, value: object, class_names: Sequence[str] = ()) -> str:
    """A label of any type as a string, `NO_LABEL` for -1 where the classes have names.

    Args:
        place: file and row, for errors.
        column: that of the label, for errors.
        class_names: those of the class numbers.

    Raises:
        UserError: no label, or a value that cannot be one.

    >>> [label_name("row 1", "stars", value) for value in (4.0, 2, True, " very  good ")]
    ['4', '2', 'true', 'very good']
    >>> label_name("row 1", "label", 1, class_names=["neg", "pos"])
    'pos'
    """
    if class_names and isinstance(value, int):
        if not -1 <= value < len(class_names):
            raise UserError(f"{place}: {column!r} is {value}, but there are {len(class_names)} classes; mend the table")
        return NO_LABEL if value == -1 else class_names[value]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        value = int(value) if value.is_integer() else None if math.isnan(value) else value
    if not isinstance(value, str | int | float | None):
        raise UserError(f"{place}: {column!r} must be a string or a number, not {type(value).__name__}")
    name = "" if value is None else " ".join(as_text(place, column, str(value)).split())
    if not name:
        raise UserError(f"{place}: {column!r} holds no label; give the text one or take it out")
    return name


def check_known(dataset: Dataset, *, origin: str, split: str) -> None:
    """Raise UserError if no row of a split has a label."""
    if set(dataset.unique("label")) <= {NO_LABEL, "-1"}:
        raise UserError(f"{origin}: all its labels are kept back (-1); set data.{split} to a split that has them")


def check_trainable(splits: Mapping[str, Dataset], *, origins: Mapping[str, str]) -> None:
    """Raise UserError if the training split has one label only, or another split a label that it has not.

    Args:
        splits: with "train" among them.
        origins: where each split comes from, for errors.
    """
    known = set(splits["train"].unique("label"))
    if len(known) == 1:
        raise UserError(f"{origins['train']}: {known.pop()!r} is the only label; a classifier needs two or more")
    for split, dataset in splits.items():
        strange = [label for label in dataset.unique("label") if label not in known]
        if strange:
            row = dataset["label"][:].index(strange[0]) + 1
            fault = f"label {strange[0]!r}, never seen in training" if strange[0] else "no label (-1)"
            raise UserError(
                f"{origins[split]}: row {row:,} of {split} has {fault}; the labels are {listing(sorted(known))}"
            )
