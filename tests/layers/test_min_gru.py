"""minGRU: the parallel scan is the recurrence step by step, and the paper's scan in log space."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from nlpseq.layers.min_gru import MinGRU, _GatedScan, min_gru, min_gru_step, positive
from nlpseq.layers.recurrent import Recurrent

# Around the squares, where the number of chunks and their size change; 1 has no second step.
STEPS = [1, 2, 3, 4, 5, 8, 9, 10, 16, 17, 63, 64, 65, 127]
LENGTHS = torch.tensor([3, 9, 1, 5, 9, 2])


def step_by_step(gates: Tensor, state: Tensor) -> Tensor:
    states = []
    for gate in gates.unbind(1):
        state = min_gru_step(gate, state)
        states.append(state)
    return torch.stack(states, dim=1)


def scan_in_log_space(gates: Tensor, state: Tensor) -> Tensor:
    """Feng et al. 2024, appendix B.2: cumulative sums of logarithms (Heinsen 2023)."""
    update, candidate = gates.chunk(2, dim=2)
    log_keep, log_z = -F.softplus(update), -F.softplus(-update)
    log_g = torch.where(candidate >= 0, (F.relu(candidate) + 0.5).log(), -F.softplus(-candidate))
    log_values = torch.cat([state.log().unsqueeze(1), log_z + log_g], dim=1)
    a_star = F.pad(log_keep.cumsum(1), (0, 0, 1, 0))
    return (a_star + (log_values - a_star).logcumsumexp(1)).exp()[:, 1:]


def random_gates(steps: int, *, scale: float = 1.0, dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(steps)
    gates = scale * torch.randn(3, steps, 10, generator=generator, dtype=dtype)
    return gates, torch.rand(3, 5, generator=generator, dtype=dtype)


@pytest.mark.parametrize("steps", STEPS)
def test_the_scan_is_the_recurrence(steps) -> None:
    gates, state = random_gates(steps)
    found = _GatedScan.apply(gates, state)
    torch.testing.assert_close(found, step_by_step(gates, state), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(found, scan_in_log_space(gates, state), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("steps", [1, 2, 4, 7])
def test_its_gradient_is_right(steps) -> None:
    gates, state = (part.requires_grad_() for part in random_gates(steps))
    assert torch.autograd.gradcheck(_GatedScan.apply, (gates, state))


@pytest.mark.parametrize("steps", STEPS)
def test_its_gradient_is_the_recurrences(steps) -> None:
    gates, state = (part.requires_grad_() for part in random_gates(steps))
    weights = torch.randn(3, steps, 5, dtype=torch.float64)
    ours = torch.autograd.grad((_GatedScan.apply(gates, state) * weights).sum(), (gates, state))
    theirs = torch.autograd.grad((step_by_step(gates, state) * weights).sum(), (gates, state))
    torch.testing.assert_close(ours, theirs, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("scale", [1.0, 30.0, 1e4])
@pytest.mark.parametrize("steps", [65, 1000])
def test_float32_stays_exact_over_long_and_saturated_sequences(scale, steps) -> None:
    """Products of 1 - z over a chunk underflow here, and candidates are up to 30,000 times a kept state."""
    gates, state = (part.requires_grad_() for part in random_gates(steps, scale=scale, dtype=torch.float32))
    found = _GatedScan.apply(gates, state)
    found.mean().backward()
    wide, first = (part.detach().double().requires_grad_() for part in (gates, state))
    expected = step_by_step(wide, first)
    expected.mean().backward()
    torch.testing.assert_close(found.double(), expected, rtol=3e-6, atol=3e-6)
    for grad, right in ((gates.grad, wide.grad), (state.grad, first.grad)):
        torch.testing.assert_close(grad.double(), right, rtol=1e-5, atol=1e-5 * float(right.abs().max()))


@pytest.mark.parametrize("value", [-1e30, -math.inf, math.inf, 1e30])
def test_saturated_gates_keep_or_replace_the_state(value) -> None:
    gates = torch.tensor([[[value, 1.0]] * 6])
    outputs = _GatedScan.apply(gates, torch.full((1, 1), 7.0)).flatten().tolist()
    assert outputs == ([7.0] * 6 if value < 0 else [1.5] * 6)


def test_states_stay_positive_and_bounded_by_the_candidates() -> None:
    gates, state = random_gates(200, scale=5.0)
    states = _GatedScan.apply(gates, state)
    highest = max(float(positive(gates[..., 5:]).max()), float(state.max()))
    assert 0 < float(states.min()) and float(states.max()) <= highest


def test_g_is_continuous_and_so_is_its_slope_but_for_the_papers_corner() -> None:
    x = torch.tensor([-30.0, -1.0, -1e-6, 0.0, 1e-6, 2.0], dtype=torch.float64, requires_grad=True)
    g = positive(x)
    expected = torch.where(x >= 0, x + 0.5, x.sigmoid())
    torch.testing.assert_close(g, expected, rtol=1e-12, atol=0.0)
    grad = _GatedScan.apply(torch.stack([torch.full_like(x, 40.0), x], dim=1).unsqueeze(1), torch.zeros(6, 1).double())
    (slope,) = torch.autograd.grad(grad.sum(), x)
    torch.testing.assert_close(slope, torch.where(x >= 0, 1.0, x.sigmoid() * (1 - x.sigmoid())).detach())


def test_autocast_scans_in_float32() -> None:
    torch.manual_seed(0)
    layer, x = MinGRU(6, 5), torch.randn(2, 300, 6)
    state = torch.zeros(1, 2, 5)
    outputs, _ = min_gru(x, state, layer.weight_ih_l0, layer.bias_ih_l0)
    with torch.autocast("cpu", torch.bfloat16):
        rough, last = min_gru(x, state, layer.weight_ih_l0, layer.bias_ih_l0)
        gates = F.linear(x, layer.weight_ih_l0, layer.bias_ih_l0)
    assert rough.dtype == last.dtype == torch.float32 and gates.dtype == torch.bfloat16
    assert torch.equal(rough, _GatedScan.apply(gates.float(), state[0]))  # rounded once, before the scan
    torch.testing.assert_close(rough, outputs, rtol=0.0, atol=0.04)  # gates have three digits
    rough.sum().backward()
    assert layer.weight_ih_l0.grad is not None and layer.weight_ih_l0.grad.isfinite().all()


def test_a_bfloat16_model_returns_bfloat16() -> None:
    model = Recurrent("min_gru", 4, 3, num_layers=2).bfloat16()
    outputs, (state,) = model(torch.randn(2, 7, 4, dtype=torch.bfloat16))
    assert outputs.dtype == state.dtype == torch.bfloat16


# In the stack it keeps the promises of the other cells.


@pytest.mark.parametrize("bidirectional", [False, True], ids=["one way", "two ways"])
@pytest.mark.parametrize("given_state", [False, True], ids=["from zero", "from a state"])
@pytest.mark.parametrize("extras", [{}, {"layer_norm": True, "residual": True}], ids=["plain", "residual"])
def test_a_row_of_a_batch_is_the_row_alone(bidirectional, given_state, extras) -> None:
    torch.manual_seed(1)
    model = Recurrent("min_gru", 5, 7, num_layers=3, bidirectional=bidirectional, **extras).double()
    x = torch.randn(6, 9, 5, dtype=torch.float64)
    state = (torch.rand(6 if bidirectional else 3, 6, 7, dtype=torch.float64),) if given_state else None
    filled = x.clone()
    filled[torch.arange(9) >= LENGTHS.unsqueeze(1)] = math.nan
    outputs, (last,) = model(filled, LENGTHS, state)
    for row, length in enumerate(LENGTHS.tolist()):
        begin = None if state is None else (state[0][:, row : row + 1],)
        alone, (end,) = model(x[row : row + 1, :length], None, begin)
        torch.testing.assert_close(outputs[row, :length], alone[0], rtol=1e-12, atol=1e-12)
        torch.testing.assert_close(last[:, row], end[:, 0], rtol=1e-12, atol=1e-12)
        assert not outputs[row, length:].any()


def test_the_second_direction_reads_backwards() -> None:
    torch.manual_seed(2)
    model = Recurrent("min_gru", 5, 4, bidirectional=True)
    backwards = Recurrent("min_gru", 5, 4)
    with torch.no_grad():
        for name, weight in backwards.layers[0].named_parameters():
            weight.copy_(getattr(model.layers[0], f"{name}_reverse"))
    x = torch.randn(2, 6, 5)
    torch.testing.assert_close(model(x).outputs[:, :, 4:], backwards(x.flip(1)).outputs.flip(1))


def test_a_carried_state_is_one_long_pass() -> None:
    torch.manual_seed(3)
    model = Recurrent("min_gru", 5, 7, num_layers=2, layer_norm=True, residual=True).double()
    x = torch.randn(3, 20, 5, dtype=torch.float64)
    whole, last = model(x)
    state, pieces = None, []
    for piece in x.split([1, 7, 4, 8], dim=1):
        out, state = model(piece, state=state)
        pieces.append(out)
    torch.testing.assert_close(torch.cat(pieces, dim=1), whole, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(state, last, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("cell", ["lstm", "min_gru"])
def test_residual_layers_add_their_input_where_sizes_agree(cell) -> None:
    torch.manual_seed(4)
    model = Recurrent(cell, 5, 7, num_layers=3, residual=True)
    x = torch.randn(2, 4, 5)
    expected = x
    for depth, layer in enumerate(model.layers):
        alone = Recurrent(cell, layer.weight_ih_l0.size(1), 7)
        alone.layers[0] = layer
        out = alone(expected).outputs
        expected = out if depth == 0 else expected + out
    torch.testing.assert_close(model(x).outputs, expected)


def test_weights_begin_as_those_of_torchs_layers() -> None:
    layer = MinGRU(200, 16, bidirectional=True)
    for name, part in layer.named_parameters():
        bound = 1 / 4 if "weight" in name else 0
        assert 0.99 * bound <= part.abs().max() <= bound


def test_it_has_no_recurrent_weights_to_drop() -> None:
    with pytest.raises(ValueError, match="min_gru has no hidden-to-hidden weights"):
        Recurrent("min_gru", 5, 7, recurrent_dropout=0.1)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device")
def test_cuda_gives_the_same_numbers() -> None:
    torch.manual_seed(5)
    model = Recurrent("min_gru", 5, 7, num_layers=2, bidirectional=True).double()
    x = torch.randn(6, 9, 5, dtype=torch.float64)
    expected = model(x, LENGTHS).outputs
    torch.testing.assert_close(model.cuda()(x.cuda(), LENGTHS).outputs.cpu(), expected, rtol=1e-10, atol=1e-10)
