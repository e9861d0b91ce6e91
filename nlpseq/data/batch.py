"""Padded batches of token ids: what the networks get. Padded, never packed; lengths stay on the CPU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

Batch = TypeVar("Batch", "PairBatch", "TextBatch")


@dataclass(frozen=True)
class PairBatch:
    """Sentence pairs, or documents and their summaries, as padded ids (B batch, S source length, T target length).

    Shape:
        src: (B, S) int64, each row its tokens and `</s>`, then pads.
        src_lengths: (B,) int64 on the CPU, where packing wants them and reading them waits for no device.
        tgt_input: (B, T) int64, what the decoder reads: `<s>` and the target tokens, then pads.
        tgt: (B, T) int64, what it must write: the target tokens and `</s>`, then pads.
        tgt_lengths: (B,) int64 on the CPU, those of `tgt` and `tgt_input`.
        copies: (B, S) int64, what the copy of each source token writes; ids beyond the vocabulary are the row's own;
        None where nothing is copied.

    >>> batch = collate_pairs([([7, 3], [5, 6, 3]), ([8, 9, 4, 3], [3])], pad_id=0, bos_id=2)
    >>> batch.to("cpu").tgt_input.tolist(), batch.num_tokens
    ([[2, 5, 6], [2, 0, 0]], 4)
    """

    src: Tensor
    src_lengths: Tensor
    tgt_input: Tensor
    tgt: Tensor
    tgt_lengths: Tensor
    copies: Tensor | None = None

    @property
    def num_tokens(self) -> int:
        """Target tokens, `</s>` among them, pads not: what a loss is divided by."""
        return int(self.tgt_lengths.sum())

    def to(self, device: torch.device | str, non_blocking: bool = False) -> PairBatch:
        """The batch with its ids on `device` and its lengths where they are."""
        return _to(self, ("src", "tgt_input", "tgt", "copies"), device, non_blocking)


@dataclass(frozen=True)
class TextBatch:
    """Labelled texts as padded ids.

    Shape:
        ids: (B, S) int64, pads last.
        lengths: (B,) int64 on the CPU.
        labels: (B,) int64, numbers of the classes.

    >>> batch = collate_texts([([7, 3], 1), ([8, 9, 4], 0)], pad_id=0)
    >>> batch.ids.tolist(), batch.labels.tolist(), batch.num_tokens
    ([[7, 3, 0], [8, 9, 4]], [1, 0], 5)
    """

    ids: Tensor
    lengths: Tensor
    labels: Tensor

    @property
    def num_tokens(self) -> int:
        """Tokens, pads not counted."""
        return int(self.lengths.sum())

    def to(self, device: torch.device | str, non_blocking: bool = False) -> TextBatch:
        """The batch with ids and labels on `device` and its lengths where they are."""
        return _to(self, ("ids", "labels"), device, non_blocking)


def pad_sequences(sequences: Sequence[ArrayLike], pad_id: int) -> tuple[Tensor, Tensor]:
    """Stack id sequences of any lengths, 0 included, into (ids (B, S), lengths (B,)), int64, on the CPU.

    >>> ids, lengths = pad_sequences([[5, 6, 3], [], [7]], pad_id=0)
    >>> ids.tolist(), lengths.tolist()
    ([[5, 6, 3], [0, 0, 0], [7, 0, 0]], [3, 0, 1])
    """
    ids, lengths = _pad([np.asarray(sequence, dtype=np.int64) for sequence in sequences], pad_id)
    return torch.from_numpy(ids), torch.from_numpy(lengths)


def collate_pairs(rows: Sequence[tuple[ArrayLike, ArrayLike]], pad_id: int, bos_id: int) -> PairBatch:
    """Pad (source ids, target ids) rows, both ending with `</s>`, into a batch.

    Raises:
        ValueError: a row with an empty side; even an empty sentence has its `</s>`.

    >>> collate_pairs([([7, 3], [5, 6, 3]), ([8, 9, 4, 3], [3])], pad_id=0, bos_id=2).src.tolist()
    [[7, 3, 0, 0], [8, 9, 4, 3]]
    """
    src, src_lengths = _pad([np.asarray(row[0]) for row in rows], pad_id)
    tgt, tgt_lengths = _pad([np.asarray(row[1]) for row in rows], pad_id)
    if not (src_lengths.all() and tgt_lengths.all()):
        raise ValueError("each side of a pair needs at least its end mark")
    tgt_input = np.full_like(tgt, bos_id)
    tgt_input[:, 1:] = np.where(np.arange(1, tgt.shape[1]) < tgt_lengths[:, None], tgt[:, :-1], pad_id)
    return PairBatch(
        src=torch.from_numpy(src),
        src_lengths=torch.from_numpy(src_lengths),
        tgt_input=torch.from_numpy(tgt_input),
        tgt=torch.from_numpy(tgt),
        tgt_lengths=torch.from_numpy(tgt_lengths),
    )


def collate_summaries(rows: Sequence[tuple[ArrayLike, ArrayLike, ArrayLike]], pad_id: int, bos_id: int) -> PairBatch:
    """Pad (source ids, ids of their copies, summary ids) rows, all ending with `</s>`, into a batch.

    >>> batch = collate_summaries([([7, 1, 3], [5, 9, 3], [9, 3]), ([8, 3], [6, 3], [3])], pad_id=0, bos_id=2)
    >>> batch.copies.tolist(), batch.tgt_input.tolist(), batch.num_tokens
    ([[5, 9, 3], [6, 3, 0]], [[2, 9], [2, 0]], 3)

    Raises:
        ValueError: a row with an empty side, or whose copies are not as many as its source ids.
    """
    pairs = collate_pairs([(src, tgt) for src, _, tgt in rows], pad_id, bos_id)
    copies, lengths = pad_sequences([copies for _, copies, _ in rows], pad_id)
    if not torch.equal(lengths, pairs.src_lengths):
        raise ValueError("each source id needs the id that its copy writes")
    return replace(pairs, copies=copies)


def collate_texts(rows: Sequence[tuple[ArrayLike, int]], pad_id: int) -> TextBatch:
    """Pad (ids, label) rows into a batch.

    >>> collate_texts([([7, 3], 1), ([8, 9, 4], 0)], pad_id=0).lengths.tolist()
    [2, 3]
    """
    ids, lengths = pad_sequences([row[0] for row in rows], pad_id)
    return TextBatch(ids, lengths, torch.tensor([row[1] for row in rows]))


def _to(batch: Batch, names: Sequence[str], device: torch.device | str, non_blocking: bool) -> Batch:
    tensors = {name: getattr(batch, name) for name in names}
    return replace(
        batch,
        **{name: part.to(device, non_blocking=non_blocking) for name, part in tensors.items() if part is not None},
    )


def _pad(sequences: Sequence[np.ndarray], pad_id: int) -> tuple[np.ndarray, np.ndarray]:
    lengths = np.array([len(sequence) for sequence in sequences], dtype=np.int64)
    ids = np.full((len(lengths), lengths.max(initial=0)), pad_id, dtype=np.int64)
    if len(lengths):
        ids[np.arange(ids.shape[1]) < lengths[:, None]] = np.concatenate(sequences)
    return ids, lengths
