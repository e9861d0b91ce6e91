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
from typing import TYPE_CHECKING, Any

from torch import nn

from nlpseq.config import TrainSettings
from nlpseq.files import write_text_atomically
from nlpseq.models.weights import MODEL_FILE
from nlpseq.tasks.folder import CONFIG_FILE, METRICS_FILE
from nlpseq.tasks.run_record import FACTS_FILE
from nlpseq.tasks.saved_model import is_whole, seal
from nlpseq.tasks.stages import Stages
from nlpseq.training.objective import Objective, Stream

if TYPE_CHECKING:
    from nlpseq.training.fit import Outcome

log = logging.getLogger("nlpseq")


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
    from lightning.fabric import seed_everything

    from nlpseq.tasks.model_card import write_run_card
    from nlpseq.training.fit import device_for, fit
    from nlpseq.training.folder import BEST_FOLDER, CURVES_FILE, RESUME_FILE

    stages = Stages(run_dir)
    finished = stages.done("train", mark)
    if finished and is_whole(run_dir):
        log.info("trained already: %s", run_dir)
        return False
    if finished:
        log.warning("%s: missing or damaged; the model is trained again", run_dir / MODEL_FILE)
    if finished or not stages.done("training", mark):
        # A checkpoint, a model or the scores of another training must not be taken for this one's.
        for leftover in (RESUME_FILE, MODEL_FILE, CURVES_FILE, FACTS_FILE, METRICS_FILE):
            (run_dir / leftover).unlink(missing_ok=True)
        for leftover in (BEST_FOLDER, "tensorboard"):
            shutil.rmtree(run_dir / leftover, ignore_errors=True)
        stages.mark("train", "under way")  # nor its end: the settings may be changed back before this one's
        stages.mark("training", mark)

    seed_everything(settings.seed, verbose=False)
    training = start()
    parameters = sum(weight.numel() for weight in training.model.parameters())
    log.info("model: %.1fM parameters, on %s", parameters / 1e6, device_for(settings))
    log.info(
        "training: %d epochs of %d steps, padded share %.1f%%",
        settings.max_epochs, training.steps_per_epoch, 100 * training.padded_share,
    )  # fmt: skip
    outcome = fit(
        training.model, training.objective, training.batches, settings, run_dir,
        steps_per_epoch=training.steps_per_epoch, validate=training.validate,
    )  # fmt: skip
    facts = _facts(settings, training, parameters, outcome)
    write_text_atomically(run_dir / FACTS_FILE, json.dumps(facts, indent=2) + "\n")
    if (run_dir / CONFIG_FILE).exists():  # not of a pretraining
        seal(run_dir)
        write_run_card(run_dir)
    stages.mark("train", mark)
    (run_dir / RESUME_FILE).unlink(missing_ok=True)
    return True


def _facts(settings: TrainSettings, training: Training, parameters: int, outcome: Outcome) -> dict[str, Any]:
    from nlpseq import __version__
    from nlpseq.evaluation.machine import machine_facts, peak_memory_mib
    from nlpseq.training.fit import use_bf16

    return {
        "parameters": parameters,
        "minutes": round(outcome.seconds / 60, 2),
        "epochs": round(outcome.epochs, 2),
        "max_epochs": outcome.max_epochs,
        "stopped_by": outcome.stopped_by,
        "batches": training.batches.drawn,
        "precision": "bf16 mixed" if use_bf16(settings) else "fp32",
        "seed": settings.seed,
        "padded_share": round(training.padded_share, 4),
        "peak_memory_mib": round(peak_memory_mib() or 0),
        "Software": f"nlpseq {__version__}",
        **machine_facts(date=time.strftime("%Y-%m-%d")),
    }
