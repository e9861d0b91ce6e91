"""The translator as Lightning trains it: the loss of a batch, the optimizer, the validation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import lightning.pytorch as pl
import torch
from torch import Tensor
from torch.optim import Optimizer
from torch.optim.lr_scheduler import ReduceLROnPlateau

from nlpseq.config import TrainSettings
from nlpseq.data.batch import PairBatch
from nlpseq.errors import UserError
from nlpseq.models.translator import TranslatorModel, length_mask
from nlpseq.training.losses import cross_entropy
from nlpseq.training.optim import l1_penalty, make_optimizer, make_schedule, make_warm_up


class TranslationModule(pl.LightningModule):
    """Trains `model` with the settings' loss; `validate` scores the whole validation split in one call.

    `validate` and `time_used` are plain functions because Lightning copies this module to average its weights, and
    a function is not copied.
    """

    def __init__(
        self,
        model: TranslatorModel,
        settings: TrainSettings,
        *,
        total_steps: int,
        validate: Callable[[], dict[str, float]],
        time_used: Callable[[], float],
    ) -> None:
        super().__init__()
        self.model = model
        self.settings = settings
        self.total_steps = total_steps
        self.validate, self.time_used = validate, time_used
        self.tokens_seen = 0
        self.scores: dict[str, float] = {}
        self._loss_sum, self._loss_count = 0.0, 0

    @property
    def train_loss(self) -> float:
        """Mean loss a batch since the last validation began."""
        return self._loss_sum / max(1, self._loss_count)

    def training_step(self, batch: PairBatch, batch_idx: int) -> Tensor:
        self.tokens_seen += batch.num_tokens
        targets = batch.tgt[length_mask(batch.tgt_lengths, batch.tgt)]  # (N,)
        passes = 2 if self.settings.consistency > 0 else 1
        if passes == 2:
            batch = _twice(batch)
        logits = self.model(batch.src, batch.src_lengths, batch.tgt_input, batch.tgt_lengths)
        loss = cross_entropy(
            logits.unflatten(0, (passes, -1)),
            targets,
            label_smoothing=self.settings.label_smoothing,
            consistency=self.settings.consistency,
        )
        loss = loss / logits.size(0) + l1_penalty(self.model.parameters(), self.settings.l1)
        self._loss_sum, self._loss_count = self._loss_sum + float(loss.detach()), self._loss_count + 1
        if not torch.isfinite(loss):
            raise UserError("the training loss is not finite; lower train.lr or set train.clip_norm to 1")
        self.log_dict({"train_loss": loss.detach(), "tokens": float(self.tokens_seen)}, prog_bar=True)
        return loss

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

    def on_train_batch_start(self, batch: PairBatch, batch_idx: int) -> None:
        if self.trainer.val_check_batch and batch_idx % int(self.trainer.val_check_batch) == 0:
            self._loss_sum, self._loss_count = 0.0, 0

    def on_save_checkpoint(self, checkpoint: dict[str, object]) -> None:
        checkpoint["progress"] = {"tokens": self.tokens_seen, "loss": self._loss_sum, "count": self._loss_count}

    def on_load_checkpoint(self, checkpoint: dict[str, dict[str, float]]) -> None:
        progress = checkpoint["progress"]
        self.tokens_seen, self._loss_sum = int(progress["tokens"]), progress["loss"]
        self._loss_count = int(progress["count"])

    def configure_optimizers(self) -> tuple[list[Optimizer], list[Any]]:
        optimizer = make_optimizer(self.model, self.settings)
        schedule = make_schedule(optimizer, self.settings, total_steps=self.total_steps, time_used=self.time_used)
        if not isinstance(schedule, ReduceLROnPlateau):
            return [optimizer], [{"scheduler": schedule, "interval": "step"}]
        # Lightning only saves and restores the plateau schedule: there is no second epoch at whose end to step it.
        warm_up = make_warm_up(optimizer, self.settings.warmup_steps)
        return [optimizer], [
            {"scheduler": warm_up, "interval": "step"},
            {"scheduler": schedule, "interval": "epoch", "frequency": 2, "monitor": "val_loss"},
        ]


def _twice(batch: PairBatch) -> PairBatch:
    """Every pair two times: two dropout masks each, in one pass."""
    return replace(
        batch,
        src=batch.src.repeat(2, 1),
        src_lengths=batch.src_lengths.repeat(2),
        tgt_input=batch.tgt_input.repeat(2, 1),
        tgt=batch.tgt.repeat(2, 1),
        tgt_lengths=batch.tgt_lengths.repeat(2),
    )
