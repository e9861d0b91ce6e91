"""How well a language model foretells text: nats and bits per character and perplexity, with intervals.

All three are the same figure on three scales. They are per character of the text whatever the model reads:
a model of bytes or subwords is comparable with one of characters.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nlpseq.evaluation.bootstrap import Interval, bootstrap_interval, rounded


def bits_per_character(nats: float) -> float:
    """Nats per character as bits per character.

    >>> bits_per_character(math.log(8))
    3.0
    """
    return nats / math.log(2)


def perplexity(nats: float) -> float:
    """The number of equally likely characters that are as hard to foretell; infinite beyond the largest float.

    >>> round(perplexity(math.log(8)), 9), perplexity(1000.0)
    (8.0, inf)
    """
    try:
        return math.exp(nats)
    except OverflowError:
        return math.inf


def score_language_model(
    nats: ArrayLike,
    characters: ArrayLike,
    *,
    unknown: int | None = None,
    bootstrap_samples: int = 1000,
    seed: int = 12345,
) -> dict[str, Any]:
    """Everything about a held-out text that belongs into `metrics.json`.

    Entry i is chunk i of the text: its summed negative log-likelihood in nats and its number of characters.
    Chunks are resampled, not characters, for these depend on their neighbours: take chunks of some hundred
    characters or more, and more than thirty of them. Keys: `nats_per_character`, `bits_per_character` and
    `perplexity` (per character), each with `..._interval` (95% [low, high], or None), `characters`, `chunks`,
    `unknown_characters` and `unknown_share` of them, `language_model_signature`.

    Args:
        unknown: how many characters the model does not know, each with the price of an escape over all of Unicode in
            its nats (`Alphabet.prices`); None where that was not counted.

    Raises:
        ValueError: no chunks, unequal numbers, nats that are not finite or negative, a chunk without characters.

    >>> scores = score_language_model([0.0, 4 * math.log(2)], [2, 2])
    >>> scores["bits_per_character"], scores["perplexity"], scores["bits_per_character_interval"]
    (1.0, 2.0, [0.0, 2.0])
    """
    interval = bootstrap_interval(nats, characters, samples=bootstrap_samples, seed=seed)
    losses, counts = np.asarray(nats, dtype=np.float64), np.asarray(characters)
    if losses.min() < 0:
        raise ValueError("nats must not be negative; give the negative log-likelihood")
    mean = float(losses.sum() / counts.sum())
    priced = "" if unknown is None else "|unknown:escape"
    return {
        "nats_per_character": round(mean, 6),
        "nats_per_character_interval": rounded(interval, 6),
        "bits_per_character": round(bits_per_character(mean), 6),
        "bits_per_character_interval": rounded(interval and Interval(*map(bits_per_character, interval)), 6),
        "perplexity": round(perplexity(mean), 4),
        "perplexity_interval": rounded(interval and Interval(*map(perplexity, interval)), 4),
        "characters": int(counts.sum()),
        "chunks": len(counts),
        "unknown_characters": unknown,
        "unknown_share": None if unknown is None else round(unknown / int(counts.sum()), 6),
        "language_model_signature": f"unit:character{priced}|chunks:{len(counts)}|bs:{bootstrap_samples}|seed:{seed}",
    }
