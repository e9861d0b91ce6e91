"""Batch normalisation that counts real tokens only."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F


class TokenBatchNorm(nn.Module):
    """Batch normalisation (Ioffe and Szegedy 2015) of each feature over all real tokens of the batch.

    A batch of one token has no spread to normalise by: it is normalised as in use, by the running statistics.

    Shape: x (B, S, F), mask (B, S) with True = token -> (B, S, F), zero on padding.

    >>> import torch
    >>> x, mask = torch.tensor([[[1.0], [3.0], [99.0]]]), torch.tensor([[True, True, False]])
    >>> TokenBatchNorm(1)(x, mask).flatten().round().tolist()
    [-1.0, 1.0, 0.0]
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(size)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        out = x.new_zeros(x.shape)
        tokens = x[mask]  # (N, F)
        if self.training and len(tokens) == 1:
            norm = self.norm
            found = F.batch_norm(tokens, norm.running_mean, norm.running_var, norm.weight, norm.bias, eps=norm.eps)
        else:
            found = self.norm(tokens)
        out[mask] = found.to(x.dtype)
        return out
