"""Scores of texts with any number of labels: F1, exact matches, calibration, and the thresholds of the labels.

Micro counts all pairs of a text and a label together; macro is the mean over the labels, all weighing alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpseq.evaluation.bootstrap import percentile_interval, proportion_interval, resamples, rounded
from nlpseq.evaluation.calibration import calibration_error, calibration_interval, fit_temperature
from nlpseq.evaluation.classification import label_row
from nlpseq.evaluation.significance import Comparison, paired_bootstrap

SAMPLES, SEED = 1000, 12345
# Of a label that comes more rarely in the validation split, no threshold of its own can be believed.
LEAST_POSITIVES = 10
DEFAULT_THRESHOLD = 0.5

Flags = NDArray[np.bool_]


def score_labels(truth: Flags, predicted: Flags, names: Sequence[str]) -> dict[str, Any]:
    """Everything about a test set that belongs into `metrics.json`, 0 to 1.

    Keys: `micro_f1`, `macro_f1` and `exact` (all labels of a text right), each with its 95% `..._interval`;
    `micro_precision`, `micro_recall`; `labels_a_text` and `predicted_a_text`; `classes`, for each label its name,
    precision, recall, f1, support and how often it was predicted; `texts`; `multilabel_signature`. Without any true
    and any predicted pair F1 is 0. Shape: truth and predicted (N, C), names (C,).

    Raises:
        ValueError: no texts, or unequal shapes.

    >>> truth = np.array([[1, 0], [1, 1], [0, 0]], dtype=bool)
    >>> scores = score_labels(truth, np.array([[1, 0], [1, 0], [0, 1]], dtype=bool), ["a", "b"])
    >>> round(scores["micro_f1"], 3), scores["macro_f1"], round(scores["exact"], 3)
    (0.667, 0.5, 0.333)
    """
    if truth.shape != predicted.shape or truth.ndim != 2 or truth.shape[1] != len(names) or not len(truth):
        raise ValueError(f"truth {truth.shape}, predicted {predicted.shape} and {len(names)} names do not fit together")
    hits, found, wanted = _counts(truth, predicted)
    draws = np.array([_f1s(truth[picks], predicted[picks]) for picks in resamples(len(truth), SAMPLES, SEED)])
    micro, macro = _f1s(truth, predicted)
    exact = int((truth == predicted).all(axis=1).sum())
    return {
        "micro_f1": round(micro, 6),
        "micro_f1_interval": rounded(percentile_interval(draws[:, 0]), 6),
        "macro_f1": round(macro, 6),
        "macro_f1_interval": rounded(percentile_interval(draws[:, 1]), 6),
        "micro_precision": round(float(hits.sum() / max(1, found.sum())), 6),
        "micro_recall": round(float(hits.sum() / max(1, wanted.sum())), 6),
        "exact": round(exact / len(truth), 6),
        "exact_interval": rounded(proportion_interval(exact, len(truth)), 6),
        "labels_a_text": round(float(truth.sum(axis=1).mean()), 4),
        "predicted_a_text": round(float(predicted.sum(axis=1).mean()), 4),
        "classes": [
            label_row(name, hit / max(1, given), hit / max(1, true), 2 * hit / max(1, given + true), true, given)
            for name, hit, given, true in zip(names, hits, found, wanted, strict=True)
        ],
        "texts": len(truth),
        "multilabel_signature": f"labels:{len(names)}|average:micro,macro|zero:0|bs:{SAMPLES}|seed:{SEED}",
    }


def f1_of(truth: Flags, predicted: Flags) -> dict[str, float]:
    """Micro and macro F1, 0 to 1, of truth and predictions (N, C)."""
    micro, macro = _f1s(truth, predicted)
    return {"micro_f1": micro, "macro_f1": macro}


def score_label_probabilities(
    truth: Flags, probabilities: NDArray[np.floating], uncalibrated: NDArray[np.floating]
) -> dict[str, Any]:
    """Whether the probabilities can be believed: how many of the texts that are given a label with 30% do have it?

    Keys: `ece`, the expected calibration error over all pairs of a text and a label, 0 to 1, with its 95%
    `ece_interval`; `ece_uncalibrated`; `calibration_bins`, what it is made of. Shape: all (N, C).

    >>> truth = np.array([[True, False]] * 3 + [[False, False]])
    >>> shares = np.broadcast_to([0.75, 0.0], truth.shape)
    >>> found = score_label_probabilities(truth, shares, np.sqrt(shares))
    >>> found["ece"], round(found["ece_uncalibrated"], 3)
    (0.0, 0.058)
    """
    found = calibration_error(probabilities, truth)
    interval = calibration_interval(np.asarray(probabilities), truth, samples=SAMPLES, seed=SEED)
    return {
        "ece": round(found.error, 6),
        "ece_interval": rounded(interval, 6),
        "ece_uncalibrated": round(calibration_error(uncalibrated, truth).error, 6),
        "calibration_bins": [asdict(entry) for entry in found.bins],
    }


def fit_label_temperature(truth: Flags, logits: NDArray[np.floating]) -> float:
    """The T for which sigmoid(logits / T) fits best which labels apply: see `fit_temperature`. Shape: both (N, C).

    A label that applies or not is a choice of two classes, the other one with a score of 0.

    >>> truth = np.array([[True], [True], [True], [False]] * 1000)
    >>> round(fit_label_temperature(truth, np.full(truth.shape, np.log(9))), 2)
    2.0
    """
    pairs = np.stack([logits, np.zeros_like(logits)], axis=-1).reshape(-1, 2)
    return fit_temperature(pairs, (~truth).ravel().astype(int))


def uncalibrated(probabilities: NDArray[np.floating], temperature: float) -> NDArray[np.floating]:
    """What the probabilities were before they were calibrated with this temperature.

    >>> uncalibrated(np.array([0.0, 0.5, 0.75, 1.0]), 2.0).round(3).tolist()
    [0.0, 0.5, 0.9, 1.0]
    """
    from scipy.special import expit, logit

    shares: NDArray[np.floating] = expit(temperature * logit(probabilities))
    return shares


def fit_thresholds(truth: Flags, probabilities: NDArray[np.floating]) -> list[float]:
    """The threshold of each label (C,) with the best F1 of this label; of those with few texts the one that is best for
    all of these together.

    Where a range of thresholds is equally good, the one nearest to its middle is taken. Shape: both (N, C).

    >>> shares = np.array([[0.9], [0.4], [0.3], [0.1]] * 10)
    >>> fit_thresholds(shares > 0.35, shares)
    [0.35]
    """
    thresholds = [DEFAULT_THRESHOLD] * truth.shape[1]
    often = truth.sum(axis=0) >= LEAST_POSITIVES
    for place in np.flatnonzero(often):
        thresholds[place] = _best_threshold(truth[:, place], probabilities[:, place])
    if not often.all() and truth[:, ~often].any():
        rare = _best_threshold(truth[:, ~often].ravel(), probabilities[:, ~often].ravel())
        thresholds = [own if own_data else rare for own, own_data in zip(thresholds, often, strict=True)]
    return thresholds


def compare_label_sets(truth: Flags, predicted_a: Flags, predicted_b: Flags) -> Comparison:
    """Micro F1 of two models on the same texts by the paired bootstrap.

    >>> truth = np.array([[1, 0], [0, 1]] * 20, dtype=bool)
    >>> found = compare_label_sets(truth, truth, truth & np.array([1, 0], dtype=bool))
    >>> found.score_a, round(found.score_b, 3), found.differ
    (1.0, 0.667, True)
    """
    counts = [np.stack([(truth & part).sum(1), part.sum(1) + truth.sum(1)], 1) for part in (predicted_a, predicted_b)]

    def scores(picks: NDArray[np.int64]) -> tuple[float, float]:
        of_a, of_b = (float(2 * part[picks, 0].sum() / max(1, part[picks, 1].sum())) for part in counts)
        return of_a, of_b

    return paired_bootstrap(scores, items=len(truth), measure="micro F1", bootstrap_samples=SAMPLES, seed=SEED)


def bag_of_words_labels(train_texts: Sequence[str], truth: Flags, test_texts: Sequence[str]) -> Flags:
    """What logistic regressions on which words occur, one for each label, say of the test texts (N, C).

    >>> texts, truth = ["red house", "red car", "blue car", "blue house"] * 5, [[1, 0], [1, 1], [0, 1], [0, 0]] * 5
    >>> bag_of_words_labels(texts, np.array(truth, dtype=bool), ["red", "blue car"]).tolist()
    [[True, False], [False, True]]
    """
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    from nlpseq.models.nb_svm import MAX_FEATURES, unconverged_allowed
    from nlpseq.text.words import words_and_marks

    vectorizer = CountVectorizer(
        binary=True, tokenizer=words_and_marks, token_pattern=None, max_features=MAX_FEATURES, dtype=np.float64
    )
    train, test = vectorizer.fit_transform(train_texts), vectorizer.transform(test_texts)
    found = np.zeros((len(test_texts), truth.shape[1]), dtype=bool)
    for place, column in enumerate(truth.T):
        if column.all() or not column.any():
            found[:, place] = column.all()
            continue
        with unconverged_allowed():
            found[:, place] = LogisticRegression(max_iter=200).fit(train, column).predict(test)
    return found


def _counts(truth: Flags, predicted: Flags) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Hits, predictions and true texts of each label (C,)."""
    return (truth & predicted).sum(axis=0), predicted.sum(axis=0), truth.sum(axis=0)


def _f1s(truth: Flags, predicted: Flags) -> tuple[float, float]:
    hits, found, wanted = _counts(truth, predicted)
    micro = 2 * hits.sum() / max(1, found.sum() + wanted.sum())
    return float(micro), float(np.mean(2 * hits / np.maximum(1, found + wanted)))


def _best_threshold(truth: Flags, shares: NDArray[np.floating]) -> float:
    order = np.argsort(-shares, kind="stable")
    ordered, hits = shares[order], np.cumsum(truth[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + truth.sum())
    # Between two equal probabilities there is no threshold.
    below = np.append(ordered[1:], 0.0)
    f1 = np.where(ordered > below, f1, -1.0)
    best = int(f1.argmax())
    return round(float(ordered[best] + below[best]) / 2, 6)
