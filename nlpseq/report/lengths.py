"""Texts by their length: measured in the unit that suits them, and parted into groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nlpseq.report.blocks import Table

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
    """About five groups of indices of about equal size, the shortest texts first; equal lengths stay together.

    >>> [group.tolist() for group in length_groups(np.array([7, 1, 3, 9, 7, 4, 2, 3, 5, 6, 8]))]
    [[1, 2, 6, 7], [5], [8, 9], [0, 4], [3, 10]]
    >>> [group.tolist() for group in length_groups(np.array([0, 0, 1]))]
    [[0, 1], [2]]
    """
    edges = np.unique(np.quantile(lengths, np.linspace(0, 1, LENGTH_GROUPS + 1), method="nearest"))
    # The least value is a group of its own where it is frequent, as no unknown word is.
    frequent = (lengths == edges[0]).sum() >= len(lengths) / LENGTH_GROUPS
    groups = np.searchsorted(edges[0 if frequent else 1 : -1], lengths, side="left")
    return [np.flatnonzero(groups == group) for group in np.unique(groups)]


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
