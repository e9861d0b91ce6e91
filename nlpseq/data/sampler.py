"""Batches of like lengths under a token budget: seeded, resumable, shared out over ranks.

Sorting by one side leaves the other ragged, and sorting by both leaves a jump in the second key wherever the
first one steps. So the examples are laid out like a field that is ploughed in strips: strips of about equal
target length, and in each the source lengths run up or down by turns, so that every row starts where the
last one ended.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from nlpseq.errors import UserError

# A strip holds this share of sqrt(pool size * rows a batch) rows: wider ones pad the targets, narrower ones
# the sources. Measured on BPE, word and character lengths of a 29,000-pair corpus; flat between 0.15
# and 0.4.
STRIP_SHARE = 0.25
# Lengths that a checksum is taken of at once.
BLOCK = 1 << 20


class MapStyle(Protocol):
    """Any map-style data set."""

    def __len__(self) -> int: ...
    def __getitem__(self, index: int) -> Any: ...


def row_lengths(dataset: MapStyle, key: Callable[[Any], int] = len) -> np.ndarray:
    """The length of each row of any map-style data set, (N,), for a `BucketBatchSampler`.

    Args:
        dataset: a list, a data set of Hugging Face, a `TensorDataset`, or whatever has a length and an item for each
            index.
        key: the length of a row.

    >>> row_lengths(["a", "abc"]).tolist(), row_lengths([{"ids": [5, 6]}], key=lambda row: len(row["ids"])).tolist()
    ([1, 3], [2])
    """
    return np.array([key(dataset[index]) for index in range(len(dataset))], dtype=np.int64)


class BucketBatchSampler:
    """Lists of example indices: each example once an epoch, at most `batch_tokens` ids a side and batch.

    Every epoch draws a new order from (seed, epoch), sorts each pool of `pool_size` examples by length with
    random ties, cuts it into batches and shuffles those. An example above the budget makes a batch of its
    own.

    The number of batches is the same in every epoch, as training loops and learning-rate schedules take for
    granted: where the cut of an epoch gives fewer, its largest batches are halved. The same is done to give
    every rank as many batches as the others; only if there are fewer examples than ranks are batches
    repeated.

    Iterating starts after the last batch drawn from a loaded state, else a new epoch once the last has begun.

    It is the `batch_sampler` of any `DataLoader` over any map-style data set; `row_lengths` works the lengths out.

    Args:
        lengths: one array for each side (source, target), or one alone: (N,), or (K, N) where epoch e reads
            the sampled copy e modulo K; or all sides in one array (1 or 2, K, N).
        batch_tokens: most padded tokens of a batch, on the side that has more of them.
        seed: of the order of the examples.
        shuffle: False gives one fixed order, by length.
        pool_size: examples sorted together; smaller ones mix lengths better and pad more.
        max_batch_size: most rows of a batch; default: no limit but `batch_tokens`.
        rank: of this process among `world_size` that share the batches out.

    >>> sampler = BucketBatchSampler(np.array([3, 9, 4, 8, 3]), batch_tokens=18, seed=1)
    >>> len(sampler), sorted(sorted(batch) for batch in sampler)
    (2, [[0, 2, 4], [1, 3]])

    With torch's own loader, which may have workers:

    >>> from torch.utils.data import DataLoader
    >>> texts = ["four", "a", "three", "one"]
    >>> sampler = BucketBatchSampler(row_lengths(texts), batch_tokens=10, seed=1, shuffle=False)
    >>> list(DataLoader(texts, batch_sampler=sampler, collate_fn=list))
    [['a', 'one'], ['four', 'three']]
    """

    def __init__(
        self,
        *lengths: ArrayLike,
        batch_tokens: int,
        seed: int,
        shuffle: bool = True,
        pool_size: int = 100_000,
        max_batch_size: int | None = None,
        rank: int = 0,
        world_size: int = 1,
    ) -> None:
        together = np.asarray(lengths[0]) if len(lengths) == 1 and np.ndim(lengths[0]) == 3 else None
        if together is not None:
            lengths = tuple(together)
        if len(lengths) not in (1, 2) or len({np.shape(side) for side in lengths}) > 1:
            raise ValueError("lengths must be one or two arrays of one shape")
        limits = (batch_tokens, pool_size, world_size, max_batch_size)
        if min(limit for limit in limits if limit is not None) < 1:
            raise ValueError("batch_tokens, pool_size, max_batch_size and world_size must be at least 1")
        if not 0 <= rank < world_size:
            raise ValueError(f"rank {rank} is not one of {world_size} ranks")
        if together is None:
            together = np.stack([np.atleast_2d(side) for side in lengths])
        self._lengths = np.asarray(together, dtype=np.int32)  # (sides, copies, N)
        if self._lengths.size == 0:
            raise ValueError("lengths must not be empty")
        if self._lengths.min() < 1:
            row = int((self._lengths < 1).any(axis=(0, 1)).argmax())
            raise ValueError(f"the length of row {row} is less than 1; leave the row out, or give it a token")
        self.batch_tokens = batch_tokens
        self.seed = seed
        self.shuffle = shuffle
        self.pool_size = pool_size if shuffle else self.num_examples
        self.max_batch_size = max_batch_size
        self.rank = rank
        self.world_size = world_size
        self.epoch = 0
        self.position = 0
        self._loaded = False
        self._plan: tuple[int, np.ndarray, np.ndarray] | None = None
        self._num_batches = self._batches_every_epoch()

    @property
    def num_examples(self) -> int:
        """Examples of an epoch, over all ranks."""
        return int(self._lengths.shape[2])

    def __len__(self) -> int:
        """Batches of an epoch on this rank, the same for every epoch and rank."""
        return self._num_batches // self.world_size

    def __iter__(self) -> Iterator[list[int]]:
        # Not on the call of iter(), which training loops may repeat before they draw the first batch.
        if self.position and not self._loaded:
            self.epoch += 1
            self.position = 0
        self._loaded = False
        order, bounds = self._planned()
        sequence = self._sequence(len(bounds) - 1)
        while self.position < len(sequence):
            batch = sequence[self.position]
            # Before the yield: whoever saves a state while working on a batch has consumed it.
            self.position += 1
            yield order[bounds[batch] : bounds[batch + 1]].tolist()

    def set_epoch(self, epoch: int) -> None:
        """Go to the start of `epoch`, counted from 0; an epoch already under way goes on."""
        if epoch != self.epoch or self.position == len(self):
            self.epoch, self.position = epoch, 0
        self._loaded = True

    def padded_share(self) -> float:
        """Pads among all ids of this epoch's batches, both sides and all ranks together, from 0 to 1.

        >>> BucketBatchSampler(np.array([1, 2, 5]), batch_tokens=15, seed=1).padded_share()
        0.4666666666666667
        """
        order, bounds = self._planned()
        lengths = self._lengths[:, self._copy(self.epoch), order]
        padded = np.maximum.reduceat(lengths, bounds[:-1], axis=1) * np.diff(bounds)
        return 1 - float(lengths.sum() / padded.sum())

    def state_dict(self, *, used: int | None = None) -> dict[str, int]:
        """The epoch and the number of its batches drawn so far, with what decides on the order.

        Args:
            used: batches of this epoch that have been worked on, where more have been drawn: the workers of a
                `DataLoader` draw ahead.

        Raises:
            ValueError: more have been used than were drawn.
        """
        if used is not None and not 0 <= used <= self.position:
            raise ValueError(f"used must be from 0 to the {self.position} batches that were drawn, not {used}")
        return {"epoch": self.epoch, "position": self.position if used is None else used, **self._identity()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on after the last batch drawn from the saved sampler.

        Raises:
            UserError: data or settings are not those of the saved state, so that the order would differ.
        """
        for name, value in self._identity().items():
            if state.get(name) != value:
                raise UserError(
                    f"cannot resume the order of the data: {name} was {state.get(name)} and is {value} now; "
                    "resume with the data and settings of the first run"
                )
        self.epoch, self.position = state["epoch"], state["position"]
        if self.position >= len(self):
            self.epoch, self.position = self.epoch + 1, 0
        self._loaded = True

    def _identity(self) -> dict[str, int]:
        return {
            "seed": self.seed,
            "shuffle": int(self.shuffle),
            "batch_tokens": self.batch_tokens,
            "max_batch_size": self.max_batch_size or 0,
            "pool_size": self.pool_size,
            "world_size": self.world_size,
            "lengths_crc32": self._crc32,
        }

    @cached_property
    def _crc32(self) -> int:
        found, flat = 0, self._lengths.ravel()
        for at in range(0, len(flat), BLOCK):
            found = zlib.crc32(flat[at : at + BLOCK].astype(np.int64).tobytes(), found)
        return found

    def _copy(self, epoch: int) -> int:
        return epoch % int(self._lengths.shape[1])

    def _batches_every_epoch(self) -> int:
        """A number of batches that the cut of every epoch can be brought to."""
        copies = range(self._lengths.shape[1])
        # One pool over everything always gives the same number, as only ties are random: the way out of
        # `_planned`.
        most = max(len(self._cut(epoch, self.num_examples)[1]) - 1 for epoch in copies)
        if self.pool_size < self.num_examples:
            pooled = max(len(self._cut(epoch, self.pool_size)[1]) - 1 for epoch in copies)
            most = max(most, pooled + 1 + pooled // 200)
        return -(-most // self.world_size) * self.world_size

    def _planned(self) -> tuple[np.ndarray, np.ndarray]:
        """This epoch's order of the examples, and the bounds of its batches in it."""
        if self._plan is None or self._plan[0] != self.epoch:
            order, bounds = self._cut(self.epoch, self.pool_size)
            if len(bounds) - 1 > self._num_batches:
                order, bounds = self._cut(self.epoch, self.num_examples)
            self._plan = (self.epoch, order, _halve_largest(bounds, self._num_batches))
        return self._plan[1:]

    def _sequence(self, num_batches: int) -> np.ndarray:
        """The batches of this rank in the order of this epoch."""
        sequence = np.arange(num_batches)
        if self.shuffle:
            # A stream of its own, the third number, so that it owes nothing to how the examples were drawn.
            sequence = np.random.default_rng([self.seed, self.epoch, 1]).permutation(num_batches)
        return np.resize(sequence, self._num_batches)[self.rank :: self.world_size]

    def _cut(self, epoch: int, pool_size: int) -> tuple[np.ndarray, np.ndarray]:
        lengths = self._lengths[:, self._copy(epoch)]
        drawn = np.arange(self.num_examples)
        if self.shuffle:
            drawn = np.random.default_rng([self.seed, epoch, 0]).permutation(self.num_examples)
        drawn = drawn.astype(np.min_scalar_type(self.num_examples))
        rows_a_batch = self.batch_tokens / float(lengths.max(axis=0).mean())
        strip_rows = STRIP_SHARE * np.sqrt(min(pool_size, self.num_examples) * rows_a_batch)
        order = _plough(lengths, drawn, pool_size, max(1, int(strip_rows)))
        limit = min(self.max_batch_size or self.num_examples, self.num_examples)
        return order, _cut_greedily(lengths.max(axis=0)[order], self.batch_tokens, limit)


def _plough(lengths: np.ndarray, drawn: np.ndarray, pool_size: int, strip_rows: int) -> np.ndarray:
    """The rows of (sides, N) lengths in an order with like neighbours on both sides; ties stay as they were drawn.

    Memory holds the keys of a pool at a time.
    """
    order = np.empty_like(drawn)
    waiting = drawn[:0]  # of the last strip, which may go on in the next pool
    laid = strips = place = 0
    for number, first in enumerate(range(0, len(drawn), pool_size)):
        rows = drawn[first : first + pool_size]
        # Pools run up and down by turns as well: a batch may then cross from one to the next.
        key = lengths[-1, rows]
        if number % 2:
            key = -key
        by_major = np.argsort(key, kind="stable")
        rows, key = rows[by_major], key[by_major]
        del by_major
        places = (first + np.searchsorted(key, key)) // strip_rows
        strip = np.cumsum(np.diff(places, prepend=place) > 0, dtype=drawn.dtype) + drawn.dtype.type(strips)
        place = int(places[-1])
        del key, places
        rows = np.concatenate([waiting, rows])
        strip = np.concatenate([np.full(len(waiting), strips, dtype=drawn.dtype), strip])
        strips = int(strip[-1])
        ready = len(rows) if first + pool_size >= len(drawn) else int(np.searchsorted(strip, strips))
        waiting = rows[ready:]
        order[laid : laid + ready] = rows[:ready][_within_strips(lengths[0, rows[:ready]], strip[:ready])]
        laid += ready
    return order


def _within_strips(minor: np.ndarray, strip: np.ndarray) -> np.ndarray:
    """The order that leaves the strips where they are, the lengths in each running up or down by turns."""
    return np.lexsort((np.where(strip % 2, -minor, minor), strip))


def _cut_greedily(lengths: np.ndarray, batch_tokens: int, limit: int) -> np.ndarray:
    """Bounds of the longest runs with rows * longest length within the budget; loops over batches only."""
    bounds = [0]
    while bounds[-1] < len(lengths):
        start = bounds[-1]
        # The first length is a lower bound of the padded one, so no batch of several rows reaches beyond this window.
        window = lengths[start : start + min(limit, batch_tokens // int(lengths[start]))]
        padded = np.maximum.accumulate(window) * np.arange(1, len(window) + 1)
        bounds.append(start + max(1, int(np.searchsorted(padded, batch_tokens, side="right"))))
    return np.array(bounds)


def _halve_largest(bounds: np.ndarray, num_batches: int) -> np.ndarray:
    """More bounds, until there are `num_batches` batches or only single rows."""
    while len(bounds) - 1 < num_batches:
        rows = np.diff(bounds)
        largest = np.argsort(-rows, kind="stable")[: num_batches - len(rows)]
        largest = largest[rows[largest] > 1]
        if len(largest) == 0:
            break
        bounds = np.sort(np.concatenate([bounds, bounds[largest] + rows[largest] // 2]))
    return bounds
