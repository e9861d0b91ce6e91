"""From encoded pairs to padded batches, in the sampler's order, resumable within an epoch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nlpseq.data.batch import PairBatch, collate_pairs
from nlpseq.data.encoded import EncodedPairs
from nlpseq.data.sampler import BucketBatchSampler


class BatchLoader:
    """The batches of `encoded` one epoch after the other, each iteration the next.

    No worker processes: a batch is a few slices of memory-mapped arrays, and what has been drawn is what has
    been trained on, so that a saved state is exact. Lightning saves it with a checkpoint and loads it on
    resume.

    Raises:
        ValueError: the sampler was made for another number of pairs.

    >>> import numpy as np
    >>> from nlpseq.data.encoded import Ragged
    >>> side = Ragged(np.array([7, 3, 8, 9, 3]), np.array([0, 2, 5]))
    >>> encoded = EncodedPairs(((side, side),))
    >>> sampler = BucketBatchSampler(*encoded.lengths(), batch_tokens=6, seed=1, shuffle=False)
    >>> [batch.tgt.tolist() for batch in BatchLoader(encoded, sampler, pad_id=0, bos_id=2)]
    [[[7, 3, 0], [8, 9, 3]]]
    """

    def __init__(self, encoded: EncodedPairs, batch_sampler: BucketBatchSampler, *, pad_id: int, bos_id: int) -> None:
        if batch_sampler.num_examples != len(encoded):
            raise ValueError(f"the sampler knows {batch_sampler.num_examples} pairs, the data have {len(encoded)}")
        self.encoded = encoded
        self.batch_sampler = batch_sampler
        self.pad_id = pad_id
        self.bos_id = bos_id

    def __len__(self) -> int:
        """Batches of every epoch."""
        return len(self.batch_sampler)

    def __iter__(self) -> Iterator[PairBatch]:
        for indices in self.batch_sampler:
            view = self.encoded.view(self.batch_sampler.epoch)
            yield collate_pairs([view[index] for index in indices], pad_id=self.pad_id, bos_id=self.bos_id)

    def state_dict(self) -> dict[str, int]:
        """Where the data stand: after the last batch drawn."""
        return self.batch_sampler.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on after the last batch drawn from the saved loader; the errors are the sampler's."""
        self.batch_sampler.load_state_dict(state)


class EpochStream:
    """The batches of a whole training, epoch after epoch: one long epoch to Lightning.

    Epochs may then end anywhere between validations and checkpoints. The stream has a length, so Lightning draws
    no batch ahead of time and a saved state is exact.

    >>> import numpy as np
    >>> from nlpseq.data.encoded import Ragged
    >>> side = Ragged(np.array([7, 3, 8, 9, 3]), np.array([0, 2, 5]))
    >>> encoded = EncodedPairs(((side, side),))
    >>> sampler = BucketBatchSampler(*encoded.lengths(), batch_tokens=3, seed=1)
    >>> stream = EpochStream(BatchLoader(encoded, sampler, pad_id=0, bos_id=2), total=5)
    >>> len(stream), len(list(stream))
    (5, 5)
    """

    def __init__(self, loader: BatchLoader, *, total: int) -> None:
        self.loader = loader
        self.total = total
        self.drawn = 0

    def __len__(self) -> int:
        return self.total

    def __iter__(self) -> Iterator[PairBatch]:
        while self.drawn < self.total:
            for batch in self.loader:
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
