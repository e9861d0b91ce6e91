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

from nlpseq.evaluation.bootstrap import Interval, resamples

# A validation set without a mistake would drive the temperature to 0, one of pure chance to infinity: a few texts say
# little, and many may say what they want. log T is taken to be normal about 0, the network as it is, with these
# standard deviations below and above, for networks are much too sure more often than much too unsure; the weights of
# an ensemble are fitted as if so many more texts were evenly of all classes.
DEVIATION_BELOW, DEVIATION_ABOVE = 0.5, 1.1
PSEUDO_TEXTS = 2.0
# Where the temperature is looked for: single precision tells no more apart.
LEAST_TEMPERATURE, GREATEST_TEMPERATURE = 1e-3, 1e3


@dataclass(frozen=True)
class CalibrationBin:
    """The decisions, such as the classes of texts, whose probability lies in (low, high].

    `confidence` is their mean probability and `accuracy` the share of those that are true; None where there are none.
    """

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
    return calibration_error(rows.max(axis=1), rows.argmax(axis=1) == np.asarray(labels), bins=bins)


def calibration_error(shares: ArrayLike, true: ArrayLike, *, bins: int = 15) -> CalibrationError:
    """The same of any decisions, each with its probability and whether it is true. Shape: both alike.

    >>> calibration_error([[0.1, 0.9], [0.1, 0.9]], [[False, True], [False, False]], bins=2).error
    0.25
    """
    stated, truth = np.asarray(shares, dtype=np.float64).ravel(), np.asarray(true, dtype=bool).ravel()
    edges, places = np.linspace(0.0, 1.0, bins + 1), _places(stated, bins)
    counts = np.bincount(places, minlength=bins)
    confidences = np.bincount(places, weights=stated, minlength=bins)
    rights = np.bincount(places, weights=truth, minlength=bins)
    error = float(np.abs(confidences - rights).sum() / len(stated))
    return CalibrationError(round(error, 12), tuple(map(_bin, edges[:-1], edges[1:], counts, confidences, rights)))


def calibration_interval(
    shares: NDArray[np.floating], true: NDArray[np.bool_], *, samples: int, seed: int, bins: int = 15
) -> Interval:
    """95% interval of `calibration_error` by the bootstrap over N texts, of one decision each or of several.

    A resample is less well calibrated than its sample: the interval is moved by that much. Shape: both (N,) or (N, C).
    """
    gaps = np.zeros((len(shares), bins))  # what each text adds to each bin
    stated, truth = shares.reshape(len(shares), -1), true.reshape(len(shares), -1)
    np.add.at(gaps, (np.arange(len(shares))[:, None], _places(stated, bins)), stated - truth)
    errors = [
        np.abs(np.bincount(picks, minlength=len(gaps)) @ gaps).sum() / stated.size
        for picks in resamples(len(gaps), samples, seed)
    ]
    low, high = np.quantile(errors, [0.025, 0.975]) - np.mean(errors) + calibration_error(shares, true, bins=bins).error
    return Interval(max(0.0, float(low)), max(0.0, float(high)))


def fit_temperature(logits: ArrayLike, labels: ArrayLike) -> float:
    """The T for which softmax(logits / T) fits the labels best: the least log loss, and for few texts not far from 1.

    Fit it on validation texts. Above 1 the network was too sure of itself, below 1 not sure enough. Beside the
    summed log loss of the texts stands what a prior makes of log T: some nats, which a few texts hardly
    outweigh and some hundred do. The search is over log T.

    Shape: logits (N, C), labels (N,) with the number of the true class.

    Raises:
        ValueError: no texts, unequal shapes, a logit that is not finite, an unknown class.

    >>> logits = [[math.log(9), 0.0]] * 4000  # 90% sure, 75% right
    >>> [round(fit_temperature(logits[:count], [0, 0, 0, 1] * (count // 4)), 2) for count in (4000, 4)]
    [2.0, 1.52]
    """
    from scipy.optimize import minimize_scalar

    rows = checked_scores(logits, labels)
    rows = rows - rows[np.arange(len(rows)), np.asarray(labels)][:, None]  # (N, C), the true class at 0

    def cost(log_temperature: float) -> float:
        deviation = DEVIATION_ABOVE if log_temperature > 0 else DEVIATION_BELOW
        scaled = rows / math.exp(log_temperature)
        top = scaled.max(axis=1)
        losses = top + np.log(np.exp(scaled - top[:, None]).sum(axis=1))
        return float(losses.sum()) + 0.5 * (log_temperature / deviation) ** 2

    # With the prior there may be more than one minimum: the best place of a grid first.
    grid = np.linspace(math.log(LEAST_TEMPERATURE), math.log(GREATEST_TEMPERATURE), 61)
    best = int(np.argmin([cost(place) for place in grid]))
    around = grid[max(0, best - 1)], grid[min(len(grid) - 1, best + 1)]
    found = minimize_scalar(cost, bounds=around, method="bounded", options={"xatol": 1e-6})
    return math.exp(min([0.0, float(found.x), float(grid[best])], key=cost))


def fit_weights(tables: Sequence[ArrayLike], labels: ArrayLike) -> list[float]:
    """The weights, 0 or more, for which softmax of the weighted sum of the score tables has the least log loss.

    For one table that is one over its temperature. For several it weighs models against each other: fit it on
    validation texts that none of them was trained on. `PSEUDO_TEXTS` keep the weights of a few texts small. The loss
    is convex in the weights.

    Shape: tables, each (N, C), labels (N,) with the number of the true class.

    Raises:
        ValueError: no texts, unequal shapes, a score that is not finite, an unknown class.

    >>> sure, silent = [[math.log(9), 0.0]] * 400, [[0.0, 0.0]] * 400
    >>> [round(weight, 2) for weight in fit_weights([sure, silent], [0, 0, 0, 1] * 100)]
    [0.5, 1.0]
    """
    from scipy.optimize import minimize
    from scipy.special import logsumexp

    rows = np.stack([checked_scores(table, labels) for table in tables])  # (K, N, C)
    rows = rows - rows[:, np.arange(rows.shape[1]), np.asarray(labels)][:, :, None]  # the true class at 0
    texts = rows.shape[1]
    even = PSEUDO_TEXTS * rows.mean(axis=(1, 2))  # (K,): what the pseudo texts' scores grow by with each weight

    def cost(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        mixed = np.tensordot(weights, rows, axes=1)  # (N, C)
        top = logsumexp(mixed, axis=1, keepdims=True)
        gradient = (rows * np.exp(mixed - top)).sum(axis=2).mean(axis=1)
        total = texts + PSEUDO_TEXTS
        value = total * float(top.mean()) - float(weights @ even)
        return value / total, (total * gradient - even) / total

    limits = [(0.0, None)] * len(rows)
    found = minimize(cost, np.ones(len(rows)), jac=True, method="L-BFGS-B", bounds=limits)
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


def _places(shares: NDArray[np.floating], bins: int) -> NDArray[np.intp]:
    """The number of the bin of each probability, in their shape."""
    return np.searchsorted(np.linspace(0.0, 1.0, bins + 1)[1:-1], shares, side="left")


def _bin(low: float, high: float, count: int, confidence: float, right: float) -> CalibrationBin:
    means = (float(confidence / count), float(right / count)) if count else (None, None)
    return CalibrationBin(float(low), float(high), int(count), *means)
