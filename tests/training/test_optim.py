"""Learning rates are literal, decay spares biases, every optimizer learns, averages start quickly."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn
from torch.optim.lr_scheduler import ReduceLROnPlateau

from nlpseq.config import TrainSettings
from nlpseq.training.optim import (
    TIME_MARGIN,
    l1_penalty,
    learning_rate_factor,
    make_optimizer,
    make_schedule,
    make_warm_up,
    moving_average,
)

OPTIMIZERS = ["adamw", "adam", "sgd", "rmsprop"]


def curve(steps: list[int], *, total_steps: int = 100, time_used: float = 0.0, **settings) -> list[float]:
    chosen = TrainSettings(**settings)
    return [learning_rate_factor(step, chosen, total_steps=total_steps, time_used=time_used) for step in steps]


@pytest.mark.parametrize("schedule", ["cosine", "inverse_sqrt", "constant"])
def test_the_warm_up_is_linear_and_reaches_the_peak(schedule) -> None:
    found = curve([0, 1, 2, 3, 4], warmup_steps=5, schedule=schedule)
    assert found == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])


@pytest.mark.parametrize("schedule", ["cosine", "inverse_sqrt", "constant"])
def test_without_a_warm_up_training_starts_at_the_peak(schedule) -> None:
    assert curve([0], warmup_steps=0, schedule=schedule) == [1.0]


def test_cosine_comes_down_by_steps() -> None:
    found = curve([20, 40, 60, 80, 100, 130], warmup_steps=20, final_lr=0.1)
    quarter = 0.1 + 0.9 * (1 + math.sqrt(0.5)) / 2
    assert found == pytest.approx([1.0, quarter, 0.55, 1.1 - quarter, 0.1, 0.1])


@pytest.mark.parametrize(
    ("step", "time_used", "expected"),
    [
        (30, 0.5, 0.55),  # the budget will not do for all steps, so time rules
        (60, 0.2, 0.55),  # steps are further than time
        (60, 0.6 + TIME_MARGIN - 0.01, 0.55),  # time is ahead, but by too little to tell
        (60, 0.6 + TIME_MARGIN, 0.55),
        (60, 0.6 + TIME_MARGIN + 0.01, 0.1 + 0.45 * (1 + math.cos(math.pi * (0.61 + TIME_MARGIN)))),
        (30, 1.0, 0.1),
        (30, 1.7, 0.1),  # past the budget
        (10, 0.5, 11 / 20),  # the warm-up does not look at the clock
    ],
)
def test_cosine_comes_down_by_the_clock_where_time_is_short(step, time_used, expected) -> None:
    assert curve([step], warmup_steps=20, final_lr=0.1, time_used=time_used) == pytest.approx([expected])


def test_inverse_square_root() -> None:
    found = curve([3, 15, 99], warmup_steps=4, schedule="inverse_sqrt", time_used=0.9)
    assert found == pytest.approx([1.0, 0.5, 0.2])


def test_constant_stays() -> None:
    assert curve([4, 50, 1000], warmup_steps=4, schedule="constant", time_used=0.9) == [1.0, 1.0, 1.0]


def test_the_schedule_sets_the_rate_of_every_group_and_asks_for_the_time() -> None:
    settings = TrainSettings(lr=0.4, warmup_steps=2, final_lr=0.0, optimizer="sgd")
    optimizer = make_optimizer(nn.Linear(3, 2), settings)
    time_used = 0.0
    schedule = make_schedule(optimizer, settings, total_steps=1000, time_used=lambda: time_used)
    rates = []
    for step in range(4):
        rates.append([group["lr"] for group in optimizer.param_groups])
        time_used = 0.5 if step == 2 else 0.0
        optimizer.step()
        schedule.step()
    assert rates[:2] == [[0.2, 0.2], [0.4, 0.4]]
    assert rates[2] == pytest.approx([0.4, 0.4])
    assert rates[3] == pytest.approx([0.2, 0.2])


def test_the_warm_up_multiplies_what_plateau_sets() -> None:
    optimizer = torch.optim.SGD(nn.Linear(3, 2).parameters(), lr=0.8)
    warm_up = make_warm_up(optimizer, 4)
    rates = []
    for step in range(6):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step == 1:
            optimizer.param_groups[0]["lr"] /= 2
        warm_up.step()
    assert rates == pytest.approx([0.2, 0.4, 0.3, 0.4, 0.4, 0.4])


@pytest.mark.parametrize("steps", [0, 1])
def test_a_warm_up_of_one_step_is_none(steps) -> None:
    optimizer = torch.optim.SGD(nn.Linear(3, 2).parameters(), lr=0.8)
    make_warm_up(optimizer, steps)
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.8)


def test_plateau_halves_the_rate_when_the_score_stands_still() -> None:
    settings = TrainSettings(lr=0.4, schedule="plateau", optimizer="sgd")
    optimizer = make_optimizer(nn.Linear(3, 2), settings)
    schedule = make_schedule(optimizer, settings, total_steps=9, time_used=lambda: 0.0)
    assert isinstance(schedule, ReduceLROnPlateau)
    rates = []
    for loss in (5.0, 4.0, 4.0, 4.0, 3.0):
        schedule.step(loss)
        rates.append(optimizer.param_groups[0]["lr"])
    assert rates == pytest.approx([0.4, 0.4, 0.4, 0.2, 0.2])


class Small(nn.Module):
    """A matrix with a bias, and a normalisation."""

    def __init__(self) -> None:
        super().__init__()
        self.linear, self.norm = nn.Linear(4, 3), nn.LayerNorm(3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.norm(self.linear(x))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_weight_decay_spares_biases_and_normalisation(name) -> None:
    model = Small()
    optimizer = make_optimizer(model, TrainSettings(optimizer=name, weight_decay=0.25))
    decay = {id(weight): group["weight_decay"] for group in optimizer.param_groups for weight in group["params"]}
    assert {key: decay[id(weight)] for key, weight in model.named_parameters()} == {
        "linear.weight": 0.25,
        "linear.bias": 0.0,
        "norm.weight": 0.0,
        "norm.bias": 0.0,
    }


def test_adamw_decays_the_matrix_by_itself() -> None:
    model = Small()
    before = {name: weight.detach().clone() for name, weight in model.named_parameters()}
    for weight in model.parameters():
        weight.grad = torch.zeros_like(weight)
    make_optimizer(model, TrainSettings(lr=0.1, weight_decay=0.5)).step()
    for name, weight in model.named_parameters():
        torch.testing.assert_close(weight.detach(), before[name] * (0.95 if name == "linear.weight" else 1.0))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_learns(name) -> None:
    torch.manual_seed(0)
    model, x = Small(), torch.randn(17, 4)
    y = torch.randn(17, 3)
    optimizer = make_optimizer(model, TrainSettings(optimizer=name, lr=0.02, weight_decay=0.0))
    losses = []
    for _ in range(60):
        optimizer.zero_grad()
        loss = (model(x) - y).square().mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.8 * losses[0]


def test_the_moving_average_of_three_updates() -> None:
    update = moving_average(0.2)
    averages = [torch.zeros(2, 3), torch.full((1,), 8.0)]
    expected = 0.0
    for n, decay in enumerate([1 / 10, 2 / 11, 0.2]):  # (1 + n) / (10 + n), at most the decay itself
        weights = [torch.full((2, 3), float(n + 1)), torch.full((1,), 8.0)]
        update(averages, weights, n if n % 2 else torch.tensor(n))
        expected = decay * expected + (1 - decay) * (n + 1)
        torch.testing.assert_close(averages[0], torch.full((2, 3), expected))
        assert averages[1].item() == pytest.approx(8.0)


def test_l1_counts_matrices_only_and_has_their_signs_as_gradient() -> None:
    matrix = torch.tensor([[1.5, -2.0, 0.25], [0.0, 3.0, -1.0]], requires_grad=True)
    bias = torch.tensor([100.0], requires_grad=True)
    penalty = l1_penalty([matrix, bias], 0.2)
    assert penalty.item() == pytest.approx(0.2 * 7.75)
    penalty.backward()
    torch.testing.assert_close(matrix.grad, 0.2 * matrix.detach().sign())
    assert bias.grad is None
    assert l1_penalty([matrix], 0.0) == 0.0
