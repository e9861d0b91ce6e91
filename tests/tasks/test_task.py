"""What a task's row is asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nlpseq.config import TrainSettings
from nlpseq.tasks.task import Evaluation, trained_from


def test_only_the_runs_own_split_is_decoded_into_the_run() -> None:
    own = Evaluation(None, Path("runs/x"), rows=[], split="test", out=Path("runs/x"))
    assert own.own and not replace(own, out=Path("elsewhere")).own


def test_budget_and_device_make_no_other_training() -> None:
    settings = TrainSettings(lr=0.5)
    same = replace(settings, max_epochs=99, max_minutes=3.0, device="cpu", resume_every_steps=7)
    assert trained_from(settings) == trained_from(same) == {"lr": 0.5}
    assert trained_from(replace(settings, seed=2)) == {"lr": 0.5, "seed": 2}
