"""What one request may ask for, and how much may wait."""

from __future__ import annotations

from dataclasses import dataclass

TEXTS = 64
CHARACTERS = 5000
LENGTH = 2000
SAMPLES = 8
N_BEST = 10
BEAM = 20
STOPS = 8
STOP_CHARACTERS = 100
# JavaScript counts as far without a gap.
LARGEST_NUMBER = 2**53 - 1
# Attention is left out above this: its numbers grow with the number of characters times itself.
ATTENTION_SQUARE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """What the server as a whole allows.

    Args:
        seconds: from the arrival of a request to its answer, and for the arrival itself
        body_bytes: of a request; the largest one that the other limits allow, all of it escaped, has 3.9 million
        queue_requests: that wait for one run, or are written by it
        queue_characters: of the texts that wait for one run
        texts: of one request, `TEXTS` at most
        characters: of one text, `CHARACTERS` at most
    """

    seconds: float = 30.0
    body_bytes: int = 4 << 20
    queue_requests: int = 256
    queue_characters: int = 1_000_000
    texts: int = TEXTS
    characters: int = CHARACTERS


DEFAULT_LIMITS = Limits()
