"""A training that can be worked out by head."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from nlpseq.config import TrainSettings
from nlpseq.training.fit import Outcome, fit
from nlpseq.training.objective import Loss


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
    """The weight grows by the learning rate with each step."""

    def __init__(self) -> None:
        self.state: dict[str, Any] = {}

    def __call__(self, model: nn.Linear, batch: torch.Tensor) -> Loss:
        return Loss(-model.weight.sum() * batch.sum(), 1, 1)


FitSlope = Callable[..., Outcome]


@pytest.fixture
def fit_slope() -> FitSlope:
    """Train one weight that starts at 0 and grows by 1 with each step, of which an epoch has one."""

    def run(
        folder: Path,
        validate: Callable[[], dict[str, float]],
        settings: type[TrainSettings] = TrainSettings,
        *,
        max_epochs: int,
        **changes: Any,
    ) -> Outcome:
        plain: dict[str, Any] = {
            "optimizer": "sgd", "lr": 1.0, "schedule": "constant", "warmup_steps": 0, "weight_decay": 0.0,
            "clip_norm": 0.0, "average": "none", "precision": "fp32", "device": "cpu",
        }  # fmt: skip
        model = nn.Linear(1, 1, bias=False)
        nn.init.zeros_(model.weight)
        chosen = settings(**plain | {"max_epochs": max_epochs} | changes)
        return fit(model, Slope(), Numbers(max_epochs), chosen, folder, steps_per_epoch=1, validate=validate)

    return run
