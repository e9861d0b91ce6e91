"""What each token had to do with a decision: integrated gradients whose points are chosen until they add up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# The gap that is allowed between the shares' sum and what they are to explain, and between those of all parts of the
# path with their signs left out: a share of the difference of both ends (the sum's: of the end itself, if that is
# smaller), and never less than `LEAST_GAP`, which single precision needs.
SUM_TOLERANCE, PART_TOLERANCE, LEAST_GAP = 0.01, 0.1, 1e-4
# Most points on the way; a text is left with its gap where they do not do.
MAX_POINTS = 513
# The panels that every text begins with, finer near the baseline, where recurrent networks are steepest.
FIRST_ENDS = (0.0, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)


class Point(NamedTuple):
    """At one place of a path: the function's `value`, and how fast it grows by each of the S `slopes` (S,)."""

    value: float
    slopes: Array


class Explanation(NamedTuple):
    """Why a label was given to a text, or why not: the tokens with their `spans` in it and their `weights`.

    A weight is above 0 where its token spoke for the label, in nats. `baseline`, all weights and the `residue`, which
    the weights could not explain, add up to the log-odds of the label, ln(p / (1 - p)) of its probability p.

    >>> Explanation(["so", "cold"], [(0, 2), (3, 7)], [0.25, 1.5], baseline=-0.5, residue=0.0).token_weights
    [('so', 0.25), ('cold', 1.5)]
    """

    tokens: list[str]
    spans: list[tuple[int, int]]
    weights: list[float]
    baseline: float
    residue: float

    @property
    def token_weights(self) -> list[tuple[str, float]]:
        """Each token with its weight."""
        return list(zip(self.tokens, self.weights, strict=True))

    @property
    def notable_residue(self) -> float | None:
        """The residue where it is more than 2% of what the weights had to explain, else None."""
        explained = abs(sum(self.weights) + self.residue)
        return self.residue if abs(self.residue) > max(0.02 * explained, LEAST_GAP) else None

    def entry(self) -> dict[str, Any]:
        """As JSON has it: tokens with their weights, their places, baseline and residue, rounded."""
        return {
            "tokens": [[token, round(weight, 6)] for token, weight in self.token_weights],
            "places": self.spans,
            "baseline": round(self.baseline, 6),
            "residue": round(self.residue, 6),
        }


class Attribution(NamedTuple):
    """The `shares` (S,) in the difference of a path's ends; `start`, shares and `residue` add up to its end's value."""

    shares: Array
    start: float
    residue: float


# Texts and places on their paths -> what is found there, in that order.
Evaluate = Callable[[Sequence[tuple[int, float]]], Sequence[Point]]


def integrated_gradients(evaluate: Evaluate, count: int) -> list[Attribution]:
    """Integrated gradients (Sundararajan et al. 2017) along `count` straight paths from 0 to 1.

    Both ends of a path are known, and so of every part of it: each part is integrated by Simpson's rule and halved
    where that misses the function's own difference, until the sum fits or there are `MAX_POINTS` points.

    >>> def square(points):  # (2 + 3 a) ** 2, whose one slope is its derivative
    ...     return [Point((2 + 3 * a) ** 2, np.array([6 * (2 + 3 * a)])) for _, a in points]
    >>> integrated_gradients(square, 1)
    [Attribution(shares=array([21.]), start=4.0, residue=0.0)]
    """
    paths = [_Path() for _ in range(count)]
    while True:
        wanted = [(number, place) for number, path in enumerate(paths) for place in path.wanted]
        if not wanted:
            return [path.attribution() for path in paths]
        found: list[list[Point]] = [[] for _ in paths]
        for (number, _), point in zip(wanted, evaluate(wanted), strict=True):
            found[number].append(point)
        for path, points in zip(paths, found, strict=True):
            path.add(points)


class _Path:
    """The points of one path so far: the ends of its panels with a middle between each two, and those `wanted` next."""

    def __init__(self) -> None:
        ends = np.array(FIRST_ENDS)
        self.places = np.empty(0)
        self.values = np.empty(0)
        self.slopes = np.empty((0, 0))
        self.wanted: list[float] = sorted([*ends, *(ends[1:] + ends[:-1]) / 2])

    def add(self, points: Sequence[Point]) -> None:
        """Take the points that were wanted, and choose the next ones."""
        if not points:
            return
        places = np.concatenate([self.places, self.wanted])
        values = np.concatenate([self.values, [point.value for point in points]])
        slopes = np.stack([*self.slopes, *(point.slopes for point in points)])
        order = places.argsort()
        self.places, self.values, self.slopes = places[order], values[order], slopes[order]
        self.wanted = self._next()

    def attribution(self) -> Attribution:
        weights = np.zeros(len(self.places))
        for offset, weight in ((0, 1 / 6), (1, 4 / 6), (2, 1 / 6)):
            np.add.at(weights, np.arange(offset, len(weights) - 2 + offset, 2), weight * self._widths())
        shares: Array = weights @ self.slopes
        start, end = float(self.values[0]), float(self.values[-1])
        return Attribution(shares, start, end - start - float(shares.sum()))

    def _next(self) -> list[float]:
        gaps = self._gaps()
        end, difference = abs(self.values[-1]), abs(self.values[-1] - self.values[0])
        fits = abs(gaps.sum()) <= max(SUM_TOLERANCE * min(end, difference), LEAST_GAP)
        parts_fit = np.abs(gaps).sum() <= max(PART_TOLERANCE * difference, LEAST_GAP)
        room = (MAX_POINTS - len(self.places)) // 2
        if room < 1 or (fits and parts_fit):
            return []
        # The panels that make up nine tenths of what is missed: few rounds, and no point where none is needed.
        worst = np.abs(gaps).argsort()[::-1]
        missed = np.abs(gaps)[worst].cumsum()
        chosen = worst[: min(room, 1 + int(np.searchsorted(missed, 0.9 * missed[-1])))]
        left, middle, right = (self.places[offset::2][: len(gaps)] for offset in (0, 1, 2))
        halves = [(left + middle) / 2, (middle + right) / 2]
        return [float(place) for half in halves for place in half[chosen]]

    def _gaps(self) -> Array:
        """What Simpson's rule misses on each panel (P,)."""
        rates = self.slopes.sum(axis=1)
        areas = self._widths() * (rates[:-2:2] + 4 * rates[1:-1:2] + rates[2::2]) / 6
        gaps: Array = np.diff(self.values[::2]) - areas
        return gaps

    def _widths(self) -> Array:
        widths: Array = np.diff(self.places[::2])
        return widths
