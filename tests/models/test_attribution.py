"""Integrated gradients on functions whose integrals are known: smooth, steep near the baseline, and with a jump."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from nlpseq.models import attribution
from nlpseq.models.attribution import Attribution, Point, integrated_gradients


def explained(speeds: Sequence[float]) -> tuple[Attribution, int]:
    """tanh(speed * a) for each slope, from 0 to 1, and the points that it took."""
    rates, count = np.array(speeds), 0

    def evaluate(points: Sequence[tuple[int, float]]) -> list[Point]:
        nonlocal count
        count += len(points)
        return [Point(float(np.tanh(rates * a).sum()), rates * (1 - np.tanh(rates * a) ** 2)) for _, a in points]

    return integrated_gradients(evaluate, 1)[0], count


@pytest.mark.parametrize("speed", [0.3, 3.0, 87.0, 264.0, -900.0])
def test_every_slope_gets_its_part_however_steep_the_way_is(speed: float) -> None:
    found, points = explained([speed, 0.5])
    truth = np.tanh([speed, 0.5])
    np.testing.assert_allclose(found.shares, truth, atol=0.02)
    assert found.start == 0.0
    assert abs(found.residue) <= 0.01 * abs(truth.sum())
    assert found.shares.sum() + found.residue == pytest.approx(truth.sum(), abs=1e-12)
    assert points <= 60  # equal steps need some 1,000 for the steepest


def test_smooth_ways_take_few_points() -> None:
    assert explained([0.3, -0.2, 0.5])[1] == 11


def test_a_jump_that_no_gradient_sees_is_left_as_residue() -> None:
    """The value jumps by 2 at 0.3, and the only slope is 1 everywhere."""
    calls = []

    def evaluate(points: Sequence[tuple[int, float]]) -> list[Point]:
        calls.append(len(points))
        return [Point(a + 2.0 * (a > 0.3), np.array([1.0])) for _, a in points]

    found = integrated_gradients(evaluate, 1)[0]
    assert found.shares == pytest.approx([1.0]) and found.residue == pytest.approx(2.0)
    assert sum(calls) <= attribution.MAX_POINTS


def test_several_ways_at_once_are_each_what_they_are_alone() -> None:
    speeds = [0.1, 50.0, -7.0]

    def evaluate(points: Sequence[tuple[int, float]]) -> list[Point]:
        return [
            Point(float(np.tanh(speeds[i] * a)), np.array([speeds[i] / np.cosh(speeds[i] * a) ** 2])) for i, a in points
        ]

    together = integrated_gradients(evaluate, 3)
    for speed, found in zip(speeds, together, strict=True):
        alone, _ = explained([speed])
        assert found.shares == pytest.approx(alone.shares) and found.residue == pytest.approx(alone.residue)
    assert integrated_gradients(evaluate, 0) == []
