"""Attention of decoder states over encoder states: dot, general and additive scores under a mask."""

from __future__ import annotations

import math
from typing import NamedTuple, get_args

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from nlpseq.config.choices import AttentionScore

# Numbers that the hidden layer of additive attention may hold at once: a GiB of them.
MOST_CELLS = 1 << 28


class AttentionOutput(NamedTuple):
    """What attention returns: `context` (B, T, M) and `weights` (B, T, S), each row summing to 1."""

    context: Tensor
    weights: Tensor


class Attention(nn.Module):
    """Soft attention over a memory.

    - `dot`: q . m (Luong et al. 2015, section 3.1); needs `query_size == memory_size`
    - `general`: q . W m (the same)
    - `additive`: v . tanh(W q + U m) (Bahdanau et al. 2015, section A.1.2)

    Dot and general scores are divided by the square root of the query's size (Vaswani et al. 2017, section
    3.2.1), which keeps the softmax from saturating at the start.

    The memory's side of the score does not depend on the query: compute `keys(memory)` once a sentence and
    pass it to every step.

    Shape:
        query (B, T, Q), keys (B, S, Q or A), memory (B, S, M), mask (B, S) with True = token
        -> context (B, T, M), weights (B, T, S)

    Raises:
        ValueError: an unknown score, or dot with unequal sizes.

    >>> _ = torch.manual_seed(0)
    >>> attention = Attention(6, 4, score="general")
    >>> memory, mask = torch.randn(1, 3, 4), torch.tensor([[True, True, False]])
    >>> context, weights = attention(torch.randn(1, 2, 6), attention.keys(memory), memory, mask)
    >>> context.shape, weights[0, :, 2].tolist()
    (torch.Size([1, 2, 4]), [0.0, 0.0])
    """

    def __init__(
        self, query_size: int, memory_size: int, *, score: AttentionScore = "general", attention_size: int | None = None
    ) -> None:
        super().__init__()
        self.score = score
        if score == "dot":
            if query_size != memory_size:
                raise ValueError(f"dot attention needs equal sizes, not query {query_size} and memory {memory_size}")
            self.keys: nn.Module = nn.Identity()
        elif score == "general":
            self.keys = nn.Linear(memory_size, query_size, bias=False)
        elif score == "additive":
            size = attention_size or query_size
            self.keys = nn.Linear(memory_size, size, bias=False)
            self.query_proj = nn.Linear(query_size, size)
            self.energy = nn.Linear(size, 1, bias=False)
        else:
            raise ValueError(f"unknown attention score {score!r}; choose one of {', '.join(get_args(AttentionScore))}")

    def forward(self, query: Tensor, keys: Tensor, memory: Tensor, mask: Tensor) -> AttentionOutput:
        weights = self.weights(query, keys, mask)
        return AttentionOutput(weights.to(memory.dtype) @ memory, weights)

    def weights(self, query: Tensor, keys: Tensor, mask: Tensor) -> Tensor:
        """The weights (B, T, S) alone."""
        if self.score == "additive":
            scores = self._additive(self.query_proj(query), keys)  # (B, T, S)
        else:
            scores = query @ keys.transpose(1, 2) / math.sqrt(query.size(-1))  # (B, T, S)
        return scores.float().masked_fill(~mask.unsqueeze(1), -math.inf).softmax(dim=-1)

    def places(self, keys: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """What the weights of single queries are worked out from by `at`, once a sentence.

        >>> attention, memory, query = Attention(4, 4, score="dot"), torch.randn(2, 3, 4), torch.randn(2, 5, 4)
        >>> mask = torch.tensor([[True, True, False], [True, False, False]])
        >>> places = attention.places(attention.keys(memory), mask)
        >>> torch.allclose(attention.at(query, *places), attention.weights(query, attention.keys(memory), mask))
        True
        """
        unseen = torch.zeros_like(mask, dtype=torch.float32).masked_fill_(~mask, -math.inf).unsqueeze(1)  # (B, 1, S)
        return (keys if self.score == "additive" else (keys / math.sqrt(keys.size(-1))).transpose(1, 2)), unseen

    def at(self, query: Tensor, keys: Tensor, unseen: Tensor) -> Tensor:
        """The weights (B, T, S) of queries (B, T, Q) over `places`, in few calls."""
        if self.score == "additive":
            return (self._additive(self.query_proj(query), keys) + unseen).softmax(dim=-1)
        return torch.baddbmm(unseen, query, keys).softmax(dim=-1)

    def _additive(self, query: Tensor, keys: Tensor) -> Tensor:
        """Scores (B, T, S) of queries (B, T, A); of long pairs some steps at a time, worked out again for gradients."""
        steps = max(1, MOST_CELLS // max(1, keys.numel()))
        if query.size(1) <= steps:
            return self._energies(query, keys)
        parts = (
            checkpoint(self._energies, part, keys, use_reentrant=False, preserve_rng_state=False)
            for part in query.split(steps, dim=1)
        )
        return torch.cat(list(parts), dim=1)

    def _energies(self, query: Tensor, keys: Tensor) -> Tensor:
        hidden = torch.tanh(query.unsqueeze(2) + keys.unsqueeze(1))  # (B, T, S, A)
        return self.energy(hidden).squeeze(-1)
