"""From encoded rows to padded batches, in the sampler's order, resumable within an epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from nlpseq.data.rows import Rows
from nlpseq.data.sampler import BucketBatchSampler

Batch = TypeVar("Batch")


class BatchLoader(Generic[Batch]):
    """The batches of `encoded` one epoch after the other, each iteration the next.

    Args:
        encoded: the rows.
        batch_sampler: which rows make a batch.
        collate: pads a list of rows into a batch.

    No worker processes: a batch is a few slices of memory-mapped arrays, and what has been drawn is what has
    been trained on, so that a saved state is exact.

    Raises:
        ValueError: the sampler was made for another number of rows.

    >>> import numpy as np
    >>> from functools import partial
    >>> from nlpseq.data.batch import collate_pairs
    >>> from nlpseq.data.rows import Ragged, Rows
    >>> side = Ragged(np.array([7, 3, 8, 9, 3]), np.array([0, 2, 5]))
    >>> encoded = Rows(({"src": side, "tgt": side},))
    >>> sampler = BucketBatchSampler(encoded.lengths(), batch_tokens=6, seed=1, shuffle=False)
    >>> collate = partial(collate_pairs, pad_id=0, bos_id=2)
    >>> [batch.tgt.tolist() for batch in BatchLoader(encoded, sampler, collate)]
    [[[7, 3, 0], [8, 9, 3]]]
    """

    def __init__(self, encoded: Rows, batch_sampler: BucketBatchSampler, collate: Callable[[list[Any]], Batch]) -> None:
        if batch_sampler.num_examples != len(encoded):
            raise ValueError(f"the sampler knows {batch_sampler.num_examples} rows, the data have {len(encoded)}")
        self.encoded = encoded
        self.batch_sampler = batch_sampler
        self.collate = collate

    def parts(self, share: slice) -> Iterator[Batch | None]:
        """Of each batch the rows that are this process's `share`, None where it has none.

        >>> import numpy as np
        >>> from nlpseq.data.rows import Ragged, Rows
        >>> encoded = Rows(({"text": Ragged(np.arange(6), np.array([0, 1, 2, 6]))},))
        >>> sampler = BucketBatchSampler(encoded.lengths(), batch_tokens=4, seed=1, shuffle=False)
        >>> loader = BatchLoader(encoded, sampler, lambda rows: [ids.tolist() for ids, in rows])
        >>> list(loader), list(loader.parts(slice(1, None, 2)))
        ([[[0], [1]], [[2, 3, 4, 5]]], [[[1]], None])
        """
        for indices in self.batch_sampler:
            view = self.encoded.view(self.batch_sampler.epoch)
            rows = [view[index] for index in indices[share]]
            yield self.collate(rows) if rows else None

    def __len__(self) -> int:
        """Batches of every epoch."""
        return len(self.batch_sampler)

    def __iter__(self) -> Iterator[Batch]:
        return (batch for batch in self.parts(slice(None)) if batch is not None)

    def state_dict(self) -> dict[str, int]:
        """Where the data stand: after the last batch drawn."""
        return self.batch_sampler.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on after the last batch drawn from the saved loader; the errors are the sampler's."""
        self.batch_sampler.load_state_dict(state)


class EpochStream:
    """The batches of a whole training, epoch after epoch: `total` of them.

    Epochs may end anywhere between validations and checkpoints. No batch is drawn ahead of time, so that a saved state
    is exact; a stream of another total goes on from it all the same.

    Attributes:
        share: the rows of each batch that this process is given, all by default; None comes where it has none.

    >>> import numpy as np
    >>> from functools import partial
    >>> from nlpseq.data.batch import collate_pairs
    >>> from nlpseq.data.rows import Ragged, Rows
    >>> side = Ragged(np.array([7, 3, 8, 9, 3]), np.array([0, 2, 5]))
    >>> encoded = Rows(({"src": side, "tgt": side},))
    >>> sampler = BucketBatchSampler(encoded.lengths(), batch_tokens=3, seed=1)
    >>> stream = EpochStream(BatchLoader(encoded, sampler, partial(collate_pairs, pad_id=0, bos_id=2)), total=5)
    >>> len(stream), len(list(stream))
    (5, 5)
    """

    def __init__(self, loader: BatchLoader[Any], *, total: int) -> None:
        self.loader = loader
        self.total = total
        self.drawn = 0
        self.share = slice(None)

    def __len__(self) -> int:
        return self.total

    def __iter__(self) -> Iterator[Any]:
        while self.drawn < self.total:
            for batch in self.loader.parts(self.share):
                self.drawn += 1
                yield batch
                if self.drawn == self.total:
                    return

    def state_dict(self) -> dict[str, Any]:
        """How many batches have been drawn, and where the data stand."""
        return {"drawn": self.drawn, "loader": self.loader.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on after the last batch drawn from the saved stream; the errors are the sampler's."""
        self.drawn = state["drawn"]
        self.loader.load_state_dict(state["loader"])
