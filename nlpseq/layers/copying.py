"""Copying from the source: the pointer of a pointer-generator network, made for characters.

A decoder either writes a token of its vocabulary or copies one of its source (See et al. 2017, section 2.2). What the
copy of a source position would write is an id too: ids from the vocabulary's size on are tokens of that row's source
which the vocabulary lacks, so even a character never seen in training can be written.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

# Longer matches count as this long.
LONGEST_MATCH = 8
# A log-probability that stands for "impossible" and, unlike -inf, has a gradient.
IMPOSSIBLE = -1e30
# Below this a share of a softmax has lost digits.
TINY = 1e-30


class CopyOutput(NamedTuple):
    """`scores` (B, T, S) of the source positions, -inf on padding, and `gate` (B, T), the logit of writing; float32."""

    scores: Tensor
    gate: Tensor


class Copying(nn.Module):
    """Where in the source to copy from, and whether to copy at all.

    This attention sees single characters, apart from the decoder's own, whose memory may hold one state a block of
    them. A position's key is made of its character, as the encoder embeds it, and of the encoder's state of its block.
    The query reads all that the output layer reads.

    To copy is mostly to go on where one is: a score has a term for the number of characters before its position that
    equal the last ones written, like the n-gram heads of Akyürek et al. (2024). To count them nothing has to be
    learnt, and no vocabulary known. What the count is worth is learnt, as a function of the query, from 1 nat a
    character at the start.

    Args:
        readout_size: features of the decoder that the query and the gate read (R).
        embedding_dim: size of the embedded source characters (E).
        memory_size: size of the encoder's states (M).
        size: of queries and keys (A).
        reduction: source characters a state of the encoder.

    Shape:
        readout (B, T, R), keys (B, S, A), matches (B, T, S), mask (B, S) with True = character -> CopyOutput

    >>> _ = torch.manual_seed(0)
    >>> copying = Copying(7, 6, 4, size=5, reduction=2)
    >>> source, mask = torch.tensor([[8, 9, 8]]), torch.tensor([[True, True, True]])
    >>> keys = copying.keys(torch.randn(1, 3, 6), torch.randn(1, 2, 4))
    >>> matches = match_lengths(source, torch.tensor([[2, 8]]))  # the start, then a copied 8
    >>> copying(torch.randn(1, 2, 7), keys, matches, mask).scores.shape
    torch.Size([1, 2, 3])
    """

    def __init__(self, readout_size: int, embedding_dim: int, memory_size: int, *, size: int, reduction: int) -> None:
        super().__init__()
        self.reduction = reduction
        self.character = nn.Linear(embedding_dim, size)
        self.block = nn.Linear(memory_size, size, bias=False)
        self.query = nn.Linear(readout_size, size)
        self.match = nn.Linear(size, LONGEST_MATCH + 1)
        self.gate = nn.Linear(readout_size, 1)
        nn.init.zeros_(self.match.weight)
        with torch.no_grad():
            self.match.bias.copy_(torch.arange(LONGEST_MATCH + 1))

    def keys(self, embedded: Tensor, memory: Tensor) -> Tensor:
        """Keys (B, S, A) of embedded characters (B, S, E) and the states (B, ceil(S / reduction), M) of blocks."""
        blocks = self.block(memory).repeat_interleave(self.reduction, dim=1)
        keys: Tensor = self.character(embedded) + blocks[:, : embedded.size(1)]
        return keys

    def forward(self, readout: Tensor, keys: Tensor, matches: Tensor, mask: Tensor) -> CopyOutput:
        query = self.query(readout) / math.sqrt(keys.size(2))  # (B, T, A)
        scores = (query @ keys.transpose(1, 2)).float()
        scores = scores + self.match(query).float().gather(2, matches.long())
        return CopyOutput(scores.masked_fill(~mask.unsqueeze(1), -math.inf), self.gate(readout).squeeze(2).float())


def match_lengths(source: Tensor, written: Tensor) -> Tensor:
    """For each step and source position, how many of the last tokens written equal those just before the position.

    Shape: source (B, S), written (B, T), the token that each step has read -> (B, T, S) uint8, up to `LONGEST_MATCH`

    >>> match_lengths(torch.tensor([[5, 6, 7, 6]]), torch.tensor([[2, 5, 6]]))[0].tolist()  # 2 starts, then 5 and 6
    [[0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 2, 0]]
    """
    same = _same_before(source, written)
    lengths, run = same.byte(), same
    for _ in range(LONGEST_MATCH - 1):
        run = same & F.pad(run[:, :-1, :-1], (1, 0, 1, 0))
        lengths += run
    return lengths


def next_match_lengths(lengths: Tensor, source: Tensor, written: Tensor) -> Tensor:
    """One step of `match_lengths`: from the `lengths` (B, K, S) before the tokens `written` (B, K) to those after."""
    longer = F.pad(lengths[..., :-1], (1, 0)).add(1).clamp(max=LONGEST_MATCH)
    return longer * _same_before(source, written)


def _same_before(source: Tensor, written: Tensor) -> Tensor:
    return F.pad(source[:, None, :-1] == written[:, :, None], (1, 0))  # (B, T, S)


def target_log_probs(log_softmax: Tensor, gate: Tensor, log_copied: Tensor, targets: Tensor) -> Tensor:
    """Log-probability (N,) of targets that may be written or copied (See et al. 2017, equation 9).

    Shape: log_softmax (N, V) of the vocabulary, gate (N,), log_copied (N,) by `log_share`, targets (N,), where ids from
    V on can be copied only.
    """
    size = log_softmax.size(1)
    written = log_softmax.gather(1, targets.clamp(max=size - 1).unsqueeze(1)).squeeze(1)
    written = written.masked_fill(targets >= size, IMPOSSIBLE)
    return torch.logaddexp(F.logsigmoid(gate) + written, F.logsigmoid(-gate) + log_copied)


def log_share(scores: Tensor, chosen: Tensor) -> Tensor:
    """Logarithm (B, T) of the share that the `chosen` positions (B, T, S) have in the softmax of `scores` (B, T, S).

    `IMPOSSIBLE` where none is chosen. A share too small for a float has its logarithm still, and its gradient, which
    is computed together with it.

    >>> log_share(torch.tensor([[[-300.0, 0.0]]]), torch.tensor([[[True, False]]])).item()
    -300.0
    """
    found: Tensor = _LogShare.apply(scores, chosen)
    return found


class _LogShare(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, scores: Tensor, chosen: Tensor) -> Tensor:
        weights = scores.softmax(2)
        within = weights * chosen
        share = within.sum(2, keepdim=True)
        within = within / share.clamp(min=TINY)  # the softmax over the chosen alone
        shares = share.log().clamp(min=IMPOSSIBLE)
        small = (share.squeeze(2) < TINY) & chosen.any(2)
        if bool(small.any()):
            alone = scores[small].masked_fill(~chosen[small], -math.inf)  # (n, S)
            shares[small] = (alone.logsumexp(1) - scores[small].logsumexp(1)).clamp(min=IMPOSSIBLE).unsqueeze(1)
            within[small] = alone.softmax(1)
        gradient = (within - weights).masked_fill(shares == IMPOSSIBLE, 0.0)
        ctx.save_for_backward(gradient)
        return shares.squeeze(2)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, scale: Tensor) -> tuple[Tensor, None]:
        (gradient,) = ctx.saved_tensors
        return gradient * scale.unsqueeze(2), None


def extended_log_probs(logits: Tensor, gate: Tensor, weights: Tensor, source: Tensor, *, size: int) -> Tensor:
    """Log-probabilities (B, K, size) of all ids, those of the vocabulary and those that can be copied only.

    Shape: logits (B, K, V), gate (B, K), weights (B, K, S), the softmax of the scores, source (B, S), ids below `size`
    """
    copied = weights.new_zeros(*gate.shape, size).scatter_add(2, source.unsqueeze(1).expand_as(weights), weights)
    written = F.logsigmoid(gate).unsqueeze(2) + logits.log_softmax(2, dtype=torch.float32)
    written = F.pad(written, (0, size - logits.size(2)), value=-math.inf)
    return torch.logaddexp(written, F.logsigmoid(-gate).unsqueeze(2) + copied.log())
