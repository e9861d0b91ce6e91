"""The GRU written for training on a CPU gives torch's numbers, in every precision."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from nlpseq.layers import gru as module
from nlpseq.layers.gru import gru

STEPS, BATCH, INPUT, HIDDEN = 7, 3, 5, 4

directions = pytest.mark.parametrize("count", [1, 2])


def parts(count: int, dtype: torch.dtype, *, scale: float = 0.5) -> list[Tensor]:
    torch.manual_seed(0)
    shapes = [
        (count, STEPS, BATCH, INPUT), (count, BATCH, HIDDEN), (count, 3 * HIDDEN, INPUT), (count, 3 * HIDDEN, HIDDEN),
        (count, 3 * HIDDEN), (count, 3 * HIDDEN),
    ]  # fmt: skip
    return [torch.randn(shape).mul_(scale).to(dtype).requires_grad_() for shape in shapes]


def torch_gru(x: Tensor, state: Tensor, *weights: Tensor) -> Tensor:
    """The same from torch's own, one direction after the other."""
    each = [
        torch.gru(x[d], state[d : d + 1], [part[d] for part in weights], True, 1, 0.0, True, False, False)[0]
        for d in range(len(x))
    ]
    return torch.stack(each, dim=1)


def values_and_gradients(layer, inputs: list[Tensor], by_states: Tensor) -> list[Tensor]:
    states = layer(*inputs)
    return [states.detach(), *torch.autograd.grad(states, inputs, by_states)]


@directions
@pytest.mark.parametrize("chunk", [1, 2 * BATCH * HIDDEN * 3, 1 << 16], ids=["a step", "some steps", "all steps"])
def test_states_and_gradients_are_those_of_torch(count, chunk, monkeypatch) -> None:
    monkeypatch.setattr(module, "CHUNK_NUMBERS", chunk)
    inputs, by_states = parts(count, torch.float64), torch.randn(STEPS, count, BATCH, HIDDEN, dtype=torch.float64)

    ours, theirs = (values_and_gradients(layer, inputs, by_states) for layer in (gru, torch_gru))

    torch.testing.assert_close(ours, theirs, atol=1e-12, rtol=1e-12)


def test_the_gradient_is_that_of_the_function() -> None:
    assert torch.autograd.gradcheck(gru, parts(2, torch.float64), atol=1e-6)


@directions
def test_in_float32_it_is_as_exact_as_torch(count) -> None:
    by_states = torch.randn(STEPS, count, BATCH, HIDDEN)
    exact = values_and_gradients(torch_gru, parts(count, torch.float64), by_states.double())
    found = values_and_gradients(gru, parts(count, torch.float32), by_states)
    for ours, right in zip(found, exact, strict=True):
        assert (ours - right).norm() <= 1e-5 * right.norm()  # of numbers that are themselves rounded


@directions
def test_under_autocast_states_and_gradients_stay_in_float32_and_are_right(count) -> None:
    by_states = torch.randn(STEPS, count, BATCH, HIDDEN)
    exact = values_and_gradients(torch_gru, parts(count, torch.float32), by_states)
    with torch.autocast("cpu", torch.bfloat16):
        found = values_and_gradients(gru, parts(count, torch.float32), by_states)
    for ours, right in zip(found, exact, strict=True):
        assert ours.dtype == torch.float32
        assert 0 < (ours - right).norm() <= 0.02 * right.norm()


def test_a_gradient_at_one_step_reaches_all_before_it_and_none_after() -> None:
    inputs = parts(1, torch.float64)
    (by_x,) = torch.autograd.grad(gru(*inputs)[4].sum(), inputs[:1])
    assert (by_x[0, :5].abs().amax((1, 2)) > 0).all() and (by_x[0, 5:] == 0).all()


def test_it_cannot_be_differentiated_twice() -> None:
    inputs = parts(1, torch.float64)
    (by_x,) = torch.autograd.grad(gru(*inputs).square().sum(), inputs[:1], create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        by_x.sum().backward()
