"""From settings to a finished training, resumed where it was left."""

from __future__ import annotations

import ctypes
import logging
import math
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from lightning_fabric import Fabric
from lightning_fabric.loggers import TensorBoardLogger
from torch import nn
from torch.optim.lr_scheduler import ReduceLROnPlateau

from nlpseq.config import TrainSettings
from nlpseq.counting import epochs_of
from nlpseq.errors import UserError
from nlpseq.models import MODEL_FILE
from nlpseq.models.device import device_named
from nlpseq.models.weights import own_weights, save_weights
from nlpseq.training.folder import TrainingFolder
from nlpseq.training.interrupts import Interrupts
from nlpseq.training.loop import train
from nlpseq.training.objective import Objective, Stream
from nlpseq.training.optim import make_optimizer, make_schedule, make_warm_up, warm_up_steps
from nlpseq.training.precision import Chosen, choose_precision
from nlpseq.training.progress import Progress
from nlpseq.training.ranks import Ranks, joined
from nlpseq.training.state import Clock, TrainState

log = logging.getLogger("nlpseq")

ECHO_SECONDS = 1.0  # within which torchrun sends its processes the signal that the terminal has sent them
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8  # of glibc's malloc.h
KEPT_BYTES = 1 << 30


@dataclass(frozen=True)
class Outcome:
    """How far a training came, and why it stopped there: "epochs", "time budget", "patience" or "interrupted".

    >>> str(Outcome(epochs=2.04, max_epochs=10, stopped_by="time budget", seconds=60.0))
    'epochs 2.0 of 10 (time budget)'
    """

    epochs: float
    max_epochs: int
    stopped_by: str
    seconds: float  # over all resumes
    precision: Chosen = Chosen("fp32")

    def __str__(self) -> str:
        return f"epochs {epochs_of(self.epochs, self.max_epochs)} ({self.stopped_by})"


def fit(
    model: nn.Module,
    objective: Objective,
    batches: Stream,
    settings: TrainSettings,
    run_dir: Path,
    *,
    steps_per_epoch: int,
    validate: Callable[[], dict[str, float]],
) -> Outcome:
    """Train `model` by `objective` on `batches`, a stream as long as the whole training; the best stays in `run_dir`.

    If `run_dir` holds a checkpoint, the training goes on from there, exactly; with more epochs or more time than it
    was saved with, also one that had ended. The checkpoint stays. Where torchrun has started several processes, all of
    them train, and the first one validates and writes.

    Args:
        steps_per_epoch: steps between validations where `settings.eval_every_steps` is 0.
        validate: the scores of the model as it is then: "loss", and what `settings.monitor` names.

    Raises:
        UserError: the checkpoint cannot be read, or the training diverged.
        KeyboardInterrupt, SystemExit: stopped by Ctrl-C or SIGTERM; the checkpoint is of that step, and a model is in
            `run_dir`.
    """
    with _quiet():
        fabric, state, precision = begin(model, objective, batches, settings, run_dir)
        folder = TrainingFolder(run_dir)
        if folder.load(state):
            log.info("going on from %s", folder.checkpoint_path)
        echo_seconds = ECHO_SECONDS if state.ranks.size > 1 else 0.0
        with Interrupts(echo_seconds=echo_seconds) as interrupts:
            try:
                with Progress(state, settings) as progress:
                    stopped_by = train(
                        fabric, state, settings, folder,
                        eval_every=settings.eval_every_steps or steps_per_epoch, validate=validate,
                        interrupts=interrupts, progress=progress,
                    )  # fmt: skip
            except (KeyboardInterrupt, SystemExit):
                if interrupts.at_rest:
                    _leave(state, settings, folder)
                raise
    if settings.average == "best":
        folder.average(state)
    _give_back_memory()
    return Outcome(
        state.epochs(settings.max_epochs), settings.max_epochs, stopped_by, state.clock.seconds(), precision
    )  # fmt: skip


def begin(
    model: nn.Module, objective: Objective, batches: Stream, settings: TrainSettings, run_dir: Path
) -> tuple[Fabric, TrainState, Chosen]:
    """What the first step of a training needs: `model` on its device, all that moves on with it, and the precision."""
    _hold_memory_down()
    device, ranks = device_for(settings), joined()
    if ranks.size > 1:
        _take_a_share(ranks, batches, settings, device)
    if (number := torch.device(device).index) is not None:
        torch.cuda.set_device(number)
    model.to(device)
    precision = ranks.told(partial(choose_precision, model, objective, batches, settings, run_dir))
    _give_back_memory()
    fabric = Fabric(
        accelerator=torch.device(device).type,
        devices=[torch.cuda.current_device()] if device.startswith("cuda") else 1,
        precision="bf16-mixed" if precision.precision == "bf16" else "32-true",
        loggers=TensorBoardLogger(run_dir, name="", version="tensorboard") if ranks.first else None,
    )
    ranks.spread(model)
    return fabric, _start(model, objective, batches, settings, ranks), precision


def _take_a_share(ranks: Ranks, batches: Stream, settings: TrainSettings, device: str) -> None:
    """Set up one of several processes: its rows, its dropout and its GPU."""
    batches.share = ranks.share
    if not ranks.first:  # the first has what a single process has
        torch.manual_seed(settings.seed + (ranks.rank << 32))
    if device not in ("cpu", "cuda"):
        raise UserError(
            f"{settings.section}.device is {device}, which takes one process; set it to cuda, where each process has "
            "a GPU of its own, or to cpu"
        )
    if device == "cuda":
        number, there = int(os.environ.get("LOCAL_RANK", 0)), torch.cuda.device_count()
        if number >= there:
            raise UserError(
                f"{settings.section}.device: each process needs a GPU of its own, and this machine has {there}; start "
                f"as many processes, or set {settings.section}.device to cpu"
            )
        torch.cuda.set_device(number)


def _start(
    model: nn.Module, objective: Objective, batches: Stream, settings: TrainSettings, ranks: Ranks
) -> TrainState:
    clock = Clock(settings.max_minutes)
    optimizer = make_optimizer(model, settings)
    total_steps = math.ceil(len(batches) / settings.accumulate)
    schedule = make_schedule(optimizer, settings, total_steps=total_steps, time_used=clock.share_used)
    if isinstance(schedule, ReduceLROnPlateau):
        warm_up = make_warm_up(optimizer, warm_up_steps(settings, total_steps))
        return TrainState(model, optimizer, [warm_up], schedule, batches, objective, clock, ranks)
    return TrainState(model, optimizer, [schedule], None, batches, objective, clock, ranks)


def _leave(state: TrainState, settings: TrainSettings, folder: TrainingFolder) -> None:
    """What a training that was stopped leaves: a checkpoint of this step, and some model."""
    if state.step > state.saved:
        folder.checkpoint(state)
    if not state.best and state.ranks.first:
        with state.averaged_weights():
            save_weights(own_weights(state.model), folder.path / MODEL_FILE)
    outcome = Outcome(state.epochs(settings.max_epochs), settings.max_epochs, "interrupted", state.clock.seconds())
    log.info("%s; the same command goes on from step %d", outcome, state.step)


def device_for(settings: TrainSettings) -> str:
    """The name of the device, as set or found.

    Raises:
        UserError: this machine has none such.
    """
    return device_named(settings.device, f"{settings.section}.device")


def _hold_memory_down() -> None:
    """Measures against memory that grows with the number of different batch shapes, and against its being moved."""
    # oneDNN keeps a compiled kernel for each matrix shape it meets, 1,024 of them if it is let.
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "32")
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # not glibc
            mallopt = ctypes.CDLL(None).mallopt
            # glibc gives the thread of the backward pass a heap of its own, and two heaps fragment worse than one.
            mallopt(M_ARENA_MAX, 1)
            # What a step frees, the next one wants again: given back to the system, each page would be cleared anew.
            mallopt(M_MMAP_THRESHOLD, KEPT_BYTES)
            mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
    _give_back_memory()


def _give_back_memory() -> None:
    """Give what was freed, and is kept for the next step, back to the system: before and after steps none wants it."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Lightning's advice and banners out of the user's terminal."""
    log = logging.getLogger("lightning_fabric")
    level = log.level
    log.setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="lightning_fabric")
        warnings.filterwarnings("ignore", category=FutureWarning)
        try:
            yield
        finally:
            log.setLevel(level)
