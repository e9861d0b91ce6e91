"""The classification report: absent classes, many classes, the surest mistakes, odd texts."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from nlpseq.evaluation.classification import score_classification
from nlpseq.report import BaselineScores, ClassificationReport, shown_mistakes, write_report
from nlpseq.report.classification import never_predicted
from nlpseq.report.confusion import commonest_mistake


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
    sure = classification.probabilities.max(axis=1)
    surest, typical = shown_mistakes(classification.gold, classification.probabilities, classification.texts)
    wrong = classification.probabilities.argmax(axis=1) != classification.gold
    assert sure[surest].tolist() == np.sort(sure[wrong])[::-1][:6].tolist()
    # Each of another pair of classes, and none shown twice.
    pairs = {(int(classification.gold[place]), int(classification.probabilities[place].argmax())) for place in typical}
    assert wrong[[*surest, *typical]].all() and not set(surest) & set(typical) and len(pairs) == len(typical) > 2


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
    assert ('<th scope="row" dir="auto">20: class 19</th>' in page) == (classes == 20)


def test_bad_input(classification: ClassificationReport) -> None:
    with pytest.raises(ValueError, match="999 texts, 1000 true classes"):
        dataclasses.replace(classification, texts=classification.texts[1:])
    with pytest.raises(ValueError, match=r"probabilities \(1000, 2\) and metrics over 1000 texts of 3 classes"):
        dataclasses.replace(classification, probabilities=classification.probabilities[:, :2])
    with pytest.raises(ValueError, match="text -1 of 1000"):
        dataclasses.replace(classification, token_weights={-1: []})


def test_a_class_that_is_never_predicted_is_named_first_thing() -> None:
    report = report_of(["a", "b", "c", "d"], [0, 1, 2, 2], [[0.6, 0.3, 0.1]] * 2 + [[0.5, 0.4, 0.1], [0.2, 0.1, 0.7]])
    assert never_predicted(report.metrics) == ["class 1"]
    assert report.opening().endswith("; never predicted: class 1.")
    many = report_of(["x"] * 9, list(range(9)), [[0.2] + [0.1] * 8] * 9)
    assert many.opening().endswith("; never predicted: class 1, class 2, class 3, class 4, class 5 and 3 more.")
    # A class that no test text has is no one's fault.
    assert never_predicted(report_of(["a"], [0], [[0.9, 0.1]]).metrics) == []


def test_baselines_stand_beside_macro_f1_too(tmp_path: Path) -> None:
    report = report_of(["a", "b"], [0, 1], [[0.9, 0.1]] * 2)
    baselines = [BaselineScores("majority", {"accuracy": 0.5, "macro_f1": 0.3333})]
    page = page_of(dataclasses.replace(report, baselines=baselines), tmp_path)
    assert '<td class="r">33.3</td>' in page


def test_words_stand_as_their_writer_wrote_them(tmp_path: Path) -> None:
    text = 'Not "BAD": so-so!'
    report = report_of([text], [0], [[0.1, 0.9]])
    weights = {0: [("not", -0.4), ("bad", 0.8), ("so-so", 0.1), ("!", 0.7)]}
    places = {0: [(0, 3), (5, 8), (11, 16), (16, 17)]}
    shown = dataclasses.replace(report, token_weights=weights, token_places=places, residues={0: -1.25})
    page_of(shown, tmp_path)
    lines = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert '*Not* "**BAD**": so-so**!**' in lines
    assert "BAD +0.8, Not -0.4, so-so +0.1" in lines  # and no "! +0.7": a mark alone is no reason
    assert "−1.2 of the log-odds: here the weights do not add up" in lines


def test_a_text_of_unknown_words_says_so(tmp_path: Path) -> None:
    report = report_of(["zzz qqq"], [0], [[0.1, 0.9]])
    page = page_of(dataclasses.replace(report, token_weights={0: [("zzz", 0.0), ("qqq", 0.0)]}), tmp_path)
    assert "none of its words is known to the model" in page


def test_labels_from_right_to_left_leave_the_sentence_in_order() -> None:
    probabilities = np.array([[0.1, 0.9], [0.2, 0.8]])
    names = ["שלילי", "مدح"]
    metrics = score_classification([0, 0], probabilities, names, bootstrap_samples=2)
    report = ClassificationReport(
        title="t", data="d", metrics=metrics, texts=["a", "b"], gold=[0, 0], probabilities=probabilities
    )
    assert "never predicted: \u2068שלילי\u2069." in report.opening()
    title = commonest_mistake(np.array([[0, 2], [0, 0]]), names)
    assert title.endswith("class \u2068שלילי\u2069 are taken for \u2068مدح\u2069 (100%)")


def test_scripts_from_right_to_left_and_without_spaces_stand_as_they_were_written(tmp_path: Path) -> None:
    texts = ["الفيلم  ليس سيئًا!", "這部電影，不錯。"]
    report = report_of(texts, [0, 0], [[0.1, 0.9]] * 2)
    known = {"الفيلم": 3, "不": 1, "錯": 1}
    page = page_of(dataclasses.replace(report, known=known), tmp_path)
    for text in texts:
        assert f'<dt dir="auto">Text</dt><dd dir="auto">{text}</dd>' in page
    assert "not in the training text: ليس, سيئًا<" in page
    assert "not in the training text: 這, 部, 電, 影<" in page


def test_the_weakest_and_the_strongest_class_are_told_of() -> None:
    report = report_of(["x"] * 20, [0] * 10 + [1] * 10, [[0.9, 0.1]] * 18 + [[0.2, 0.8]] * 2)
    good, fails, then = (sentence for _, sentence in report.findings([]))
    assert good == "Class class 0: 10 of its 10 texts (100.0%)."
    assert fails == "Class class 1: 2 of its 10 texts (20.0%)."
    assert then.startswith("More training texts of class class 1")
