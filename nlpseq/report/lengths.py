"""Texts by their length: measured in the unit that suits them, parted into groups, and scored group by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nlpseq.report.blocks import Section, Table
from nlpseq.report.plots.lengths import LengthBucket, length_plot

LENGTH_GROUPS = 5


def text_lengths(texts: Sequence[str]) -> tuple[NDArray[np.int64], str]:
    """Lengths (N,) in words, or in characters where most texts are written without spaces, and the unit.

    >>> text_lengths(["a dog runs", "a cat"])
    (array([3, 2]), 'words')
    """
    words = np.array([len(text.split()) for text in texts])
    if np.median(words) > 1:
        return words, "words"
    return np.array([len(text) for text in texts]), "characters"


def length_groups(lengths: NDArray[np.int64]) -> list[NDArray[np.intp]]:
    """Up to five groups of indices of about equal size, the shortest texts first; equal lengths stay together.

    >>> [group.tolist() for group in length_groups(np.array([7, 1, 3, 9, 7, 4]))]
    [[1, 2], [5], [0, 4], [3]]
    """
    edges = np.unique(np.quantile(lengths, np.linspace(0, 1, LENGTH_GROUPS + 1), method="nearest"))
    groups = np.searchsorted(edges[1:-1], lengths, side="left")
    return [np.flatnonzero(groups == group) for group in np.unique(groups)]


def length_section(scores: Mapping[str, Sequence[LengthBucket]], *, scale: str, texts: str, unit: str) -> Section:
    """A picture of each score, 0 to 100 in the unit `scale`, by the length of `texts`, and a table of all.

    `scores` is the name of each score -> its buckets; the buckets of all hold the same texts.
    """
    plots = [
        length_plot(buckets, score=score, scale=scale, texts=texts, unit=unit) for score, buckets in scores.items()
    ]
    rows = []
    for parallel in zip(*scores.values(), strict=True):
        figures = [figure for part in parallel for figure in (f"{part.score:.1f}", part.shown_interval())]
        rows.append([parallel[0].label, f"{parallel[0].texts:,}", *figures])
    named = [name for score in scores for name in (f"{score} ({scale})", "95% interval")]
    table = Table([f"Length ({unit})", texts.capitalize(), *named], rows, "lr" + "rr" * len(scores))
    return Section(f"{' and '.join(scores)} by length of the {texts}", [*plots, table])


def length_table(texts: Mapping[str, Sequence[str]], *, unit: str) -> Table:
    """Median and spread of the length of each kind of text, in "words" or "characters".

    >>> length_table({"Output": ["a dog", "a dog runs"]}, unit="words").rows
    [['Output', '2', '2 to 3']]
    """
    rows = []
    for name, some in texts.items():
        lengths = np.array([len(text.split() if unit == "words" else text) for text in some])
        low, middle, high = np.quantile(lengths, [0.05, 0.5, 0.95])
        rows.append([name, f"{middle:,.0f}", f"{low:,.0f} to {high:,.0f}"])
    return Table([f"Length ({unit})", "Median", "90% lie within"], rows, "lrr")
