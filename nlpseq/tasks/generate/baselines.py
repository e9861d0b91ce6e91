"""Models that only count, which stand beside the network's figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nlpseq.evaluation.language_model import bits_per_character, perplexity
from nlpseq.text.alphabet import Alphabet

# Characters before the one that the largest of the counting models foretells.
CONTEXT = 4
# Counting needs memory for each context seen; more text than this changes its figure little.
COUNTED_IDS = 20_000_000


def baselines(alphabet: Alphabet, train: np.ndarray, held_out: np.ndarray, *, characters: int) -> list[dict[str, Any]]:
    """What models that only count reach on the same text: all symbols alike, their frequencies, and 5-grams.

    The 5-gram model backs off by Witten and Bell (1991): the longer context's estimate mixed with the shorter one's.

    Args:
        train: ids to count in, (N,).
        held_out: ids to score but the first, (M,).
        characters: that these ids spell; more than one byte may make a character.
    """
    symbols = len(alphabet)
    train, held_out = train[-COUNTED_IDS:].astype(np.int64), held_out.astype(np.int64)
    estimate = np.full(len(held_out), 1.0 / (symbols - len(alphabet.special_ids)))
    estimates = {"uniform": estimate}
    counted, scored, known = np.zeros_like(train), np.zeros_like(held_out), 1  # histories: there is one of no ids
    for context in range(CONTEXT + 1):
        grams, wanted = _grams(counted, train, symbols), _grams(scored, held_out, symbols)
        counts = _GramCounts(grams, symbols=symbols, histories=known)
        estimate = counts.mix(wanted, estimate)
        estimates[f"{context + 1}-gram" if context else "unigram"] = estimate
        counted, scored, known = counts.histories(grams), counts.histories(wanted), len(counts.known)
    shown = ("uniform", "unigram", f"{CONTEXT + 1}-gram")
    price = float(alphabet.prices(held_out[1:]).sum())  # as the model pays it
    nats = {name: max(0.0, float(-np.log(estimates[name][1:]).sum())) + price for name in shown}
    return [on_all_scales({"name": name, "nats_per_character": total / characters}) for name, total in nats.items()]


def on_all_scales(found: Mapping[str, Any]) -> dict[str, Any]:
    """A name and its nats, with the other scales of the same figure; older runs have the nats alone.

    >>> on_all_scales({"name": "uniform", "nats_per_character": 0.0})["perplexity"]
    1.0
    """
    nats = round(found["nats_per_character"], 4)
    return {
        "name": found["name"],
        "nats_per_character": nats,
        "bits_per_character": bits_per_character(nats),
        "perplexity": perplexity(nats),
    }


def _grams(histories: np.ndarray, ids: np.ndarray, symbols: int) -> np.ndarray:
    """Each history and the id behind it as one number (N,), -1 where the history is not known."""
    return np.where(histories < 0, -1, histories * symbols + ids)


class _GramCounts:
    """How often a text holds each gram: a history, which is the number of a run of ids, and the id behind it."""

    def __init__(self, grams: np.ndarray, *, symbols: int, histories: int) -> None:
        self.symbols = symbols
        self.known, counts = np.unique(grams[grams >= 0], return_counts=True)
        before = self.known // symbols
        # The last entry is for what is not known, whose number is -1.
        self.counts = np.append(counts, 0)
        self.totals = np.append(np.bincount(before, weights=counts, minlength=histories), 0)
        self.kinds = np.append(np.bincount(before, minlength=histories), 0)  # different ids seen behind a history

    def mix(self, grams: np.ndarray, lower: np.ndarray) -> np.ndarray:
        """Probability (N,) of the last id of each gram, mixed with that by a shorter history."""
        total, kinds = self.totals[grams // self.symbols], self.kinds[grams // self.symbols]
        mixed = (self.counts[self._places(grams)] + kinds * lower) / np.maximum(1, total + kinds)
        return np.where(total > 0, mixed, lower)

    def histories(self, grams: np.ndarray) -> np.ndarray:
        """The next longer history (N,) of each id: the number of the gram that ends before it, or -1."""
        return np.concatenate([[-1], self._places(grams)[:-1]])

    def _places(self, grams: np.ndarray) -> np.ndarray:
        places = np.searchsorted(self.known, grams)
        return np.where(np.append(self.known, -2)[places] == grams, places, -1)
