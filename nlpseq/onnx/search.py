"""Monotonic beam search on arrays: what `nlpseq.decoding.beam` does on tensors, where it is explained.

A beam of 1 is greedy search. B sentences, K hypotheses of each, V tokens, S source length, C candidates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np

from nlpseq.decoding.options import DecodingOptions

DEAD = -np.inf
# Finished sentences leave the batch once they are such a share of it.
LEAVING_SHARE = 1 / 8

States = tuple[np.ndarray, ...]


class Step(NamedTuple):
    """The best tokens of each hypothesis, their log-probabilities falling, (B, K, C) both; states; attention."""

    values: np.ndarray
    tokens: np.ndarray
    states: States
    attention: np.ndarray | None


class StepNetwork(Protocol):
    """One step of a network with the memory of its sentences; equal values come by their token."""

    def step(self, tokens: np.ndarray, states: States, memory: States, count: int) -> Step:
        """The `count` best tokens, or all where there are fewer, after tokens (B, K)."""
        ...


@dataclass
class Outputs:
    """The N best hypotheses of each sentence, best first: a `Found`."""

    tokens: np.ndarray  # (B, N, T)
    lengths: np.ndarray  # (B, N), without the end
    log_probs: np.ndarray  # (B, N)
    scores: np.ndarray  # (B, N), -inf where there is none
    attention: np.ndarray | None = None  # (B, N, T, S)

    def outputs(self, row: int) -> Iterator[tuple[list[int], float, float]]:
        """The ids of each hypothesis of a sentence, its score and its log-probability, best first."""
        for n in np.flatnonzero(self.scores[row] > DEAD):
            length = int(self.lengths[row, n])
            yield self.tokens[row, n, :length].tolist(), float(self.scores[row, n]), float(self.log_probs[row, n])

    def weights(self, row: int, n: int, targets: int, sources: int) -> np.ndarray | None:
        """The attention (targets, sources) of hypothesis n of a sentence, if it was kept."""
        return None if self.attention is None else self.attention[row, n, :targets, :sources]


@dataclass(frozen=True)
class Ids:
    """Tokens with a meaning: the `separator` stands between others only, `forbidden` ones are never written."""

    bos: int
    eos: int
    pad: int
    forbidden: Sequence[int] = ()
    separator: int | None = None


def beam_search(
    network: StepNetwork,
    states: States,
    memory: States,
    *,
    ids: Ids,
    max_lengths: Sequence[int],
    options: DecodingOptions,
) -> Outputs:
    """The `options.n_best` best hypotheses of every sentence; arguments as of `nlpseq.decoding.beam_search`."""
    live = _Live.start(states, memory, ids, np.asarray(max_lengths))
    best = _nothing(len(max_lengths), options.n_best)
    never = np.array(sorted({ids.bos, ids.pad, *ids.forbidden} - {ids.eos}))
    while len(live.rows):
        banned = _repeated(live.tokens[..., 1:], options.no_repeat_ngram_size)
        # So many candidates may be ruled out, and one more shows whether anything but the end is left.
        count = options.beam_size + len(never) + 2 + banned.shape[-1]
        found = network.step(live.tokens[..., -1], live.states, live.memory, count)
        values, tokens = _allowed(found, live, never, banned, ids, options)
        totals = live.log_probs[..., None] + values
        picks = fill_slots(totals, options.beam_size)  # (B, K)
        dead, places = picks < 0, np.maximum(picks, 0)
        live.follow(
            found,
            places // values.shape[-1],
            np.where(dead, ids.pad, _at(tokens, places)),
            np.where(dead, DEAD, _at(totals, places)),
            options,
        )
        best = _collected(best, live, ids, options)
        bound = live.log_probs.max(axis=1) / normaliser(options, live.limits)
        live = live.keep(bound > best.scores[live.rows, -1])
    return best


def forced_log_probs(
    network: ForcedNetwork, states: States, memory: States, *, bos: int, targets: np.ndarray
) -> np.ndarray:
    """Log-probability (B, T) of each token of the targets (B, T), each read after those before it."""
    found = []
    read = np.full(len(targets), bos)
    for wanted in targets.T:
        log_probs, states = network.log_probs(read[:, None], states, memory)
        found.append(np.take_along_axis(log_probs[:, 0], wanted[:, None], axis=1)[:, 0])
        read = wanted
    return np.stack(found, axis=1)


class ForcedNetwork(Protocol):
    """One step of a network that scores all tokens."""

    def log_probs(self, tokens: np.ndarray, states: States, memory: States) -> tuple[np.ndarray, States]:
        """Log-probabilities (B, K, V) after tokens (B, K), and the new states."""
        ...


def fill_slots(totals: np.ndarray, beam_size: int) -> np.ndarray:
    """Fill slots 0, 1, ... in turn, slot k with the best child left among those of parents 0 to k.

    >>> fill_slots(np.array([[[-5.0, -7.0], [-1.0, -2.0]]]), beam_size=2)
    array([[0, 2]])
    """
    children = np.argsort(-totals.reshape(len(totals), -1), axis=1, kind="stable")  # (B, R * C)
    parents, row = children // totals.shape[-1], np.arange(len(totals))[:, None]
    widths = np.arange(beam_size + 1)
    below = (parents[..., None] < widths).astype(np.int32)  # (B, R * C, beam_size + 1)
    room = widths - (below.cumsum(axis=1, dtype=np.int32) - below)
    highest = np.maximum.accumulate(room, axis=-1)
    own = highest[row, np.arange(children.shape[1]), parents]
    slots = (highest <= own[..., None]).sum(-1) - 1
    slots[_at(totals, children) == DEAD] = beam_size  # slot `beam_size` gathers what no slot takes
    picks = np.full((len(totals), beam_size + 1), -1)
    picks[row, slots] = children
    return picks[:, :beam_size]


def normaliser(options: DecodingOptions, lengths: np.ndarray) -> np.ndarray:
    """What a log-probability of `lengths` tokens is divided by, float32."""
    counts = lengths.astype(np.float32)
    if options.length_penalty == "gnmt":
        return ((5 + counts) / 6) ** np.float32(options.alpha)
    return counts ** np.float32(options.alpha if options.length_penalty == "average" else 0)


@dataclass
class _Live:
    """The growing hypotheses of the sentences that are not done; a dead slot has log-probability -inf."""

    rows: np.ndarray
    limits: np.ndarray
    states: States
    memory: States
    tokens: np.ndarray  # (B, K, 1 + T)
    log_probs: np.ndarray  # (B, K)
    coverage: np.ndarray | None = field(default=None)
    attention: np.ndarray | None = field(default=None)

    @classmethod
    def start(cls, states: States, memory: States, ids: Ids, limits: np.ndarray) -> _Live:
        batch = len(limits)
        return cls(
            np.arange(batch), limits, states, memory, np.full((batch, 1, 1), ids.bos), np.zeros((batch, 1), np.float32)
        )

    def follow(
        self, found: Step, parents: np.ndarray, tokens: np.ndarray, log_probs: np.ndarray, options: DecodingOptions
    ) -> None:
        """Let slot k continue slot `parents[:, k]` of the last step with `tokens[:, k]`; all are (B, K)."""
        self.states = tuple(_slots(state, parents) for state in found.states)
        self.tokens = np.concatenate([_slots(self.tokens, parents), tokens[..., None]], axis=-1)
        self.log_probs = log_probs
        if options.coverage_penalty and found.attention is not None:
            # Padding gets no attention: it starts as covered, so that it costs nothing.
            before = (found.attention == 0).astype(np.float32) if self.coverage is None else self.coverage
            self.coverage = _slots(before + found.attention, parents)
        if options.return_attention and found.attention is not None:
            latest = found.attention[:, :, None]  # (B, K, 1, S)
            history = latest if self.attention is None else np.concatenate([self.attention, latest], axis=2)
            self.attention = _slots(history, parents)

    def keep(self, going: np.ndarray) -> _Live:
        """The sentences where `going` (B,) is true; while only a few have finished they stay, all slots dead."""
        index = np.flatnonzero(going)
        if len(index) == len(going):
            return self
        if len(index) > len(going) * (1 - LEAVING_SHARE):
            self.log_probs = np.where(going[:, None], self.log_probs, DEAD)
            return self
        rest = (self.rows, self.limits, self.tokens, self.log_probs)
        rows, limits, tokens, log_probs = (part[index] for part in rest)
        coverage, attention = (None if part is None else part[index] for part in (self.coverage, self.attention))
        states, memory = (tuple(part[index] for part in parts) for parts in (self.states, self.memory))
        return _Live(rows, limits, states, memory, tokens, log_probs, coverage, attention)


def _allowed(
    found: Step, live: _Live, never: np.ndarray, banned: np.ndarray, ids: Ids, options: DecodingOptions
) -> tuple[np.ndarray, np.ndarray]:
    """The best candidates (B, K, beam size or fewer) that may come next; see `Constraints`."""
    values, tokens = found.values.copy(), found.tokens
    values[(tokens[..., None] == never).any(-1)] = DEAD
    if banned.shape[-1]:
        values[(tokens[..., None] == banned[..., None, :]).any(-1)] = DEAD
    history = live.tokens[..., 1:]
    if history.shape[-1] < options.min_length:
        _forbid_end(values, tokens, ids.eos, np.ones(values.shape[:2], bool))
    if ids.separator is not None:
        if history.shape[-1] == 0:
            values[tokens == ids.separator] = DEAD
        else:
            behind = history[..., -1] == ids.separator  # (B, K)
            values[(tokens == ids.separator) & behind[..., None]] = DEAD
            _forbid_end(values, tokens, ids.eos, behind)
    order = np.argsort(values == DEAD, axis=-1, kind="stable")[..., : options.beam_size]  # others stay as they are
    rows, slots = np.ogrid[: len(values), : values.shape[1]]
    return values[rows[..., None], slots[..., None], order], tokens[rows[..., None], slots[..., None], order]


def _forbid_end(values: np.ndarray, tokens: np.ndarray, eos: int, where: np.ndarray) -> None:
    """Rule out the end of a sentence where (B, K) says so, but not where nothing else is left."""
    is_end = tokens == eos
    others = np.where(is_end, DEAD, values).max(-1) > DEAD  # (B, K)
    values[is_end & (where & others)[..., None]] = DEAD


def _repeated(history: np.ndarray, size: int) -> np.ndarray:
    """The tokens (B, K, n) that would complete an n-gram which the hypothesis already holds, -1 elsewhere."""
    length = history.shape[-1]
    if not size or length < size:
        return history[..., :0]
    ngrams = np.lib.stride_tricks.sliding_window_view(history, size, axis=-1)  # (B, K, T - size + 1, size)
    latest = history[..., length - size + 1 :][:, :, None]
    return np.where((ngrams[..., :-1] == latest).all(-1), ngrams[..., -1], -1)


def _nothing(batch: int, n_best: int) -> Outputs:
    empty = np.full((batch, n_best), DEAD, np.float32)
    return Outputs(np.zeros((batch, n_best, 0), np.int64), np.zeros((batch, n_best), np.int64), empty, empty.copy())


def _collected(best: Outputs, live: _Live, ids: Ids, options: DecodingOptions) -> Outputs:
    """The best with the hypotheses that ended or reached their limit, whose slots are dead then."""
    time = live.tokens.shape[-1] - 1
    is_end = live.tokens[..., -1] == ids.eos
    ended = (is_end | (time >= live.limits)[:, None]) & (live.log_probs > DEAD)  # (B, K)
    if not ended.any():
        return best
    scores = live.log_probs / normaliser(options, np.array([time]))
    if live.coverage is not None:
        with np.errstate(divide="ignore"):
            scores = scores + options.coverage_penalty * np.log(np.minimum(live.coverage, 1)).sum(-1)
    scores = np.where(ended, scores, DEAD).astype(np.float32)
    new = Outputs(live.tokens[..., 1:], time - is_end.astype(np.int64), live.log_probs, scores, live.attention)
    _merge(best, live.rows, new, pad=ids.pad)
    live.log_probs = np.where(ended, DEAD, live.log_probs)
    return best


def _merge(best: Outputs, rows: np.ndarray, new: Outputs, *, pad: int) -> None:
    """Take what is better; of equals the earlier stays. The new hypotheses are the longest so far."""
    more = new.tokens.shape[-1] - best.tokens.shape[-1]
    best.tokens = np.pad(best.tokens, ((0, 0), (0, 0), (0, more)), constant_values=pad)
    if new.attention is not None:
        if best.attention is None:
            best.attention = np.zeros((*best.scores.shape, *new.attention.shape[2:]), np.float32)
        else:
            best.attention = np.pad(best.attention, ((0, 0), (0, 0), (0, more), (0, 0)))
    order = np.argsort(-np.concatenate([best.scores[rows], new.scores], axis=1), axis=1, kind="stable")
    order = order[:, : best.scores.shape[1]]
    for name in ("tokens", "lengths", "log_probs", "scores", "attention"):
        old, added = getattr(best, name), getattr(new, name)
        if old is not None and added is not None:
            old[rows] = _slots(np.concatenate([old[rows], added], axis=1), order)


def _slots(values: np.ndarray, slots: np.ndarray) -> np.ndarray:
    """(B, R, ...) values at (B, K) slots give (B, K, ...)."""
    return values[np.arange(len(values))[:, None], slots]


def _at(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The values (B, K) at flat places of the last two axes."""
    return values.reshape(len(values), -1)[np.arange(len(values))[:, None], places]
