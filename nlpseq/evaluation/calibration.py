"""Whether a classifier's probabilities can be believed, and the temperature that makes them more so.

Both are Guo et al. 2017, "On Calibration of Modern Neural Networks": the expected calibration error (section
2) and temperature scaling (section 4.2).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

# A validation set without a mistake would drive the temperature to 0, one of pure chance to infinity.
MIN_TEMPERATURE, MAX_TEMPERATURE = 0.25, 20.0


@dataclass(frozen=True)
class CalibrationBin:
    """The texts whose top probability lies in (low, high]; their means are None where there are none."""

    low: float
    high: float
    count: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True)
class CalibrationError:
    """The expected calibration error, 0 to 1, and the bins that it is made of: what a reliability diagram shows."""

    error: float
    bins: tuple[CalibrationBin, ...]


def expected_calibration_error(probabilities: ArrayLike, labels: ArrayLike, *, bins: int = 15) -> CalibrationError:
    """Mean distance of confidence and accuracy over bins of equal width, weighted by count (Guo et al. 2017, eq. 3).

    The confidence of a text is its highest probability; of equal ones the first class counts as predicted.

    Shape: probabilities (N, C), labels (N,) with the number of the true class.

    Raises:
        ValueError: no texts, unequal shapes, a number that is not a probability, an unknown class, no bins.

    >>> expected_calibration_error([[0.9, 0.1], [0.9, 0.1], [0.4, 0.6]], [0, 1, 1], bins=4).error
    0.4
    """
    rows = checked_scores(probabilities, labels)
    if bins < 1:
        raise ValueError(f"bins must be at least 1, not {bins}")
    if (rows < 0).any() or (rows > 1 + 1e-3).any():
        raise ValueError("probabilities must lie between 0 and 1; give those after the softmax")
    confidence = rows.max(axis=1)
    right = rows.argmax(axis=1) == np.asarray(labels)
    edges = np.linspace(0.0, 1.0, bins + 1)
    places = np.searchsorted(edges[1:-1], confidence, side="left")  # (N,)
    counts = np.bincount(places, minlength=bins)
    confidences = np.bincount(places, weights=confidence, minlength=bins)
    rights = np.bincount(places, weights=right, minlength=bins)
    error = float(np.abs(confidences - rights).sum() / len(rows))
    return CalibrationError(round(error, 12), tuple(map(_bin, edges[:-1], edges[1:], counts, confidences, rights)))


def fit_temperature(logits: ArrayLike, labels: ArrayLike) -> float:
    """The T, within 0.25 and 20, for which softmax(logits / T) gives the labels the least mean log loss.

    Fit it on validation texts. Above 1 the network was too sure of itself, below 1 not sure enough. The search
    is over log T; the loss has a single minimum there. 1.0 where no other temperature is better.

    Shape: logits (N, C), labels (N,) with the number of the true class.

    Raises:
        ValueError: no texts, unequal shapes, a logit that is not finite, an unknown class.

    >>> round(fit_temperature([[math.log(9), 0.0]] * 4, [0, 0, 0, 1]), 3)  # 90% sure, 75% right
    2.0
    """
    from scipy.optimize import minimize_scalar

    rows = checked_scores(logits, labels)
    rows = rows - rows[np.arange(len(rows)), np.asarray(labels)][:, None]  # (N, C), the true class at 0

    def mean_log_loss(log_temperature: float) -> float:
        scaled = rows / math.exp(log_temperature)
        top = scaled.max(axis=1)
        return float((top + np.log(np.exp(scaled - top[:, None]).sum(axis=1))).mean())

    limits = (math.log(MIN_TEMPERATURE), math.log(MAX_TEMPERATURE))
    found = minimize_scalar(mean_log_loss, bounds=limits, method="bounded", options={"xatol": 1e-6})
    candidates = [0.0, float(found.x), *limits]  # the search itself stops just short of a limit
    return math.exp(min(candidates, key=mean_log_loss))


def fit_weights(tables: Sequence[ArrayLike], labels: ArrayLike) -> list[float]:
    """The weights, 0 to 20, for which softmax of the weighted sum of the score tables has the least mean log loss.

    For one table that is one over its temperature. For several it weighs models against each other: fit it on
    validation texts that none of them was trained on. The loss is convex in the weights.

    Shape: tables, each (N, C), labels (N,) with the number of the true class.

    Raises:
        ValueError: no texts, unequal shapes, a score that is not finite, an unknown class.

    >>> [round(weight, 2) for weight in fit_weights([[[math.log(9), 0.0]] * 4, [[0.0, 0.0]] * 4], [0, 0, 0, 1])]
    [0.5, 1.0]
    """
    from scipy.optimize import minimize
    from scipy.special import logsumexp

    rows = np.stack([checked_scores(table, labels) for table in tables])  # (K, N, C)
    rows = rows - rows[:, np.arange(rows.shape[1]), np.asarray(labels)][:, :, None]  # the true class at 0

    def mean_log_loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        mixed = np.tensordot(weights, rows, axes=1)  # (N, C)
        top = logsumexp(mixed, axis=1, keepdims=True)
        gradient = (rows * np.exp(mixed - top)).sum(axis=2).mean(axis=1)
        return float(top.mean()), gradient

    limits = [(0.0, MAX_TEMPERATURE)] * len(rows)
    found = minimize(mean_log_loss, np.ones(len(rows)), jac=True, method="L-BFGS-B", bounds=limits)
    return [float(weight) for weight in found.x]


def checked_scores(scores: ArrayLike, labels: ArrayLike) -> NDArray[np.float64]:
    """The scores of N texts for C classes as (N, C) float64, finite, with a label among the classes for each text.

    Raises:
        ValueError: they are not.
    """
    rows, targets = np.asarray(scores, dtype=np.float64), np.asarray(labels)
    if not targets.size or not rows.size:
        raise ValueError("there are no texts to score")
    if rows.ndim != 2 or targets.shape != rows.shape[:1]:
        raise ValueError(f"scores {rows.shape} and labels {targets.shape} must have the shapes (N, C) and (N,)")
    if not np.isfinite(rows).all():
        raise ValueError("the scores of the classes must be finite numbers")
    if not np.issubdtype(targets.dtype, np.integer):
        raise ValueError(f"labels must be the numbers of the classes, not {targets.dtype}")
    if targets.min() < 0 or targets.max() >= rows.shape[1]:
        raise ValueError(f"labels must lie between 0 and {rows.shape[1] - 1}, the numbers of the classes")
    return rows


def _bin(low: float, high: float, count: int, confidence: float, right: float) -> CalibrationBin:
    means = (float(confidence / count), float(right / count)) if count else (None, None)
    return CalibrationBin(float(low), float(high), int(count), *means)
