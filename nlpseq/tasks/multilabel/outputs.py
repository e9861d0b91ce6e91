"""The files that the test split of a run leaves: the labels of each text, and the probabilities of all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpseq.runs.outputs import damaged_output, read_arrays, write_arrays, write_lines

PREDICTIONS_FILE, PROBABILITIES_FILE = "predictions.tsv", "probabilities.npz"
OUTPUTS = (PREDICTIONS_FILE, PROBABILITIES_FILE)


class LabelSets(NamedTuple):
    """Which labels apply and which are predicted, both (N, C) bool, and their probabilities (N, C)."""

    truth: NDArray[np.bool_]
    predicted: NDArray[np.bool_]
    probabilities: NDArray[np.floating]


def write_labels(folder: Path, names: Sequence[str], found: LabelSets) -> None:
    """Write the labels of each text, joined by "|", and all probabilities."""
    joined = ("\t".join("|".join(_named(names, part)) for part in row) for row in zip(*found[:2], strict=True))
    write_lines(folder / PREDICTIONS_FILE, ["labels\tpredicted", *joined])
    write_arrays(folder / PROBABILITIES_FILE, found._asdict())


def read_labels(folder: Path, *, texts: int, labels: int) -> LabelSets:
    """What `write_labels` wrote of so many texts and labels.

    Raises:
        UserError: the run has not been evaluated, or the file is damaged or of another split.
    """
    path = folder / PROBABILITIES_FILE
    arrays = read_arrays(path)
    try:
        found = LabelSets(*(arrays[name] for name in LabelSets._fields))
    except KeyError as error:
        raise damaged_output(path, error) from error
    if any(part.shape != (texts, labels) for part in found):
        raise damaged_output(path, f"not of {texts} texts and {labels} labels")
    return LabelSets(found.truth.astype(bool), found.predicted.astype(bool), found.probabilities)


def _named(names: Sequence[str], flags: NDArray[np.bool_]) -> list[str]:
    return [name for name, flag in zip(names, flags, strict=True) if flag]
