"""The hypotheses of a search: those still growing, those that ended, and the result handed to the caller.

A search of any kind is: step the network, choose (parent, token) for every slot, `follow` that choice,
`collect` what ended, `keep` the sentences that go on. The live part shrinks with every finished sentence; the
finished part always has the caller's rows. All of it is a few numbers a step, in arrays on the host whatever runs
the network: a call costs a fraction of what it costs on tensors, and a GPU is waited for once a step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nlpseq.decoding.options import DecodingOptions

if TYPE_CHECKING:
    from torch import Tensor

DEAD = -np.inf
# Finished sentences leave the batch once they are such a share of it.
LEAVING_SHARE = 1 / 8


class Children(NamedTuple):
    """What may follow each of R live hypotheses: its best tokens, their log-probabilities falling.

    Shape: values and tokens (B, R, C), -inf for what may not be taken; attention (B, R, S), if it is needed.
    """

    values: np.ndarray
    tokens: np.ndarray
    attention: np.ndarray | None


class Outputs(NamedTuple):
    """The N best hypotheses of each sentence, best first, in arrays: `Decoded` says what they hold."""

    tokens: np.ndarray  # (B, N, T)
    lengths: np.ndarray  # (B, N), without the end
    log_probs: np.ndarray  # (B, N)
    scores: np.ndarray  # (B, N), -inf where there is none
    attention: np.ndarray | None  # (B, N, T, S)

    def outputs(self, row: int) -> Iterator[tuple[list[int], float, float]]:
        """The ids of each hypothesis of a sentence, its score and its log-probability, best first."""
        for n in np.flatnonzero(self.scores[row] > DEAD):
            length = int(self.lengths[row, n])
            yield self.tokens[row, n, :length].tolist(), float(self.scores[row, n]), float(self.log_probs[row, n])

    def weights(self, row: int, n: int, targets: int, sources: int) -> np.ndarray | None:
        """The attention (targets, sources) of hypothesis n of a sentence, if it was kept."""
        return None if self.attention is None else self.attention[row, n, :targets, :sources]


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

    >>> import torch
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
        return self._arrays().outputs(row)

    def weights(self, row: int, n: int, targets: int, sources: int) -> np.ndarray | None:
        """The attention (targets, sources) of hypothesis n of a sentence, if it was kept."""
        return self._arrays().weights(row, n, targets, sources)

    def _arrays(self) -> Outputs:
        tokens, lengths, log_probs, scores = (part.cpu().numpy() for part in self[:4])
        attention = None if self.attention is None else self.attention.cpu().numpy()
        return Outputs(tokens, lengths, log_probs, scores, attention)


def take_slots(values: np.ndarray, slots: np.ndarray) -> np.ndarray:
    """Reorder the second axis of each sentence: (B, R, ...) values at (B, K) slots give (B, K, ...).

    >>> take_slots(np.array([[[1], [2]], [[3], [4]]]), np.array([[1, 1, 0], [0, 1, 1]]))[..., 0]
    array([[2, 2, 1],
           [3, 4, 4]])
    """
    taken: np.ndarray = values[np.arange(len(values))[:, None], slots]
    return taken


@dataclass
class LiveHypotheses:
    """The growing hypotheses of the sentences that are not done; a dead slot has log-probability -inf.

    Shape:
        rows: (B,) place of each sentence in the caller's batch. limits: (B,) tokens at most, the end
            included; normalisers: (B,) what log-probabilities of so many are divided by.
        tokens: (B, K, 1 + T), the start first. log_probs: (B, K) float32.
        coverage: (B, K, S) attention summed over time, at 1 or more on padding. attention: (B, K, T, S).

    >>> live = LiveHypotheses.start(np.full(3, 9), bos_id=2, options=DecodingOptions())
    >>> live.keep(np.array([True, False, True])), live.rows, live.tokens.shape, live.time
    (array([0, 2]), array([0, 2]), (2, 1, 1), 0)
    """

    rows: np.ndarray
    limits: np.ndarray
    normalisers: np.ndarray
    tokens: np.ndarray
    log_probs: np.ndarray
    coverage: np.ndarray | None = None
    attention: np.ndarray | None = None

    @classmethod
    def start(cls, limits: np.ndarray, *, bos_id: int, options: DecodingOptions) -> LiveHypotheses:
        """One hypothesis a sentence, holding the start alone."""
        return cls(
            rows=np.arange(len(limits)),
            limits=limits,
            normalisers=options.normaliser(limits),
            tokens=np.full((len(limits), 1, 1), bos_id, np.int64),
            log_probs=np.zeros((len(limits), 1), np.float32),
        )

    @property
    def time(self) -> int:
        """Tokens generated so far, the same for all."""
        return self.tokens.shape[-1] - 1

    def follow(
        self,
        parents: np.ndarray,
        tokens: np.ndarray,
        log_probs: np.ndarray,
        attention: np.ndarray | None,
        options: DecodingOptions,
    ) -> None:
        """Let slot k continue slot `parents[:, k]` of the last step with `tokens[:, k]`; all are (B, K)."""
        self.tokens = np.concatenate([take_slots(self.tokens, parents), tokens[..., None]], axis=-1)
        self.log_probs = log_probs
        if attention is None:
            return
        if options.coverage_penalty:
            # Padding gets no attention: it starts as covered, so that it costs nothing.
            before = (attention == 0).astype(np.float32) if self.coverage is None else self.coverage
            self.coverage = take_slots(before + attention.astype(np.float32), parents)
        if options.return_attention:
            latest = attention[:, :, None]  # (B, K, 1, S)
            history = latest if self.attention is None else np.concatenate([self.attention, latest], axis=2)
            self.attention = take_slots(history, parents)

    def keep(self, going: np.ndarray) -> np.ndarray | None:
        """Let go of the sentences where `going` (B,) is false, so that they cost nothing any more.

        While only a few have finished they stay, all their slots dead: to move what belongs to the rest costs more.

        Returns: the places of those that stay, or None where all do.
        """
        if going.all():
            return None
        index = np.flatnonzero(going)
        if len(index) > len(going) * (1 - LEAVING_SHARE):
            self.log_probs = np.where(going[:, None], self.log_probs, DEAD)
            return None
        for name, part in vars(self).items():
            if part is not None:
                setattr(self, name, part[index])
        return index


class FinishedHypotheses:
    """The best finished hypotheses of every sentence of the caller's batch.

    >>> live = LiveHypotheses.start(np.array([1, 1]), bos_id=2, options=DecodingOptions())
    >>> finished = FinishedHypotheses(2, n_best=1, eos_id=3, pad_id=0)
    >>> parents, log_probs = np.zeros((2, 1), int), np.array([[-1.0], [-2.0]], np.float32)
    >>> live.follow(parents, np.array([[3], [5]]), log_probs, None, DecodingOptions())
    >>> finished.collect(live, DecodingOptions())
    >>> finished.best.tokens.tolist(), finished.best.lengths.tolist()
    ([[[3]], [[5]]], [[0], [1]])
    """

    def __init__(self, batch: int, *, n_best: int, eos_id: int, pad_id: int) -> None:
        self.eos_id = eos_id
        self.pad_id = pad_id
        empty = np.full((batch, n_best), DEAD, np.float32)
        lengths = np.zeros((batch, n_best), np.int64)
        self.best = Outputs(np.zeros((batch, n_best, 0), np.int64), lengths, empty, empty.copy(), None)

    def collect(self, live: LiveHypotheses, options: DecodingOptions) -> None:
        """Take the hypotheses that ended or reached their limit, as they are, and leave their slots dead."""
        is_end = live.tokens[..., -1] == self.eos_id
        ended = (is_end | (live.time >= live.limits)[:, None]) & (live.log_probs > DEAD)  # (B, K)
        if ended.any():
            rows = np.flatnonzero(ended.any(axis=1))
            coverage, attention = (None if part is None else part[rows] for part in (live.coverage, live.attention))
            log_probs = live.log_probs[rows]
            scores = np.where(ended[rows], options.score(log_probs, np.array(live.time), coverage), DEAD)
            lengths = live.time - is_end[rows].astype(np.int64)
            self._merge(live.rows[rows], Outputs(live.tokens[rows, :, 1:], lengths, log_probs, scores, attention))
            live.log_probs = np.where(ended, DEAD, live.log_probs)

    def _merge(self, rows: np.ndarray, new: Outputs) -> None:
        self._widen(new)
        scores = np.concatenate([self.best.scores[rows], new.scores], axis=1)
        # A stable sort: of equals the earlier stays, so -inf of slots that go on never enters.
        order = np.argsort(-scores, axis=1, kind="stable")[:, : self.best.scores.shape[1]]
        for old, added in zip(self.best, new, strict=True):
            if old is not None and added is not None:
                old[rows] = take_slots(np.concatenate([old[rows], added], axis=1), order)

    def _widen(self, new: Outputs) -> None:
        """Make room for the length of the new hypotheses, which are the longest so far."""
        places, more = self.best.scores.shape, new.tokens.shape[-1] - self.best.tokens.shape[-1]
        attention = self.best.attention
        if new.attention is not None:
            if attention is None:
                attention = np.zeros((*places, *new.attention.shape[2:]), new.attention.dtype)
            else:
                room = np.zeros((*places, more, attention.shape[-1]), attention.dtype)
                attention = np.concatenate([attention, room], axis=2)
        tokens = np.concatenate([self.best.tokens, np.full((*places, more), self.pad_id)], axis=2)
        self.best = self.best._replace(tokens=tokens, attention=attention)
