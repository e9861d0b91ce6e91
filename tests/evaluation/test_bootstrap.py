"""The bootstrap interval: does it cover, is it repeatable, does it refuse nonsense."""

from __future__ import annotations

import math
import tracemalloc

import numpy as np
import pytest

from nlpseq.evaluation.bootstrap import bootstrap_interval, percentile_interval, proportion_interval, rounded


def test_95_percent_intervals_cover_the_true_mean_in_about_95_percent() -> None:
    rng = np.random.default_rng(11)
    hits = 0
    for repetition in range(300):
        low, high = bootstrap_interval(rng.normal(3.0, 2.0, size=90), samples=400, seed=repetition)
        hits += low <= 3.0 <= high
    assert 0.90 <= hits / 300 <= 0.99


def test_intervals_of_a_ratio_cover_the_true_perplexity() -> None:
    rng = np.random.default_rng(12)
    hits = 0
    for repetition in range(1000):
        tokens = rng.integers(3, 40, size=120)
        nll = rng.gamma(2.0 * tokens)  # 2 nats per token
        low, high = bootstrap_interval(nll, tokens, samples=400, seed=repetition)
        hits += math.exp(low) <= math.exp(2.0) <= math.exp(high)
    assert 0.92 <= hits / 1000 <= 0.97


def test_long_items_weigh_more() -> None:
    # 99 tokens of loss 1 and one of loss 50: the ratio of sums is 1.49, the mean of ratios would be 25.5
    low, high = bootstrap_interval([99.0, 50.0] * 20, [99, 1] * 20, seed=1)
    assert 1.2 < low < 1.49 < high < 2.2


def test_confidence_widens_and_the_seed_repeats() -> None:
    data = np.random.default_rng(5).exponential(size=41)
    narrow = bootstrap_interval(data, confidence=0.5, seed=2)
    wide = bootstrap_interval(data, confidence=0.99, seed=2)
    assert wide.low < narrow.low < data.mean() < narrow.high < wide.high
    first, again, other = (bootstrap_interval(data, seed=seed) for seed in (2, 2, 3))
    assert first == again != other


def test_memory_stays_bounded_for_many_items() -> None:
    items = np.random.default_rng(5).random(200_001)
    tracemalloc.start()
    low, high = bootstrap_interval(items, samples=60, seed=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60 * 2**20 and low < 0.5 < high


@pytest.mark.parametrize(
    ("numerators", "denominators", "message"),
    [
        ([], None, "no items"),
        ([1.0, 2.0], [1.0], "shape"),
        ([[1.0]], None, "shape"),
        ([1.0, math.nan], None, "finite"),
        ([1.0, 2.0], [3, 0], "positive"),
    ],
)
def test_bad_input(numerators: list[float], denominators: list[float] | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        bootstrap_interval(numerators, denominators, seed=1)


@pytest.mark.parametrize("setting", [{"confidence": 95}, {"samples": 1}])
def test_bad_settings(setting: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(setting))):
        bootstrap_interval([1.0, 2.0], **setting, seed=1)


def test_the_interval_of_a_perfect_share_is_wilsons() -> None:
    assert rounded(proportion_interval(60, 60), 4) == [0.9398, 1.0]
    assert rounded(proportion_interval(0, 60), 4) == [0.0, 0.0602]
    assert rounded(proportion_interval(10, 10), 3) == [0.722, 1.0]
    assert rounded(proportion_interval(1, 1), 4) == [0.2065, 1.0]


def test_wilsons_interval_covers_the_true_share_in_about_95_percent() -> None:
    rights = np.random.default_rng(3).binomial(40, 0.9, size=2000)
    intervals = [proportion_interval(right, 40) for right in rights]
    assert 0.93 <= np.mean([low <= 0.9 <= high for low, high in intervals]) <= 0.985


@pytest.mark.parametrize(("successes", "trials"), [(0, 0), (-1, 3), (4, 3)])
def test_shares_that_cannot_be(successes: int, trials: int) -> None:
    with pytest.raises(ValueError, match=f"not {successes} of {trials}"):
        proportion_interval(successes, trials)


@pytest.mark.parametrize("draws", [[0.0] * 9, [100.0] * 9, [0.1 + 0.2, 0.3], [7.0]])
def test_resamples_that_all_agree_give_no_interval(draws: list[float]) -> None:
    assert percentile_interval(draws) is None
    assert rounded(percentile_interval(draws), 4) is None
