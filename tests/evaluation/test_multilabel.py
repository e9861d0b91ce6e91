"""Scores of label sets are scikit-learn's, and thresholds are the best there are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score

from nlpseq.evaluation.multilabel import compare_label_sets, f1_of, fit_thresholds, score_labels

FLAGS = st.tuples(st.integers(1, 9), st.integers(1, 4)).flatmap(
    lambda shape: st.tuples(arrays(bool, shape), arrays(bool, shape))
)


@given(FLAGS)
def test_f1_is_scikit_learns(flags: tuple[np.ndarray, np.ndarray]) -> None:
    truth, predicted = flags
    found = f1_of(truth, predicted)
    for average in ("micro", "macro"):
        # Of a single label scikit-learn would score yes and no as two classes.
        wide = [np.hstack([part, np.zeros((len(part), 1), dtype=bool)]) for part in (truth, predicted)]
        expected = f1_score(*wide, average=average, zero_division=0.0)
        scale = (truth.shape[1] + 1) / truth.shape[1] if average == "macro" else 1
        assert found[f"{average}_f1"] == pytest.approx(scale * expected)


def test_all_scores() -> None:
    random = np.random.default_rng(0)
    truth = random.random((200, 3)) < [0.5, 0.2, 0.05]
    predicted = truth ^ (random.random(truth.shape) < 0.1)
    found = score_labels(truth, predicted, ["a", "b", "c"])
    assert found["exact"] == pytest.approx(accuracy_score(truth, predicted))
    assert found["micro_precision"] == pytest.approx(precision_score(truth, predicted, average="micro"), abs=1e-6)
    assert found["micro_recall"] == pytest.approx(recall_score(truth, predicted, average="micro"), abs=1e-6)
    assert [row["support"] for row in found["classes"]] == truth.sum(0).tolist()
    assert [row["f1"] for row in found["classes"]] == pytest.approx(f1_score(truth, predicted, average=None), abs=1e-6)
    for key in ("micro_f1", "macro_f1", "exact"):
        low, high = found[f"{key}_interval"]
        assert low < found[key] < high
    with pytest.raises(ValueError, match="do not fit together"):
        score_labels(truth, predicted[:5], ["a", "b", "c"])


@settings(max_examples=30)  # each is scored at 21 thresholds by scikit-learn
@given(arrays(bool, 30), arrays(float, 30, elements=st.sampled_from([0.1, 0.2, 0.3, 0.55, 0.8, 0.95])))
def test_no_threshold_is_better_than_the_one_found(truth: np.ndarray, shares: np.ndarray) -> None:
    (threshold,) = fit_thresholds(truth[:, None], shares[:, None])
    best = max(f1_score(truth, shares >= cut, zero_division=0.0) for cut in np.arange(0, 1.01, 0.05))
    if truth.any():
        assert f1_score(truth, shares >= threshold, zero_division=0.0) == pytest.approx(best)
    assert 0 <= threshold <= 1


def test_rare_labels_share_a_threshold() -> None:
    random = np.random.default_rng(1)
    shares = random.random((100, 3))
    truth = shares > [0.3, 0.96, 0.97]
    often, rare, rarer = fit_thresholds(truth, shares)
    assert abs(often - 0.3) < 0.03 and rare == rarer > 0.9
    assert fit_thresholds(np.zeros((5, 2), dtype=bool), np.ones((5, 2))) == [0.5, 0.5]


def test_equal_models_do_not_differ() -> None:
    truth = np.random.default_rng(2).random((50, 4)) < 0.4
    found = compare_label_sets(truth, ~truth, ~truth)
    assert (found.difference, found.p_value, found.differ) == (0, 1, False)
