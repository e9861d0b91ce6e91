"""Which class is taken for which: the confusion matrix of a classifier."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlpseq.report.plots.drawing import Plot, draw_svg, isolated, new_figure, printable

MAX_CLASSES_WITH_ZEROS = 8
MAX_CLASSES_WITH_COUNTS = 25
MAX_CLASSES_WITH_NAMES = 60


def confusion_plot(confusion: NDArray[np.integer], names: Sequence[str]) -> Plot:
    """A row for each true class, a column for each predicted one; `confusion` (C, C) counts texts.

    A cell is the darker, the larger its share of its row. Where there are too many classes for numbers in the cells,
    the scale is that of square roots, so that rare mistakes are seen.

    >>> confusion_plot(np.array([[9, 1], [4, 6]]), ["neg", "pos"]).title
    'The most frequent mistake: 4 of the 10 texts of class pos are taken for neg (40%)'
    """
    from matplotlib.colors import PowerNorm

    counts = np.asarray(confusion)
    totals = counts.sum(axis=1, keepdims=True)
    shares = counts / np.maximum(totals, 1)  # (C, C)
    labels = printable(names)
    side = min(7.0, 2.2 + 0.42 * len(labels))
    figure, axes = new_figure(side + 1.2, side)
    counted = len(labels) <= MAX_CLASSES_WITH_COUNTS
    norm = PowerNorm(1.0 if counted else 0.5, vmin=0, vmax=1)
    image = axes.imshow(shares, cmap="Greys", norm=norm, interpolation="none")
    ticks = [0, 0.2, 0.4, 0.6, 0.8, 1] if counted else [0, 0.01, 0.05, 0.2, 0.5, 1]
    bar = figure.colorbar(image, ax=axes, label="Share of the true class (%)", shrink=0.8, ticks=ticks)
    bar.ax.set_yticklabels([f"{100 * tick:g}" for tick in ticks])
    if counted:
        size = 10 if len(labels) <= 8 else 7 if len(labels) <= 15 else 5.5
        for (row, column), count in np.ndenumerate(counts):
            if not count and len(labels) > MAX_CLASSES_WITH_ZEROS:
                continue
            color = "white" if shares[row, column] > 0.55 else "black"
            axes.text(column, row, f"{count:,}", ha="center", va="center", color=color, size=size)
    if len(labels) <= MAX_CLASSES_WITH_NAMES:
        size = 10 if len(labels) <= 15 else 8 if len(labels) <= 30 else 6
        axes.set_xticks(
            range(len(labels)), labels, parse_math=False, size=size, rotation=60, ha="right", rotation_mode="anchor"
        )
        axes.set_yticks(range(len(labels)), labels, parse_math=False, size=size)
    axes.set_xlabel("Predicted class")
    axes.set_ylabel("True class")
    alt = _alt(counts, names)
    return Plot(_finding(counts, labels), alt, draw_svg(figure, alt))


def frequent_mistakes(confusion: NDArray[np.integer]) -> list[tuple[int, int, int]]:
    """(true class, predicted class, texts) of each pair of classes that were ever mixed up, the most texts first.

    >>> frequent_mistakes(np.array([[9, 1, 0], [4, 6, 0], [0, 0, 0]]))
    [(1, 0, 4), (0, 1, 1)]
    """
    wrong = np.asarray(confusion) * ~np.eye(len(confusion), dtype=bool)
    order = np.argsort(-wrong, axis=None, kind="stable")[: np.count_nonzero(wrong)]
    pairs = np.column_stack(np.unravel_index(order, wrong.shape)).tolist()
    return [(true, predicted, int(wrong[true, predicted])) for true, predicted in pairs]


def _finding(counts: NDArray[np.integer], names: Sequence[str]) -> str:
    mistakes = frequent_mistakes(counts)
    if not mistakes:
        return f"All {int(counts.sum()):,} texts are given the right class"
    true, predicted, count = mistakes[0]
    total = int(counts[true].sum())
    of_true, of_predicted = isolated(names[true]), isolated(names[predicted])
    texts = f"{count:,} of the {total:,} texts of class {of_true}" if total > 1 else f"the text of {of_true}"
    verb = "are" if count > 1 or total > 1 else "is"
    return f"The most frequent mistake: {texts} {verb} taken for {of_predicted} ({count / total:.0%})"


def _alt(counts: NDArray[np.integer], names: Sequence[str]) -> str:
    right = [f"{name} {counts[i, i]:,} of {counts[i].sum():,}" for i, name in enumerate(names)]
    more = ", ..." if len(right) > MAX_CLASSES_WITH_NAMES else ""
    described = ", ".join(right[:MAX_CLASSES_WITH_NAMES]) + more
    return f"Confusion matrix of {len(names)} classes; right of all texts of the class: {described}"
