"""Sampling: batched, streamed as it is made, and for each sample the same whatever else is in the batch.

A sample draws from a random stream of its own, which (seed, number of the sample) names, by the inverse of its
cumulative distribution: one random number a token.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from nlpseq.decoding.constraints import forbid_stray_
from nlpseq.decoding.processors import DEFAULT_SAMPLING, NEVER, SamplingOptions
from nlpseq.decoding.step import StepModel
from nlpseq.decoding.streams import DONE, streams, uniforms
from nlpseq.errors import UserError

# Random numbers are drawn, and generated tokens are kept, for so many steps at a time.
BLOCK_STEPS = 256

State = tuple[Tensor, ...]


@torch.inference_mode()
def sample(
    model: StepModel,
    hidden: tuple[Tensor, ...],
    memory: tuple[Tensor, ...],
    *,
    tokens: Tensor,
    max_lengths: Sequence[int] | int,
    options: SamplingOptions = DEFAULT_SAMPLING,
    seed: int = 1,
    numbers: Sequence[int] | None = None,
    eos_id: int | None = None,
    stop: Sequence[Sequence[int]] = (),
    forbidden_ids: Sequence[int] = (),
    separator: int | None = None,
) -> Iterator[list[int]]:
    """Yield, step after step, the token that each sample goes on with, or `DONE` (-1) where it has ended.

    A sample ends before `eos_id`, behind a stop sequence, or at its maximum length, and then leaves the batch.

    Args:
        model: the network's step; the number of ids that it scores may change from step to step.
        hidden: states after all of the prompts but their last tokens, each (B, 1, ...).
        memory: what belongs to a sample, each (B, ...); () for a network without a source.
        tokens: (B,) the last token of each prompt, or the start.
        max_lengths: tokens to generate at most, one number or one for each sample.
        options: what may be sampled.
        seed: of all samples.
        numbers: of the samples, which name their random streams; 0 to B - 1 by default.
        eos_id: end of the text, never yielded; None for a network without one.
        stop: token sequences of any lengths; generated tokens alone are compared.
        forbidden_ids: tokens that are never generated.
        separator: a token that is generated between others only, such as a blank between words; with an `eos_id`.

    Raises:
        UserError: the network's scores are not numbers, or every token is ruled out.
        ValueError: arguments disagree on the number of samples.

    >>> from nlpseq.decoding.step import StepOutput
    >>> class Counter:  # the next number, and then the end (0)
    ...     def step(self, tokens, hidden, memory):
    ...         return StepOutput(99.0 * torch.nn.functional.one_hot((tokens + 1) % 6, 6), hidden, None)
    >>> steps = sample(Counter(), (torch.zeros(2, 1, 1),), (), tokens=torch.tensor([1, 3]), max_lengths=9, eos_id=0)
    >>> list(steps)
    [[2, 4], [3, 5], [4, -1], [5, -1], [-1, -1]]
    """
    batch = len(tokens)
    limits = np.broadcast_to(np.asarray(max_lengths), (batch,))
    numbers = range(batch) if numbers is None else numbers
    if any(len(part) != batch for part in (*hidden, *memory, numbers)):
        raise ValueError(f"hidden, memory and numbers must all have {batch} rows, as tokens have")
    processors = options.processors()
    stops = [torch.tensor(sequence, device=tokens.device) for sequence in stop if len(sequence)]
    ends = {int(sequence[-1]) for sequence in stops} | ({eos_id} if eos_id is not None else set())
    kept = max([options.window(), *map(len, stops)])
    live = _Live(hidden, memory, tokens, streams=streams(seed, numbers), kept=kept)
    live.keep(limits > 0)
    cuts = set(limits.tolist())
    forbidden = torch.tensor(forbidden_ids, dtype=torch.long, device=tokens.device)
    for time in range(1, max(cuts, default=0) + 1):
        output = model.step(live.tokens.unsqueeze(1), live.hidden, live.memory)
        logits = output.logits[:, 0].float()  # (R, V)
        if forbidden_ids:
            logits = logits.index_fill(1, forbidden, NEVER)
        if separator is not None and eos_id is not None:
            history = live.tokens.view(-1, 1, 1)[..., : time - 1]  # the latest, of which the prompt's is none
            logits = forbid_stray_(logits.unsqueeze(1), history, separator, eos_id).squeeze(1)
        generated = live.generated()
        for processor in processors:
            logits = processor(logits, generated)
        picks = _draw(logits, live.uniform(time - 1))
        ids = picks.tolist()  # the one wait for the device
        if max(ids) >= logits.size(1):
            raise UserError(
                "the network's scores are not numbers, or no token may follow; "
                "train with a lower train.lr, or sample with other options"
            )
        live.follow(picks, output.hidden)
        if time not in cuts and ends.isdisjoint(ids):
            yield live.spread(ids)
            continue
        at_end = np.asarray(ids) == (DONE if eos_id is None else eos_id)
        ended = at_end | (limits[live.rows] <= time) | live.end_with(stops)
        yield live.spread(np.where(at_end, DONE, ids).tolist())
        live.keep(~ended)
        if not len(live.rows):
            return


def collect(steps: Iterable[Sequence[int]]) -> list[list[int]]:
    """The tokens of each sample out of the steps that `sample` yields.

    >>> collect([[2, 4], [3, -1]])
    [[2, 3], [4]]
    """
    return [[token for token in row if token != DONE] for row in zip(*steps, strict=True)]


class _Live:
    """The samples that go on (R rows): their places in the caller's batch, states, tokens and random streams.

    A single one has a twin: for one row torch multiplies by another kernel than for several, and what is rounded
    differently is sooner or later sampled differently. (Two rows cost a product 4 to 46% more than one.)
    """

    def __init__(self, hidden: State, memory: State, tokens: Tensor, *, streams: np.ndarray, kept: int) -> None:
        self.hidden, self.memory, self.tokens, self.streams = hidden, memory, tokens, streams
        self.rows = np.arange(len(tokens))
        self._batch, self._all = len(tokens), True
        self.kept = kept
        self._noise = torch.empty(len(tokens), 0, device=tokens.device)
        self._history = tokens.new_zeros(len(tokens), kept + BLOCK_STEPS if kept else 0)
        self._length = 0

    def keep(self, going_on: np.ndarray) -> None:
        """Drop the other rows."""
        places = np.flatnonzero(going_on)
        self._all = self._all and len(places) == self._batch
        if len(places) == 1:
            places = places.repeat(2)
        index = torch.from_numpy(places).to(self.tokens.device)
        self.hidden = tuple(part.index_select(0, index) for part in self.hidden)
        self.memory = tuple(part.index_select(0, index) for part in self.memory)
        parts = (self.tokens, self._history, self._noise)
        self.tokens, self._history, self._noise = (part.index_select(0, index) for part in parts)
        self.rows, self.streams = self.rows[places], self.streams[places]

    def uniform(self, time: int) -> Tensor:
        """The random number (R, 1) of each row at step `time`, from 0."""
        place = time % BLOCK_STEPS
        if place == 0:
            self._noise = torch.from_numpy(uniforms(self.streams, time, BLOCK_STEPS)).to(self.tokens.device)
        return self._noise[:, place : place + 1]

    def follow(self, tokens: Tensor, hidden: State) -> None:
        """Go on with the next tokens (R,)."""
        self.tokens, self.hidden = tokens, hidden
        if not self.kept:
            return
        if self._length == self._history.size(1):
            self._history[:, : self.kept] = self._history[:, -self.kept :].clone()
            self._length = self.kept
        self._history[:, self._length] = tokens
        self._length += 1

    def generated(self) -> Tensor:
        """The tokens generated lately (R, T), T at most `kept`."""
        return self._history[:, max(0, self._length - self.kept) : self._length]

    def end_with(self, sequences: Sequence[Tensor]) -> np.ndarray:
        """Whether each row's generated tokens end with one of `sequences`."""
        found = torch.zeros_like(self.tokens, dtype=torch.bool)
        for sequence in sequences:
            last = self.generated()[:, -len(sequence) :]
            if last.size(1) == len(sequence):
                found |= (last == sequence).all(1)
        return found.cpu().numpy()

    def spread(self, ids: list[int]) -> list[int]:
        """The rows' `ids` at their places in the caller's batch."""
        if self._all:
            return ids[: self._batch]
        everyone = np.full(self._batch, DONE)
        everyone[self.rows] = ids
        return everyone.tolist()


def _draw(logits: Tensor, uniform: Tensor) -> Tensor:
    """The tokens (R,) at which the cumulative distributions of `logits` (R, V) pass `uniform` (R, 1).

    Never one of probability 0, and V where the logits are not numbers.
    """
    cumulative = logits.softmax(-1).cumsum(-1)
    return torch.searchsorted(cumulative, uniform * cumulative[:, -1:], right=True).squeeze(1)
