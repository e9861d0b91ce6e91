"""Confusion matrices: rows are true classes; absent, many and oddly named classes."""

from __future__ import annotations

import numpy as np
import pytest

from nlpseq.report.blocks import Matrix, Table
from nlpseq.report.confusion import commonest_mistake, confusion_blocks, confusion_matrix, frequent_mistakes
from nlpseq.report.plots.drawing import printable


def test_rows_are_true_classes() -> None:
    confusion = np.array([[5, 0, 3], [1, 7, 0], [0, 0, 2]])
    matrix, pairs = confusion_blocks(confusion, ["a", "b", "c"])
    assert isinstance(matrix, Matrix) and matrix.counts == confusion.tolist()
    assert matrix.title == "The most frequent mistake: 3 of the 8 texts of class a are taken for c (38%)"
    assert matrix.shares()[0] == [5 / 8, 0.0, 3 / 8]
    assert isinstance(pairs, Table) and pairs.rows == [["a", "c", "3", "37.5"], ["b", "a", "1", "12.5"]]


@pytest.mark.parametrize(
    ("confusion", "title"),
    [
        (np.diag([3, 0]), "No mistake in 3 texts"),
        (np.array([[0, 1], [0, 0]]), "The most frequent mistake: the text of a is taken for b (100%)"),
        (np.array([[0, 1], [0, 4]]), "The most frequent mistake: the text of a is taken for b (100%)"),
    ],
)
def test_absent_classes_and_single_texts(confusion: np.ndarray, title: str) -> None:
    assert commonest_mistake(confusion, ["a", "b"]) == title


@pytest.mark.parametrize("classes", [20, 150])
def test_of_many_classes_only_the_pairs_are_shown(classes: int) -> None:
    confusion = np.random.default_rng(classes).integers(0, 30, size=(classes, classes))
    blocks = confusion_blocks(confusion, [f"class {number}" for number in range(classes)])
    assert [isinstance(block, Matrix) for block in blocks] == ([True, False] if classes == 20 else [False])
    assert frequent_mistakes(confusion)[0][2] == 29 and len(blocks[-1].rows) == 12  # type: ignore[union-attr]


def test_names_that_begin_alike_are_told_apart() -> None:
    names = [f"Customer requests information on {what}" for what in ("prices", "dates", "delivery")]
    matrix = confusion_matrix(np.eye(3, dtype=int), names)
    assert len(set(matrix.labels)) == 3 and matrix.labels[0] == "Customer req…n on prices"
    assert printable(["x" * 60 + "1" + "y" * 30, "x" * 60 + "2" + "y" * 30]) == [
        f"{n}: " + "x" * 20 + "…" for n in (1, 2)
    ]
    assert printable(["same", "same"]) == ["same", "same"]
