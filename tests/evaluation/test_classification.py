"""Classification figures against values by hand and scikit-learn called independently."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import sklearn
from numpy.typing import NDArray
from sklearn.metrics import classification_report, f1_score, log_loss

from nlpseq.evaluation.classification import score_classification, score_predictions

ROOT = Path(__file__).resolve().parents[2]
NAMES = ["bad", "mixed", "good"]
LABELS = [0, 0, 0, 1, 1, 2, 2, 2, 2]
PREDICTIONS = [0, 0, 1, 1, 0, 2, 2, 2, 1]


def sure(predictions: list[int], classes: int, *, top: float = 0.8) -> NDArray[np.float64]:
    """Probabilities with `top` at the predicted class."""
    rows = np.full((len(predictions), classes), (1 - top) / (classes - 1))
    rows[np.arange(len(predictions)), predictions] = top
    return rows


def test_every_figure_by_hand() -> None:
    scores = score_classification(LABELS, sure(PREDICTIONS, 3), NAMES)
    assert scores["confusion"] == [[2, 1, 0], [1, 1, 0], [0, 1, 3]]
    assert scores["accuracy"] == pytest.approx(6 / 9, abs=1e-6)
    table = [tuple(entry.values()) for entry in scores["classes"]]
    assert [row[0] for row in table] == NAMES and [row[4] for row in table] == [3, 2, 4]
    assert table[0][1:4] == pytest.approx((2 / 3, 2 / 3, 2 / 3), abs=1e-6)
    assert table[1][1:4] == pytest.approx((1 / 3, 1 / 2, 2 / 5), abs=1e-6)
    assert table[2][1:4] == pytest.approx((1.0, 3 / 4, 6 / 7), abs=1e-6)
    assert scores["macro_precision"] == pytest.approx((2 / 3 + 1 / 3 + 1) / 3, abs=1e-6)
    assert scores["macro_recall"] == pytest.approx((2 / 3 + 1 / 2 + 3 / 4) / 3, abs=1e-6)
    assert scores["macro_f1"] == pytest.approx((2 / 3 + 2 / 5 + 6 / 7) / 3, abs=1e-6)
    assert scores["log_loss"] == pytest.approx(-(6 * math.log(0.8) + 3 * math.log(0.1)) / 9, abs=1e-6)
    assert scores["ece"] == pytest.approx(0.8 - 6 / 9, abs=1e-6)
    assert [entry["count"] for entry in scores["calibration_bins"] if entry["count"]] == [9]
    assert scores["texts"] == 9
    assert scores["classification_signature"] == (
        f"classes:3|average:macro|zero:0|ece:15|bs:1000|seed:12345|version:sklearn-{sklearn.__version__}"
    )


def random_task(texts: int, classes: int, *, seed: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Labels of unequal frequency and probabilities that know something of them."""
    rng = np.random.default_rng(seed)
    labels = rng.choice(classes, size=texts, p=np.arange(1, classes + 1) / sum(range(classes + 1)))
    weights = rng.random((texts, classes))
    weights[np.arange(texts), labels] += 0.5
    return labels, weights / weights.sum(axis=1, keepdims=True)


def test_figures_equal_scikit_learn_s() -> None:
    labels, probabilities = random_task(211, 4, seed=7)
    scores = score_classification(labels, probabilities, list("abcd"), bootstrap_samples=50)
    report = classification_report(labels, probabilities.argmax(1), target_names=list("abcd"), output_dict=True)
    assert scores["accuracy"] == pytest.approx(report["accuracy"], abs=1e-6)
    assert scores["macro_f1"] == pytest.approx(report["macro avg"]["f1-score"], abs=1e-6)
    for entry in scores["classes"]:
        theirs = report[entry["name"]]
        assert entry["precision"] == pytest.approx(theirs["precision"], abs=1e-6)
        assert entry["recall"] == pytest.approx(theirs["recall"], abs=1e-6)
        assert (entry["f1"], entry["support"]) == (pytest.approx(theirs["f1-score"], abs=1e-6), theirs["support"])
    assert scores["log_loss"] == pytest.approx(log_loss(labels, probabilities), abs=1e-6)


def test_intervals_equal_those_of_resampled_texts() -> None:
    labels, probabilities = random_task(90, 3, seed=5)
    predictions = probabilities.argmax(1)
    scores = score_classification(labels, probabilities, NAMES, bootstrap_samples=4000)
    rng = np.random.default_rng(1)
    draws = [f1_score(labels[picks], predictions[picks], average="macro") for picks in rng.integers(90, size=(600, 90))]
    assert scores["macro_f1_interval"] == pytest.approx(np.quantile(draws, [0.025, 0.975]), abs=0.025)
    spread = 1.96 * math.sqrt(scores["accuracy"] * (1 - scores["accuracy"]) / 90)
    expected = [scores["accuracy"] - spread, scores["accuracy"] + spread]
    assert scores["accuracy_interval"] == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize(("texts", "low"), [(60, 0.939828), (10, 0.722467), (600, 0.993638)])
def test_a_perfect_score_is_as_sure_as_its_texts_are_many(texts: int, low: float) -> None:
    """Wilson's intervals; resampled texts without a mistake show no spread."""
    right = score_classification([0, 1] * (texts // 2), sure([0, 1] * (texts // 2), 2), ["a", "b"])
    assert right["accuracy"] == 1.0 and right["accuracy_interval"] == pytest.approx([low, 1.0], abs=1e-6)
    assert right["macro_f1"] == 1.0 and right["macro_f1_interval"] is None
    wrong = score_classification([0] * texts, sure([1] * texts, 2), ["a", "b"])
    assert wrong["accuracy_interval"] == pytest.approx([0.0, 1 - low], abs=1e-6)


def test_the_seed_repeats_and_the_result_is_json() -> None:
    labels, probabilities = random_task(40, 3, seed=6)
    first, again, other = (score_classification(labels, probabilities, NAMES, seed=seed) for seed in (3, 3, 4))
    assert first == again and first["macro_f1_interval"] != other["macro_f1_interval"]
    assert json.loads(json.dumps(first, allow_nan=False)) == first


def test_macro_means_are_over_classes_that_occur_or_are_predicted() -> None:
    # "good" is neither: it weighs nothing. "mixed" is predicted and does not occur: it counts as 0.
    scores = score_classification([0, 0], sure([0, 1], 3), NAMES)
    assert scores["macro_f1"] == pytest.approx((2 / 3 + 0) / 2, abs=1e-6)
    assert scores["macro_f1"] == pytest.approx(f1_score([0, 0], [0, 1], average="macro"), abs=1e-6)
    assert scores["classes"][2] == {"name": "good", "precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 0}
    assert len(scores["confusion"]) == 3


def test_one_text_and_a_probability_of_zero() -> None:
    scores = score_classification([1], [[1.0, 0.0]], ["no", "yes"])
    assert scores["accuracy_interval"] == [0.0, 0.793451] and scores["macro_f1_interval"] is None
    assert scores["log_loss"] == pytest.approx(-math.log(np.finfo(float).eps), abs=1e-5)
    assert score_classification([0], [[1.0, 0.0]], ["no", "yes"])["log_loss"] == 0.0


def test_single_precision_sums_to_one_closely_enough() -> None:
    labels, probabilities = random_task(70, 37, seed=8)
    exact = score_classification(labels, probabilities, [str(number) for number in range(37)])
    single = score_classification(labels, probabilities.astype(np.float32), [str(number) for number in range(37)])
    assert single["log_loss"] == pytest.approx(exact["log_loss"], abs=1e-5)
    assert single["accuracy_interval"] == exact["accuracy_interval"]


def test_far_more_classes_than_most_tasks_have() -> None:
    labels, probabilities = random_task(3000, 151, seed=9)
    scores = score_classification(labels, probabilities, [str(number) for number in range(151)])
    assert scores["macro_f1_interval"][0] < scores["macro_f1"] < scores["macro_f1_interval"][1]


@pytest.mark.parametrize(
    ("labels", "probabilities", "names", "message"),
    [
        ([], np.zeros((0, 2)), ["a", "b"], "no texts"),
        ([0], [[1.0]], ["a"], "two are the least"),
        ([0], [[0.5, 0.5]], ["a", "b", "c"], "3 names for 2 classes"),
        ([2], [[0.5, 0.5]], ["a", "b"], "labels must lie"),
        ([0], [[0.5, 0.6]], ["a", "b"], "sum to 1"),
        ([0], [[1.5, -0.5]], ["a", "b"], "negative"),
        ([0], [[math.nan, 0.5]], ["a", "b"], "finite"),
    ],
)
def test_bad_input(labels: list[int], probabilities: list[list[float]], names: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        score_classification(labels, probabilities, names)


def test_predicted_classes_alone_score_as_with_probabilities() -> None:
    scores = score_predictions(PREDICTIONS, LABELS)
    assert scores["accuracy"] == pytest.approx(2 / 3, abs=1e-6)
    assert scores["macro_recall"] == pytest.approx(23 / 36, abs=1e-6)
    named = score_predictions([str(one) for one in PREDICTIONS], [str(one) for one in LABELS])
    assert named == scores
    whole = score_classification(LABELS, np.eye(max(*LABELS, *PREDICTIONS) + 1)[PREDICTIONS], ["a", "b", "c"])
    assert whole.items() >= {key: value for key, value in scores.items() if not key.endswith("signature")}.items()


def test_predictions_that_are_all_right_have_no_interval_of_f1() -> None:
    scores = score_predictions([4, 4], [4, 4])
    assert (scores["accuracy"], scores["macro_f1"], scores["macro_f1_interval"]) == (1.0, 1.0, None)


@pytest.mark.parametrize(("predictions", "labels", "message"), [([], [], "no texts"), ([1], [1, 0], "one length")])
def test_predictions_that_cannot_be_scored(predictions: list[int], labels: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        score_predictions(predictions, labels)
