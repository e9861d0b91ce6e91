"""A training that can be worked out by head."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from nlpseq.config import TrainSettings
from nlpseq.training.fit import Outcome, begin, fit
from nlpseq.training.objective import Loss
from nlpseq.training.state import TrainState


class Numbers:
    """As many batches as wanted, each a tensor of one number."""

    def __init__(self, total: int) -> None:
        self.total, self.drawn = total, 0

    def __len__(self) -> int:
        return self.total

    def __iter__(self) -> Iterator[torch.Tensor]:
        while self.drawn < self.total:
            self.drawn += 1
            yield torch.ones(1)

    def state_dict(self) -> dict[str, Any]:
        return {"drawn": self.drawn}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.drawn = state["drawn"]


class Slope:
    """The weight grows by the learning rate with the first step, and by 0.9 of the growth before more with each other.

    A batch has three tokens.

    Args:
        watch: is called with the model in each step.
    """

    def __init__(self, watch: Callable[[nn.Module], object] | None = None) -> None:
        self.state: dict[str, Any] = {}
        self.watch = watch

    def __call__(self, model: nn.Linear, batch: torch.Tensor) -> Loss:
        if self.watch is not None:
            self.watch(model)
        return Loss(-model.weight.sum() * batch.sum(), 1, 3)


def slope_settings(kind: type[TrainSettings], **changes: Any) -> TrainSettings:
    plain: dict[str, Any] = {
        "optimizer": "sgd", "lr": 1.0, "schedule": "constant", "warmup_steps": 0, "weight_decay": 0.0,
        "clip_norm": 0.0, "average": "none", "precision": "fp32", "device": "cpu",
    }  # fmt: skip
    return kind(**plain | changes)


def flat() -> nn.Linear:
    """One weight that is 0, in evaluation mode as a model that was loaded."""
    model = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(model.weight)
    return model.eval()


FitSlope = Callable[..., Outcome]


@pytest.fixture
def fit_slope() -> FitSlope:
    """Train one weight that is 0, 1.0, 2.9, 5.61 and so on after the steps, of which an epoch has one."""

    def run(
        folder: Path,
        validate: Callable[[], dict[str, float]],
        settings: type[TrainSettings] = TrainSettings,
        *,
        max_epochs: int,
        watch: Callable[[nn.Module], object] | None = None,
        **changes: Any,
    ) -> Outcome:
        chosen = slope_settings(settings, max_epochs=max_epochs, **changes)
        return fit(flat(), Slope(watch), Numbers(max_epochs), chosen, folder, steps_per_epoch=1, validate=validate)

    return run


@pytest.fixture
def begin_slope() -> Callable[..., tuple[TrainState, TrainSettings]]:
    """The state of such a training before its first step, and the settings."""

    def run(folder: Path, *, max_epochs: int, **changes: Any) -> tuple[TrainState, TrainSettings]:
        chosen = slope_settings(TrainSettings, max_epochs=max_epochs, **changes)
        return begin(flat(), Slope(), Numbers(max_epochs), chosen, folder)[1], chosen

    return run
