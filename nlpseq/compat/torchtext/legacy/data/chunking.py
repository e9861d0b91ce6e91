"""Examples in chunks of a size, plain or sorted by length."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from nlpseq.compat.torchtext.errors import UserTypeError

# (the new example, how many there are with it, the size before it) -> the size with it
SizeFunction = Callable[[Any, int, int], int]
SortKey = Callable[[Any], Any]


def batch(data: Iterable[Any], batch_size: int, batch_size_fn: SizeFunction | None = None) -> Iterator[list[Any]]:
    """Chunks of `data` in its order, none of them empty.

    Args:
        batch_size: of a chunk; an item that is larger makes a chunk of its own.
        batch_size_fn: size of a chunk with a further item; default: the number of its items.

    >>> list(batch([3, 1, 2, 9, 1], 4, lambda new, count, size: size + new))
    [[3, 1], [2], [9], [1]]
    """
    chunk: list[Any] = []
    size = 0
    for item in data:
        chunk.append(item)
        size = len(chunk) if batch_size_fn is None else batch_size_fn(item, len(chunk), size)
        if size == batch_size:
            yield chunk
            chunk, size = [], 0
        elif size > batch_size:
            if len(chunk) > 1:
                yield chunk[:-1]
            chunk, size = chunk[-1:], 1 if batch_size_fn is None else batch_size_fn(item, 1, 0)
    if chunk:
        yield chunk


def pool(
    data: Iterable[Any],
    batch_size: int,
    key: SortKey | None,
    batch_size_fn: SizeFunction | None = None,
    random_shuffler: Callable[[list[Any]], Iterable[Any]] | None = None,
    shuffle: bool = False,
    sort_within_batch: bool = False,
) -> Iterator[list[Any]]:
    """Chunks of items of like length: every hundred chunks are sorted together, then cut, then shuffled.

    Args:
        key: gives the length; without it nothing is sorted.
        random_shuffler: gives a list in a random order; default: by Python's `random`.
        shuffle: whether the chunks are shuffled.
        sort_within_batch: sort also where nothing is shuffled.

    Raises:
        UserError: `sort_within_batch` without a key.

    >>> list(pool([3, 1, 2, 5], 2, key=lambda item: item, sort_within_batch=True))
    [[1, 2], [3, 5]]
    """
    shuffler = (lambda chunks: random.sample(chunks, len(chunks))) if random_shuffler is None else random_shuffler
    for items in batch(data, batch_size * 100, batch_size_fn):
        if sort_within_batch or (shuffle and key is not None):
            items = sorted(items, key=needed(key))
        chunks = batch(items, batch_size, batch_size_fn)
        yield from shuffler(list(chunks)) if shuffle else chunks


def needed(key: SortKey | None) -> SortKey:
    """`key`, or UserError without one."""
    if key is None:
        raise UserTypeError("sorting examples needs sort_key, such as sort_key=lambda example: len(example.text)")
    return key
