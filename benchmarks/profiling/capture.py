"""From a recipe to its trainings, each at its first step."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from torch import nn

from nlpseq.config import Settings, TrainSettings
from nlpseq.models import MODEL_FILE
from nlpseq.models.weights import own_weights, save_weights
from nlpseq.tasks import task_named
from nlpseq.training import fit
from nlpseq.training.objective import Objective, Stream


@dataclass(frozen=True)
class Training:
    """What `nlpseq.training.fit.fit` was given."""

    model: nn.Module
    objective: Objective
    batches: Stream
    settings: TrainSettings
    folder: Path


def trainings(settings: Settings, folder: Path) -> list[Training]:
    """The recipe's trainings in their order, a pretraining first; the text is prepared in `folder`."""
    task = task_named(settings.task)
    found: list[Training] = []

    def take(model: nn.Module, objective: Objective, batches: Stream, train: TrainSettings, run_dir: Path, **_: Any):
        found.append(Training(model, objective, batches, train, run_dir))
        save_weights(own_weights(model), run_dir / MODEL_FILE)  # which the next training begins with
        return fit.Outcome(epochs=0.0, max_epochs=train.max_epochs, stopped_by="epochs", seconds=0.0)

    prepared = task.stages.prepare(settings, folder)
    with patch.object(fit, "fit", take):
        task.stages.train(settings, prepared, folder, "profile")
    return found
