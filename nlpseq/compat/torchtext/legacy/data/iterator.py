"""Iterators over the batches of a data set: `Iterator`, `BucketIterator` and `BPTTIterator`."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Sequence
from collections.abc import Iterator as PlainIterator
from typing import Any

import torch
from torch import Tensor

from nlpseq.compat.torchtext.errors import UserAttributeError
from nlpseq.compat.torchtext.legacy.data.batch import Batch
from nlpseq.compat.torchtext.legacy.data.chunking import SizeFunction, SortKey, batch, needed, pool
from nlpseq.compat.torchtext.legacy.data.dataset import Dataset
from nlpseq.compat.torchtext.legacy.data.utils import RandomShuffler

__all__ = ["BPTTIterator", "BucketIterator", "Iterator", "RandomShuffler", "batch", "pool"]

logger = logging.getLogger("nlpseq")


class Iterator:
    """The batches of a data set.

    Args:
        dataset: the examples with their fields.
        batch_size: examples of a batch, or what `batch_size_fn` counts.
        sort_key: a function of an example; default: that of the data set.
        device: where the tensors go; default: the CPU.
        batch_size_fn: size of a batch with a further example, see `batch`.
        train: shuffle and do not sort, if nothing else is said; otherwise sort and do not shuffle.
        repeat: go on after an epoch.
        shuffle: whether every epoch draws a new order.
        sort: whether the examples are sorted.
        sort_within_batch: whether those of a batch are sorted, longest first; default: as `sort`.

    Attributes:
        iterations: batches drawn: of this epoch, or of all with `repeat`.
        epoch: whole epochs among them.
        random_shuffler: draws the orders, with a random state of its own.

    Raises:
        UserError: the data set has no fields.

    Subclasses may set `batches` in `create_batches`, from `data()`.

    >>> from nlpseq.compat.torchtext.legacy.data import Example, Field
    >>> fields = [("x", Field(sequential=False, use_vocab=False))]
    >>> rows = Dataset([Example.fromlist([number], fields) for number in range(5)], fields)
    >>> [batch.x.tolist() for batch in Iterator(rows, batch_size=2, shuffle=False)]
    [[0, 1], [2, 3], [4]]
    """

    batches: Iterable[Any]

    def __init__(
        self,
        dataset: Any,
        batch_size: int,
        sort_key: SortKey | None = None,
        device: torch.device | str | int | None = None,
        batch_size_fn: SizeFunction | None = None,
        train: bool = True,
        repeat: bool = False,
        shuffle: bool | None = None,
        sort: bool | None = None,
        sort_within_batch: bool | None = None,
    ) -> None:
        if isinstance(dataset, tuple):
            raise UserAttributeError(
                "an iterator takes one data set; splits() gives a tuple even of one: write (rows,) = ..."
            )
        if not hasattr(dataset, "fields"):
            raise UserAttributeError(
                f"an iterator takes a data set with fields, not a {type(dataset).__name__}; make one with "
                "TabularDataset or Dataset, or take one of legacy.datasets"
            )
        self.dataset = dataset
        self.batch_size = batch_size
        self.batch_size_fn = batch_size_fn
        self.train = train
        self.repeat = repeat
        self.shuffle = train if shuffle is None else shuffle
        self.sort = not train if sort is None else sort
        self.sort_within_batch = self.sort if sort_within_batch is None else sort_within_batch
        self.sort_key = dataset.sort_key if sort_key is None else sort_key
        if isinstance(device, int):
            logger.warning("device=%d: a number is taken for the CPU; give a torch.device or its name", device)
            device = None
        self.device = device
        self.random_shuffler = RandomShuffler()
        self.iterations = 0
        self._iterations_this_epoch = 0
        self._random_state_this_epoch: tuple[Any, ...] | None = None
        self._restored_from_state = False

    @classmethod
    def splits(
        cls, datasets: Sequence[Any], batch_sizes: Sequence[int] | None = None, **kwargs: Any
    ) -> tuple[Any, ...]:
        """An iterator over each data set, the first of them for training.

        Args:
            batch_sizes: one for each; default: `batch_size` for all.
            kwargs: go to the constructor.
        """
        sizes = [kwargs.pop("batch_size")] * len(datasets) if batch_sizes is None else batch_sizes
        return tuple(
            cls(dataset, batch_size=size, train=number == 0, **kwargs)
            for number, (dataset, size) in enumerate(zip(datasets, sizes, strict=True))
        )

    def data(self) -> Any:
        """The examples in the order of this epoch."""
        if self.sort:
            return sorted(self.dataset, key=needed(self.sort_key))
        if self.shuffle:
            return [self.dataset[index] for index in self.random_shuffler(range(len(self.dataset)))]
        return self.dataset

    def init_epoch(self) -> None:
        """Draw the batches of the next epoch, or again those of the one that was restored."""
        if not self._restored_from_state:
            self._random_state_this_epoch = self.random_shuffler.random_state
            self._iterations_this_epoch = 0
            if not self.repeat:
                self.iterations = 0
        elif self._random_state_this_epoch is not None:  # None: saved before the first epoch
            self.random_shuffler.random_state = self._random_state_this_epoch
        self._restored_from_state = False
        self.create_batches()

    def create_batches(self) -> None:
        """Set `batches`, lists of examples."""
        self.batches = batch(self.data(), self.batch_size, self.batch_size_fn)

    @property
    def epoch(self) -> int:
        """Whole epochs that were drawn; NotImplementedError with `batch_size_fn`."""
        return self.iterations // max(1, len(self))

    def __len__(self) -> int:
        """Batches of an epoch; NotImplementedError with `batch_size_fn`."""
        if self.batch_size_fn is not None:
            raise NotImplementedError("with batch_size_fn the number of batches is not known beforehand")
        return math.ceil(len(self.dataset) / self.batch_size)

    def __iter__(self) -> PlainIterator[Batch]:
        while True:
            self.init_epoch()
            for number, examples in enumerate(self.batches):
                if number < self._iterations_this_epoch:
                    continue
                self.iterations += 1
                self._iterations_this_epoch += 1
                if self.sort_within_batch and self.sort:
                    examples = examples[::-1]
                elif self.sort_within_batch:
                    examples = sorted(examples, key=needed(self.sort_key), reverse=True)
                yield Batch(examples, self.dataset, self.device)
            if not self.repeat:
                return

    def state_dict(self) -> dict[str, Any]:
        """Where the iterator stands: the batches drawn, and the random state of this epoch."""
        return {
            "iterations": self.iterations,
            "iterations_this_epoch": self._iterations_this_epoch,
            "random_state_this_epoch": self._random_state_this_epoch,
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on after the last batch that the saved iterator drew."""
        self.iterations = state_dict["iterations"]
        self._iterations_this_epoch = state_dict["iterations_this_epoch"]
        self._random_state_this_epoch = state_dict["random_state_this_epoch"]
        self._restored_from_state = True


class BucketIterator(Iterator):
    """An iterator whose batches hold examples of like length, so that little is padded; see `pool`.

    Where it neither shuffles nor sorts, the examples keep their order.

    >>> from nlpseq.compat.torchtext.legacy.data import Example, Field
    >>> fields = [("x", Field(sequential=False, use_vocab=False))]
    >>> rows = Dataset([Example.fromlist([number], fields) for number in (5, 1, 4, 2)], fields)
    >>> batches = BucketIterator(rows, batch_size=2, sort_key=lambda example: example.x, sort_within_batch=True)
    >>> sorted(batch.x.tolist() for batch in batches)
    [[2, 1], [5, 4]]
    """

    def create_batches(self) -> None:
        """Set `batches`, lists of examples."""
        if self.sort:
            super().create_batches()
        else:
            self.batches = pool(
                self.data(), self.batch_size, self.sort_key, self.batch_size_fn, random_shuffler=self.random_shuffler,
                shuffle=self.shuffle, sort_within_batch=self.sort_within_batch,
            )  # fmt: skip


class BPTTIterator(Iterator):
    """Windows of one long text, each going on where the one before ended; the target is the text a token further on.

    Args:
        dataset: one example with one field, called `text`.
        batch_size: tracks (B) that the text is cut into; they run side by side.
        bptt_len: tokens (T) of a window; the last one may be shorter.
        kwargs: those of `Iterator`.

    A batch has `text` and `target`, (T, B) or, with the field's `batch_first`, (B, T).

    >>> from nlpseq.compat.torchtext.legacy.data import Example, Field
    >>> TEXT = Field()
    >>> rows = Dataset([Example.fromlist(["a b c a b c"], [("text", TEXT)])], [("text", TEXT)])
    >>> TEXT.build_vocab(rows)
    >>> [(batch.text.tolist(), batch.target.tolist()) for batch in BPTTIterator(rows, batch_size=2, bptt_len=2)]
    [([[2, 2], [3, 3]], [[3, 3], [4, 4]])]
    """

    def __init__(self, dataset: Any, batch_size: int, bptt_len: int, **kwargs: Any) -> None:
        self.bptt_len = bptt_len
        super().__init__(dataset, batch_size, **kwargs)

    def __len__(self) -> int:
        """Windows of an epoch."""
        return max(0, math.ceil((len(self.dataset[0].text) / self.batch_size - 1) / self.bptt_len))

    def __iter__(self) -> PlainIterator[Batch]:
        if "text" not in self.dataset.fields:
            raise UserAttributeError("BPTTIterator needs a data set of one example with one field that is called text")
        field = self.dataset.fields["text"]
        tracks = self._tracks(field)  # (R, B)
        windows = Dataset(self.dataset.examples, [("text", field), ("target", field)])
        while True:
            if not self._restored_from_state:
                self._iterations_this_epoch = 0
            self._restored_from_state = False
            for number in range(self._iterations_this_epoch, len(self)):
                self.iterations += 1
                self._iterations_this_epoch += 1
                start, end = number * self.bptt_len, min((number + 1) * self.bptt_len, len(tracks) - 1)
                text, target = tracks[start:end], tracks[start + 1 : end + 1]
                if field.batch_first:
                    text, target = text.t().contiguous(), target.t().contiguous()
                window = Batch.fromvars(windows, self.batch_size, text=text, target=target)
                window.input_fields, window.target_fields = ["text"], ["target"]
                yield window
            if not self.repeat:
                return

    def _tracks(self, field: Any) -> Tensor:
        text = list(self.dataset[0].text)
        text += [field.pad_token] * (-len(text) % self.batch_size)
        ids: Tensor = field.numericalize([text], device=self.device)
        return ids.view(self.batch_size, -1).t().contiguous()
