"""Intervals: of shares by Wilson, of other means and of ratios (loss per token) by the percentile bootstrap.

The items, not the tokens, are resampled: tokens of one sentence are not independent of each other. A bootstrap whose
resamples all give one figure, as of one item or of equal ones, says nothing about the spread: it gives no interval.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

BATCH_ITEMS = 1 << 20  # resampled items held at once: some 30 MB
ROUNDING = 1e-12  # relative: figures that differ by less differ by rounding alone


class Interval(NamedTuple):
    """Both ends of an interval, in the unit of the figure.

    >>> Interval(0.81, 0.87).high
    0.87
    """

    low: float
    high: float


def proportion_interval(successes: int, trials: int, *, confidence: float = 0.95) -> Interval:
    """Interval, 0 to 1, of the share of `successes` (Wilson 1927): it does not shrink to nothing at 0 and at 1.

    Raises:
        ValueError: no trials, or successes that are not from 0 to their number.

    >>> [round(end, 3) for end in proportion_interval(10, 10)], [round(end, 3) for end in proportion_interval(8, 10)]
    ([0.722, 1.0], [0.49, 0.943])
    """
    from scipy.stats import binomtest

    if trials < 1 or not 0 <= successes <= trials:
        raise ValueError(f"successes must be from 0 to the number of trials, at least 1, not {successes} of {trials}")
    found = binomtest(int(successes), int(trials)).proportion_ci(confidence, method="wilson")
    return Interval(float(found.low), float(found.high))


def percentile_interval(draws: ArrayLike, *, confidence: float = 0.95) -> Interval | None:
    """Interval between the percentiles of resampled figures; None where all are one and so show no spread.

    >>> rounded(percentile_interval(range(101)), 3)
    [2.5, 97.5]
    >>> percentile_interval([100.0] * 1000) is None
    True
    """
    if shows_no_spread(draws):
        return None
    figures = np.asarray(draws, dtype=np.float64)
    tail = (1.0 - confidence) / 2
    low, high = np.quantile(figures, [tail, 1.0 - tail])
    return Interval(float(low), float(high))


def shows_no_spread(draws: ArrayLike) -> bool:
    """Whether all resampled figures are one: of a single item, or of items that all score the same."""
    figures = np.asarray(draws, dtype=np.float64)
    return bool(np.ptp(figures) <= ROUNDING * np.abs(figures).max())


def resamples(items: int, samples: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """One (N,) array of item numbers, drawn with replacement, for each sample; sacreBLEU draws the same.

    >>> [picks.tolist() for picks in resamples(3, 2, seed=12345)]
    [[2, 0, 2], [0, 0, 2]]
    """
    rng = np.random.default_rng(seed)
    return (rng.integers(items, size=items) for _ in range(samples))


def rounded(interval: Interval | None, digits: int) -> list[float] | None:
    """[low, high] as `metrics.json` holds it, or None where there is no interval.

    >>> rounded(Interval(0.81234, 0.87), 3), rounded(None, 3)
    ([0.812, 0.87], None)
    """
    return None if interval is None else [round(end, digits) for end in interval]


def bootstrap_interval(
    numerators: ArrayLike,
    denominators: ArrayLike | None = None,
    *,
    samples: int = 1000,
    confidence: float = 0.95,
    seed: int,
) -> Interval | None:
    """Percentile bootstrap interval of sum(numerators) / sum(denominators) over N items (Efron 1979).

    Without denominators that is the mean, for example of 0/1 for wrong/right. With the summed loss and the
    number of tokens of each sentence it is the loss per token; `math.exp` of both ends gives the interval
    of the perplexity, because exp is monotone. None where all resamples give one figure, as those of a single item do:
    that they show no spread does not say that there is none. Shape: both (N,).

    Raises:
        ValueError: no items, unequal shapes, a number that is not finite, or a denominator that is not
            positive.

    >>> bootstrap_interval([1.0] * 7 + [0.0] * 3, seed=1)
    Interval(low=0.4, high=1.0)
    >>> bootstrap_interval([6.0, 2.0, 4.0], [3, 1, 2], seed=1) is None
    True
    """
    num = np.asarray(numerators, dtype=np.float64)
    den = np.ones_like(num) if denominators is None else np.asarray(denominators, dtype=np.float64)
    check_items(num, den)
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    if samples < 2:
        raise ValueError(f"samples must be at least 2, not {samples}")
    rng = np.random.default_rng(seed)
    rows = max(1, BATCH_ITEMS // len(num))
    ratios = np.concatenate(
        [_resampled_ratios(num, den, min(rows, samples - start), rng) for start in range(0, samples, rows)]
    )
    return percentile_interval(ratios, confidence=confidence)


def _resampled_ratios(
    num: NDArray[np.float64], den: NDArray[np.float64], rows: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    picks = rng.integers(len(num), size=(rows, len(num)))  # (rows, N)
    return num[picks].sum(axis=1) / den[picks].sum(axis=1)  # (rows,)


def check_items(num: NDArray[np.float64], den: NDArray[np.float64]) -> None:
    """Raise ValueError unless there are items, all of them finite numbers, with a positive denominator each."""
    if num.ndim != 1 or num.shape != den.shape:
        raise ValueError(f"numerators {num.shape} and denominators {den.shape} must both have shape (N,)")
    if not len(num):
        raise ValueError("there are no items to resample")
    if not (np.isfinite(num).all() and np.isfinite(den).all()):
        raise ValueError("numerators and denominators must be finite numbers")
    if (den <= 0).any():
        raise ValueError("denominators must be positive; leave items without tokens out")
