"""A random stream for each sample, named by (seed, number of the sample): a hash of a counter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# Where a sample has ended.
DONE = -1

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def streams(seed: int, numbers: Sequence[int]) -> np.ndarray:
    """The state (R,) in which each sample's random stream begins."""
    start = _mix(np.array([seed % 2**64], dtype=np.uint64))
    return _mix(start + np.array([number % 2**64 for number in numbers], dtype=np.uint64) * _GOLDEN)


def uniforms(streams: np.ndarray, start: int, count: int) -> np.ndarray:
    """Numbers `start` to `start + count` of each stream, (R, count) float32 from 0 to 1 - 2**-24.

    SplitMix64 (Steele, Lea and Flood 2014) is a hash of a counter: any number is there at once, in any order.
    """
    counters = np.arange(start + 1, start + count + 1, dtype=np.uint64) * _GOLDEN
    bits = _mix(streams[:, None] + counters)
    return (bits >> np.uint64(40)).astype(np.float32) * np.float32(2**-24)


def _mix(bits: np.ndarray) -> np.ndarray:
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
