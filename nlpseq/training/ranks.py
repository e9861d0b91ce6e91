"""The processes that train together, as torchrun starts them: what they tell each other, and what they add up.

A step's batches are the same whatever their number: of each batch every process works on its share of the rows, and the
gradients are added up once, after the step's last backward pass. That is no `DistributedDataParallel`, which wants a
single `forward` and no `torch.autograd.grad` in it, while an objective may call what it likes of a model.

Words (settings, scores, checkpoints) go over gloo, and gradients on GPUs over NCCL.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, TypeVar

import torch
from torch import Tensor, distributed, nn

from nlpseq.errors import ProcessError, UserError
from nlpseq.program import place

Found = TypeVar("Found")

# For the slowest process to come, and in a step; one that has ended is noticed at once.
STEP_PATIENCE = timedelta(minutes=10)
# For what the first process does alone: it may prepare a large text, or decode one.
PATIENCE = timedelta(days=30)


@cache
def joined() -> Ranks:
    """The processes that this one was started with; when it is called for the first time, it waits for all of them.

    Raises:
        ProcessError: they do not come together.
    """
    return Ranks(*place())


class Ranks:
    """All of `size` processes, of which this is number `rank`. Alone, nothing here costs anything.

    Every process makes the same calls in the same order, except in `lead`.

    Attributes:
        share: of the rows of a batch, those of this process.
    """

    def __init__(self, rank: int = 0, size: int = 1) -> None:
        self.rank, self.size = rank, size
        self.share = slice(None) if size == 1 else slice(rank, None, size)
        self._leading = self._asking = False
        self._words: Any = None  # the group for words, which waits long
        if size > 1:
            self._join()

    @property
    def first(self) -> bool:
        """Whether this is the process that reads, writes and speaks."""
        return self.rank == 0

    def lead(self, work: Callable[[], Found]) -> Found:
        """What `work` gives: the first process alone does it, and the others do what it asks them for meanwhile.

        Raises:
            UserError: the first process could not do it; it says why.
        """
        if self.size == 1 or self._leading:
            return work()
        if not self.first:
            return self._answered()
        self._leading = True
        try:
            found = work()
        except BaseException as error:
            if not self._asking:  # else they are not where they could hear it, and notice the end
                self._tell_failure(error)
            raise
        finally:
            self._leading = False
        with suppress(ProcessError):  # what is done is done
            self._tell(_Answer(found))
        return found

    @contextmanager
    def asked(self, work: Callable[[], object]) -> Iterator[None]:
        """In this block of the first process, which leads, the others do `work`."""
        if self.size > 1:
            self._tell(_Request(work))
            self._asking = True
        yield
        self._asking = False

    def told(self, work: Callable[[], Found]) -> Found:
        """What `work` gives on the first process, which the others wait for.

        Raises:
            UserError: as with `lead`.
        """
        if self.size == 1:
            return work()
        if not self.first:
            return self._answered()
        try:
            found = work()
        except BaseException as error:
            self._tell_failure(error)
            raise
        self._tell(_Answer(found))
        return found

    def gathered(self, thing: Found) -> list[Found]:
        """On the first process the things of all, in their order; on another its own."""
        if self.size == 1:
            return [thing]
        found: list[Any] = [None] * self.size
        with self._all_there():
            distributed.gather_object(thing, found if self.first else None, group=self._words)
        return found if self.first else [thing]

    def most(self, *numbers: float) -> list[float]:
        """The largest of each number over all processes."""
        return self._reduced(numbers, distributed.ReduceOp.MAX)

    def add_up(self, weights: Sequence[nn.Parameter], total: float, count: int, tokens: int) -> tuple[float, int, int]:
        """A step's loss, its count and its tokens, of all processes; and in `weights` the gradient of its mean.

        Args:
            weights: with the gradient of the mean over what this process counts, if it counts anything.
            total, count, tokens: this process's.
        """
        if self.size == 1:
            return total, count, tokens
        told = [total, count, tokens, *(float(weight.grad is not None) for weight in weights)]
        all_total, all_count, all_tokens, *used = self._reduced(told, distributed.ReduceOp.SUM)
        trained = [weight for weight, number in zip(weights, used, strict=True) if number]
        gradients = [torch.zeros_like(weight) if weight.grad is None else weight.grad for weight in trained]
        flat = torch.cat([gradient.flatten() for gradient in gradients]).mul_(count / all_count)
        with self._all_there():
            distributed.all_reduce(flat)
        for weight, part in zip(trained, flat.split([weight.numel() for weight in trained]), strict=True):
            weight.grad = part.view_as(weight)
        return all_total, int(all_count), int(all_tokens)

    def spread(self, model: nn.Module) -> None:
        """Give the model of every process the weights of the first one's."""
        if self.size > 1:
            with self._all_there(), torch.no_grad():
                for tensor in (*model.parameters(), *model.buffers()):
                    sent = tensor.detach().contiguous()
                    distributed.broadcast(sent, src=0)
                    tensor.copy_(sent)

    def joint(self, parts: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        """On the first process, an objective's state over all rows of a batch, from what each has of its share."""
        if self.size == 1 or not self.first:
            return parts[0]
        found = {}
        for name in parts[0]:
            pieces = zip(*(part[name] for part in parts if part), strict=True)  # who has no rows remembers nothing
            found[name] = tuple(_interleaved(each, self.size) for each in pieces)
        return found

    def part(self, state: Mapping[str, Any]) -> dict[str, Any]:
        """Of a state as `joint` gives it, what belongs to the rows of this process."""
        if self.size == 1:
            return dict(state)
        own = {name: tuple(tensor[:, self.share] for tensor in tensors) for name, tensors in state.items()}
        return own if all(tensor.size(1) for tensors in own.values() for tensor in tensors) else {}

    def _join(self) -> None:
        with self._all_there():
            backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo"
            distributed.init_process_group(backend, timeout=STEP_PATIENCE)
            self._words = distributed.new_group(backend="gloo", timeout=PATIENCE)
        atexit.register(self._part)

    def _part(self) -> None:
        if not self._asking:
            distributed.destroy_process_group()

    def _answered(self) -> Any:
        while True:
            heard = self._hear()
            if isinstance(heard, _Answer):
                return heard.found
            if isinstance(heard, _Failure):
                raise heard.error
            heard.work()

    def _hear(self) -> Any:
        box = [None]
        with self._all_there():
            distributed.broadcast_object_list(box, src=0, group=self._words)
        return box[0]

    def _tell(self, message: _Request | _Answer | _Failure) -> None:
        with self._all_there():
            distributed.broadcast_object_list([message], src=0, group=self._words)

    def _tell_failure(self, error: BaseException) -> None:
        if not isinstance(error, (KeyboardInterrupt, SystemExit)):
            error = UserError(f"the first of the {self.size} processes could not go on, and says why")
        with suppress(ProcessError):
            self._tell(_Failure(error))

    def _reduced(self, numbers: Sequence[float], operation: Any) -> list[float]:
        told = torch.tensor(numbers, dtype=torch.float64)
        with self._all_there():
            distributed.all_reduce(told, operation)
        found: list[float] = told.tolist()
        return found

    @contextmanager
    def _all_there(self) -> Iterator[None]:
        try:
            yield
        except RuntimeError as error:  # gloo's, NCCL's and the store's
            raise ProcessError(
                f"another of the {self.size} processes has ended or cannot be reached; what was finished is kept, and "
                "the same command goes on from there"
            ) from error


@dataclass(frozen=True)
class _Request:
    work: Callable[[], object]


@dataclass(frozen=True)
class _Answer:
    found: Any


@dataclass(frozen=True)
class _Failure:
    error: BaseException


def _interleaved(pieces: Sequence[Tensor], size: int) -> Tensor:
    """The rows, in the second dimension, that were dealt out to `size` processes, in their first order."""
    whole = pieces[0].new_empty(len(pieces[0]), sum(piece.size(1) for piece in pieces), *pieces[0].shape[2:])
    for rank, piece in enumerate(pieces):
        whole[:, rank::size] = piece
    return whole
