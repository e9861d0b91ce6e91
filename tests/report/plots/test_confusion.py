"""Confusion matrices: rows are true classes; absent, many and oddly named classes."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from nlpseq.report.plots.confusion import confusion_plot, frequent_mistakes
from nlpseq.report.plots.drawing import printable


def test_rows_are_true_classes() -> None:
    plot = confusion_plot(np.array([[5, 0, 3], [1, 7, 0], [0, 0, 2]]), ["a", "b", "c"])
    assert plot.title == "The most frequent mistake: 3 of the 8 texts of class a are taken for c (38%)"
    assert plot.alt.endswith("a 5 of 8, b 7 of 8, c 2 of 2")


@pytest.mark.parametrize(
    ("confusion", "title"),
    [
        (np.diag([3, 0]), "All 3 texts are given the right class"),
        (np.array([[0, 1], [0, 0]]), "The most frequent mistake: the text of a is taken for b (100%)"),
        (np.array([[0, 1], [0, 4]]), "The most frequent mistake: the text of a is taken for b (100%)"),
    ],
)
def test_absent_classes_and_single_texts(confusion: np.ndarray, title: str) -> None:
    assert confusion_plot(confusion, ["a", "b"]).title == title


def test_any_name_is_text() -> None:
    plot = confusion_plot(np.array([[1, 2], [3, 4]]), ["<script>", "$a$ & b\n"])
    ElementTree.fromstring(plot.svg)
    assert "<script" not in plot.svg and "$a$ &amp; b·" in plot.svg


@pytest.mark.parametrize("classes", [20, 150])
def test_many_classes_stay_small(classes: int) -> None:
    rng = np.random.default_rng(classes)
    confusion = rng.integers(0, 30, size=(classes, classes))
    plot = confusion_plot(confusion, [f"class {number}" for number in range(classes)])
    assert len(plot.svg) < 250_000
    assert frequent_mistakes(confusion)[0][2] == 29
    assert ("class 149" in plot.alt) is False


def test_a_cell_is_as_dark_as_its_share_is_large() -> None:
    """28% looked half as black as 72% on a scale of square roots; that is kept where no number stands in the cells."""
    few = confusion_plot(np.array([[72, 28], [0, 100]]), ["a", "b"])
    many = confusion_plot(np.full((40, 40), 3), [f"class {number}" for number in range(40)])
    assert ">60<" in few.svg and ">5<" not in few.svg
    assert ">5<" in many.svg and ">60<" not in many.svg


def test_names_that_begin_alike_are_told_apart() -> None:
    names = [f"Customer requests information on {what}" for what in ("prices", "dates", "delivery")]
    svg = confusion_plot(np.eye(3, dtype=int), names).svg
    for shown in ("Customer req…n on prices", "Customer req…on on dates", "Customer req… delivery"):
        assert shown in svg or shown.replace("… delivery", "…on delivery") in svg
    assert printable(["x" * 60 + "1" + "y" * 30, "x" * 60 + "2" + "y" * 30]) == [
        f"{n}: " + "x" * 20 + "…" for n in (1, 2)
    ]
    assert printable(["same", "same"]) == ["same", "same"]
