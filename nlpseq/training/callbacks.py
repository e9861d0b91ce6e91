"""What happens besides the steps: the clock, the curves, the best models, the checkpoint to resume from."""

from __future__ import annotations

import csv
import io
import logging
import time
from pathlib import Path
from typing import Any, Protocol

import lightning.pytorch as pl
import torch
from lightning.pytorch.callbacks import Callback
from safetensors.torch import load_file
from torch import nn

from nlpseq.config import TrainSettings
from nlpseq.files import atomic_path, write_text_atomically
from nlpseq.models.weights import MODEL_FILE, own_weights, save_weights

log = logging.getLogger("nlpseq")

RESUME_FILE = "resume.ckpt"
CURVES_FILE = "curves.csv"


class Task(Protocol):
    """What the callbacks need of a task's LightningModule."""

    model: nn.Module
    tokens_seen: int
    train_loss: float
    scores: dict[str, float]  # of the latest validation: "loss", and what else the task measures


class Clock(Callback):
    """Minutes of training over all resumes, and its stop, after a last validation, when time or batches are spent."""

    def __init__(self, max_minutes: float | None) -> None:
        self.max_minutes = max_minutes
        self._before = 0.0
        self._started: float | None = None

    @property
    def started(self) -> bool:
        """Whether training is under way, with all that a checkpoint held restored."""
        return self._started is not None

    def seconds(self) -> float:
        """Seconds trained so far, those before a resume included."""
        return self._before + (0.0 if self._started is None else time.monotonic() - self._started)

    def share_used(self) -> float:
        """Share of the time budget that is gone; 0 without a budget."""
        return 0.0 if self.max_minutes is None else self.seconds() / (60 * self.max_minutes)

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._started = time.monotonic()

    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        if self.share_used() >= 1:
            log.info("time budget of %g minutes is spent at step %d", self.max_minutes, trainer.global_step)
            trainer.should_stop = True
        if batch_idx + 1 == trainer.num_training_batches:
            trainer.should_stop = True  # Lightning validates at a stop, but not at an end between two validations

    def state_dict(self) -> dict[str, Any]:
        return {"seconds": self.seconds()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self._before = state_dict["seconds"]


class Curves(Callback):
    """One row a validation in `curves.csv` (and one line in the log): step, minutes, losses, scores, speed."""

    def __init__(self, run_dir: Path, clock: Clock, *, steps_per_epoch: int) -> None:
        self.path = run_dir / CURVES_FILE
        self.clock = clock
        self.steps_per_epoch = steps_per_epoch
        self.rows: list[dict[str, float]] = []
        self._mark = (0, 0.0)

    def on_train_start(self, trainer: pl.Trainer, pl_module: Any) -> None:
        self._mark = (pl_module.tokens_seen, self.clock.seconds())

    def on_validation_start(self, trainer: pl.Trainer, pl_module: Any) -> None:
        tokens, seconds = self._mark
        self._speed = (pl_module.tokens_seen - tokens) / max(1e-9, self.clock.seconds() - seconds)

    def on_validation_end(self, trainer: pl.Trainer, pl_module: Any) -> None:
        task: Task = pl_module
        row = {
            "step": trainer.global_step,
            "epoch": round(trainer.global_step / self.steps_per_epoch, 2),
            "minutes": round(self.clock.seconds() / 60, 3),
            "train_loss": round(task.train_loss, 4),
            **{f"val_{name}": round(value, 4) for name, value in task.scores.items()},
            "lr": trainer.optimizers[0].param_groups[0]["lr"],
            "tokens_per_second": round(self._speed),
        }
        self.rows.append(row)
        self._write()
        log.info("  ".join(f"{name} {value:g}" for name, value in row.items()))
        self._mark = (pl_module.tokens_seen, self.clock.seconds())

    def _write(self) -> None:
        text = io.StringIO()
        writer = csv.DictWriter(text, self.rows[0])
        writer.writeheader()
        writer.writerows(self.rows)
        write_text_atomically(self.path, text.getvalue())

    def state_dict(self) -> dict[str, Any]:
        return {"rows": self.rows}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.rows = state_dict["rows"]


class BestModels(Callback):
    """The `keep_best` best models by validation score, and the best of them as `model.safetensors` at any time.

    It looks at the end of the validation epoch, while averaged weights (if any) are still in the model; it must
    stand before the averaging callback.
    """

    def __init__(self, run_dir: Path, settings: TrainSettings) -> None:
        self.run_dir = run_dir
        self.settings = settings
        self.best: list[tuple[float, int]] = []  # (score, step), best first; higher is better

    def on_validation_epoch_end(self, trainer: pl.Trainer, pl_module: Any) -> None:
        scores = pl_module.scores
        score = -scores["loss"] if self.settings.monitor == "loss" else scores[self.settings.monitor]
        entry = (float(score), trainer.global_step)
        kept = sorted([*self.best, entry], key=lambda pair: (-pair[0], pair[1]))[: self.settings.keep_best]
        if entry not in kept:
            return
        weights = {name: weight.detach().clone() for name, weight in own_weights(pl_module.model).items()}
        if self.settings.keep_best > 1:
            save_weights(weights, self._path(entry[1]))
            for _, step in set(self.best) - set(kept):
                self._path(step).unlink(missing_ok=True)
        if kept[0] == entry:
            save_weights(weights, self.run_dir / MODEL_FILE)
        self.best = kept

    def on_exception(self, trainer: pl.Trainer, pl_module: Any, exception: BaseException) -> None:
        if isinstance(exception, KeyboardInterrupt) and not (self.run_dir / MODEL_FILE).exists():
            save_weights(own_weights(pl_module.model), self.run_dir / MODEL_FILE)

    def average(self) -> None:
        """Make `model.safetensors` the mean of the kept models."""
        models = [load_file(self._path(step)) for _, step in self.best] if self.settings.keep_best > 1 else []
        if models:
            mean = {name: torch.stack([model[name] for model in models]).mean(0) for name in models[0]}
            save_weights(mean, self.run_dir / MODEL_FILE)

    def _path(self, step: int) -> Path:
        return self.run_dir / "best" / f"step-{step:07d}.safetensors"

    def state_dict(self) -> dict[str, Any]:
        return {"best": self.best}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.best = [(score, step) for score, step in state_dict["best"]]


class ResumeCheckpoint(pl.callbacks.Checkpoint):
    """`resume.ckpt`: everything that the same command needs to go on as if nothing had happened.

    Lightning saves weights, optimizer, schedule, loops, loader and callbacks; the random states are added here.
    Being a Checkpoint, it is called after all other callbacks. A step that ends in a validation is saved after it.
    """

    def __init__(self, run_dir: Path, *, every_steps: int) -> None:
        self.path = run_dir / RESUME_FILE
        self.every_steps = every_steps
        self._loaded: dict[str, Any] | None = None
        self._saved_at = 0
        self._stopping = False

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if self._loaded is not None:
            torch.set_rng_state(self._loaded["cpu"])
            if self._loaded["cuda"]:
                torch.cuda.set_rng_state_all(self._loaded["cuda"])
            trainer.should_stop = self._loaded["stopping"]  # Lightning forgets it

    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        step = trainer.global_step
        validates = trainer.should_stop or (batch_idx + 1) % int(trainer.val_check_batch or 1) == 0
        if step % self.every_steps == 0 and step != self._saved_at and not validates:
            self._save(trainer)

    def on_validation_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._save(trainer)

    def _save(self, trainer: pl.Trainer) -> None:
        self._saved_at, self._stopping = trainer.global_step, trainer.should_stop
        with atomic_path(self.path) as beside:
            trainer.save_checkpoint(beside)

    def state_dict(self) -> dict[str, Any]:
        cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []
        return {"cpu": torch.get_rng_state(), "cuda": cuda, "saved_at": self._saved_at, "stopping": self._stopping}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self._loaded, self._saved_at = state_dict, state_dict["saved_at"]
