"""Rows of tokens, marked at their ends and filled up to one length: as lists, and at once as ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

import numpy as np

Rows = Sequence[Sequence[Any]]


def pad_rows(
    rows: Rows, *, width: int, init: Any | None, eos: Any | None, pad: Any, pad_first: bool, truncate_first: bool
) -> tuple[list[list[Any]], list[int]]:
    """The rows with `init` before and `eos` after them, and how long each is without its pads.

    Args:
        width: tokens of a row between the two marks; longer rows are cut, shorter ones filled up.
        init, eos: the marks; None for none.
        pad_first: the pads stand before the row.
        truncate_first: cut rows lose their first tokens.

    >>> marks = {"init": "<", "eos": None, "pad": "_", "pad_first": False}
    >>> pad_rows(["abc", "d"], width=2, truncate_first=True, **marks)
    ([['<', 'b', 'c'], ['<', 'd', '_']], [3, 2])
    """
    before = [] if init is None else [init]
    after = [] if eos is None else [eos]
    padded, lengths = [], []
    for row in rows:
        kept = _cut(row, width, truncate_first)
        marked = [*before, *kept, *after]
        pads = [pad] * (width - len(kept))
        padded.append(pads + marked if pad_first else marked + pads)
        lengths.append(len(marked))
    return padded, lengths


def pad_ids(
    rows: Rows,
    to_ids: Callable[[Iterable[Any], int], np.ndarray],
    *,
    width: int,
    init: Any | None,
    eos: Any | None,
    pad: Any,
    pad_first: bool,
    truncate_first: bool,
) -> tuple[np.ndarray, np.ndarray]:
    """The ids of the rows that `pad_rows` gives, (B, T), and their lengths (B,), without its lists.

    Args:
        to_ids: gives the ids of tokens, and is told how many they are.
        others: as in `pad_rows`.
    """
    if max(map(len, rows), default=0) > width:
        rows = [_cut(row, width, truncate_first) for row in rows]
    lengths = np.fromiter(map(len, rows), np.int64, len(rows))
    numbers = np.arange(len(rows))
    table = np.zeros((len(rows), width + (init is not None) + (eos is not None)), dtype=np.int64)
    if lengths.min(initial=width) < width:  # otherwise there need not be an id for pads
        table += to_ids([pad], 1)
    first = np.full(len(rows), int(init is not None))
    if pad_first:
        first += width - lengths
    columns, end = np.arange(table.shape[1]), first + lengths
    table[(columns >= first[:, None]) & (columns < end[:, None])] = to_ids(
        chain.from_iterable(rows), int(lengths.sum())
    )
    if init is not None:
        table[numbers, first - 1] = to_ids([init], 1)
    if eos is not None:
        table[numbers, end] = to_ids([eos], 1)
    return table, lengths + (table.shape[1] - width)


def _cut(row: Sequence[Any], width: int, truncate_first: bool) -> Sequence[Any]:
    return row[max(0, len(row) - width) :] if truncate_first else row[:width]
