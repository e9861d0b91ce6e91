"""Gradients over distance: exact in cells whose gradient is known, and as the articles say in those of any size."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nlpseq.config import TrainSettings
from nlpseq.diagnosis.flow import (
    CELLS,
    Experiment,
    GradientFlow,
    WindowLanguageModel,
    gradient_flows,
    gradient_over_distance,
    train_watched,
)
from nlpseq.errors import UserError
from nlpseq.layers.recurrent import Recurrent

TRAIN = TrainSettings(lr=1e-2, weight_decay=0.0)


@pytest.fixture(scope="module")
def text() -> np.ndarray:
    """2,000 ids of a text in which each follows from the two before it, most of the time."""
    random = np.random.default_rng(7)
    ids = [3, 5]
    for noise in random.integers(11, size=1998):
        ids.append(int(noise) if noise < 3 else (2 * ids[-1] + ids[-2]) % 11)
    return np.array(ids)


@pytest.fixture(scope="module")
def experiment(text: np.ndarray) -> Experiment:
    return Experiment(text, 11, embedding_dim=10, hidden_size=24, length=40, batch_size=9, updates=0, train=TRAIN)


def measured(experiment: Experiment, cell: str, initialisation: str) -> list[GradientFlow]:
    return list(gradient_flows(experiment, cell, initialisation, advance=lambda updates: None))  # type: ignore[arg-type]


def relu_cell(size: int, diagonal: float) -> Recurrent:
    """A relu cell that multiplies its state by `diagonal` and stays above zero."""
    recurrent = Recurrent("rnn_relu", 2, size)
    layer = recurrent.layers[0]
    layer.weight_hh_l0.data.copy_(diagonal * torch.eye(size))
    layer.bias_ih_l0.data.fill_(1.0)
    layer.bias_hh_l0.data.zero_()
    return recurrent


def summed(outputs: Tensor) -> Tensor:
    return outputs.sum(1)


def test_an_identity_relu_cell_keeps_all_of_the_gradient() -> None:
    relative = gradient_over_distance(relu_cell(3, 1.0), torch.zeros(4, 57, 2), summed)
    assert relative == pytest.approx([1.0] * 57, rel=1e-5)


def test_a_relu_cell_with_large_weights_is_said_to_grow() -> None:
    relative = gradient_over_distance(relu_cell(3, 1.5), torch.zeros(1, 30, 2), summed)
    assert relative == pytest.approx(1.5 ** np.arange(30), rel=1e-4)
    flow = GradientFlow("rnn_relu", "torch", None, relative, 1.0, np.zeros(0), np.zeros(0))
    assert flow.grows and not flow.diverged and flow.reach == 29


def test_growth_beyond_floating_point_is_not_finite_and_no_crash() -> None:
    relative = gradient_over_distance(relu_cell(1, 1e6), torch.zeros(2, 9, 2), summed)
    flow = GradientFlow("rnn_relu", "torch", None, relative, 1.0, np.zeros(0), np.zeros(0))
    assert flow.diverged and flow.trained


def test_one_tanh_unit_worked_out_by_hand() -> None:
    """dh_T/dx_(T-k) is w (1 - h_(T-k)^2) times u (1 - h^2) for every later state."""
    w, u, b, x = 0.8, 1.3, 0.1, [0.5, -1.0, 2.0, 0.25]
    recurrent = Recurrent("rnn_tanh", 1, 1)
    for weight, value in zip(recurrent.parameters(), (w, u, b, 0.0), strict=True):
        nn.init.constant_(weight, value)
    states = [0.0]
    for value in x:
        states.append(math.tanh(w * value + u * states[-1] + b))
    slopes = [1 - state**2 for state in states[:0:-1]]  # of the last state first
    gradients = [w * u**k * math.prod(slopes[: k + 1]) for k in range(4)]
    relative = gradient_over_distance(recurrent, torch.tensor(x).view(1, 4, 1), lambda outputs: outputs[:, 0])
    assert relative == pytest.approx([gradient / gradients[0] for gradient in gradients], rel=1e-5)


def test_the_median_over_rows_leaves_dead_rows_out() -> None:
    recurrent = relu_cell(1, 0.5)
    recurrent.layers[0].weight_ih_l0.data.copy_(torch.tensor([[1.0, 0.0]]))
    x = torch.zeros(4, 3, 2)
    x[:2, :, 0] = -9.0  # two of four rows never rise above zero
    assert gradient_over_distance(recurrent, x, summed).tolist() == [1.0, 0.5, 0.25]
    dead = gradient_over_distance(recurrent, x[:2], summed)
    assert dead.tolist() == [0.0, 0.0, 0.0]
    flow = GradientFlow("rnn_relu", "torch", None, dead, 1.0, np.zeros(0), np.zeros(0))
    assert (flow.reach, flow.grows, flow.diverged) == (0, False, False)


@pytest.mark.parametrize("initialisation", ["torch", "good"])
def test_an_lstm_reaches_further_than_a_tanh_cell_of_its_size(experiment: Experiment, initialisation: str) -> None:
    (lstm,), (tanh,) = (measured(experiment, cell, initialisation) for cell in ("lstm", "rnn_tanh"))
    assert tanh.reach < lstm.reach < 39
    assert (tanh.relative[5:] < lstm.relative[5:]).all()


def test_good_weights_let_every_gradient_reach_further(experiment: Experiment) -> None:
    for cell in CELLS:
        (plain,), (good,) = (measured(experiment, cell, initialisation) for initialisation in ("torch", "good"))
        assert plain.reach < good.reach, cell
        assert plain.relative[0] == good.relative[0] == 1


def test_clipping_bounds_what_is_applied(experiment: Experiment) -> None:
    """A step of plain gradient descent at the rate 1 is the gradient itself."""
    windows = [next(experiment.windows())]
    steps = {}
    for clip_norm in (0.0, 0.05):
        torch.manual_seed(3)
        model = WindowLanguageModel("gru", "good", vocab_size=11, embedding_dim=10, hidden_size=24)
        before = nn.utils.parameters_to_vector(model.parameters()).detach().clone()
        optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
        ((_, norm),) = train_watched(model, windows, optimizer, clip_norm=clip_norm)
        after = nn.utils.parameters_to_vector(model.parameters()).detach()
        steps[clip_norm] = (norm, float((after - before).norm()))
    assert steps[0.0][0] == steps[0.05][0] > 0.05
    assert steps[0.0][1] == pytest.approx(steps[0.0][0], rel=1e-3)
    assert steps[0.05][1] == pytest.approx(0.05, rel=1e-3)


def test_training_is_watched_without_and_with_clipping(experiment: Experiment) -> None:
    trained = replace(experiment, updates=12, train=replace(TRAIN, clip_norm=0.2))
    made: list[int] = []
    start, free, clipped = gradient_flows(trained, "lstm", "good", advance=made.append)
    assert (start.clip_norm, free.clip_norm, clipped.clip_norm) == (None, 0.0, 0.2)
    assert sum(made) == 24
    assert len(start.norms) == 0 and free.norms.shape == free.losses.shape == clipped.norms.shape == (12,)
    assert (free.norms[0], free.losses[0]) == (clipped.norms[0], clipped.losses[0])
    assert free.norms[0] > 0.2 and free.norms[-1] != clipped.norms[-1]
    assert max(free.loss, clipped.loss) < start.loss
    assert not np.array_equal(start.relative, free.relative)


def test_without_clipping_in_the_recipe_the_clipped_training_clips_at_one(experiment: Experiment) -> None:
    assert replace(experiment, train=replace(TRAIN, clip_norm=0.0)).clip_norm == 1.0
    assert replace(experiment, train=replace(TRAIN, clip_norm=0.125)).clip_norm == 0.125


def test_clipping_that_never_takes_hold_is_not_computed_again(experiment: Experiment) -> None:
    """The shortcut gives what the training itself would give: no clipping leaves each number as it is."""
    trained = replace(experiment, updates=3, train=replace(TRAIN, clip_norm=50.0))
    _, free, clipped = measured(trained, "gru", "torch")
    assert free.norms.max() < 50 and clipped.norms is free.norms and clipped.clip_norm == 50.0
    torch.manual_seed(1)
    model = WindowLanguageModel("gru", "torch", vocab_size=11, embedding_dim=10, hidden_size=24)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
    batches = islice(trained.windows(), 1, 4)
    assert [norm for _, norm in train_watched(model, batches, optimizer, clip_norm=50.0)] == clipped.norms.tolist()


def test_a_training_that_diverges_is_a_finding(experiment: Experiment) -> None:
    wild = replace(experiment, updates=9, train=TrainSettings(optimizer="sgd", lr=1000.0))
    made: list[int] = []
    start, free, _ = gradient_flows(wild, "rnn_relu", "good", advance=made.append)
    assert free.diverged and not free.trained and not start.diverged
    assert 1 <= len(free.norms) < 9 and sum(made) == 18
    assert np.isnan(free.relative).all() and math.isnan(free.loss) and free.reach == 0


def test_the_same_seed_gives_the_same_numbers_and_leaves_other_random_numbers_alone(experiment: Experiment) -> None:
    trained = replace(experiment, updates=2)
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    first, second = measured(trained, "lstm", "torch"), measured(trained, "lstm", "torch")
    assert torch.equal(torch.rand(3), expected)
    for one, other in zip(first, second, strict=True):
        assert np.array_equal(one.relative, other.relative) and np.array_equal(one.norms, other.norms)
    (start, *_) = measured(replace(trained, train=replace(TRAIN, seed=2)), "lstm", "torch")
    assert not np.array_equal(start.relative, first[0].relative)


def test_the_last_position_is_always_among_those_predicted() -> None:
    torch.manual_seed(0)
    model = WindowLanguageModel("rnn_tanh", "good", vocab_size=9, embedding_dim=3, hidden_size=5)
    ids = torch.randint(9, (2, 8))
    logits = model.output(model.recurrent(model.embedding(ids[:, :-1]) * 3**0.5).outputs)
    each = F.cross_entropy(logits.transpose(1, 2), ids[:, 1:], reduction="none").detach()  # (2, 7)
    assert float(model.loss(ids).detach()) == pytest.approx(float(each.mean()), rel=1e-5)
    assert float(model.loss(ids, every=4).detach()) == pytest.approx(float(each[:, [2, 6]].mean()), rel=1e-5)


def test_windows_are_cut_from_the_text_and_a_text_as_long_as_one_will_do(experiment: Experiment) -> None:
    windows = next(experiment.windows())
    assert windows.shape == (9, 41)
    joined = ",".join(map(str, experiment.ids.tolist()))
    assert all(",".join(map(str, row.tolist())) in joined for row in windows)
    assert torch.equal(next(experiment.windows()), windows)
    just = replace(experiment, ids=experiment.ids[:41])
    assert next(just.windows()).unique(dim=0).tolist() == [experiment.ids[:41].tolist()]


@pytest.mark.parametrize(("tokens", "mend"), [(40, "or --length 39 at most"), (2, "use a longer text$")])
def test_a_text_shorter_than_a_window_names_the_mend(experiment: Experiment, tokens: int, mend: str) -> None:
    with pytest.raises(UserError, match=f"has {tokens} tokens, too few .*{mend}"):
        replace(experiment, ids=experiment.ids[:tokens])
