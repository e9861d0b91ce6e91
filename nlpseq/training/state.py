"""All that a training holds between two steps, and so all that a resume needs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from nlpseq.training.objective import Objective, Stream
from nlpseq.training.ranks import Ranks


class Candidate(NamedTuple):
    """A validated model and how good it is: the higher score, of equal ones the lower loss, then the earlier step."""

    score: float
    loss: float
    step: int

    def better_than(self, other: Candidate) -> bool:
        """Whether score or loss is better.

        >>> Candidate(0.0, 4.6, 20).better_than(Candidate(0.0, 6.2, 10))
        True
        """
        return self.rank[:2] < other.rank[:2]

    @property
    def rank(self) -> tuple[float, float, int]:
        """Sorts the best first."""
        return -self.score, self.loss, self.step


class Clock:
    """Seconds of training over all resumes, and the share of the time budget that they are.

    Attributes:
        told: the share that all processes go by, where there are several.
    """

    def __init__(self, max_minutes: float | None) -> None:
        self.max_minutes = max_minutes
        self.told: float | None = None
        self._before = 0.0
        self._started = time.monotonic()

    def seconds(self) -> float:
        """Seconds trained so far, those before a resume included."""
        return self._before + time.monotonic() - self._started

    def go_on_from(self, seconds: float) -> None:
        """Count from `seconds` on, now."""
        self._before, self._started = seconds, time.monotonic()

    def share_used(self) -> float:
        """Share of the time budget that is gone; 0 without a budget."""
        return self.own_share() if self.told is None else self.told

    def own_share(self) -> float:
        """The same by this process's clock."""
        return 0.0 if self.max_minutes is None else self.seconds() / (60 * self.max_minutes)


@dataclass
class TrainState:
    """The parts that a training moves on, and how far it is. Everything is saved, with the random states.

    Attributes:
        model, optimizer, batches, objective, clock: as they are now.
        ranks: the processes that train together.
        schedules: of the learning rate, all of them stepped with the optimizer.
        plateau: the schedule that is stepped with validations, or None.
        averages: moving average of each of the model's parameters; None without, or before the first step.
        step: steps of the optimizer so far.
        tokens: tokens read so far.
        loss_sum, loss_count: of the training batches since the latest validation.
        rows: the curves, one row a validation.
        best: the best models so far, best first.
        waited: validations in a row that patience has counted.
        validated, saved: the step of the latest validation and of the latest checkpoint.
        measured: tokens and seconds at the latest validation, for the speed since.
        stopped_by: why the training is over, or None; told to whoever reads the checkpoint.
    """

    model: nn.Module
    optimizer: Optimizer
    schedules: list[LRScheduler]
    plateau: torch.optim.lr_scheduler.ReduceLROnPlateau | None
    batches: Stream
    objective: Objective
    clock: Clock
    ranks: Ranks = field(default_factory=Ranks)
    averages: list[Tensor] | None = None
    step: int = 0
    tokens: int = 0
    loss_sum: float = 0.0
    loss_count: int = 0
    rows: list[dict[str, float]] = field(default_factory=list)
    best: list[Candidate] = field(default_factory=list)
    waited: int = 0
    validated: int = 0
    saved: int = 0
    measured: tuple[int, float] = (0, 0.0)
    stopped_by: str | None = None

    def epochs(self, max_epochs: int) -> float:
        """Passes over the training text so far, of `max_epochs` that `batches` is made for."""
        return max_epochs * self.batches.drawn / len(self.batches)

    def agree(self, pending: int | None) -> int | None:
        """The signal, if any, that any process holds back; and until the next call all go by the first one's clock."""
        if self.ranks.size == 1:
            return pending
        self.clock.told, number = self.ranks.most(self.clock.own_share() if self.ranks.first else 0.0, pending or 0)
        return int(number) or None

    @property
    def train_loss(self) -> float:
        """Mean training loss since the latest validation, by what it is counted in."""
        return self.loss_sum / max(1, self.loss_count)

    @contextmanager
    def averaged_weights(self) -> Iterator[None]:
        """The model with its averaged weights, if there are any, in this block."""
        if self.averages is None:
            yield
            return
        weights = [weight.detach() for weight in self.model.parameters()]
        live = [weight.clone() for weight in weights]
        torch._foreach_copy_(weights, self.averages)
        try:
            yield
        finally:
            torch._foreach_copy_(weights, live)

    def state_dict(self) -> dict[str, Any]:
        """Tensors, numbers, strings, and lists and dicts of them: nothing that needs unpickling.

        Every process calls it, and the first one gets what is theirs too.
        """
        random, remembered = zip(*self.ranks.gathered((_random_states(), self._remembered())), strict=True)
        return {
            "model": self.model.state_dict(),
            "averages": self.averages,
            "optimizer": self.optimizer.state_dict(),
            "schedules": [schedule.state_dict() for schedule in self.schedules],
            "plateau": self.plateau and self.plateau.state_dict(),
            "batches": self.batches.state_dict(),
            "objective": self.ranks.joint(remembered),
            "random": random[0],
            "random_of_others": list(random[1:]),
            "seconds": self.clock.seconds(),
            "step": self.step,
            "tokens": self.tokens,
            "loss": (self.loss_sum, self.loss_count),
            "rows": self.rows,
            "best": [tuple(candidate) for candidate in self.best],
            "waited": self.waited,
            "validated": self.validated,
            "saved": self.saved,
            "measured": self.measured,
            "stopped_by": self.stopped_by,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave; the learning rate follows the schedule of the settings as they are now.

        Raises:
            UserError: the data are not those of the saved state.
            Exception: of any kind, where the state is damaged or of another model.
        """
        self.model.load_state_dict(state["model"])
        weights = list(self.model.parameters())
        if not finite(weights):
            raise ValueError("weights that are not finite")
        if state["averages"] is not None:
            self.averages = [
                average.to(weight.device) for average, weight in zip(state["averages"], weights, strict=True)
            ]
        self.optimizer.load_state_dict(state["optimizer"])
        for schedule, saved in zip(self.schedules, state["schedules"], strict=True):
            schedule.load_state_dict(saved)
            _follow(schedule, self.optimizer)
        if self.plateau is not None:
            self.plateau.load_state_dict(state["plateau"])
        self.batches.load_state_dict(state["batches"])
        self.objective.state = self.ranks.part(state["objective"])
        self.step, self.tokens = state["step"], state["tokens"]
        self.loss_sum, self.loss_count = state["loss"]
        self.rows, self.best = state["rows"], [Candidate(*saved) for saved in state["best"]]
        self.waited, self.validated, self.saved = state["waited"], state["validated"], state["saved"]
        self.measured = state["measured"]
        self.clock.go_on_from(state["seconds"])
        random = [state["random"], *state.get("random_of_others", [])]
        if self.ranks.rank < len(random):  # else this process is new, and keeps its own
            _set_random_states(random[self.ranks.rank])

    def _remembered(self) -> dict[str, Any]:
        state = self.objective.state
        if self.ranks.size == 1:
            return state
        return {name: tuple(tensor.cpu() for tensor in tensors) for name, tensors in state.items()}


def finite(weights: list[nn.Parameter]) -> bool:
    """Whether all numbers of all weights are finite."""
    return all(bool(torch.isfinite(weight.detach()).all()) for weight in weights)


def _random_states() -> dict[str, Any]:
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []
    return {"cpu": torch.get_rng_state(), "cuda": cuda}


def _set_random_states(states: dict[str, Any]) -> None:
    torch.set_rng_state(states["cpu"])
    if states["cuda"] and torch.cuda.is_available():
        torch.cuda.set_rng_state_all(states["cuda"])


def _follow(schedule: LRScheduler, optimizer: Optimizer) -> None:
    """Set the learning rate to what the schedule now says of this step: more epochs make it fall more slowly."""
    if isinstance(schedule, torch.optim.lr_scheduler.LambdaLR):
        for group, lr, factor in zip(optimizer.param_groups, schedule.base_lrs, schedule.lr_lambdas, strict=True):
            group["lr"] = lr * factor(schedule.last_epoch)
