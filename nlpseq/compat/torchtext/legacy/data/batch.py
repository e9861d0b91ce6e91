"""`Batch`: the tensors of some examples, an attribute for each field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from nlpseq.compat.torchtext.legacy.data.dataset import Dataset
from nlpseq.compat.torchtext.legacy.data.example import Example

__all__ = ["Batch"]


class Batch:
    """The values of some examples, put together by their fields.

    Args:
        data: the examples; without them the batch is empty.
        dataset: has their fields.
        device: where the tensors go.

    Attributes:
        batch_size: number of examples.
        dataset, fields: the data set, and the names of its fields.
        input_fields, target_fields: those names, by `is_target` of the field.

    Iterating gives two things, the inputs and the targets: of one field its value, of several a tuple, else None.

    >>> from nlpseq.compat.torchtext.legacy.data import Field
    >>> x, y = Field(sequential=False, use_vocab=False), Field(sequential=False, use_vocab=False, is_target=True)
    >>> fields = [("x", x), ("y", y)]
    >>> inputs, targets = Batch([Example.fromlist(row, fields) for row in ("13", "24")], Dataset([], fields))
    >>> inputs, targets
    (tensor([1, 2]), tensor([3, 4]))
    """

    batch_size: int
    dataset: Dataset

    def __init__(
        self,
        data: Sequence[Example] | None = None,
        dataset: Dataset | None = None,
        device: torch.device | str | None = None,
    ) -> None:
        if data is None or dataset is None:
            return
        self._describe(dataset, len(data))
        for name, field in dataset.fields.items():
            if field is not None:
                setattr(self, name, field.process([getattr(example, name) for example in data], device=device))

    @classmethod
    def fromvars(cls, dataset: Dataset, batch_size: int, train: bool | None = None, **kwargs: Any) -> Batch:
        """A batch of tensors that are there already.

        Args:
            train: does nothing.
            kwargs: the tensor of each field.
        """
        batch = cls()
        batch._describe(dataset, batch_size)
        for name, value in kwargs.items():
            setattr(batch, name, value)
        return batch

    def _describe(self, dataset: Dataset, batch_size: int) -> None:
        self.batch_size = batch_size
        self.dataset = dataset
        self.fields = dataset.fields.keys()
        fields = [(name, field) for name, field in dataset.fields.items() if field is not None]
        self.input_fields = [name for name, field in fields if not field.is_target]
        self.target_fields = [name for name, field in fields if field.is_target]

    def __len__(self) -> int:
        return self.batch_size

    def __iter__(self) -> Iterator[Any]:
        yield self._values(self.input_fields)
        yield self._values(self.target_fields)

    def __repr__(self) -> str:
        if not self.__dict__:
            return f"Empty {torch.typename(self)} instance"
        name = getattr(self.dataset, "name", None)
        origin = f" from {name.upper()}" if isinstance(name, str) else ""
        # A column that was left out with (None, None) has no name.
        names = [name for name in self.fields if isinstance(name, str) and hasattr(self, name)]
        parts = [f"\t[.{name}]:{_short(getattr(self, name))}" for name in names]
        return "\n".join([f"\n[{torch.typename(self)} of size {self.batch_size}{origin}]", *parts])

    def _values(self, names: Sequence[str]) -> Any:
        values = tuple(getattr(self, name) for name in names)
        return values[0] if len(values) == 1 else values or None


def _short(value: Any) -> str:
    if isinstance(value, tuple):
        return str(tuple(map(_short, value)))
    if not isinstance(value, Tensor):
        return str(value)
    device = f" (GPU {value.get_device()})" if value.is_cuda else ""
    return f"[{torch.typename(value)} of size {'x'.join(map(str, value.shape))}{device}]"
