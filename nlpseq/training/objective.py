"""What the loop trains by: an objective that gives a batch's loss as a sum and a count, and a stream of batches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from torch import Tensor


@dataclass(frozen=True)
class Loss:
    """A batch's loss: a sum in nats, and what the sum is over.

    The loop divides once, by the count of all batches of a step, so that two accumulated batches give the gradient of
    one batch of both.

    Attributes:
        total: summed over the batch, a scalar with a gradient.
        count: what `total` is the sum over: target tokens, characters or texts; two passes count twice.
        tokens: what was read of the training text, for the speed.
    """

    total: Tensor
    count: int
    tokens: int


class Objective(Protocol):
    """What a task trains for. What it remembers from batch to batch stands in `state`, which goes into checkpoints.

    There it is tuples of tensors (*, B, *) by name, a row of which belongs to a row of the batch.
    """

    state: dict[str, Any]

    def __call__(self, model: Any, batch: Any) -> Loss: ...


class Stream(Protocol):
    """The batches of a whole training, resumable: how many there are, and how many have been drawn.

    What has been drawn has been trained on, so that a saved state is exact.

    Attributes:
        share: the rows of each batch that this process is given; None comes where it has none of a batch.
    """

    drawn: int
    share: slice

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...
    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state: dict[str, Any]) -> None: ...
