"""Labels as strings, whatever type a table keeps them in, and whether a classifier can be made of them."""

from __future__ import annotations

import logging
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from nlpseq.counting import counted
from nlpseq.data.readers import as_text
from nlpseq.data.splits import listing
from nlpseq.errors import UserError

if TYPE_CHECKING:
    from datasets import Dataset

logger = logging.getLogger("nlpseq")

# What stands for a missing label once it is read: null, NaN, an empty cell, -1 where the classes have names.
NO_LABEL = ""
# How tables that know text only write that there is nothing. "None" and "NA" are not among them: they can be classes.
NOTHING = ("nan", "null", "<na>", "#n/a")
TRUTH = ("true", "false")
# A whole number as some program writes it: 5, +5, 5.0.
WHOLE = re.compile(r"\+?(-?(?:0|[1-9]\d*))(?:\.0+)?", re.ASCII)
# So many texts with a label each of their own are no classes.
MANY = 50


def label_name(place: str, column: str, value: object, class_names: Sequence[str] = ()) -> str:
    """A label of any type as a string, the same in all formats; `NO_LABEL` where there is none.

    Args:
        place: file and row, for errors.
        column: that of the label, for errors.
        class_names: those of the class numbers.

    Raises:
        UserError: a value that cannot be a label.

    >>> [label_name("row 1", "stars", value) for value in (4.0, "4.0", 2, "+2", True, "TRUE", " a  b ", None, "NaN")]
    ['4', '4', '2', '2', 'true', 'true', 'a b', '', '']
    >>> label_name("row 1", "label", 1, class_names=["neg", "pos"])
    'pos'
    """
    if class_names and isinstance(value, int):
        if not -1 <= value < len(class_names):
            raise UserError(
                f"{place}: {column!r} is {value}, but there are {len(class_names)} classes; correct the table"
            )
        return NO_LABEL if value == -1 else class_names[value]
    if isinstance(value, list | tuple | dict | set):
        raise UserError(
            f"{place}: {column!r} holds a {type(value).__name__}; give each text one label, or use task: multilabel"
        )
    if isinstance(value, float | Decimal):
        value = None if math.isnan(value) else int(value) if value == value // 1 else str(value)
    if not isinstance(value, str | int | bytes | None):
        raise UserError(f"{place}: {column!r} must be a string or a number, not {type(value).__name__}")
    text = value if isinstance(value, str | bytes | None) else str(value)
    return _same_form(" ".join(as_text(place, column, text).split()))


def label_order(label: str) -> tuple[bool, float, str]:
    """A key to sort labels by: numbers by value, before names in their order.

    >>> sorted(["b", "10", "nan", "9", "-1", "a"], key=label_order)
    ['-1', '9', '10', 'a', 'b', 'nan']
    """
    try:
        number = float(label)
    except ValueError:
        number = math.nan
    return (True, 0.0, label) if math.isnan(number) else (False, number, label)


def look_alikes(labels: Iterable[str]) -> list[list[str]]:
    """Labels that differ in case, in the form of their accents or in characters that are not seen, group by group.

    >>> look_alikes(["pos", "neg", "Pos", "n\u200beg", "other"])
    [['neg', 'n\u200beg'], ['Pos', 'pos']]
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for label in labels:
        groups[_looks(label)].append(label)
    return [sorted(group) for _, group in sorted(groups.items()) if len(group) > 1]


def check_known(dataset: Dataset, *, origin: str, split: str) -> None:
    """Raise UserError if no row of a split has a label."""
    if set(dataset.unique("label")) <= {NO_LABEL, "-1"}:
        raise UserError(
            f"{origin}: all its labels are kept back (-1 or nothing); set data.{split} to a split that has them"
        )


def check_trainable(splits: Mapping[str, Dataset], *, origins: Mapping[str, str]) -> None:
    """Raise UserError if the training split has one label only, or another split a label that it has not.

    A warning lists the labels that look alike.

    Args:
        splits: with "train" among them.
        origins: where each split comes from, for errors.
    """
    known = set(splits["train"].unique("label"))
    if len(known) == 1:
        raise UserError(f"{origins['train']}: {known.pop()[:60]!r} is the only label; a classifier needs two or more")
    rows = len(splits["train"])
    if 2 * len(known) > rows >= MANY:
        raise UserError(
            f"{origins['train']}: {len(known):,} labels for {counted(rows, 'text')}, hardly one of them twice; "
            "set data.label to the column of their classes"
        )
    if alike := look_alikes(known):
        # As Python writes them: what is not seen is seen.
        groups = [" and ".join(ascii(label) for label in group) for group in alike]
        logger.warning("%s: labels that look alike are classes of their own: %s", origins["train"], listing(groups))
    for split, dataset in splits.items():
        strange = [label for label in dataset.unique("label") if label != NO_LABEL and label not in known]
        if strange:
            row = dataset["label"][:].index(strange[0]) + 1
            raise UserError(
                f"{origins[split]}: row {row:,} of {split} has label {strange[0][:60]!r}, never seen in training; "
                f"the labels are {listing(sorted(known, key=label_order))}"
            )


def _same_form(name: str) -> str:
    lower = name.casefold()
    if lower in NOTHING:
        return NO_LABEL
    if lower in TRUTH:
        return lower
    whole = WHOLE.fullmatch(name)
    return name if whole is None else "0" if whole[1] == "-0" else whole[1]


def _looks(label: str) -> str:
    plain = unicodedata.normalize("NFKC", label).casefold()
    return " ".join("".join(letter for letter in plain if unicodedata.category(letter) != "Cf").split())


def label_numbers(labels: Iterable[str], names: Sequence[str], *, split: str) -> list[int]:
    """The number of each label (N,) among the names of a model's classes.

    Raises:
        UserError: a label of the split that the model does not know.

    >>> label_numbers(["pos", "neg"], ["neg", "pos"], split="test")
    [1, 0]
    """
    numbers, labels = {name: number for number, name in enumerate(names)}, list(labels)
    if unknown := next((label for label in labels if label not in numbers), None):
        raise UserError(
            f"split {split}: the label {unknown!r} is not one that the model was trained on "
            f"({', '.join(names[:10])}); check data.label"
        )
    return [numbers[label] for label in labels]
