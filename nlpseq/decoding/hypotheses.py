"""The hypotheses of a search: those still growing, those that ended, and the result handed to the caller.

A search of any kind is: step the network, choose (parent, token) for every slot, `follow` that choice,
`collect` what ended, `keep` the sentences that go on. The live part shrinks with every finished sentence; the
finished part always has the caller's rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import pad

from nlpseq.decoding.options import DecodingOptions
from nlpseq.decoding.step import StepOutput

DEAD = float("-inf")
# Finished sentences leave the batch once they are such a share of it.
LEAVING_SHARE = 1 / 8


class Decoded(NamedTuple):
    """The N best hypotheses of each sentence, best first.

    `tokens[b, n, : lengths[b, n]]` is the text. The end of the sentence follows it if the hypothesis ended by
    itself and is missing if it was cut at the maximum length; padding fills the rest. Where a sentence has
    fewer than N hypotheses, the rest has length 0, only padding, and log-probability and score -inf. Tensors
    come out of inference
    mode: `clone()` those that shall enter a computation with gradients.

    Shape:
        tokens: (B, N, T) int64, without the start. lengths: (B, N) int64, without the end.
        log_probs: (B, N) float32, sums over the tokens, the end included.
        scores: (B, N) float32, normalised, falling along N.
        attention: (B, N, T, S), zero beyond the hypothesis; None if not asked for or if the network has none.

    >>> zero = torch.zeros(1, 1)
    >>> Decoded(torch.tensor([[[5, 3]]]), torch.tensor([[1]]), zero, zero, None).tokens[0, 0, :1]
    tensor([5])
    """

    tokens: Tensor
    lengths: Tensor
    log_probs: Tensor
    scores: Tensor
    attention: Tensor | None

    def outputs(self, row: int) -> Iterator[tuple[list[int], float, float]]:
        """The ids of each hypothesis of a sentence, its score and its log-probability, best first."""
        for n in range(self.tokens.size(1)):
            score = float(self.scores[row, n])
            if score == DEAD:
                return
            yield self.tokens[row, n, : int(self.lengths[row, n])].tolist(), score, float(self.log_probs[row, n])

    def weights(self, row: int, n: int, targets: int, sources: int) -> np.ndarray | None:
        """The attention (targets, sources) of hypothesis n of a sentence, if it was kept."""
        if self.attention is None:
            return None
        found: np.ndarray = self.attention[row, n, :targets, :sources].cpu().numpy()
        return found


def take_slots(values: Tensor, slots: Tensor) -> Tensor:
    """Reorder the second axis of each sentence: (B, R, ...) values at (B, K) slots give (B, K, ...).

    >>> take_slots(torch.tensor([[[1], [2]], [[3], [4]]]), torch.tensor([[1, 1, 0], [0, 1, 1]])).squeeze(-1)
    tensor([[2, 2, 1],
            [3, 4, 4]])
    """
    offsets = values.size(1) * torch.arange(values.size(0), device=values.device)
    flat = (slots + offsets.unsqueeze(1)).flatten()
    return values.flatten(0, 1).index_select(0, flat).unflatten(0, slots.shape)


@dataclass
class LiveHypotheses:
    """The growing hypotheses of the sentences that are not done; a dead slot has log-probability -inf.

    Shape:
        rows: (B,) place of each sentence in the caller's batch. limits: (B,) tokens at most, the end
            included.
        prefix: (B, P) or None. hidden: each (B, K, ...). memory: each (B, ...).
        tokens: (B, K, 1 + T), the start first. log_probs: (B, K) float32.
        coverage: (B, K, S) attention summed over time, at 1 or more on padding. attention: (B, K, T, S).

    >>> hidden, memory = (torch.zeros(3, 1, 4),), (torch.zeros(3, 6, 4),)
    >>> live = LiveHypotheses.start(hidden, memory, bos_id=2, max_lengths=9, prefix=None)
    >>> live.tokens.shape, live.time, live.keep(torch.tensor([True, False, True])).rows
    (torch.Size([3, 1, 1]), 0, tensor([0, 2]))
    """

    rows: Tensor
    limits: Tensor
    prefix: Tensor | None
    hidden: tuple[Tensor, ...]
    memory: tuple[Tensor, ...]
    tokens: Tensor
    log_probs: Tensor
    coverage: Tensor | None = None
    attention: Tensor | None = None

    @classmethod
    def start(
        cls,
        hidden: tuple[Tensor, ...],
        memory: tuple[Tensor, ...],
        *,
        bos_id: int,
        max_lengths: Tensor | int,
        prefix: Tensor | None,
    ) -> LiveHypotheses:
        """One hypothesis a sentence, holding the start alone.

        Raises:
            ValueError: tensors disagree on the number of sentences, or a maximum length is below 1.
        """
        if not (*hidden, *memory):
            raise ValueError("hidden and memory are both empty: the number of sentences is unknown")
        first = (*hidden, *memory)[0]
        batch, device = first.size(0), first.device
        limits = torch.as_tensor(max_lengths, device=device)
        limits = limits.expand(batch) if limits.dim() == 0 else limits
        per_sentence = [limits, *hidden, *memory] + ([] if prefix is None else [prefix])
        if any(tensor.size(0) != batch for tensor in per_sentence):
            raise ValueError(f"hidden, memory, max_lengths and prefix must all have {batch} rows")
        if batch and int(limits.min()) < 1:
            raise ValueError("max_lengths must be 1 or more")
        return cls(
            rows=torch.arange(batch, device=device),
            limits=limits,
            prefix=prefix,
            hidden=hidden,
            memory=memory,
            tokens=torch.full((batch, 1, 1), bos_id, device=device),
            log_probs=torch.zeros(batch, 1, device=device),
        )

    @property
    def time(self) -> int:
        """Tokens generated so far, the same for all."""
        return self.tokens.size(-1) - 1

    def follow(
        self, output: StepOutput, parents: Tensor, tokens: Tensor, log_probs: Tensor, options: DecodingOptions
    ) -> None:
        """Let slot k continue slot `parents[:, k]` of the last step with `tokens[:, k]`; all are (B, K)."""
        self.hidden = tuple(take_slots(state, parents) for state in output.hidden)
        self.tokens = torch.cat([take_slots(self.tokens, parents), tokens.unsqueeze(-1)], dim=-1)
        self.log_probs = log_probs
        if options.coverage_penalty:
            if output.attention is None:
                raise ValueError("coverage_penalty needs a network with attention; set it to 0 for this one")
            seen = output.attention.float()
            # Padding gets no attention: it starts as covered, so that it costs nothing.
            before = (seen == 0).float() if self.coverage is None else self.coverage
            self.coverage = take_slots(before + seen, parents)
        if options.return_attention and output.attention is not None:
            latest = output.attention.unsqueeze(2)  # (B, K, 1, S)
            history = latest if self.attention is None else torch.cat([self.attention, latest], dim=2)
            self.attention = take_slots(history, parents)

    def keep(self, going: Tensor) -> LiveHypotheses:
        """The sentences where `going` (B,) is true; the others leave the batch and cost nothing any more.

        While only a few have finished they stay, all their slots dead: to move what belongs to the rest costs more.
        """
        index = going.nonzero().squeeze(1)
        if len(index) == len(going):
            return self
        if len(index) > len(going) * (1 - LEAVING_SHARE):
            self.log_probs = self.log_probs.masked_fill(~going.unsqueeze(1), DEAD)
            return self
        return LiveHypotheses(
            rows=self.rows[index],
            limits=self.limits[index],
            prefix=None if self.prefix is None else self.prefix[index],
            hidden=tuple(state.index_select(0, index) for state in self.hidden),
            memory=tuple(part.index_select(0, index) for part in self.memory),
            tokens=self.tokens[index],
            log_probs=self.log_probs[index],
            coverage=None if self.coverage is None else self.coverage[index],
            attention=None if self.attention is None else self.attention[index],
        )


class FinishedHypotheses:
    """The best finished hypotheses of every sentence of the caller's batch.

    >>> live = LiveHypotheses.start((torch.zeros(2, 1, 4),), (), bos_id=2, max_lengths=1, prefix=None)
    >>> finished = FinishedHypotheses(live, n_best=1, eos_id=3, pad_id=0)
    >>> output = StepOutput(torch.zeros(2, 1, 6), live.hidden, None)
    >>> parents, tokens = torch.zeros(2, 1, dtype=torch.long), torch.tensor([[3], [5]])
    >>> live.follow(output, parents, tokens, torch.tensor([[-1.0], [-2.0]]), DecodingOptions())
    >>> finished.collect(live, DecodingOptions())
    >>> finished.best.tokens.tolist(), finished.best.lengths.tolist()
    ([[[3]], [[5]]], [[0], [1]])
    """

    def __init__(self, live: LiveHypotheses, *, n_best: int, eos_id: int, pad_id: int) -> None:
        self.eos_id = eos_id
        self.pad_id = pad_id
        empty = live.log_probs.new_full((live.rows.numel(), n_best), DEAD)
        lengths = torch.zeros_like(empty, dtype=torch.long)
        self.best = Decoded(lengths.new_zeros(*empty.shape, 0), lengths, empty, empty.clone(), None)

    def collect(self, live: LiveHypotheses, options: DecodingOptions) -> None:
        """Take the hypotheses that ended or reached their limit, as they are, and leave their slots dead."""
        is_end = live.tokens[..., -1] == self.eos_id
        ended = (is_end | (live.time >= live.limits).unsqueeze(1)) & (live.log_probs > DEAD)  # (B, K)
        if bool(ended.any()):
            time = torch.full_like(live.limits, live.time).unsqueeze(1)
            scores = options.score(live.log_probs, time, live.coverage).masked_fill(~ended, DEAD)
            new = Decoded(live.tokens[..., 1:], time - is_end.long(), live.log_probs, scores, live.attention)
            self._merge(live.rows, new)
            live.log_probs = live.log_probs.masked_fill(ended, DEAD)

    def _merge(self, rows: Tensor, new: Decoded) -> None:
        self._widen(new)
        scores = torch.cat([self.best.scores[rows], new.scores], dim=1)
        # A stable sort: of equals the earlier stays, so -inf of slots that go on never enters.
        order = scores.sort(dim=1, descending=True, stable=True).indices[:, : self.best.scores.size(1)]
        for old, added in zip(self.best, new, strict=True):
            if old is not None and added is not None:
                old[rows] = take_slots(torch.cat([old[rows], added], dim=1), order)

    def _widen(self, new: Decoded) -> None:
        """Make room for the length of the new hypotheses, which are the longest so far."""
        more = new.tokens.size(-1) - self.best.tokens.size(-1)
        attention = self.best.attention
        if new.attention is not None:
            if attention is None:
                attention = new.attention.new_zeros(*self.best.scores.shape, *new.attention.shape[2:])
            else:
                attention = pad(attention, (0, 0, 0, more))
        tokens = pad(self.best.tokens, (0, more), value=self.pad_id)
        self.best = self.best._replace(tokens=tokens, attention=attention)
