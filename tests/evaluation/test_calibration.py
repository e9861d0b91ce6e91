"""Calibration error by hand, and a temperature that is the best one and helps on texts it was not fitted on."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import log_softmax, softmax

from nlpseq.evaluation.calibration import expected_calibration_error, fit_temperature, fit_weights


def test_calibration_error_by_hand() -> None:
    probabilities = [
        [0.5, 0.3, 0.2],  # right, in (0.4, 0.6]
        [0.4, 0.35, 0.25],  # wrong, on the border: in (0.2, 0.4]
        [0.1, 0.8, 0.1],  # right, on the border: in (0.6, 0.8]
        [0.1, 0.1, 0.8],  # wrong, the same
        [0.0, 0.0, 1.0],  # right, in (0.8, 1]
    ]
    result = expected_calibration_error(probabilities, [0, 2, 1, 1, 2], bins=5)
    assert [entry.count for entry in result.bins] == [0, 1, 1, 2, 1]
    assert [entry.accuracy for entry in result.bins] == [None, 0.0, 1.0, 0.5, 1.0]
    assert result.bins[0].confidence is None
    assert [entry.confidence for entry in result.bins[1:]] == pytest.approx([0.4, 0.5, 0.8, 1.0])
    assert (result.bins[3].low, result.bins[3].high) == pytest.approx((0.6, 0.8))
    assert result.error == pytest.approx((0.4 + 0.5 + 2 * 0.3 + 0.0) / 5)


def test_one_bin_is_the_distance_of_mean_confidence_and_accuracy() -> None:
    assert expected_calibration_error([[0.7, 0.3], [0.1, 0.9]], [0, 0], bins=1).error == pytest.approx(0.3)


def test_of_equal_probabilities_the_first_class_is_predicted() -> None:
    first, second = (expected_calibration_error([[0.5, 0.5]], [label]).bins[7] for label in (0, 1))
    assert (first.count, first.accuracy, second.accuracy) == (1, 1.0, 0.0)


@pytest.mark.parametrize(("right", "wrong", "logit"), [(3, 1, 2.0), (17, 3, 4.1), (2, 1, 0.3), (9, 2, 1.0)])
def test_temperature_of_two_classes_has_a_closed_form(right: int, wrong: int, logit: float) -> None:
    """Of many texts, which outweigh the prior."""
    many = 3000
    temperature = fit_temperature([[logit, 0.0]] * (right + wrong) * many, ([0] * right + [1] * wrong) * many)
    assert temperature == pytest.approx(logit / math.log(right / wrong), rel=2e-2)


def test_temperature_is_the_best_of_a_fine_grid() -> None:
    rng = np.random.default_rng(3)
    logits, labels = rng.normal(scale=4.0, size=(53, 5)), rng.integers(5, size=53)
    logits[np.arange(53), labels] += 3.0
    grid = np.geomspace(0.25, 20.0, 4001)
    losses = [
        -log_softmax(logits / t, axis=1)[np.arange(53), labels].sum() + (math.log(t) / 1.1) ** 2 / 2 for t in grid
    ]
    assert fit_temperature(logits, labels) == pytest.approx(grid[int(np.argmin(losses))], rel=2e-3)


def overconfident(texts: int, *, seed: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Logits three times as large as those that the labels were drawn by."""
    rng = np.random.default_rng(seed)
    honest = rng.normal(scale=1.5, size=(texts, 3))
    labels = (softmax(honest, axis=1).cumsum(axis=1) < rng.random((texts, 1))).sum(axis=1)
    return 3.0 * honest, labels


def test_temperature_lowers_the_calibration_error_on_held_out_texts() -> None:
    temperature = fit_temperature(*overconfident(1000, seed=1))
    assert temperature == pytest.approx(3.0, rel=0.15)
    logits, labels = overconfident(1500, seed=2)
    before = expected_calibration_error(softmax(logits, axis=1), labels)
    after = expected_calibration_error(softmax(logits / temperature, axis=1), labels)
    assert before.error > 0.15 and after.error < 0.05
    assert sum(entry.count for entry in after.bins) == 1500


@pytest.mark.parametrize("margin", [0.02, 0.1, 0.5, 1.0, 2.0, 4.0, 7.0])
@pytest.mark.parametrize("texts", [1, 5, 8])
def test_a_few_texts_leave_the_temperature_near_one(texts: int, margin: float) -> None:
    """All right drove it to the limit of 0.25, all wrong or by chance to that of 20."""
    logits = [[margin, 0.0]] * texts
    assert 0.5 < fit_temperature(logits, [0] * texts) <= 1.0
    assert 1.0 <= fit_temperature(logits, [1] * texts) < 20.0
    assert 1.0 <= fit_temperature(logits * 2, [0, 1] * texts) < 12.0
    three = [[margin, 0.0, 0.0]] * texts
    assert 0.35 < fit_temperature(three, [0] * texts) <= 1.0


@pytest.mark.parametrize("margin", [0.05, 0.5, 2.0, 6.0])
def test_many_easy_texts_make_it_as_sure_as_it_is_right(margin: float) -> None:
    """The limit of 0.25 left errors of 22 points."""
    logits, labels = np.array([[margin, 0.0, 0.0], [0.0, 0.0, margin]] * 250), [0, 2] * 250
    shares = softmax(logits / fit_temperature(logits, labels), axis=1)
    assert expected_calibration_error(shares, labels).error < 0.01


@pytest.mark.parametrize(
    ("logits", "labels", "expected"),
    [
        ([[0.0, 0.0], [7.0, 7.0]], [0, 1], 1.0),  # nothing to gain
        ([[1e300, 0.0]] * 2, [0, 1], 1000.0),  # the end of the search
        ([[5.0], [3.0]], [0, 0], 1.0),  # one class
    ],
)
def test_temperatures_of_nothing_to_learn(logits: list[list[float]], labels: list[int], expected: float) -> None:
    assert fit_temperature(logits, labels) == pytest.approx(expected)


def test_weights_of_a_few_texts_stay_small_and_those_of_many_do_not() -> None:
    """Six texts without a mistake drove both to the limit of 20; a model of small scores needs more than that."""
    for margin in (0.05, 3.0):
        network, ngrams = [[margin, 0.0]] * 6, [[0.02, 0.0]] * 6
        share = softmax(np.tensordot(fit_weights([network, ngrams], [0] * 6), [network, ngrams], axes=1), axis=1)[0, 0]
        assert 0.8 < share < 0.9  # (6 + 1) / (6 + 2)
    rng = np.random.default_rng(5)
    honest = rng.normal(scale=3.0, size=(4000, 2))
    labels = (softmax(honest, axis=1)[:, 0] < rng.random(4000)).astype(int)
    weights = fit_weights([honest / 60, rng.normal(size=(4000, 2))], labels)
    assert weights == [pytest.approx(60, rel=0.1), pytest.approx(0.0, abs=0.1)]


def test_single_precision_and_shifted_logits_change_nothing() -> None:
    logits, labels = overconfident(200, seed=4)
    temperature = fit_temperature(logits, labels)
    assert fit_temperature(logits.astype(np.float32) + 64, labels) == pytest.approx(temperature, rel=1e-4)


@pytest.mark.parametrize(
    ("scores", "labels", "message"),
    [
        ([], [], "no texts"),
        (np.zeros((0, 3)), [], "no texts"),
        ([[0.5, 0.5]], [0, 1], r"\(1, 2\).*\(2,\)"),
        ([0.5, 0.5], [0, 1], r"\(N, C\)"),
        ([[math.nan, 0.5]], [0], "finite"),
        ([[math.inf, 0.5]], [0], "finite"),
        ([[0.5, 0.5]], [2], "between 0 and 1"),
        ([[0.5, 0.5]], [-1], "between 0 and 1"),
        ([[0.5, 0.5]], [0.5], "numbers of the classes"),
    ],
)
def test_bad_input(scores: list[list[float]], labels: list[int], message: str) -> None:
    for measure in (expected_calibration_error, fit_temperature):
        with pytest.raises(ValueError, match=message):
            measure(scores, labels)


def test_logits_are_not_probabilities_and_no_bins_are_no_measure() -> None:
    with pytest.raises(ValueError, match="softmax"):
        expected_calibration_error([[2.0, -1.0]], [0])
    with pytest.raises(ValueError, match="bins"):
        expected_calibration_error([[0.5, 0.5]], [0], bins=0)
