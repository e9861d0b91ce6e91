"""Rows of ids as padded arrays, and the scores that a graph gives them for each label."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nlpseq.onnx.session import Session
from nlpseq.runs.length_batches import BATCH_TOKENS, at_once, length_batches


def padded(rows: Sequence[Sequence[int] | np.ndarray], pad_id: int) -> tuple[np.ndarray, np.ndarray]:
    """Ids (B, S) of rows of any lengths and these (B,), int64.

    >>> padded([[5, 6], [7]], 0)
    (array([[5, 6],
           [7, 0]]), array([2, 1]))
    """
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    ids = np.full((len(rows), lengths.max(initial=0)), pad_id, dtype=np.int64)
    if len(rows):
        ids[np.arange(ids.shape[1]) < lengths[:, None]] = np.concatenate(rows)
    return ids, lengths


def label_logits(
    network: Session, rows: Sequence[Sequence[int]], *, labels: int, pad_id: int, threads: int
) -> np.ndarray:
    """The scores (N, C), float32, of texts by their ids."""
    scores, counts = np.empty((len(rows), labels), np.float32), [len(row) for row in rows]
    batches = list(length_batches(counts, max(1, min(BATCH_TOKENS, -(-sum(counts) // threads)))))

    def work(batch: np.ndarray) -> np.ndarray:
        ids, lengths = padded([rows[row] for row in batch], pad_id)
        return network.run(["logits"], ids=ids, lengths=lengths)[0]

    for batch, found in zip(batches, at_once(work, batches, threads), strict=True):
        scores[batch] = found
    return scores
