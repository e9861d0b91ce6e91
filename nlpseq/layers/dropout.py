"""Dropouts that suit sequences: one mask for all time steps, and whole words."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class LockedDropout(nn.Module):
    """Dropout whose mask is drawn once a row and kept over time (Gal and Ghahramani 2016, section 4).

    Shape: (B, T, E) -> (B, T, E).

    Raises:
        ValueError: `p` is not in [0, 1).

    >>> _ = torch.manual_seed(0)
    >>> out = LockedDropout(0.5)(torch.ones(2, 3, 5))
    >>> bool((out == out[:, :1]).all()), sorted(set(out.flatten().tolist()))
    (True, [0.0, 2.0])
    """

    def __init__(self, p: float) -> None:
        super().__init__()
        if not 0.0 <= p < 1.0:
            raise ValueError(f"a dropout probability must be in [0, 1), not {p}")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0.0:
            return x
        mask = x.new_empty(x.size(0), 1, x.size(2)).bernoulli_(1 - self.p).div_(1 - self.p)  # (B, 1, E)
        return x * mask

    def extra_repr(self) -> str:
        """What `repr` shows between the brackets."""
        return f"p={self.p}"


def word_dropout(ids: Tensor, p: float, *, unk_id: int, keep_below: int) -> Tensor:
    """Replace each token by `unk_id` with probability `p` (Bowman et al. 2016, section 3.1).

    Args:
        ids: token ids of any shape.
        p: probability for each token.
        unk_id: what stands in the dropped token's place.
        keep_below: ids below this one are special tokens (padding, begin, end) and are never dropped.

    >>> word_dropout(torch.tensor([[7, 8, 0]]), 1.0, unk_id=1, keep_below=4)
    tensor([[1, 1, 0]])
    """
    if p == 0.0:
        return ids
    dropped = (torch.rand(ids.shape, device=ids.device) < p) & (ids >= keep_below)
    return ids.masked_fill(dropped, unk_id)
