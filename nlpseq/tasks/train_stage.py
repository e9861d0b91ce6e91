"""The training stage that all tasks share: not done twice, resumed where it was left, with its facts written down."""

from __future__ import annotations

import json
import logging
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from torch import nn

from nlpseq.config import TrainSettings
from nlpseq.files import write_text_atomically
from nlpseq.models.weights import MODEL_FILE
from nlpseq.tasks.folder import CONFIG_FILE, METRICS_FILE
from nlpseq.tasks.run_record import FACTS_FILE
from nlpseq.tasks.stages import Stages
from nlpseq.training.module import Objective

log = logging.getLogger("nlpseq")


class Stream(Protocol):
    """The batches of a whole training, resumable: how many there are, and how many have been drawn."""

    drawn: int

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...
    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state: dict[str, Any]) -> None: ...


@dataclass(frozen=True)
class Training:
    """What one training needs: `validate` scores the model as it is then; `padded_share` is of an epoch's batches."""

    model: nn.Module
    objective: Objective
    batches: Stream
    steps_per_epoch: int
    validate: Callable[[], dict[str, float]]
    padded_share: float


@contextmanager
def _denormals_flushed() -> Iterator[None]:
    """Denormal numbers count as zero in this block, and in threads that torch starts in it.

    A gradient that vanishes over many steps becomes denormal numbers, which processors multiply many times slower: the
    backward pass from a last state took sixteen times as long.
    """
    import torch

    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)


@_denormals_flushed()
def train_stage(run_dir: Path, settings: TrainSettings, *, mark: str, start: Callable[[], Training]) -> bool:
    """Train what `start` gives into `run_dir`, unless that is done; whether there was anything to do.

    `start` is called with all random generators seeded. An interrupted training of the same `mark` is resumed;
    what a training of another mark has left is removed, and so is what was said of a model that is gone.

    Raises:
        UserError: anything wrong with the settings or an old checkpoint.
        KeyboardInterrupt: stopped by the user; the best model so far is in `run_dir`.
    """
    import lightning.pytorch as pl

    from nlpseq.tasks.model_card import write_run_card
    from nlpseq.training.callbacks import CURVES_FILE, RESUME_FILE, Clock
    from nlpseq.training.fit import device_for, fit
    from nlpseq.training.module import TrainingModule

    stages = Stages(run_dir)
    finished = stages.done("train", mark)
    if finished and _readable(run_dir / MODEL_FILE):
        log.info("trained already: %s", run_dir)
        return False
    if finished:
        log.warning("%s: missing or damaged; the model is trained again", run_dir / MODEL_FILE)
    if finished or not stages.done("training", mark):
        # A checkpoint, a model or the scores of another training must not be taken for this one's.
        for leftover in (RESUME_FILE, MODEL_FILE, CURVES_FILE, FACTS_FILE, METRICS_FILE):
            (run_dir / leftover).unlink(missing_ok=True)
        for leftover in ("best", "tensorboard"):
            shutil.rmtree(run_dir / leftover, ignore_errors=True)
        stages.mark("train", "under way")  # nor its end: the settings may be changed back before this one's
        stages.mark("training", mark)

    pl.seed_everything(settings.seed, verbose=False)
    training = start()
    parameters = sum(weight.numel() for weight in training.model.parameters())
    log.info("model: %.1fM parameters, on %s", parameters / 1e6, device_for(settings))
    log.info(
        "training: %d epochs of %d steps, padded share %.1f%%",
        settings.max_epochs, training.steps_per_epoch, 100 * training.padded_share,
    )  # fmt: skip
    clock = Clock(settings.max_minutes)
    module = TrainingModule(
        training.model, training.objective, settings, total_steps=len(training.batches) // settings.accumulate,
        validate=training.validate, time_used=lambda: clock.share_used(),
    )  # fmt: skip
    fit(module, training.batches, clock, settings, run_dir, steps_per_epoch=training.steps_per_epoch)
    facts = _facts(settings, training, parameters, clock.seconds())
    write_text_atomically(run_dir / FACTS_FILE, json.dumps(facts, indent=2) + "\n")
    if (run_dir / CONFIG_FILE).exists():  # not of a pretraining
        write_run_card(run_dir)
    stages.mark("train", mark)
    (run_dir / RESUME_FILE).unlink(missing_ok=True)
    return True


def _readable(weights: Path) -> bool:
    """Whether the file is there and whole, by its header and its length."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(weights, "np") as file:
            return bool(file.keys())
    except (OSError, SafetensorError):
        return False


def _facts(settings: TrainSettings, training: Training, parameters: int, seconds: float) -> dict[str, Any]:
    from nlpseq import __version__
    from nlpseq.evaluation.machine import machine_facts, peak_memory_mib
    from nlpseq.training.fit import use_bf16

    return {
        "parameters": parameters,
        "minutes": round(seconds / 60, 2),
        "batches": training.batches.drawn,
        "precision": "bf16 mixed" if use_bf16(settings) else "fp32",
        "seed": settings.seed,
        "padded_share": round(training.padded_share, 4),
        "peak_memory_mib": round(peak_memory_mib() or 0),
        "Software": f"nlpseq {__version__}",
        **machine_facts(date=time.strftime("%Y-%m-%d")),
    }
