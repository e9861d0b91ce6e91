"""Rows of ids as padded arrays, and the scores that a graph gives them for each label."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from nlpseq.onnx.session import Session
from nlpseq.runs.length_batches import length_batches


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


def label_logits(network: Session, rows: Sequence[Sequence[int]], *, labels: int, pad_id: int) -> np.ndarray:
    """The scores (N, C), float32, of texts by their ids."""
    scores = np.empty((len(rows), labels), np.float32)
    for batch in length_batches([len(row) for row in rows]):
        ids, lengths = padded([rows[row] for row in batch], pad_id)
        (scores[batch],) = network.run(["logits"], ids=ids, lengths=lengths)
    return scores
