"""The files that a classification run's test split leaves, read and written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlpseq.errors import UserError
from nlpseq.runs.corpus import saved_corpus
from nlpseq.tasks.report import damaged_output, read_arrays

PREDICTIONS_FILE = "predictions.tsv"
PROBABILITIES_FILE, EXPLANATIONS_FILE = "probabilities.npz", "explanations.json"
OUTPUTS = (PROBABILITIES_FILE, EXPLANATIONS_FILE)


def sample_predictions(run_dir: Path, count: int = 4) -> list[tuple[str, str, str, float]]:
    """(text, label, predicted label, probability) of a few test texts, spread evenly over the split."""
    texts = saved_corpus(run_dir)["test"]["text"]
    rows = read_predictions(run_dir)
    places = [len(rows) * (2 * n + 1) // (2 * count) for n in range(count)]
    return [(texts[i], rows[i][0], rows[i][1], float(rows[i][2])) for i in places]


def read_predictions(run_dir: Path) -> list[list[str]]:
    """[label, predicted label, probability] of each text of the run's test split.

    Raises:
        UserError: the run has not been evaluated.
    """
    path = run_dir / PREDICTIONS_FILE
    if not path.is_file():
        raise UserError(f"{path}: not there yet; run nlpseq evaluate {run_dir} first")
    lines = path.read_text(encoding="utf-8").split("\n")[1:-1]
    return [line.split("\t") for line in lines]


def read_probabilities(run_dir: Path) -> tuple[NDArray[np.integer], np.ndarray, np.ndarray]:
    """The numbers of the true classes (N,), calibrated and uncalibrated probabilities (N, C)."""
    arrays = read_arrays(run_dir / PROBABILITIES_FILE)
    try:
        return arrays["labels"], arrays["calibrated"], arrays["uncalibrated"]
    except KeyError as error:
        raise damaged_output(run_dir / PROBABILITIES_FILE, error) from error
