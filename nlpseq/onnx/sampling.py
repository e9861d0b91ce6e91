"""Sampling on arrays: what `nlpseq.decoding.sampling` does on tensors, from the same random streams."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from nlpseq.decoding.processors import SamplingOptions
from nlpseq.decoding.streams import DONE, streams, uniforms
from nlpseq.errors import UserError

BLOCK_STEPS = 256
States = tuple[np.ndarray, ...]
# Tokens (B,) and states -> scores (B, V) of the next token, and the new states.
StepFunction = Callable[[np.ndarray, States], tuple[np.ndarray, States]]


def sample(
    step: StepFunction,
    states: States,
    *,
    tokens: np.ndarray,
    max_length: int,
    options: SamplingOptions,
    seed: int,
    numbers: Sequence[int],
    eos_id: int | None = None,
    stop: Sequence[Sequence[int]] = (),
    forbidden_ids: Sequence[int] = (),
    separator: int | None = None,
) -> Iterator[list[int]]:
    """Yield, step after step, the token that each sample goes on with, or `DONE` where it has ended.

    Raises:
        UserError: the network's scores are not numbers, or every token is ruled out.
    """
    batch = len(tokens)
    own, going = streams(seed, numbers), np.ones(batch, dtype=bool)
    generated = np.zeros((batch, 0), dtype=np.int64)
    stops = [np.asarray(sequence) for sequence in stop if len(sequence)]
    for time in range(max_length):
        if time % BLOCK_STEPS == 0:
            noise = uniforms(own, time, BLOCK_STEPS)
        logits, states = step(tokens, states)
        logits = logits.astype(np.float32)
        logits[:, list(forbidden_ids)] = -np.inf
        if separator is not None and eos_id is not None:
            logits = _between(logits, generated, separator, eos_id)
        picks = _draw(_processed(logits, generated, options), noise[:, time % BLOCK_STEPS])
        if (picks[going] >= logits.shape[1]).any():
            raise UserError(
                "the network's scores are not numbers, or no token may follow; "
                "train with a lower train.lr, or sample with other options"
            )
        tokens = np.minimum(picks, logits.shape[1] - 1)
        generated = np.concatenate([generated, tokens[:, None]], axis=1)
        at_end = going & (tokens == eos_id) if eos_id is not None else np.zeros(batch, dtype=bool)
        yield np.where(going & ~at_end, tokens, DONE).tolist()
        going = going & ~at_end & ~_end_with(generated, stops)
        if not going.any():
            return


def _processed(logits: np.ndarray, generated: np.ndarray, options: SamplingOptions) -> np.ndarray:
    """The logits after the processors that change anything, in their order; see `nlpseq.decoding.processors`."""
    if options.repetition_penalty != 1 and generated.shape[1]:
        log_probs, recent = _log_softmax(logits), generated[:, -options.repetition_window :]
        penalised = np.take_along_axis(log_probs, recent, axis=1) * np.float32(options.repetition_penalty)
        np.put_along_axis(log_probs, recent, penalised, axis=1)
        logits = log_probs
    if options.temperature not in (0, 1):
        logits = logits / np.float32(options.temperature)
    top_k = options.top_k if options.temperature else 1
    if 0 < top_k < logits.shape[1]:
        order = np.argsort(-logits, axis=1, kind="stable")[:, top_k:]
        np.put_along_axis(logits, order, -np.inf, axis=1)
    if options.top_p < 1:
        order = np.argsort(-logits, axis=1, kind="stable")
        ranked = np.take_along_axis(logits, order, axis=1)
        shares = np.exp(_log_softmax(ranked))
        ranked = np.where(shares.cumsum(axis=1) - shares >= options.top_p, -np.inf, ranked)
        np.put_along_axis(logits, order, ranked, axis=1)
    if options.min_p > 0:
        least = logits.max(axis=1, keepdims=True) + np.float32(math.log(options.min_p))
        logits = np.where(logits < least, -np.inf, logits)
    return logits


def _between(logits: np.ndarray, generated: np.ndarray, separator: int, eos_id: int) -> np.ndarray:
    """Without a separator that would stand first, twice in a row or last."""
    behind = generated[:, -1] == separator if generated.shape[1] else np.ones(len(logits), dtype=bool)
    logits[behind, separator] = -np.inf
    if generated.shape[1]:
        others = np.delete(logits, eos_id, axis=1).max(axis=1) > -np.inf
        logits[behind & others, eos_id] = -np.inf
    return logits


def _draw(logits: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """The tokens (B,) at which the cumulative distributions pass `uniform` (B,); V where the logits are no numbers."""
    cumulative = np.exp(_log_softmax(logits)).cumsum(axis=1)
    return (cumulative <= (uniform * cumulative[:, -1])[:, None]).sum(axis=1) + np.where(
        np.isnan(cumulative[:, -1]), logits.shape[1], 0
    )


def _log_softmax(logits: np.ndarray) -> np.ndarray:
    shifted = logits - logits.max(axis=1, keepdims=True)
    found: np.ndarray = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return found


def _end_with(generated: np.ndarray, stops: Sequence[np.ndarray]) -> np.ndarray:
    found = np.zeros(len(generated), dtype=bool)
    for sequence in stops:
        if generated.shape[1] >= len(sequence):
            found |= (generated[:, -len(sequence) :] == sequence).all(axis=1)
    return found
