"""Texts by their length: measured in the unit that suits them, parted into groups, and scored group by group."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlpseq.evaluation.plots.lengths import LengthBucket, length_plot
from nlpseq.evaluation.report.blocks import Section, Table

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


def length_section(buckets: Sequence[LengthBucket], *, score: str, scale: str, texts: str, unit: str) -> Section:
    """A picture and a table of `score`, 0 to 100 in the unit `scale`, by the length of `texts`."""
    rows = [
        [bucket.label, f"{bucket.texts:,}", f"{bucket.score:.1f}", f"{bucket.low:.1f} to {bucket.high:.1f}"]
        for bucket in buckets
    ]
    table = Table([f"Length ({unit})", texts.capitalize(), f"{score} ({scale})", "95% interval"], rows, "lrrr")
    plot = length_plot(buckets, score=score, scale=scale, texts=texts, unit=unit)
    return Section(f"{score} by length of the {texts}", [plot, table])
