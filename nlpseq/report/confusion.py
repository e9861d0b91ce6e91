"""Which class is taken for which: the confusion matrix of a classifier, and its commonest mistakes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlpseq.counting import counted
from nlpseq.report.blocks import Block, Matrix, Table
from nlpseq.report.plots.drawing import isolated, printable

MOST_CLASSES = 25  # of a matrix that can be read
MOST_NAMED_TWICE = 6
MOST_PAIRS = 12


def confusion_blocks(confusion: NDArray[np.integer], names: Sequence[str]) -> list[Block]:
    """The matrix, unless it has too many classes, and the pairs mixed up most; `confusion` (C, C) counts texts.

    >>> [block.title for block in confusion_blocks(np.array([[9, 1], [4, 6]]), ["neg", "pos"])]
    ['The most frequent mistake: 4 of the 10 texts of class pos are taken for neg (40%)']
    """
    counts = np.asarray(confusion)
    blocks: list[Block] = []
    if len(names) <= MOST_CLASSES:
        blocks.append(confusion_matrix(counts, names))
    if len(names) > 2:
        blocks.append(_pairs(counts, names))
    return blocks


def confusion_matrix(confusion: NDArray[np.integer], names: Sequence[str]) -> Matrix:
    """A row for each true class; of many classes the columns have numbers, which stand before the names of the rows."""
    columns, labels = printable(names), printable(names)
    if len(names) > MOST_NAMED_TWICE:
        columns = [str(number) for number in range(1, len(names) + 1)]
        labels = [f"{number}: {name}" for number, name in zip(columns, labels, strict=True)]
    title = commonest_mistake(confusion, names)
    return Matrix(title, ["True class, taken for", *columns], labels, np.asarray(confusion).tolist())


def frequent_mistakes(confusion: NDArray[np.integer]) -> list[tuple[int, int, int]]:
    """(true class, predicted class, texts) of each pair of classes that were ever mixed up, the most texts first.

    >>> frequent_mistakes(np.array([[9, 1, 0], [4, 6, 0], [0, 0, 0]]))
    [(1, 0, 4), (0, 1, 1)]
    """
    wrong = np.asarray(confusion) * ~np.eye(len(confusion), dtype=bool)
    order = np.argsort(-wrong, axis=None, kind="stable")[: np.count_nonzero(wrong)]
    pairs = np.column_stack(np.unravel_index(order, wrong.shape)).tolist()
    return [(true, predicted, int(wrong[true, predicted])) for true, predicted in pairs]


def commonest_mistake(confusion: NDArray[np.integer], names: Sequence[str]) -> str:
    """The pair of classes that is mixed up most, in a sentence.

    >>> commonest_mistake(np.array([[9, 1], [4, 6]]), ["neg", "pos"])
    'The most frequent mistake: 4 of the 10 texts of class pos are taken for neg (40%)'
    """
    counts, shown = np.asarray(confusion), printable(names)
    mistakes = frequent_mistakes(counts)
    if not mistakes:
        return f"No mistake in {counted(int(counts.sum()), 'text')}"
    true, predicted, count = mistakes[0]
    total = int(counts[true].sum())
    of_true, of_predicted = isolated(shown[true]), isolated(shown[predicted])
    texts = f"{count:,} of the {total:,} texts of class {of_true}" if total > 1 else f"the text of {of_true}"
    verb = "are" if count > 1 or total > 1 else "is"
    return f"The most frequent mistake: {texts} {verb} taken for {of_predicted} ({count / total:.0%})"


def _pairs(counts: NDArray[np.integer], names: Sequence[str]) -> Table:
    totals = counts.sum(axis=1)
    rows = [
        [names[true], names[predicted], f"{count:,}", f"{100 * count / totals[true]:.1f}"]
        for true, predicted, count in frequent_mistakes(counts)[:MOST_PAIRS]
    ]
    return Table(["True class", "Taken for", "Texts", "Of its texts (%)"], rows, "llrr")
