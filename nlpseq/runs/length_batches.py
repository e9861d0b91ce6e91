"""Rows of like lengths in batches, and several of them at once on the threads of a CPU."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

if TYPE_CHECKING:
    import torch

Batch = TypeVar("Batch")
Found = TypeVar("Found")

BATCH_TOKENS = 16_000


def length_batches(lengths: Sequence[int], batch_tokens: int = BATCH_TOKENS) -> Iterator[np.ndarray]:
    """Row numbers in batches of like lengths, at most `batch_tokens` padded tokens each; a longer row stands alone.

    >>> [batch.tolist() for batch in length_batches([5, 1, 9, 2, 2], batch_tokens=6)]
    [[1, 3, 4], [0], [2]]
    """
    order = np.argsort(lengths, kind="stable")
    first = 0
    for place, row in enumerate(order):
        if place > first and (place - first + 1) * lengths[row] > batch_tokens:
            yield order[first:place]
            first = place
    if first < len(order):
        yield order[first:]


def at_once(work: Callable[[Batch], Found], batches: Iterable[Batch], threads: int) -> Iterator[Found]:
    """What `work` gives for each batch, in their order, on so many threads: for work that lets Python go on meanwhile.

    >>> list(at_once(str.upper, "abc", threads=2))
    ['A', 'B', 'C']
    """
    if threads < 2:
        yield from map(work, batches)
        return
    pool = ThreadPoolExecutor(threads)
    try:
        yield from pool.map(work, batches)
    finally:
        pool.shutdown(cancel_futures=True)


class InBatches(Protocol):
    """Who answers in batches, some of them at once, each on a thread of its own."""

    @property
    def _at_once(self) -> int:
        """How many."""
        return 1

    def _each(self, work: Callable[[Batch], Found], batches: Iterable[Batch]) -> Iterator[Found]:
        """What `work` gives for each batch, in their order."""
        return at_once(work, batches, self._at_once)


def on_threads(work: Callable[[Batch], Found], batches: Sequence[Batch], device: torch.device) -> list[Found]:
    """What `work` gives for each batch; on the CPU several batches at once, each on one thread.

    A recurrent layer's products are too small to be shared out well among threads.
    """
    import torch

    threads = torch.get_num_threads()
    if device.type != "cpu" or min(threads, len(batches)) < 2:
        return [work(batch) for batch in batches]
    torch.set_num_threads(1)  # part of which is set for the whole process
    try:
        return list(_workers(threads).map(work, batches))
    finally:
        torch.set_num_threads(threads)


def forget_workers() -> None:
    """Have the next call of `on_threads` start new threads, which take over how its own thread rounds."""
    _workers.cache_clear()


@lru_cache(maxsize=1)
def _workers(threads: int) -> ThreadPoolExecutor:
    """So many threads, which are kept: with new ones for each call the memory would grow."""
    import torch

    return ThreadPoolExecutor(threads, "nlpseq-batches", initializer=torch.set_num_threads, initargs=(1,))


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=forget_workers)  # threads stay behind
