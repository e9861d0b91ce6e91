"""Classification scores with the signature that makes them comparable: accuracy, macro F1 and more by scikit-learn.

`score_classification` gives everything that belongs into a run's `metrics.json`, with intervals;
`score_predictions` what can be known of the predicted classes alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nlpseq.evaluation.bootstrap import (
    BATCH_ITEMS,
    Interval,
    bootstrap_interval,
    percentile_interval,
    proportion_interval,
    rounded,
)
from nlpseq.evaluation.calibration import calibration_interval, checked_scores, expected_calibration_error

LEAST_PROBABILITY = 2.2e-16  # as in the log loss itself


def score_predictions(
    predictions: ArrayLike, labels: ArrayLike, *, bootstrap_samples: int = 1000, seed: int = 12345
) -> dict[str, Any]:
    """Accuracy and macro precision, recall and F1 of predicted classes, 0 to 1.

    Macro is the mean over the classes among predictions or labels, all weighing alike; a class that is never
    predicted has precision 0, one that never occurs recall 0. Keys: `accuracy` and `macro_f1`, each with
    `..._interval`, `macro_precision`, `macro_recall`; `texts`, `classification_signature`. The intervals are those
    of `score_classification`.

    Shape: predictions (N,) and labels (N,), the numbers or the names of classes.

    Raises:
        ValueError: no texts, or unequal numbers of predictions and labels.

    >>> score_predictions([0, 0, 1], [0, 1, 1])["macro_precision"], score_predictions(["a"], ["a"])["accuracy"]
    (0.75, 1.0)
    """
    predicted, targets = np.asarray(predictions), np.asarray(labels)
    if predicted.shape != targets.shape or targets.ndim != 1:
        raise ValueError(f"predictions {predicted.shape} and labels {targets.shape} must be two lists of one length")
    if not len(targets):
        raise ValueError("there are no texts to score")
    return {
        **_label_scores(predicted, targets, bootstrap_samples=bootstrap_samples, seed=seed),
        "texts": len(targets),
        "classification_signature": f"average:macro|zero:0|bs:{bootstrap_samples}|seed:{seed}"
        f"|version:sklearn-{_version()}",
    }


def score_classification(
    labels: ArrayLike,
    probabilities: ArrayLike,
    names: Sequence[str],
    *,
    calibration_bins: int = 15,
    bootstrap_samples: int = 1000,
    seed: int = 12345,
) -> dict[str, Any]:
    """Everything about a test set that belongs into `metrics.json`.

    Keys: `accuracy`, `macro_precision`, `macro_recall`, `macro_f1`, 0 to 1, as `score_predictions` defines
    them; `accuracy_interval`, 95% [low, high] by Wilson's method, and `macro_f1_interval`, by the bootstrap over the
    texts, None where no resample of them differs;
    `classes`, a list of name, precision, recall, f1 and support for each class; `confusion`, counts, a row for
    each true class and a column for each predicted one; `log_loss` in nats; `ece`, the expected calibration
    error, 0 to 1, and `calibration_bins`, what it is made of; `texts`; `classification_signature`. The log
    loss takes no probability to be below 2.2e-16.

    Shape: labels (N,) with the numbers of the true classes, probabilities (N, C), names (C,).

    Raises:
        ValueError: no texts, fewer than two classes, unequal shapes, an unknown label, rows that are no
            probabilities.

    >>> scores = score_classification([0, 1, 1], [[0.8, 0.2], [0.6, 0.4], [0.1, 0.9]], ["bad", "good"])
    >>> scores["confusion"], round(scores["accuracy"], 3), scores["classes"][1]["recall"]
    ([[1, 0], [1, 1]], 0.667, 0.5)
    """
    from sklearn.metrics import confusion_matrix, log_loss

    rows, targets = _checked_probabilities(probabilities, labels, names), np.asarray(labels)
    predictions = rows.argmax(axis=1)
    classes = np.arange(len(names))
    confusion = confusion_matrix(targets, predictions, labels=classes)
    calibration = expected_calibration_error(rows, targets, bins=calibration_bins)
    return {
        **_label_scores(predictions, targets, bootstrap_samples=bootstrap_samples, seed=seed),
        "classes": _per_class(targets, predictions, names),
        "confusion": confusion.tolist(),
        "log_loss": round(float(log_loss(targets, rows, labels=classes)), 6),
        "ece": round(calibration.error, 6),
        "calibration_bins": [asdict(entry) for entry in calibration.bins],
        "texts": len(targets),
        "classification_signature": f"classes:{len(names)}|average:macro|zero:0|ece:{calibration_bins}"
        f"|bs:{bootstrap_samples}|seed:{seed}|version:sklearn-{_version()}",
    }


def probability_intervals(
    labels: ArrayLike, shares: NDArray[np.floating], *, bootstrap_samples: int = 1000, seed: int = 12345
) -> dict[str, Any]:
    """95% intervals of the log loss and of the calibration error of probabilities (N, C), by the bootstrap over texts.

    >>> found = probability_intervals([0, 1, 1], np.array([[0.8, 0.2], [0.4, 0.6], [0.1, 0.9]]))
    >>> found["log_loss_interval"][0] < 0.3 < found["log_loss_interval"][1]
    True
    """
    targets = np.asarray(labels)
    nats = -np.log(np.maximum(shares[np.arange(len(targets)), targets], LEAST_PROBABILITY))
    confidence, right = shares.max(axis=1), shares.argmax(axis=1) == targets
    return {
        "log_loss_interval": rounded(bootstrap_interval(nats, samples=bootstrap_samples, seed=seed), 6),
        "ece_interval": rounded(calibration_interval(confidence, right, samples=bootstrap_samples, seed=seed), 6),
    }


def _label_scores(
    predictions: NDArray[Any], targets: NDArray[Any], *, bootstrap_samples: int, seed: int
) -> dict[str, Any]:
    from sklearn.metrics import precision_recall_fscore_support

    figures = precision_recall_fscore_support(targets, predictions, average="macro", zero_division=0.0)
    macro_precision, macro_recall, macro_f1 = (round(float(figure), 6) for figure in figures[:3])
    classes, numbers = np.unique(np.concatenate([targets, predictions]), return_inverse=True)
    cells = numbers[: len(targets)] * len(classes) + numbers[len(targets) :]
    confusion = np.bincount(cells, minlength=len(classes) ** 2).reshape(len(classes), -1)
    right = int(np.trace(confusion))
    return {
        "accuracy": round(right / len(targets), 6),
        "accuracy_interval": rounded(proportion_interval(right, len(targets)), 6),
        "macro_precision": macro_precision,
        "macro_recall": macro_recall,
        "macro_f1": macro_f1,
        "macro_f1_interval": rounded(_macro_f1_interval(confusion, samples=bootstrap_samples, seed=seed), 6),
    }


def _checked_probabilities(probabilities: ArrayLike, labels: ArrayLike, names: Sequence[str]) -> NDArray[np.float64]:
    rows = checked_scores(probabilities, labels)
    if len(names) < 2 or rows.shape[1] != len(names):
        raise ValueError(
            f"{len(names)} names for {rows.shape[1]} classes: every class needs one, and two are the least"
        )
    sums = rows.sum(axis=1, keepdims=True)
    if (rows < 0).any() or (abs(sums - 1) > 1e-3).any():
        raise ValueError("the probabilities of a text must not be negative and must sum to 1")
    return rows / sums  # single precision sums to 1 less exactly than scikit-learn demands


def _per_class(targets: NDArray[Any], predictions: NDArray[np.int64], names: Sequence[str]) -> list[dict[str, Any]]:
    from sklearn.metrics import precision_recall_fscore_support

    columns = precision_recall_fscore_support(targets, predictions, labels=np.arange(len(names)), zero_division=0.0)
    return [label_row(*row) for row in zip(names, *columns, strict=True)]


def label_row(
    name: str, precision: float, recall: float, f1: float, support: int, predicted: int | None = None
) -> dict[str, Any]:
    """What `metrics.json` says of a label: its figures, how often it is in the data and, where that is told, predicted.

    >>> label_row("pos", 0.5, 1.0, 2 / 3, 4)
    {'name': 'pos', 'precision': 0.5, 'recall': 1.0, 'f1': 0.666667, 'support': 4}
    """
    figures = {"precision": precision, "recall": recall, "f1": f1}
    counts = {"support": support} if predicted is None else {"support": support, "predicted": predicted}
    shares = {key: round(float(value), 6) for key, value in figures.items()}
    return {"name": name, **shares, **{key: int(count) for key, count in counts.items()}}


def _macro_f1_interval(confusion: NDArray[np.int64], *, samples: int, seed: int) -> Interval | None:
    """95% percentile bootstrap interval of macro F1; None where no resample differs, as where all is right.

    To draw N texts with replacement is to draw the N counts of the confusion matrix's cells from a multinomial
    distribution, which takes no time that grows with N. As in the score itself, a resample's mean is over the
    classes that are in it.
    """
    truths, predictions = confusion.nonzero()
    counts = confusion[truths, predictions]
    rng = np.random.default_rng(seed)
    scores = []
    for start in range(0, samples, rows := max(1, BATCH_ITEMS // len(counts))):
        for draw in rng.multinomial(counts.sum(), counts / counts.sum(), size=min(rows, samples - start)):
            scores.append(_macro_f1(truths, predictions, draw, classes=len(confusion)))
    return percentile_interval(scores)


def _macro_f1(
    truths: NDArray[np.int64], predictions: NDArray[np.int64], counts: NDArray[np.int64], *, classes: int
) -> float:
    right = np.bincount(truths, weights=counts * (truths == predictions), minlength=classes)
    named = np.bincount(truths, weights=counts, minlength=classes)
    named += np.bincount(predictions, weights=counts, minlength=classes)
    return float((2 * right[named > 0] / named[named > 0]).mean())


def _version() -> str:
    import sklearn

    return str(sklearn.__version__)
