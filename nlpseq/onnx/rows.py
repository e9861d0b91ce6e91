"""Rows of ids as padded arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike


def padded(rows: Sequence[ArrayLike], pad_id: int) -> tuple[np.ndarray, np.ndarray]:
    """Ids (B, S) of rows of any lengths and these (B,), int64.

    >>> padded([[5, 6], [7]], 0)
    (array([[5, 6],
           [7, 0]]), array([2, 1]))
    """
    lengths = np.array([len(np.asarray(row)) for row in rows], dtype=np.int64)
    ids = np.full((len(rows), lengths.max(initial=0)), pad_id, dtype=np.int64)
    if len(rows):
        ids[np.arange(ids.shape[1]) < lengths[:, None]] = np.concatenate([np.asarray(row) for row in rows])
    return ids, lengths
