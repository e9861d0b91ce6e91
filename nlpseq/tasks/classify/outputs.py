"""The files that a classification run's test split leaves: predictions, probabilities, explained mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpseq.report import shown_mistakes
from nlpseq.report.differences import LabelChoice
from nlpseq.runs.explanations import EXPLANATIONS_FILE, write_explanations
from nlpseq.runs.outputs import damaged_output, read_arrays, read_lines, write_arrays, write_lines

if TYPE_CHECKING:
    from nlpseq.tasks.classify.classifier import Classifier

PREDICTIONS_FILE, PROBABILITIES_FILE = "predictions.tsv", "probabilities.npz"
OUTPUTS = (PREDICTIONS_FILE, PROBABILITIES_FILE, EXPLANATIONS_FILE)


class Probabilities(NamedTuple):
    """The numbers of the true classes (N,), and the probabilities of all (N, C), calibrated and before that."""

    labels: NDArray[np.integer]
    calibrated: np.ndarray
    uncalibrated: np.ndarray


def write_predictions(folder: Path, names: Sequence[str], found: Probabilities) -> None:
    """Write the label, the predicted label and its probability of each text, and all probabilities."""
    chosen = found.calibrated.argmax(1)
    rows = zip(found.labels.tolist(), chosen.tolist(), found.calibrated.max(1).tolist(), strict=True)
    lines = [f"{names[label]}\t{names[guess]}\t{share:.6f}" for label, guess, share in rows]
    write_lines(folder / PREDICTIONS_FILE, ["label\tpredicted\tprobability", *lines])
    write_arrays(folder / PROBABILITIES_FILE, found._asdict())


def read_predictions(folder: Path, count: int) -> list[LabelChoice]:
    """What was predicted of each text of a split of `count` texts.

    Raises:
        UserError: the run has not been evaluated, or the file is damaged.
    """
    rows = [line.split("\t") for line in read_lines(folder / PREDICTIONS_FILE, count=count, header=True)]
    return [LabelChoice(row[1], float(row[2])) for row in rows]


def read_probabilities(folder: Path) -> Probabilities:
    """The probabilities of the run's test split.

    Raises:
        UserError: the file is missing or damaged.
    """
    arrays = read_arrays(folder / PROBABILITIES_FILE)
    try:
        return Probabilities(*(arrays[name] for name in Probabilities._fields))
    except KeyError as error:
        raise damaged_output(folder / PROBABILITIES_FILE, error) from error


def explain_mistakes(folder: Path, classifier: Classifier, texts: Sequence[str], found: Probabilities) -> None:
    """Write which words led to the mistakes that the report shows."""
    surest, typical = shown_mistakes(found.labels, found.calibrated, texts)
    mistakes = [*surest, *typical]
    explained = classifier.predict([texts[i] for i in mistakes], explain=True)
    write_explanations(
        folder, {i: found.explanation for i, found in zip(mistakes, explained, strict=True) if found.explanation}
    )
