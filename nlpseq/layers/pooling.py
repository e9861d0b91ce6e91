"""From the states of all tokens to one vector a text; padding never counts."""

from __future__ import annotations

from typing import get_args

import torch
from torch import Tensor, nn

from nlpseq.config.choices import Pool
from nlpseq.layers.packing import Lengths, integer_lengths


class Pooling(nn.Module):
    """One vector a row out of a layer's outputs.

    - `last`: the state after the last real token, forwards, and after the first one, backwards
    - `max`, `mean`: over the real tokens (Conneau et al. 2017, section 3.2)
    - `attention`: mean weighted by softmax(v . tanh(W h)) (Yang et al. 2016, section 2.2)
    - `concat`: last, max and mean side by side (Howard and Ruder 2018, section 3.3)

    Args:
        kind: one of the above.
        size: features F of the outputs.
        directions: 2 where the second half of the features was read backwards.

    Shape:
        outputs (B, S, F), lengths (B,) from 1 to S, a tensor or a list -> (B, `out_features`)

    Raises:
        ValueError: an unknown kind; lengths that are not integers, one a row, from 1 to S.

    >>> outputs = torch.tensor([[[1.0, 4.0], [3.0, 2.0], [9.0, 9.0]]])
    >>> Pooling("last", 2, directions=2)(outputs, torch.tensor([2])).tolist()
    [[3.0, 4.0]]
    >>> Pooling("concat", 2, directions=2)(outputs, torch.tensor([2])).tolist()
    [[3.0, 4.0, 3.0, 4.0, 2.0, 3.0]]
    """

    def __init__(self, kind: Pool, size: int, *, directions: int) -> None:
        super().__init__()
        if kind not in get_args(Pool):
            raise ValueError(f"unknown pooling {kind!r}; choose one of {', '.join(get_args(Pool))}")
        self.kind = kind
        self.directions = directions
        self.out_features = 3 * size if kind == "concat" else size
        if kind == "attention":
            self.hidden = nn.Linear(size, size)
            self.energy = nn.Linear(size, 1, bias=False)

    def forward(self, outputs: Tensor, lengths: Lengths) -> Tensor:
        outputs, lengths = outputs.float(), _checked(outputs, lengths)
        mask = (torch.arange(outputs.size(1), device=outputs.device) < lengths[:, None]).unsqueeze(2)  # (B, S, 1)
        if self.kind == "attention":
            outputs = outputs.masked_fill(~mask, 0.0)  # before the products: a gradient of padding that is NaN is NaN
            energy = self.energy(torch.tanh(self.hidden(outputs))).masked_fill(~mask, -torch.inf)
            return (energy.softmax(dim=1) * outputs).sum(1)
        parts = []
        if self.kind in ("last", "concat"):
            parts.append(self._last(outputs, lengths))
        if self.kind in ("max", "concat"):
            parts.append(outputs.masked_fill(~mask, -torch.inf).amax(1))
        if self.kind in ("mean", "concat"):
            parts.append(outputs.masked_fill(~mask, 0.0).sum(1) / lengths.unsqueeze(1))
        return torch.cat(parts, dim=1)

    def _last(self, outputs: Tensor, lengths: Tensor) -> Tensor:
        rows = torch.arange(outputs.size(0), device=outputs.device)
        forward = outputs[rows, lengths - 1]
        if self.directions == 1:
            return forward
        half = outputs.size(2) // 2
        return torch.cat([forward[:, :half], outputs[:, 0, half:]], dim=1)


def _checked(outputs: Tensor, lengths: Lengths) -> Tensor:
    """The lengths (B,) on the device of the outputs; those that are on the CPU are looked at."""
    found = integer_lengths(lengths)
    batch, steps = outputs.shape[:2]
    if found.shape != (batch,):
        raise ValueError(f"lengths must be {batch} numbers, one a row, not of shape {tuple(found.shape)}")
    if not found.is_cuda and batch and not 1 <= int(found.min()) <= int(found.max()) <= steps:
        raise ValueError(f"lengths must be from 1 to {steps}, got {found.tolist()}")
    return found.to(outputs.device)
