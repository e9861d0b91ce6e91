"""Beam search with a network that takes and gives arrays: the search of `nlpseq.decoding.slots`, without torch.

A beam of 1 is greedy search. B sentences, K hypotheses of each, V tokens, S source length, C candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from nlpseq.decoding.hypotheses import DEAD, Children, LiveHypotheses, Outputs, take_slots
from nlpseq.decoding.options import DecodingOptions
from nlpseq.decoding.slots import search

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
    steps = _ArraySteps(network, states, memory, ids, options)
    return search(steps, np.asarray(max_lengths), bos_id=ids.bos, eos_id=ids.eos, pad_id=ids.pad, options=options)


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


class _ArraySteps:
    """The `Steps` of a `StepNetwork`; arguments as of `beam_search`."""

    def __init__(
        self, network: StepNetwork, states: States, memory: States, ids: Ids, options: DecodingOptions
    ) -> None:
        self.network, self.states, self.memory = network, states, memory
        self.ids, self.options = ids, options
        self.never = np.array(sorted({ids.bos, ids.pad, *ids.forbidden} - {ids.eos}))

    def step(self, live: LiveHypotheses) -> Children:
        banned = _repeated(live.tokens[..., 1:], self.options.no_repeat_ngram_size)
        # So many candidates may be ruled out, and one more shows whether anything but the end is left.
        count = self.options.beam_size + len(self.never) + 2 + banned.shape[-1]
        found = self.network.step(live.tokens[..., -1], self.states, self.memory, count)
        self.states = found.states
        values, tokens = _allowed(found, live, self.never, banned, self.ids, self.options)
        return Children(values, tokens, found.attention)

    def follow(self, parents: np.ndarray) -> None:
        self.states = tuple(take_slots(state, parents) for state in self.states)

    def keep(self, index: np.ndarray) -> None:
        self.states, self.memory = (tuple(part[index] for part in parts) for parts in (self.states, self.memory))


def _allowed(
    found: Step, live: LiveHypotheses, never: np.ndarray, banned: np.ndarray, ids: Ids, options: DecodingOptions
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
    dead, most = values == DEAD, options.beam_size
    if not dead[..., :most].any():
        return values[..., :most], tokens[..., :most]
    order = np.argsort(dead, axis=-1, kind="stable")[..., :most]  # others stay as they are
    return np.take_along_axis(values, order, -1), np.take_along_axis(tokens, order, -1)


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
