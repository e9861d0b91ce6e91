"""The training stage that all tasks share: not done twice, resumed where it was left, with its facts written down."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nlpseq.config import TrainSettings
from nlpseq.counting import counted
from nlpseq.data.loader import BatchLoader, EpochStream
from nlpseq.data.rows import Rows
from nlpseq.data.sampler import BucketBatchSampler
from nlpseq.files import write_text_atomically
from nlpseq.models import MODEL_FILE
from nlpseq.runs.length_batches import forget_workers
from nlpseq.runs.record import FACTS_FILE, read_record
from nlpseq.runs.saved_model import is_whole, write_config
from nlpseq.runs.stages import Stages
from nlpseq.runs.swap import RESULTS, drop
from nlpseq.training import BEST_FOLDER, CURVES_FILE, PRECISION_FILE, RESUME_FILE

if TYPE_CHECKING:
    from torch import nn

    from nlpseq.training.fit import Outcome
    from nlpseq.training.objective import Objective, Stream

log = logging.getLogger("nlpseq")

# All that a training leaves in its folder.
LEFT = (RESUME_FILE, PRECISION_FILE, MODEL_FILE, CURVES_FILE, FACTS_FILE, BEST_FOLDER, "tensorboard")


@dataclass(frozen=True)
class Training:
    """What one training needs.

    Attributes:
        validate: scores the model as it is then.
        padded_share: of an epoch's batches.
        config: what `config.json` is to say of the model; None where it is to have none.
    """

    model: nn.Module
    objective: Objective
    validate: Callable[[], dict[str, float]]
    batches: Stream
    steps_per_epoch: int
    padded_share: float
    config: Mapping[str, Any] | None = None


def bucketed(
    rows: Rows,
    lengths: NDArray[np.integer],
    collate: Callable[[list[Any]], Any],
    settings: TrainSettings,
    *,
    batch_tokens: int,
    max_batch_size: int | None = None,
) -> tuple[Stream, int, float]:
    """Rows of like lengths in batches: those of the whole training, the steps of an epoch, and the padded share."""
    sampler = BucketBatchSampler(lengths, batch_tokens=batch_tokens, max_batch_size=max_batch_size, seed=settings.seed)
    loader = BatchLoader(rows.in_any_order(), sampler, collate)
    steps_per_epoch = settings.steps_per_epoch(len(loader))
    stream = EpochStream(loader, total=steps_per_epoch * settings.accumulate * settings.max_epochs)
    return stream, steps_per_epoch, sampler.padded_share()


@contextmanager
def _denormals_flushed() -> Iterator[None]:
    """Denormal numbers count as zero in this block, and in threads that torch starts in it.

    A gradient that vanishes over many steps becomes denormal numbers, which processors multiply many times slower: the
    backward pass from a last state took sixteen times as long.
    """
    import torch

    torch.set_flush_denormal(True)
    forget_workers()
    try:
        yield
    finally:
        torch.set_flush_denormal(False)
        forget_workers()


class TrainingState(Enum):
    """What is to be done for a training: nothing, more of it, or all of it."""

    DONE, GO_ON, NEW = "done", "go on", "new"


def training_state(folder: Path, settings: TrainSettings, fingerprint: str) -> TrainingState:
    """How far the training with this fingerprint, which leaves its budget out, has come in `folder`.

    One that the clock has cut goes on with a larger `max_minutes`, any one with a larger `max_epochs`; with fewer
    epochs it is another training, whose learning rate comes down earlier.
    """
    if not Stages(folder).done("train", fingerprint):
        return TrainingState.NEW
    if not is_whole(folder):
        log.warning("%s: missing or damaged; the model is trained again", folder / MODEL_FILE)
        return TrainingState.NEW
    facts = read_record(folder).training
    epochs, stopped_by = facts.get("max_epochs"), facts.get("stopped_by")
    if not isinstance(epochs, int) or stopped_by == "patience":
        return TrainingState.DONE
    if settings.max_epochs < epochs:
        return TrainingState.NEW
    minutes = facts.get("max_minutes")
    more_time = settings.max_minutes is None or (isinstance(minutes, int | float) and settings.max_minutes > minutes)
    if settings.max_epochs == epochs and not (stopped_by == "time budget" and more_time):
        return TrainingState.DONE
    return TrainingState.GO_ON if (folder / RESUME_FILE).is_file() else TrainingState.NEW


@_denormals_flushed()
def train_stage(
    folder: Path, settings: TrainSettings, *, fingerprint: str, start: Callable[[], Training], anew: bool = False
) -> bool:
    """Train what `start` gives into `folder`, unless that is done; whether there was anything to do.

    `start` is called with all random generators seeded. An interrupted training of the same `fingerprint` is resumed,
    unless it is to be done `anew`; what a training of another one has left is removed. Of several processes the first
    one decides and writes.

    Raises:
        UserError: anything wrong with the settings or an old checkpoint.
        KeyboardInterrupt: stopped by the user; the best model so far is in `folder`.
    """
    from lightning_fabric import seed_everything

    from nlpseq.training.fit import device_for, fit
    from nlpseq.training.ranks import joined

    ranks = joined()
    if not ranks.told(partial(_begun, folder, settings, fingerprint, anew)):
        return False
    seed_everything(settings.seed, verbose=False)
    training = start()
    if ranks.first and training.config is not None:
        write_config(folder, training.config)
    parameters = sum(weight.numel() for weight in training.model.parameters())
    log.info("model: %.1fM parameters, on %s", parameters / 1e6, device_for(settings))
    log.info(
        "training: %s of %s, padded share %.1f%%",
        counted(settings.max_epochs, "epoch"), counted(training.steps_per_epoch, "step"), 100 * training.padded_share,
    )  # fmt: skip
    outcome = fit(
        training.model, training.objective, training.batches, settings, folder,
        steps_per_epoch=training.steps_per_epoch, validate=training.validate,
    )  # fmt: skip
    if ranks.first:
        facts = _facts(settings, training, parameters, outcome, ranks.size)
        write_text_atomically(folder / FACTS_FILE, json.dumps(facts, indent=2) + "\n")
        Stages(folder).mark("train", fingerprint)
    return True


def _begun(folder: Path, settings: TrainSettings, fingerprint: str, anew: bool) -> bool:
    """Whether there is anything to train; if so, the folder holds what the training goes on from, and no more."""
    stages = Stages(folder)
    if anew:
        stages.unmark("train", "training")
    state = training_state(folder, settings, fingerprint)
    if state is TrainingState.DONE:
        return False
    if state is TrainingState.NEW and (stages.get("train") or not stages.done("training", fingerprint)):
        # A checkpoint, a model or the scores of another training must not be taken for this one's.
        drop(folder, *LEFT, *RESULTS)
    stages.unmark("train", "finish", "evaluate")
    stages.mark("training", fingerprint)
    return True


def _facts(
    settings: TrainSettings, training: Training, parameters: int, outcome: Outcome, processes: int
) -> dict[str, Any]:
    from nlpseq import __version__
    from nlpseq.evaluation.machine import machine_facts, peak_memory_mib

    return {
        "parameters": parameters,
        "minutes": round(outcome.seconds / 60, 2),
        "epochs": round(outcome.epochs, 2),
        "max_epochs": outcome.max_epochs,
        "max_minutes": settings.max_minutes,
        "stopped_by": outcome.stopped_by,
        "batches": training.batches.drawn,
        "precision": "bf16 mixed" if outcome.precision.precision == "bf16" else "fp32",
        **{f"{name}_step_ms": figure for name, figure in outcome.precision.step_ms.items()},
        "seed": settings.seed,
        **({"processes": processes} if processes > 1 else {}),
        "padded_share": round(training.padded_share, 4),
        "peak_memory_mib": round(peak_memory_mib() or 0),
        "Software": f"nlpseq {__version__}",
        **machine_facts(date=time.strftime("%Y-%m-%d")),
    }
