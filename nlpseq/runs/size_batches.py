"""Rows in batches by what they take of memory: many short ones together, a very long one alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

# Numbers that the largest tensor of a batch may hold, some 130 MB of them; a batch needs a few such tensors.
MOST_CELLS = 1 << 25


def size_batches(
    lengths: Sequence[tuple[int, ...]], cells: Callable[..., int], *, most_rows: int, most_cells: int = MOST_CELLS
) -> Iterator[list[int]]:
    """Row numbers in batches of like lengths, the short first; each of `most_rows` and `most_cells` at most.

    Args:
        lengths: those of each row, such as of its target and its source.
        cells: from the lengths that a batch is padded to, to the numbers that a row takes. A row that takes more than
            `most_cells` stands alone.

    >>> list(size_batches([(5,), (1,), (90,), (2,)], lambda length: length, most_rows=9, most_cells=10))
    [[1, 3], [0], [2]]
    """
    batch: list[int] = []
    widest: tuple[int, ...] = ()
    for row in sorted(range(len(lengths)), key=lambda row: lengths[row]):
        wider = tuple(map(max, widest, lengths[row])) if batch else lengths[row]
        if batch and (len(batch) == most_rows or (len(batch) + 1) * cells(*wider) > most_cells):
            yield batch
            batch, wider = [], lengths[row]
        batch.append(row)
        widest = wider
    if batch:
        yield batch
