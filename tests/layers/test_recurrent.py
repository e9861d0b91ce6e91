"""Packed semantics at dense speed: the numbers of `pack_padded_sequence`, and no row knows its neighbours."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from nlpseq.layers import recurrent
from nlpseq.layers.recurrent import Recurrent

CELLS = ["gru", "lstm", "rnn_tanh", "rnn_relu"]
LENGTHS = torch.tensor([3, 9, 1, 5, 9, 2])
BATCH, STEPS, INPUT, HIDDEN = 6, 9, 5, 7
MASK = torch.arange(STEPS) < LENGTHS.unsqueeze(1)

each_cell = pytest.mark.parametrize("cell", CELLS)
each_direction = pytest.mark.parametrize("bidirectional", [False, True], ids=["one way", "two ways"])


def torch_twin(recurrent: Recurrent) -> nn.RNNBase:
    """Torch's own module with the same weights."""
    cell, depth, two_ways = recurrent.cell, len(recurrent.layers), recurrent.directions == 2
    sizes = (recurrent.layers[0].input_size, recurrent.hidden_size, depth)
    if cell.startswith("rnn"):
        twin: nn.RNNBase = nn.RNN(*sizes, nonlinearity=cell[4:], batch_first=True, bidirectional=two_ways)
    else:
        twin = {"gru": nn.GRU, "lstm": nn.LSTM}[cell](*sizes, batch_first=True, bidirectional=two_ways)
    twin.to(recurrent.layers[0].weight_ih_l0)
    with torch.no_grad():
        for ours, theirs in parameter_pairs(recurrent, twin):
            theirs.copy_(ours)
    return twin


def parameter_pairs(recurrent: Recurrent, twin: nn.RNNBase) -> Iterator[tuple[Tensor, Tensor]]:
    for name, theirs in twin.named_parameters():
        found = re.fullmatch(r"(\w+_l)(\d)(_reverse)?", name)
        assert found is not None
        yield getattr(recurrent.layers[int(found[2])], f"{found[1]}0{found[3] or ''}"), theirs


def run_packed(twin: nn.RNNBase, x: Tensor, lengths: Tensor, state: tuple[Tensor, ...] | None):
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    start = state[0] if state is not None and len(state) == 1 else state
    out, final = twin(packed, start)
    outputs, _ = pad_packed_sequence(out, batch_first=True, total_length=x.size(1))
    return outputs, final if isinstance(final, tuple) else (final,)


def random_state(recurrent: Recurrent, batch: int = BATCH, **like) -> tuple[Tensor, ...]:
    parts = 2 if recurrent.cell == "lstm" else 1
    shape = (len(recurrent.layers) * recurrent.directions, batch, recurrent.hidden_size)
    return tuple(torch.randn(shape, **like) for _ in range(parts))


def close(ours, theirs, tolerance: float = 1e-10) -> None:
    torch.testing.assert_close(ours, theirs, atol=tolerance, rtol=tolerance)


@each_cell
@each_direction
@pytest.mark.parametrize("num_layers", [1, 2, 3])
@pytest.mark.parametrize("given_state", [False, True], ids=["from zero", "from a state"])
@pytest.mark.parametrize("kernel", ["dense", "packed"])
def test_equals_torch_over_packed_sequences(cell, bidirectional, num_layers, given_state, kernel, monkeypatch) -> None:
    """Outputs, last states and all gradients, in float64; `packed` is the path that CUDA takes, here on the CPU."""
    torch.manual_seed(0)
    ours = Recurrent(cell, INPUT, HIDDEN, num_layers=num_layers, bidirectional=bidirectional).double()
    twin = torch_twin(ours)
    if kernel == "packed":
        monkeypatch.setattr(ours, "_dense", ours._packed)
    x = torch.randn(BATCH, STEPS, INPUT, dtype=torch.float64)
    state = random_state(ours, dtype=torch.float64) if given_state else None
    inputs = [[part.clone().requires_grad_() for part in (x, *(state or ()))] for _ in range(2)]
    results = []
    for network, (start, *parts) in zip((ours, twin), inputs, strict=True):
        begin = tuple(parts) or None
        results.append(ours(start, LENGTHS, begin) if network is ours else run_packed(twin, start, LENGTHS, begin))
    (outputs, final), (twin_outputs, twin_final) = results
    close(outputs, twin_outputs)
    close(tuple(final), tuple(twin_final))

    weights = [torch.randn_like(part) for part in (outputs, *final)]
    for out, last in results:
        torch.stack(
            [(part * weight).sum() for part, weight in zip((out, *last), weights, strict=True)]
        ).sum().backward()
    for mine, other in zip(*inputs, strict=True):
        close(mine.grad, other.grad)
    for mine, other in parameter_pairs(ours, twin):
        close(mine.grad, other.grad)


@each_cell
@each_direction
def test_full_rows_need_no_lengths(cell, bidirectional) -> None:
    torch.manual_seed(1)
    ours = Recurrent(cell, INPUT, HIDDEN, num_layers=2, bidirectional=bidirectional).double()
    x = torch.randn(4, 6, INPUT, dtype=torch.float64)
    outputs, final = run_packed(torch_twin(ours), x, torch.full((4,), 6), None)
    for lengths in (None, torch.full((4,), 6)):
        found = ours(x, lengths)
        close(found.outputs, outputs)
        close(found.state, tuple(final))


@each_cell
@each_direction
@pytest.mark.parametrize("layer_norm", [False, True], ids=["plain", "normalised"])
def test_a_row_of_a_batch_is_the_row_alone(cell, bidirectional, layer_norm) -> None:
    torch.manual_seed(2)
    ours = Recurrent(cell, INPUT, HIDDEN, num_layers=2, bidirectional=bidirectional, layer_norm=layer_norm).eval()
    x, state = torch.randn(BATCH, STEPS, INPUT), random_state(ours)
    with torch.inference_mode():
        outputs, final = ours(x, LENGTHS, state)
        for row, length in enumerate(LENGTHS.tolist()):
            alone, last = ours(x[row : row + 1, :length], None, tuple(part[:, row : row + 1] for part in state))
            close(outputs[row, :length], alone[0], 1e-5)
            assert not outputs[row, length:].any()
            close(tuple(part[:, row] for part in final), tuple(part[:, 0] for part in last), 1e-5)


@each_cell
def test_the_order_of_rows_does_not_matter(cell) -> None:
    torch.manual_seed(3)
    ours = Recurrent(cell, INPUT, HIDDEN, num_layers=2, bidirectional=True)
    x, order = torch.randn(BATCH, STEPS, INPUT), torch.tensor([4, 2, 0, 5, 1, 3])
    outputs, final = ours(x, LENGTHS)
    shuffled, last = ours(x[order], LENGTHS[order])
    close(shuffled, outputs[order], 1e-5)
    close(last, tuple(part[:, order] for part in final), 1e-5)


@each_cell
def test_reversed_rows_swap_the_directions(cell) -> None:
    torch.manual_seed(4)
    ours = Recurrent(cell, INPUT, HIDDEN, bidirectional=True).double()
    mirrored = Recurrent(cell, INPUT, HIDDEN, bidirectional=True).double()
    weights = ours.layers[0].state_dict()
    swapped = {
        name: weights[name.removesuffix("_reverse") if "_reverse" in name else f"{name}_reverse"] for name in weights
    }
    mirrored.layers[0].load_state_dict(swapped)

    def reverse(x: Tensor) -> Tensor:
        rows = [torch.cat([row[:length].flip(0), row[length:]]) for row, length in zip(x, LENGTHS, strict=True)]
        return torch.stack(rows)

    x = torch.randn(BATCH, STEPS, INPUT, dtype=torch.float64)
    outputs, final = ours(x, LENGTHS)
    forward, backward = outputs.chunk(2, dim=2)
    found, last = mirrored(reverse(x), LENGTHS)
    close(found, torch.cat([reverse(backward), reverse(forward)], dim=2))
    close(last, tuple(part.flip(0) for part in final))
    assert not torch.allclose(found, outputs)


@each_cell
@each_direction
@pytest.mark.parametrize("filler", [1e6, -1e30, math.inf, math.nan])
def test_padding_is_never_read(cell, bidirectional, filler) -> None:
    """Neither in the numbers nor in the gradients, whatever stands there."""
    torch.manual_seed(5)
    ours = Recurrent(cell, INPUT, HIDDEN, num_layers=2, bidirectional=bidirectional, layer_norm=True)
    clean = torch.randn(BATCH, STEPS, INPUT)
    results = []
    for padding in (0.0, filler):
        x = clean.masked_fill(~MASK.unsqueeze(2), padding).requires_grad_()
        outputs, final = ours(x, LENGTHS)
        loss = (outputs**2).sum() + sum((part**2).sum() for part in final)
        grads = torch.autograd.grad(loss, [x, *ours.parameters()])
        assert not grads[0][~MASK].any()
        results.append((outputs, *final, *grads))
    assert all(torch.equal(a, b) for a, b in zip(*results, strict=True))


@each_cell
def test_residual_layers_leave_the_padding_zero(cell) -> None:
    ours = Recurrent(cell, HIDDEN, HIDDEN, num_layers=2, residual=True)
    outputs = ours(torch.full((BATCH, STEPS, HIDDEN), 5.0), LENGTHS).outputs
    assert not outputs[~MASK].any() and outputs[MASK].abs().min() > 1.0


def test_an_lstm_cell_stands_still_on_padding() -> None:
    """Even where saturated gates and a large cell state would show the smallest leak, over 400 steps of padding."""
    torch.manual_seed(6)
    ours = Recurrent("lstm", INPUT, HIDDEN)
    x = torch.randn(2, 401, INPUT)
    state = (torch.randn(1, 2, HIDDEN), 1e4 * torch.randn(1, 2, HIDDEN))
    _, (_, cells) = ours(x, torch.tensor([1, 401]), state)
    _, (_, alone) = ours(x[:1, :1], None, tuple(part[:, :1] for part in state))
    torch.testing.assert_close(cells[:, 0], alone[:, 0], rtol=1e-6, atol=0.0)


@each_cell
def test_bfloat16_autocast_stays_close(cell) -> None:
    torch.manual_seed(7)
    ours = Recurrent(cell, INPUT, HIDDEN, num_layers=2, bidirectional=True)
    x = torch.randn(BATCH, STEPS, INPUT)
    outputs, final = ours(x, LENGTHS)
    with torch.autocast("cpu", torch.bfloat16):
        rough, last = ours(x, LENGTHS)
    close(rough.float(), outputs, 0.05)
    close(tuple(part.float() for part in last), final, 0.05)


def test_dropout_lies_between_layers_only() -> None:
    torch.manual_seed(8)
    x = torch.randn(BATCH, STEPS, INPUT)
    one = Recurrent("gru", INPUT, HIDDEN, dropout=0.5)
    close(one.train()(x, LENGTHS).outputs, one.eval()(x, LENGTHS).outputs, 1e-6)
    two = Recurrent("gru", INPUT, HIDDEN, num_layers=2, dropout=0.5)
    rested = two.eval()(x, LENGTHS)
    worked = two.train()(x, LENGTHS)
    assert not torch.allclose(worked.outputs, rested.outputs)
    close(worked.state[0][0], rested.state[0][0], 1e-6)  # the first layer is not touched
    assert not worked.outputs[~MASK].any()


@each_cell
def test_recurrent_dropout_works_in_training_only(cell) -> None:
    torch.manual_seed(9)
    ours = Recurrent(cell, INPUT, HIDDEN, recurrent_dropout=0.5)
    plain = Recurrent(cell, INPUT, HIDDEN)
    plain.load_state_dict(ours.state_dict())
    x = torch.randn(BATCH, STEPS, INPUT)
    expected = plain(x, LENGTHS).outputs
    close(ours.eval()(x, LENGTHS).outputs, expected, 1e-6)
    dropped = ours.train()(x, LENGTHS).outputs
    assert not torch.allclose(dropped, expected)
    close(dropped[:, 0], expected[:, 0], 1e-6)  # from a zero state the first step has nothing to drop


def test_recurrent_dropout_holds_one_mask_for_all_steps() -> None:
    """One unit that adds 1 a step: its weight is 0 or 2 throughout, so a row is 1, 1, 1 or 1, 3, 7."""
    ours = Recurrent("rnn_relu", 1, 1, recurrent_dropout=0.5)
    with torch.no_grad():
        for name, weight in ours.named_parameters():
            weight.fill_(1.0 if "weight" in name else 0.0)
    torch.manual_seed(10)
    rows = {tuple(ours(torch.ones(1, 3, 1)).outputs.flatten().round(decimals=5).tolist()) for _ in range(20)}
    assert rows == {(1.0, 1.0, 1.0), (1.0, 3.0, 7.0)}


@each_direction
def test_layer_norm_normalises_outputs_and_leaves_states(bidirectional) -> None:
    torch.manual_seed(11)
    ours = Recurrent("lstm", INPUT, HIDDEN, bidirectional=bidirectional, layer_norm=True)
    plain = Recurrent("lstm", INPUT, HIDDEN, bidirectional=bidirectional)
    plain.load_state_dict(ours.state_dict(), strict=False)
    x = torch.randn(BATCH, STEPS, INPUT)
    outputs, state = ours(x, LENGTHS)
    assert all(torch.equal(a, b) for a, b in zip(state, plain(x, LENGTHS).state, strict=True))
    real = outputs[MASK]
    close(real.mean(1), torch.zeros(len(real)), 1e-5)
    close(real.var(1, correction=0), torch.ones(len(real)), 1e-2)
    nn.init.ones_(ours.norms[0].bias)
    assert not ours(x, LENGTHS).outputs[~MASK].any()


@pytest.mark.parametrize(
    ("lengths", "message"),
    [
        ([3, 0, 1], "from 1 to 4"),
        ([3, 5, 1], "from 1 to 4"),
        ([3, -1, 1], "from 1 to 4"),
        ([3, 2], "3 numbers"),
        ([4, 4], "3 numbers"),  # full rows, but one of them is missing
        ([[4, 4, 4]], "3 numbers"),
    ],
)
def test_wrong_lengths_are_refused(lengths, message) -> None:
    with pytest.raises(ValueError, match=message):
        Recurrent("gru", 2, 3)(torch.randn(3, 4, 2), torch.tensor(lengths))


def test_an_unknown_cell_is_named_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="'grru'; choose one of rnn_tanh, rnn_relu, gru, lstm"):
        Recurrent("grru", 2, 3)  # type: ignore[arg-type]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device")
@each_cell
@each_direction
@pytest.mark.parametrize("given_state", [False, True], ids=["from zero", "from a state"])
def test_cuda_takes_the_packed_kernel_to_the_same_numbers(cell, bidirectional, given_state) -> None:
    torch.manual_seed(12)
    ours = Recurrent(cell, INPUT, HIDDEN, num_layers=2, bidirectional=bidirectional).double()
    x = torch.randn(BATCH, STEPS, INPUT, dtype=torch.float64)
    state = random_state(ours, dtype=torch.float64) if given_state else None
    results = []
    for device in ("cpu", "cuda"):
        ours.zero_grad()
        start = x.detach().to(device).requires_grad_()
        begin = None if state is None else tuple(part.to(device) for part in state)
        outputs, final = ours.to(device)(start, LENGTHS, begin)
        ((outputs**2).sum() + sum((part**2).sum() for part in final)).backward()
        grads = [weight.grad.cpu() for weight in ours.parameters()]
        results.append([outputs.cpu(), *(part.cpu() for part in final), start.grad.cpu(), *grads])
    close(results[0], results[1], 1e-8)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device")
def test_lengths_on_the_gpu_are_refused() -> None:
    x = torch.randn(2, 4, 3, device="cuda")
    for lengths in ([4, 4], [4, 2]):
        with pytest.raises(ValueError, match="on the CPU"):
            Recurrent("gru", 3, 5).cuda()(x, torch.tensor(lengths, device="cuda"))


@pytest.mark.parametrize("name", ["num_layers", "hidden_size", "input_size"])
def test_sizes_are_one_or_more(name: str) -> None:
    sizes = {"input_size": 3, "hidden_size": 4, "num_layers": 1, name: 0}
    with pytest.raises(ValueError, match=f"{name} must be 1 or more, not 0"):
        Recurrent("gru", **sizes)


def test_lengths_may_be_a_list_and_must_be_integers() -> None:
    layer, x = Recurrent("gru", 3, 4), torch.randn(2, 5, 3)
    assert torch.equal(layer(x, [5, 2]).outputs, layer(x, torch.tensor([5, 2])).outputs)
    with pytest.raises(ValueError, match="lengths must be integers, not torch.float32"):
        layer(x, torch.tensor([5.0, 2.0]))
    with pytest.raises(ValueError, match="lengths must be integers"):
        layer(x, [5.0, 2.5])
    with pytest.raises(ValueError, match=r"lengths must be from 1 to 5, got \[5, 0\]"):
        layer(x, [5, 0])


def test_an_lstm_without_a_bfloat16_kernel_runs_in_single_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(13)
    ours, x = Recurrent("lstm", INPUT, HIDDEN, bidirectional=True), torch.randn(BATCH, STEPS, INPUT)
    monkeypatch.setattr(recurrent, "_has_bfloat16_lstm", lambda: False)
    expected = ours(x, LENGTHS)
    with torch.autocast("cpu", torch.bfloat16):
        outputs, state = ours(x.bfloat16(), LENGTHS)
        assert torch.is_autocast_enabled("cpu")
    assert outputs.dtype == torch.float32
    close(outputs, ours(x.bfloat16().float(), LENGTHS).outputs, 1e-6)
    close(outputs, expected.outputs, 0.05)


def test_the_cpu_never_takes_the_packed_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = Recurrent("gru", INPUT, HIDDEN)
    monkeypatch.setattr(ours, "_packed", None)
    assert ours(torch.randn(BATCH, STEPS, INPUT), LENGTHS).outputs.shape == (BATCH, STEPS, HIDDEN)


def test_a_processor_with_a_bfloat16_lstm_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel is tried as it will be called: the same call in single precision works on every processor."""
    kernel = torch.lstm

    def single(*call: object) -> object:
        assert torch.get_autocast_dtype("cpu") == torch.bfloat16
        with torch.autocast("cpu", enabled=False):
            return kernel(*call)

    monkeypatch.setattr(torch, "lstm", single)
    assert recurrent._has_bfloat16_lstm.__wrapped__() is True


def test_a_processor_without_a_bfloat16_lstm_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """torch's kernel is there on every processor, and fails where oneDNN has none for it."""

    def fails(*_: object) -> None:
        assert torch.is_autocast_enabled("cpu")
        raise RuntimeError("could not create a primitive descriptor")

    monkeypatch.setattr(torch, "lstm", fails)
    assert recurrent._has_bfloat16_lstm.__wrapped__() is False
