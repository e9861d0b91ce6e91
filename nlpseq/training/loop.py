"""The training loop: draw a batch, loss, backward, clip, step, schedule, average; validate, keep the best, save."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import torch
from lightning_fabric import Fabric

from nlpseq.config import TrainSettings
from nlpseq.training.folder import TrainingFolder
from nlpseq.training.interrupts import Interrupts
from nlpseq.training.optim import l1_penalty, moving_average
from nlpseq.training.progress import Progress
from nlpseq.training.state import TrainState
from nlpseq.training.validation import diverged, validation

LOG_EVERY_STEPS = 10


def train(
    fabric: Fabric,
    state: TrainState,
    settings: TrainSettings,
    folder: TrainingFolder,
    *,
    eval_every: int,
    validate: Callable[[], dict[str, float]],
    interrupts: Interrupts,
    progress: Progress,
) -> str:
    """Train until there is a reason to stop, after a last validation; the reason.

    Each turn does one thing, so that a checkpoint of any moment between two turns is gone on from as if nothing
    had been.
    """
    batches = iter(state.batches)
    state.model.train()
    while True:
        interrupts.deliver(state.agree(interrupts.pending))
        stop = why_stop(state, settings)
        if state.step > state.validated and (stop or state.step % eval_every == 0):
            progress.clear()
            with state.averaged_weights():
                scores = validation(state, settings, folder, validate, interrupts)
            fabric.log_dict(where(state, settings) | scores, state.step)
            state.stopped_by = why_stop(state, settings)
            folder.checkpoint(state)
        elif state.step > state.saved and state.step % settings.resume_every_steps == 0:
            folder.checkpoint(state)
        elif stop:
            return stop
        else:
            loss = train_step(fabric, state, batches, settings)
            progress.step(loss)
            if state.step % LOG_EVERY_STEPS == 0:
                fabric.log_dict(where(state, settings) | {"train_loss": loss}, state.step)


def train_step(fabric: Fabric, state: TrainState, batches: Iterator[Any], settings: TrainSettings) -> float:
    """One step of the optimizer on the next `accumulate` batches, or as many as are left; their mean loss.

    Of several processes each has a share of every batch, and their gradients are added up before the weights move.

    Raises:
        UserError: the loss or its gradient is not finite.
    """
    weights = list(state.model.parameters())
    state.optimizer.zero_grad()
    total, count, tokens = 0.0, 0, 0
    for batch in islice(batches, settings.accumulate):
        if batch is None:  # fewer rows than processes
            continue
        with fabric.autocast():
            loss = state.objective(state.model, batch.to(fabric.device))
        total, count, tokens = total + float(loss.total.detach()), count + loss.count, tokens + loss.tokens
        if count > loss.count:  # the gradient of the batches before was divided by their own count
            torch._foreach_mul_([weight.grad for weight in weights if weight.grad is not None], 1 - loss.count / count)
        fabric.backward(loss.total / count)
    total, count, tokens = state.ranks.add_up(weights, total, count, tokens)
    if not math.isfinite(total):
        raise diverged(settings, f"the loss of step {state.step + 1} is not finite")
    if settings.l1 > 0:
        fabric.backward(l1_penalty(weights, settings.l1))
    if settings.clip_norm:
        norm = torch.nn.utils.clip_grad_norm_(weights, settings.clip_norm, foreach=True)
        if not math.isfinite(norm):
            raise diverged(settings, f"the gradient of step {state.step + 1} is not finite")
    state.optimizer.step()
    for schedule in state.schedules:
        schedule.step()
    if settings.average == "ema":
        average(state, settings)
    state.loss_sum, state.loss_count = state.loss_sum + total, state.loss_count + count
    state.step, state.tokens = state.step + 1, state.tokens + tokens
    return total / count


def average(state: TrainState, settings: TrainSettings) -> None:
    """Move the averages towards the weights; the first step's weights are the first averages."""
    weights = [weight.detach() for weight in state.model.parameters()]
    if state.averages is None:
        state.averages = [weight.clone() for weight in weights]
    else:
        moving_average(settings.ema_decay)(state.averages, weights, state.step)


def why_stop(state: TrainState, settings: TrainSettings) -> str | None:
    """ "patience", "epochs" or "time budget" if it is spent, else None; there is always a first step."""
    if settings.patience and state.waited >= settings.patience:
        return "patience"
    if state.batches.drawn >= len(state.batches):
        return "epochs"
    if state.step and state.clock.share_used() >= 1:
        return "time budget"
    return None


def where(state: TrainState, settings: TrainSettings) -> dict[str, float]:
    """What TensorBoard shows beside losses and scores."""
    return {
        "epoch": state.epochs(settings.max_epochs),
        "tokens": float(state.tokens),
        "lr": state.optimizer.param_groups[0]["lr"],
    }
