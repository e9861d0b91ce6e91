"""Any task's network as Lightning trains it: an objective for the loss, the optimizer, the validation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import lightning.pytorch as pl
import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import ReduceLROnPlateau

from nlpseq.config import TrainSettings
from nlpseq.errors import UserError
from nlpseq.training.optim import l1_penalty, make_optimizer, make_schedule, make_warm_up, warm_up_steps


class Loss(NamedTuple):
    """A batch's loss: `value`, what it is divided by being its own affair, and the `tokens` it was trained on.

    `second` is asked for one more loss after the gradient of the first is known; both gradients are used.
    """

    value: Tensor
    tokens: int
    second: Callable[[], Tensor] | None = None


class Objective(Protocol):
    """What a task trains for. It gets the model with each batch because the averaged model is a copy of it.

    What it remembers from batch to batch stands in `state`, which goes into the checkpoint.
    """

    state: dict[str, Any]

    def __call__(self, model: Any, batch: Any) -> Loss: ...


class TrainingModule(pl.LightningModule):
    """Trains `model` by `objective`; `validate` scores the whole validation split in one call.

    `validate` and `time_used` are plain functions because Lightning copies this module to average its weights, and
    a function is not copied.
    """

    def __init__(
        self,
        model: nn.Module,
        objective: Objective,
        settings: TrainSettings,
        *,
        total_steps: int,
        validate: Callable[[], dict[str, float]],
        time_used: Callable[[], float],
    ) -> None:
        super().__init__()
        self.model = model
        self.objective = objective
        self.settings = settings
        self.total_steps = total_steps
        self.validate, self.time_used = validate, time_used
        self.tokens_seen = 0
        self.scores: dict[str, float] = {}
        self._loss_sum, self._loss_count = 0.0, 0
        self._second: Callable[[], Tensor] | None = None

    @property
    def train_loss(self) -> float:
        """Mean loss a batch since the last validation began."""
        return self._loss_sum / max(1, self._loss_count)

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        value, tokens, self._second = self.objective(self.model, batch)
        self.tokens_seen += tokens
        loss = value + l1_penalty(self.model.parameters(), self.settings.l1)
        self._loss_sum, self._loss_count = self._loss_sum + float(loss.detach()), self._loss_count + 1
        if not torch.isfinite(loss):
            raise UserError("the training loss is not finite; lower train.lr or set train.clip_norm to 1")
        self.log_dict({"train_loss": loss.detach(), "tokens": float(self.tokens_seen)}, prog_bar=True)
        return loss

    def backward(self, loss: Tensor, *args: Any, **kwargs: Any) -> None:
        loss.backward()
        if self._second is not None:
            with self.trainer.precision_plugin.forward_context():
                again = self._second() / self.trainer.accumulate_grad_batches
            again.backward()
            self._second = None

    def validation_step(self, batch: object, batch_idx: int) -> None:
        # In full precision, as it will be used; Lightning's own context may be in bfloat16.
        with torch.autocast(self.device.type, enabled=False):
            self.scores = self.validate()
        self.log_dict({f"val_{name}": value for name, value in self.scores.items()}, prog_bar=True, batch_size=1)

    def on_validation_epoch_end(self) -> None:
        # Lightning would do it after the checkpoint of this validation is saved, so that a resumed training misses it.
        for config in self.trainer.lr_scheduler_configs:
            if isinstance(config.scheduler, ReduceLROnPlateau):
                config.scheduler.step(self.scores["loss"])

    def configure_gradient_clipping(
        self,
        optimizer: Optimizer,
        gradient_clip_val: float | None = None,
        gradient_clip_algorithm: str | None = None,
    ) -> None:
        # Not by the Trainer, which refuses to clip for fused optimizers (they could unscale fp16; there is none here).
        if self.settings.clip_norm:
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.settings.clip_norm, foreach=True)

    def on_train_batch_start(self, batch: Any, batch_idx: int) -> None:
        if self.trainer.val_check_batch and batch_idx % int(self.trainer.val_check_batch) == 0:
            self._loss_sum, self._loss_count = 0.0, 0

    def on_save_checkpoint(self, checkpoint: dict[str, object]) -> None:
        checkpoint["progress"] = {"tokens": self.tokens_seen, "loss": self._loss_sum, "count": self._loss_count}
        checkpoint["objective"] = self.objective.state

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        progress = checkpoint["progress"]
        self.tokens_seen, self._loss_sum = int(progress["tokens"]), progress["loss"]
        self._loss_count = int(progress["count"])
        self.objective.state = checkpoint["objective"]

    def configure_optimizers(self) -> tuple[list[Optimizer], list[Any]]:
        optimizer = make_optimizer(self.model, self.settings)
        schedule = make_schedule(optimizer, self.settings, total_steps=self.total_steps, time_used=self.time_used)
        if not isinstance(schedule, ReduceLROnPlateau):
            return [optimizer], [{"scheduler": schedule, "interval": "step"}]
        # Lightning only saves and restores the plateau schedule: there is no second epoch at whose end to step it.
        warm_up = make_warm_up(optimizer, warm_up_steps(self.settings, self.total_steps))
        return [optimizer], [
            {"scheduler": warm_up, "interval": "step"},
            {"scheduler": schedule, "interval": "epoch", "frequency": 2, "monitor": "val_loss"},
        ]
