"""The classification report: absent classes, many classes, the surest mistakes, odd texts."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from nlpseq.evaluation.classification import score_classification
from nlpseq.evaluation.report import BaselineScores, ClassificationReport, confident_mistakes, write_report


def report_of(texts: list[str], gold: list[int], probabilities: list[list[float]]) -> ClassificationReport:
    names = [f"class {number}" for number in range(len(probabilities[0]))]
    metrics = score_classification(gold, probabilities, names, bootstrap_samples=50)
    return ClassificationReport(
        title="t",
        data="reviews",
        metrics=metrics,
        texts=texts,
        gold=np.array(gold),
        probabilities=np.array(probabilities),
    )


def page_of(report: ClassificationReport, folder: Path) -> str:
    return write_report(folder, report).read_text(encoding="utf-8")


def test_the_opening_sentence_names_score_interval_and_best_baseline() -> None:
    report = report_of(["a", "b", "c", "d"], [0, 1, 0, 1], [[0.9, 0.1]] * 3 + [[0.2, 0.8]])
    metrics = {**report.metrics, "accuracy_interval": [0.25, 1.0]}
    baselines = [BaselineScores("majority", {"accuracy": 0.5}), BaselineScores("n-grams", {"accuracy": 0.625})]
    assert dataclasses.replace(report, metrics=metrics, baselines=baselines).opening() == (
        "Of 4 test texts of reviews the model gives 75.0% the right one of 2 classes, "
        "with 95% confidence between 25.0% and 100.0%; the best baseline (n-grams) reaches 62.5%."
    )


def test_the_surest_mistakes_come_first(classification: ClassificationReport) -> None:
    mistakes = confident_mistakes(classification.gold, classification.probabilities)
    assert len(mistakes) == 10 and list(mistakes.values()) == sorted(mistakes.values(), reverse=True)
    wrong = classification.probabilities.argmax(axis=1) != classification.gold
    assert wrong[list(mistakes)].all()
    assert min(mistakes.values()) >= np.sort(classification.probabilities.max(axis=1)[wrong])[-10]


def test_a_class_without_texts_has_no_recall(classification: ClassificationReport, tmp_path: Path) -> None:
    page = page_of(classification, tmp_path)
    guesses = int((classification.probabilities.argmax(axis=1) == 2).sum())
    assert guesses and f'<td class="r">0</td><td class="r">{guesses}</td><td class="r">0.0</td><td class="r">–' in page


def test_words_are_marked_by_their_weight(tmp_path: Path) -> None:
    report = report_of(["not <b> bad"], [0], [[0.1, 0.9]])
    weighted = dataclasses.replace(report, token_weights={0: [("not", -0.1), ("<b>", 0.0), ("bad", 0.2)]})
    page = page_of(weighted, tmp_path)
    assert (
        '<mark class="against" style="--shade:0.28" title="-0.1">not</mark> &lt;b&gt; '
        '<mark class="for" style="--shade:0.55" title="+0.2">bad</mark></dd>'
    ) in page
    markdown = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "- Text: *not* &lt;b&gt; **bad**\n" in markdown and "- Strongest: bad +0.2, not -0.1\n" in markdown


@pytest.mark.parametrize(
    ("texts", "gold", "probabilities"),
    [
        pytest.param([""], [1], [[0.0, 1.0]], id="one empty text"),
        pytest.param(["", "", ""], [0, 0, 0], [[0.5, 0.5]] * 3, id="only ties, one class only"),
        pytest.param(["a", "b"], [0, 1], [[0.0, 1.0], [1.0, 0.0]], id="all wrong and sure"),
        pytest.param(["犬", "我爱北京" * 900], [0, 1], [[1.0, 0.0], [1.0, 0.0]], id="no spaces, long"),
    ],
)
def test_odd_data(texts: list[str], gold: list[int], probabilities: list[list[float]], tmp_path: Path) -> None:
    report = report_of(texts, gold, probabilities)
    page = page_of(report, tmp_path)
    right = int((np.argmax(probabilities, axis=1) == gold).sum())
    assert ("The model made no mistake on these texts." in page) == (right == len(texts))
    assert len(page) < 200_000


@pytest.mark.parametrize("classes", [20, 70])
def test_many_classes(classes: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(classes)
    gold = rng.integers(classes, size=500)
    probabilities = rng.dirichlet(np.full(classes, 0.1), size=500)
    page = page_of(report_of(["a b"] * 500, gold.tolist(), probabilities.tolist()), tmp_path)
    assert len(page) < 1_000_000
    assert ('<th scope="row">20: class 19</th>' in page) == (classes == 20)


def test_bad_input(classification: ClassificationReport) -> None:
    with pytest.raises(ValueError, match="999 texts, 1000 true classes"):
        dataclasses.replace(classification, texts=classification.texts[1:])
    with pytest.raises(ValueError, match=r"probabilities \(1000, 2\) and metrics over 1000 texts of 3 classes"):
        dataclasses.replace(classification, probabilities=classification.probabilities[:, :2])
    with pytest.raises(ValueError, match="text -1 of 1000"):
        dataclasses.replace(classification, token_weights={-1: []})
