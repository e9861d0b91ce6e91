"""From settings to a Lightning Trainer and a finished training, resumed where it was left."""

from __future__ import annotations

import ctypes
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import lightning.pytorch as pl
import torch
from lightning.pytorch.callbacks import Callback, EarlyStopping, RichProgressBar, WeightAveraging
from lightning.pytorch.loggers import TensorBoardLogger

from nlpseq.config import TrainSettings
from nlpseq.errors import UserError
from nlpseq.training.callbacks import RESUME_FILE, BestModels, Clock, Curves, ResumeCheckpoint
from nlpseq.training.optim import moving_average

log = logging.getLogger("nlpseq")


def fit(
    module: pl.LightningModule,
    batches: Any,
    clock: Clock,
    settings: TrainSettings,
    run_dir: Path,
    *,
    steps_per_epoch: int,
) -> None:
    """Train `module` on `batches`, a resumable stream as long as the whole training; the best model stays in `run_dir`.

    If `run_dir` holds a checkpoint of an unfinished training, it goes on from there, exactly. The last checkpoint is
    left to the caller to remove, once it has noted that the training is done.

    Raises:
        UserError: the checkpoint cannot be read.
        KeyboardInterrupt: the user stopped the training; the best model so far is in `run_dir`.
    """
    _hold_memory_down()
    best = BestModels(run_dir, settings)
    callbacks: list[Callback] = [clock, best]
    if settings.average == "ema":
        callbacks.append(WeightAveraging(use_buffers=False, multi_avg_fn=moving_average(settings.ema_decay)))
    if settings.patience:
        mode = "min" if settings.monitor == "loss" else "max"
        callbacks.append(EarlyStopping(f"val_{settings.monitor}", mode=mode, patience=settings.patience, min_delta=0.0))
    callbacks += [
        Curves(run_dir, clock, steps_per_epoch=steps_per_epoch),
        _ProgressBar(console_kwargs={"stderr": True}),
        ResumeCheckpoint(run_dir, every_steps=settings.resume_every_steps),
    ]
    total = len(batches)
    eval_every = (settings.eval_every_steps or steps_per_epoch) * settings.accumulate
    with _quiet():
        trainer = pl.Trainer(
            accelerator="gpu" if device_for(settings) == "cuda" else "cpu",
            devices=1,
            precision="bf16-mixed" if use_bf16(settings) else "32-true",
            max_epochs=1,
            accumulate_grad_batches=settings.accumulate,
            val_check_interval=min(eval_every, total),
            check_val_every_n_epoch=None,
            num_sanity_val_steps=0,
            log_every_n_steps=10,
            callbacks=callbacks,
            logger=TensorBoardLogger(run_dir, name="", version="tensorboard"),
            enable_model_summary=False,
            use_distributed_sampler=False,
        )
        resume = run_dir / RESUME_FILE if (run_dir / RESUME_FILE).exists() else None
        if resume:
            log.info("going on from %s", resume)
        try:
            # One batch stands for the whole validation split: the task scores it in one go.
            trainer.fit(module, batches, [0], ckpt_path=resume, weights_only=True)
        except SystemExit as error:  # Lightning turns Ctrl-C into exit code 1
            raise KeyboardInterrupt from error
        except (UserError, OSError):
            raise
        except Exception as error:
            # A damaged file can raise anything; what fails before the first step is the fault of the checkpoint.
            if resume and not clock.started:
                raise UserError(f"{resume}: cannot be resumed from; delete it to train from the start") from error
            raise
    if settings.average == "best":
        best.average()


def device_for(settings: TrainSettings) -> str:
    """ "cuda" or "cpu", as set or found.

    Raises:
        UserError: cuda is asked for and there is none.
    """
    if settings.device == "cuda" and not torch.cuda.is_available():
        raise UserError(f"{settings.section}.device is cuda, but torch finds no CUDA device; set it to cpu or auto")
    return settings.device if settings.device != "auto" else ("cuda" if torch.cuda.is_available() else "cpu")


def use_bf16(settings: TrainSettings) -> bool:
    """Whether to train in bfloat16 mixed precision: as set, or where the processor multiplies it natively."""
    if settings.precision != "auto":
        return settings.precision == "bf16"
    if device_for(settings) == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    native = (getattr(torch.cpu, name, None) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"))
    return any(supported() for supported in native if supported is not None)


class _ProgressBar(RichProgressBar):
    """Lightning's, without the words that make no sense here: one "epoch" to Lightning is the whole training."""

    def _get_train_description(self, current_epoch: int) -> str:
        return "training"

    def get_metrics(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> dict[str, Any]:
        return {name: value for name, value in super().get_metrics(trainer, pl_module).items() if name != "v_num"}


def _hold_memory_down() -> None:
    """Two measures against memory that grows with the number of different batch shapes."""
    # oneDNN keeps a compiled kernel for each matrix shape it meets, 1,024 of them if it is let.
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "32")
    if sys.platform == "linux":
        # glibc gives the thread of the backward pass a heap of its own, and two heaps fragment worse than one.
        with suppress(OSError, AttributeError):  # not glibc
            ctypes.CDLL(None).mallopt(-8, 1)  # M_ARENA_MAX


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Lightning's advice and banners out of the user's terminal."""
    lightning_log = logging.getLogger("lightning.pytorch")
    level = lightning_log.level
    lightning_log.setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="lightning")
        warnings.filterwarnings("ignore", category=FutureWarning)
        try:
            yield
        finally:
            lightning_log.setLevel(level)
