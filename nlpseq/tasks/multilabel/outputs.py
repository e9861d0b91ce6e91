"""The files that the test split of a run leaves: the labels of each text, all probabilities, explained mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpseq.counting import counted
from nlpseq.report.ranking import INSTRUCTIVE, WORST
from nlpseq.runs.explanations import EXPLANATIONS_FILE, write_explanations
from nlpseq.runs.outputs import damaged_output, read_arrays, write_arrays, write_lines

if TYPE_CHECKING:
    from nlpseq.tasks.multilabel.labeller import MultiLabelClassifier

PREDICTIONS_FILE, PROBABILITIES_FILE = "predictions.tsv", "probabilities.npz"
OUTPUTS = (PREDICTIONS_FILE, PROBABILITIES_FILE, EXPLANATIONS_FILE)


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
        raise damaged_output(path, f"not of {counted(texts, 'text')} and {counted(labels, 'label')}")
    return LabelSets(found.truth.astype(bool), found.predicted.astype(bool), found.probabilities)


def explain_mistakes(folder: Path, labeller: MultiLabelClassifier, texts: Sequence[str], found: LabelSets) -> None:
    """Write which words led to the mistakes that the report shows."""
    surest, typical = shown_mistakes(found, texts)
    mistakes = [*surest, *typical]
    labels = [labeller.labels[place] for place in wrongness(found)[mistakes].argmax(axis=1)] if mistakes else []
    explained = labeller.explain([texts[i] for i in mistakes], labels)
    write_explanations(folder, dict(zip(mistakes, explained, strict=True)))


def wrongness(found: LabelSets) -> NDArray[np.floating]:
    """How probable the model took what it wrongly gave or left out to be, 0 where it is right (N, C)."""
    truth, predicted, shares = found
    return np.where(truth != predicted, np.where(predicted, shares, 1 - shares), 0.0)


def shown_mistakes(found: LabelSets, texts: Sequence[str]) -> tuple[list[int], list[int]]:
    """Indices of the mistakes that the model was surest of, and of a short one of each label that is wrong often."""
    wrong = wrongness(found)
    order = [index for index in np.argsort(-wrong.max(axis=1), kind="stable").tolist() if wrong[index].any()]
    # Of each label that is wrong most often, the shortest text that is not among those.
    left, commonest = order[WORST:], np.argsort(-(found.truth != found.predicted).sum(axis=0), kind="stable")
    typical: list[int] = []
    for label in commonest[:INSTRUCTIVE].tolist():
        of_label = [index for index in left if wrong[index, label] and index not in typical]
        typical += sorted(of_label, key=lambda index: len(texts[index]))[:1]
    return order[:WORST], typical


def _named(names: Sequence[str], flags: NDArray[np.bool_]) -> list[str]:
    return [name for name, flag in zip(names, flags, strict=True) if flag]
