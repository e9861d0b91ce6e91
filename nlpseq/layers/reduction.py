"""Time reduction: a sequence of characters becomes a shorter one of blocks, which recurrent layers read sooner."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

# Positions that a window spans: two on either side of each.
WINDOW = 5


class Window(nn.Module):
    """Adds to each position what a convolution sees around it (Lee et al. 2017, section 4.1, with a residual).

    Shape: x (B, S, E), mask (B, S) with True = token -> (B, S, E), zero on padding

    >>> _ = torch.manual_seed(0)
    >>> Window(6)(torch.randn(1, 5, 6), torch.tensor([[True, True, True, False, False]]))[0, 3:].abs().max().item()
    0.0
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self.convolution = nn.Conv1d(size, size, WINDOW, padding=WINDOW // 2)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        padding = ~mask.unsqueeze(2)
        x = x.masked_fill(padding, 0.0)
        seen = torch.relu(self.convolution(x.transpose(1, 2))).transpose(1, 2)  # (B, S, E)
        return (x + seen).masked_fill(padding, 0.0)


def blocks(x: Tensor, lengths: Tensor, *, size: int) -> tuple[Tensor, Tensor]:
    """Put `size` neighbouring positions side by side (Chan et al. 2016, section 3.1); the last block is filled up by 0.

    Shape: x (B, S, E), zero on padding, lengths (B,) -> (B, ceil(S / size), size * E) and its lengths (B,)

    >>> shorter, lengths = blocks(torch.tensor([[[1], [2], [3]], [[4], [0], [0]]]), torch.tensor([3, 1]), size=2)
    >>> shorter.tolist(), lengths.tolist()
    ([[[1, 2], [3, 0]], [[4, 0], [0, 0]]], [2, 1])
    """
    x = F.pad(x, (0, 0, 0, -x.size(1) % size))
    return x.reshape(x.size(0), -1, size * x.size(2)), -(-lengths // size)
