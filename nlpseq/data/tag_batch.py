"""Sentences as padded batches: each different word once, with its id and its characters, and the places it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from nlpseq.data.batch import pad_sequences
from nlpseq.data.word_forms import WordForms


class Spelling(NamedTuple):
    """The characters of a batch's words, each different word once: most of the words of a text come again.

    `chars` (W, C) ids with 0 as padding, `lengths` (W,) on the CPU, each 1 or more, and `rows` (B, S), the row of
    `chars` that spells each token; any row on padding.
    """

    chars: Tensor
    lengths: Tensor
    rows: Tensor


@dataclass(frozen=True)
class TagBatch:
    """Tagged sentences (B batch, S length).

    Shape:
        ids: (B, S) int64, the words, pads last.
        lengths: (B,) int64 on the CPU.
        spelling: the characters of the words.
        tags: (B, S) int64, 0 on padding.
    """

    ids: Tensor
    lengths: Tensor
    spelling: Spelling
    tags: Tensor

    @property
    def num_tokens(self) -> int:
        """Tokens, pads not counted."""
        return int(self.lengths.sum())

    def to(self, device: torch.device | str, non_blocking: bool = False) -> TagBatch:
        """The batch on `device`, its lengths where they are."""
        ids, tags, chars, rows = (
            part.to(device, non_blocking=non_blocking)
            for part in (self.ids, self.tags, self.spelling.chars, self.spelling.rows)
        )
        return replace(self, ids=ids, tags=tags, spelling=self.spelling._replace(chars=chars, rows=rows))


def collate_tagged(rows: Sequence[tuple[ArrayLike, ArrayLike]], forms: WordForms) -> TagBatch:
    """Pad (numbers of words, tags) rows into a batch.

    >>> forms = WordForms(np.array([0, 7, 1]), ((0,), (5, 6), (4,)))
    >>> batch = collate_tagged([([1, 2, 1], [0, 2, 0]), ([2], [1])], forms)
    >>> batch.ids.tolist(), batch.tags.tolist(), batch.spelling.chars[batch.spelling.rows[0]].tolist()
    ([[7, 1, 7], [1, 0, 0]], [[0, 2, 0], [1, 0, 0]], [[5, 6], [4, 0], [5, 6]])
    """
    numbers, lengths = pad_sequences([row[0] for row in rows], pad_id=0)
    tags, _ = pad_sequences([row[1] for row in rows], pad_id=0)
    found, places = np.unique(numbers.numpy(), return_inverse=True)
    spelling = Spelling(*forms.spell(found), torch.from_numpy(places.reshape(numbers.shape)))
    return TagBatch(torch.from_numpy(forms.ids[numbers.numpy()]), lengths, spelling, tags)
