"""The table of scores and what is said about the best baseline."""

from __future__ import annotations

import pytest

from nlpseq.report.blocks import Table
from nlpseq.report.scores import BaselineScores, ScoreKind, overview, score_section

ACCURACY = ScoreKind("accuracy", "Accuracy", "share", "signature", scale=100, unit="%")
BITS = ScoreKind("bits", "Bits", "per character", "signature", digits=2, higher_is_better=False)


@pytest.mark.parametrize(
    ("score", "metrics", "other", "title"),
    [
        (ACCURACY, {"accuracy": 0.9, "accuracy_interval": [0.88, 0.92]}, 0.8, "is 10.0 points above that of"),
        (ACCURACY, {"accuracy": 0.9, "accuracy_interval": [0.88, 0.92]}, 0.95, "is 5.0 points below that of"),
        (ACCURACY, {"accuracy": 0.9, "accuracy_interval": [0.88, 0.92]}, 0.88, "is not clearly different from that of"),
        (ACCURACY, {"accuracy": 0.9}, 0.8, "is 10.0 points above that of"),
        (BITS, {"bits": 2.0, "bits_interval": [1.9, 2.1]}, 2.25, "is 0.25 below that of"),
    ],
)
def test_the_best_baseline_in_the_title(score: ScoreKind, metrics: dict, other: float, title: str) -> None:
    worse = other - 0.1 if score.higher_is_better else other + 0.1
    baselines = [BaselineScores("poor", {score.key: worse}), BaselineScores("good", {score.key: other, "more": 1.0})]
    beside = overview(score, metrics, baselines).beside
    assert beside is not None and beside.title == f"{score.label} {title} the best baseline (good)"
    assert [bar.label for bar in beside.rows] == ["this model", "good", "poor"]


def test_what_is_not_known_is_a_dash_and_what_is_not_in_the_metrics_no_row() -> None:
    metrics = {"accuracy": 0.5, "accuracy_interval": None, "bits": 1234.5, "signature": "s:1"}
    baselines = [BaselineScores("b", {"bits": 3.0})]
    other = ScoreKind("other", "Other", "", "signature")
    section = score_section(metrics, [ACCURACY, BITS, other], baselines, resampled="texts")
    scores, signatures = [block for block in section.blocks if isinstance(block, Table)]
    assert scores.rows == [
        ["Accuracy", "50.0%", "not known", "–"],
        ["Bits", "1,234.50", "not known", "3.00"],
    ]
    assert signatures.rows == [["Accuracy, Bits", "s:1"]]
    assert overview(ACCURACY, metrics, baselines).beside is None  # no baseline has the first score
