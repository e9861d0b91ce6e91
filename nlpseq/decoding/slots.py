"""Monotonic beam search: a wider beam never returns a lower score, and a beam of 1 is greedy search.

In the usual beam search all live hypotheses compete for all places, so a wider beam can lose what a narrower
one finds. Here slot k takes the best child that is left among the children of slots 0 to k only (Lemons,
Linares López, Holte and Ruml, "Beam Search: Faster and Monotonic", ICAPS 2022): the slots of a beam of K are,
at every step, the first K of a beam of K + 1, and so are the hypotheses it finishes. A slot whose pick ends
its sentence is dead for one step and may be filled again from the slots below it.

The search knows nothing of what runs the network: torch (`beam.py`) or an export without torch (`nlpseq.onnx`).
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from nlpseq.decoding.hypotheses import DEAD, Children, FinishedHypotheses, LiveHypotheses, Outputs, take_slots
from nlpseq.decoding.options import DecodingOptions


class Steps(Protocol):
    """A network in the middle of a search: it keeps the states of all hypotheses, and what belongs to sentences."""

    def step(self, live: LiveHypotheses) -> Children:
        """Read the last token of each live hypothesis; its best children then, at least as many as there are slots."""
        ...

    def follow(self, parents: np.ndarray) -> None:
        """Let slot k go on from the states of slot `parents[:, k]` (B, K)."""
        ...

    def keep(self, index: np.ndarray) -> None:
        """Go on with these sentences alone."""
        ...


def search(
    steps: Steps, limits: np.ndarray, *, bos_id: int, eos_id: int, pad_id: int, options: DecodingOptions
) -> Outputs:
    """Find the `options.n_best` best hypotheses of every sentence, of `limits` (B,) tokens at most.

    Live hypotheses compete by log-probability, finished ones by normalised score. What reaches its maximum
    length is cut there and ranked as it is, without an end. A row's result does not depend on the other rows.
    """
    live = LiveHypotheses.start(limits, bos_id=bos_id, options=options)
    finished = FinishedHypotheses(len(limits), n_best=options.n_best, eos_id=eos_id, pad_id=pad_id)
    while len(live.rows):
        values, tokens, attention = steps.step(live)  # (B, R, C)
        totals = live.log_probs[..., None] + values
        places, log_probs = fill_slots(totals, options.beam_size)  # (B, K)
        parents = places // values.shape[-1]
        tokens = take_slots(tokens.reshape(len(tokens), -1), places)
        tokens[log_probs == DEAD] = pad_id
        steps.follow(parents)
        live.follow(parents, tokens, log_probs, attention, options)
        finished.collect(live, options)
        index = live.keep(may_improve(live, finished))
        if index is not None:
            steps.keep(index)
    return finished.best


def fill_slots(totals: np.ndarray, beam_size: int) -> tuple[np.ndarray, np.ndarray]:
    """Fill slots 0, 1, ... in turn, slot k with the best child left among those of parents 0 to k.

    Shape:
        totals: (B, R, C) log-probability of each child of R parents, -inf for children that may not be taken.
        Returns places in the flattened (R * C) children, and their totals, both (B, beam_size); a slot with a total
        of -inf stays dead. Equal children go by their place.

    >>> fill_slots(np.array([[[-5.0, -7.0], [-1.0, -2.0]]]), beam_size=2)
    (array([[0, 2]]), array([[-5., -1.]]))
    """
    left = totals.reshape(len(totals), -1).copy()
    rows = np.arange(len(totals))
    places = np.empty((len(totals), beam_size), np.int64)
    best = np.empty(places.shape, totals.dtype)
    for slot in range(beam_size):
        children = left[:, : (slot + 1) * totals.shape[-1]]
        place = children.argmax(axis=1)
        places[:, slot], best[:, slot] = place, children[rows, place]
        children[rows, place] = DEAD
    return places, best


def may_improve(live: LiveHypotheses, finished: FinishedHypotheses) -> np.ndarray:
    """Whether a sentence (B,) can still enter its n best.

    The bound is exact: log-probabilities only fall, no hypothesis is divided by more than its maximum length
    gives, and the coverage penalty is never positive; so stopping here changes no result.

    >>> live = LiveHypotheses.start(np.array([9, 9]), bos_id=2, options=DecodingOptions())
    >>> may_improve(live, FinishedHypotheses(2, n_best=1, eos_id=3, pad_id=0))
    array([ True,  True])
    """
    bound = live.log_probs.max(axis=1) / live.normalisers
    found: np.ndarray = bound > finished.best.scores[live.rows, -1]
    return found
