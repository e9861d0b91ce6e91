"""Optimizers and learning-rate schedules from the training settings."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR, LinearLR, LRScheduler, ReduceLROnPlateau

from nlpseq.config import TrainSettings

# How far ahead of the steps the clock must be, as a share of the time budget, before the learning rate follows it.
TIME_MARGIN = 0.05


def make_optimizer(model: nn.Module, settings: TrainSettings) -> torch.optim.Optimizer:
    """The optimizer named by `settings.optimizer`; weight decay spares biases and normalisation.

    >>> type(make_optimizer(nn.Linear(2, 3), TrainSettings(optimizer="sgd"))).__name__
    'SGD'
    """
    weights = [weight for weight in model.parameters() if weight.dim() > 1]
    others = [weight for weight in model.parameters() if weight.dim() <= 1]
    groups = [{"params": weights, "weight_decay": settings.weight_decay}, {"params": others, "weight_decay": 0.0}]
    if settings.optimizer == "adamw":
        return torch.optim.AdamW(groups, lr=settings.lr, betas=(0.9, 0.98), fused=True)
    if settings.optimizer == "adam":
        return torch.optim.Adam(groups, lr=settings.lr, betas=(0.9, 0.98))
    if settings.optimizer == "sgd":
        return torch.optim.SGD(groups, lr=settings.lr, momentum=0.9)
    return torch.optim.RMSprop(groups, lr=settings.lr)


def make_schedule(
    optimizer: torch.optim.Optimizer, settings: TrainSettings, *, total_steps: int, time_used: Callable[[], float]
) -> LRScheduler | ReduceLROnPlateau:
    """The learning-rate schedule named by `settings.schedule`, after a linear warm-up.

    `time_used` gives the share of the time budget that is gone, 0 without a budget: where the machine is too slow for
    all steps, cosine comes down by time, so that a training cut short ends with a small learning rate too.
    Plateau wants `make_warm_up` beside it.
    """
    if settings.schedule == "plateau":
        return ReduceLROnPlateau(optimizer, factor=0.5, patience=1)

    def factor(step: int) -> float:
        return learning_rate_factor(step, settings, total_steps=total_steps, time_used=time_used())

    return LambdaLR(optimizer, factor)


def make_warm_up(optimizer: torch.optim.Optimizer, steps: int) -> LinearLR:
    """A linear warm-up that other schedules can work beside: it multiplies what they set.

    >>> optimizer = torch.optim.SGD(nn.Linear(2, 3).parameters(), lr=1.0)
    >>> warm_up, rates = make_warm_up(optimizer, 4), []
    >>> for _ in range(5):
    ...     rates.append(round(optimizer.param_groups[0]["lr"], 3))
    ...     optimizer.step(); warm_up.step()
    >>> rates
    [0.25, 0.5, 0.75, 1.0, 1.0]
    """
    steps = max(1, steps)
    return LinearLR(optimizer, start_factor=1 / steps, total_iters=steps - 1)


def warm_up_steps(settings: TrainSettings, total_steps: int) -> int:
    """Steps of the warm-up: as set, but a quarter of a short training at most.

    >>> warm_up_steps(TrainSettings(warmup_steps=100), 80), warm_up_steps(TrainSettings(warmup_steps=100), 8000)
    (20, 100)
    """
    return min(settings.warmup_steps, total_steps // 4)


def learning_rate_factor(step: int, settings: TrainSettings, *, total_steps: int, time_used: float = 0.0) -> float:
    """Share of the peak learning rate at `step` (0 is the first).

    >>> s = TrainSettings(warmup_steps=10, final_lr=0.0)
    >>> [round(learning_rate_factor(step, s, total_steps=110), 3) for step in (0, 9, 60, 110)]
    [0.1, 1.0, 0.5, 0.0]
    """
    warmup_steps = warm_up_steps(settings, total_steps)
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    if settings.schedule == "inverse_sqrt":
        return math.sqrt(max(warmup_steps, 1) / (step + 1))
    if settings.schedule == "cosine":
        progress = (step - warmup_steps) / (total_steps - warmup_steps)
        # Time only counts where the budget will clearly not do: by the clock no two trainings are alike.
        if time_used > step / total_steps + TIME_MARGIN:
            progress = max(progress, time_used)
        progress = min(1.0, progress)
        return settings.final_lr + (1 - settings.final_lr) * 0.5 * (1 + math.cos(math.pi * progress))
    return 1.0


def moving_average(decay: float) -> Callable[[list[Tensor], list[Tensor], Tensor | int], None]:
    """Exponential moving average of weights whose decay grows with the updates made, so that it starts quickly.

    Update n uses min(decay, (1 + n) / (10 + n)) (as TensorFlow's ExponentialMovingAverage with num_updates).

    >>> average, now = [torch.zeros(2)], [torch.ones(2)]
    >>> moving_average(0.999)(average, now, 0)
    >>> average[0].tolist()  # decay 1/10 at first
    [0.8999999761581421, 0.8999999761581421]
    """

    @torch.no_grad()
    def update(averages: list[Tensor], weights: list[Tensor], updates: Tensor | int) -> None:
        now = min(decay, (1 + int(updates)) / (10 + int(updates)))
        torch._foreach_lerp_(averages, weights, 1 - now)

    return update


def l1_penalty(weights: Iterable[Tensor], strength: float) -> Tensor:
    """`strength` times the sum of the absolute values of all matrices.

    >>> float(l1_penalty([torch.tensor([[1.0, -2.0]])], 0.5))
    1.5
    """
    return strength * torch.stack([weight.abs().sum() for weight in weights if weight.dim() > 1]).sum()
