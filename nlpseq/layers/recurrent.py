"""Stacked recurrent layers over padded batches: packed results at dense speed.

On the CPU torch's packed kernels are many times slower to train than its dense ones (pytorch #149194), so there each
direction runs as a dense one-way layer, the second one over every row reversed within its own length: the padding
then stands last for both directions and no real position ever reads it. On CUDA cuDNN's packed kernel is used. Both
give the numbers of `pack_padded_sequence` with torch's own modules: outputs, last states and gradients. minGRU, which
torch does not have, is dense everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple, get_args

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nlpseq.config.choices import Cell
from nlpseq.layers.dropout import LockedDropout
from nlpseq.layers.gru import gru
from nlpseq.layers.min_gru import MinGRU, min_gru
from nlpseq.layers.packing import Lengths, integer_lengths, pack, pad

State = tuple[Tensor, ...]

_KERNELS: dict[str, Any] = {
    "gru": torch.gru,
    "lstm": torch.lstm,
    "rnn_tanh": torch.rnn_tanh,
    "rnn_relu": torch.rnn_relu,
}
# Added to a gate's pre-activation it makes the sigmoid exactly 1 (or, negative, exactly 0) in every float type.
_SATURATED = 1e4


class RecurrentOutput(NamedTuple):
    """`outputs` (B, S, D*H), zero on padding, and `state`: h_n, for an LSTM h_n and c_n, each (L*D, B, H)."""

    outputs: Tensor
    state: State


class Recurrent(nn.Module):
    """A stack of recurrent layers (L layers, D = 1 or 2 directions) that takes padded rows and their lengths.

    Args:
        cell: "gru" (Cho et al. 2014), "lstm" (Hochreiter and Schmidhuber 1997), "rnn_tanh" or "rnn_relu" (Elman 1990),
            or "min_gru" (Feng et al. 2024), which trains in parallel over time and has no hidden-to-hidden weights.
        input_size, hidden_size: features of the input, and of each direction's state.
        num_layers: depth of the stack.
        bidirectional: run every layer in both directions and concatenate (Schuster and Paliwal 1997).
        dropout: locked dropout between the layers.
        recurrent_dropout: dropout on the hidden-to-hidden weights (Merity et al. 2018, section 3).
        layer_norm: normalise each layer's outputs (Ba et al. 2016); the states stay as they are.
        residual: add each layer's input to its outputs where they are of one size (He et al. 2016); deep stacks of
            minGRU want it, with `layer_norm`.

    Shape:
        x (B, S, input_size), lengths (B,), a CPU tensor or a list, state as in `RecurrentOutput` -> RecurrentOutput

    Raises:
        ValueError: an unknown cell, a size below 1, `recurrent_dropout` with minGRU, or lengths that are not integers,
            one a row, from 1 to S, on the CPU.

    Parameters are those of torch's own one-layer modules in `layers`, so weights move between the two.

    >>> _ = torch.manual_seed(0)
    >>> encoder = Recurrent("gru", 3, 4, bidirectional=True)
    >>> outputs, (h_n,) = encoder(torch.randn(2, 5, 3), torch.tensor([5, 2]))
    >>> outputs.shape, h_n.shape, outputs[1, 2:].abs().max().item()
    (torch.Size([2, 5, 8]), torch.Size([2, 2, 4]), 0.0)
    """

    def __init__(
        self,
        cell: Cell,
        input_size: int,
        hidden_size: int,
        *,
        num_layers: int = 1,
        bidirectional: bool = False,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        layer_norm: bool = False,
        residual: bool = False,
    ) -> None:
        super().__init__()
        if cell not in get_args(Cell):
            raise ValueError(f"unknown cell {cell!r}; choose one of {', '.join(get_args(Cell))}")
        for name, size in (("num_layers", num_layers), ("input_size", input_size), ("hidden_size", hidden_size)):
            if size < 1:
                raise ValueError(f"{name} must be 1 or more, not {size}")
        if cell == "min_gru" and recurrent_dropout:
            raise ValueError("min_gru has no hidden-to-hidden weights for recurrent_dropout; set it to 0")
        self.cell = cell
        self.num_states = 2 if cell == "lstm" else 1
        self.hidden_size = hidden_size
        self.directions = 2 if bidirectional else 1
        self.recurrent_dropout = recurrent_dropout
        self.residual = residual
        width = hidden_size * self.directions
        self.layers = nn.ModuleList(
            _torch_layer(cell, input_size if depth == 0 else width, hidden_size, bidirectional)
            for depth in range(num_layers)
        )
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(num_layers if layer_norm else 0))
        self.dropout = LockedDropout(dropout)

    def forward(self, x: Tensor, lengths: Lengths | None = None, state: State | None = None) -> RecurrentOutput:
        rows = _Rows.of(x, None if lengths is None else integer_lengths(lengths))
        if rows.ragged:
            # What stands on padding is never read, be it huge or not a number.
            x = x.masked_fill(~rows.mask.unsqueeze(2), 0.0)
        finals: list[State] = []
        for depth, layer in enumerate(self.layers):
            first = depth * self.directions
            start = None if state is None else tuple(part[first : first + self.directions] for part in state)
            run = self._packed if x.is_cuda and rows.ragged and self.cell != "min_gru" else self._dense
            out, final = run(layer, x, rows, start)
            finals.append(final)
            if self.norms:
                out = self.norms[depth](out)
                out = out if not rows.ragged else out * rows.mask.unsqueeze(2)
            if depth + 1 < len(self.layers):
                out = self.dropout(out)
            x = x + out if self.residual and x.size(2) == out.size(2) else out
        return RecurrentOutput(x, tuple(torch.cat(parts) for parts in zip(*finals, strict=True)))

    def _dense(self, layer: nn.Module, x: Tensor, rows: _Rows, start: State | None) -> tuple[Tensor, State]:
        if self.cell == "gru" and self.training and torch.is_grad_enabled() and not x.is_cuda:
            return self._side_by_side(layer, x, rows, start)
        outputs, finals = [], []
        for direction in range(self.directions):
            begin = None if start is None else tuple(part[direction : direction + 1] for part in start)
            backward = direction == 1
            out, final = self._one_way(layer, rows.reverse(x) if backward else x, rows, begin, direction)
            outputs.append(rows.reverse(out) if backward else out)
            finals.append(final)
        return _joined(outputs, rows), tuple(torch.cat(parts) for parts in zip(*finals, strict=True))

    def _side_by_side(
        self, layer: nn.Module, x: Tensor, rows: _Rows, start: State | None
    ) -> tuple[Tensor, State]:  # fmt: skip
        """Both directions of a GRU in one pass, with a gradient made for it."""
        inputs = [(rows.reverse(x) if direction else x).transpose(0, 1) for direction in range(self.directions)]
        begin = self._start(x, self.directions) if start is None else start
        weights = zip(*(self._weights(layer, direction) for direction in range(self.directions)), strict=True)
        states = gru(_stacked(inputs), begin[0], *(_stacked(parts) for parts in weights)).unbind(1)  # (T, B, H) each
        final = [out[rows.last, rows.numbers] if rows.ragged else out[-1] for out in states]
        outputs = [out.transpose(0, 1) for out in states]
        return _joined([*outputs[:1], *(rows.reverse(out) for out in outputs[1:])], rows), (torch.stack(final),)

    def _one_way(
        self, layer: nn.Module, x: Tensor, rows: _Rows, start: State | None, direction: int
    ) -> tuple[Tensor, State]:
        weights = self._weights(layer, direction)
        if self.cell == "lstm" and rows.ragged:
            x, weights[0] = _freeze_padding(x, rows.mask, weights[0])
        begin = self._start(x, 1) if start is None else start
        if self.cell == "min_gru":
            out, *final = min_gru(x, begin[0], *weights)
        else:
            kernel: Any = _dense_lstm if self.cell == "lstm" else _KERNELS[self.cell]
            hidden = begin if self.cell == "lstm" else begin[0]
            out, *final = kernel(x, hidden, weights, True, 1, 0.0, self.training, False, True)
        if rows.ragged:
            final[0] = out[rows.numbers, rows.last].unsqueeze(0)  # (1, B, H): the state at the last real token
        return out, tuple(final)

    def _packed(self, layer: nn.Module, x: Tensor, rows: _Rows, start: State | None) -> tuple[Tensor, State]:
        packed = pack(x, rows.lengths)
        order, restore = packed.sorted_indices, packed.unsorted_indices
        assert order is not None and restore is not None
        begin = self._start(x, self.directions) if start is None else start
        begin = tuple(part.index_select(1, order) for part in begin)
        weights = [weight for d in range(self.directions) for weight in self._weights(layer, d)]
        data, *final = _KERNELS[self.cell](
            packed.data, packed.batch_sizes, begin if self.cell == "lstm" else begin[0],
            weights, True, 1, 0.0, self.training, self.directions == 2,
        )  # fmt: skip
        out, _ = pad(packed._replace(data=data), width=x.size(1))
        return out, tuple(part.index_select(1, restore) for part in final)

    def _weights(self, layer: nn.Module, direction: int) -> list[Tensor]:
        suffix = "_reverse" if direction == 1 else ""
        if self.cell == "min_gru":
            return [getattr(layer, f"{name}_l0{suffix}") for name in ("weight_ih", "bias_ih")]
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        w_ih, w_hh, b_ih, b_hh = (getattr(layer, f"{name}_l0{suffix}") for name in names)
        return [w_ih, F.dropout(w_hh, self.recurrent_dropout, self.training), b_ih, b_hh]

    def _start(self, x: Tensor, directions: int) -> State:
        zeros = x.new_zeros(directions, x.size(0), self.hidden_size)
        return (zeros,) * self.num_states


def _joined(outputs: Sequence[Tensor], rows: _Rows) -> Tensor:
    """The outputs (B, S, H) of both directions side by side, zero on padding."""
    joined = torch.cat(list(outputs), dim=2) if len(outputs) == 2 else outputs[0]
    return joined * rows.mask.unsqueeze(2) if rows.ragged else joined


def _stacked(parts: Sequence[Tensor]) -> Tensor:
    return parts[0].unsqueeze(0) if len(parts) == 1 else torch.stack(tuple(parts))


class _Rows(NamedTuple):
    """Where the tokens of a padded batch stand; empty tensors where every row is full and nothing is needed."""

    lengths: Tensor  # (B,) on the CPU
    ragged: bool
    mask: Tensor  # (B, S), True = token
    numbers: Tensor  # (B,) 0..B-1
    last: Tensor  # (B,) position of the last token
    mirror: Tensor  # (B*S,) flat position that stands in each position after reversing rows within their lengths

    @classmethod
    def of(cls, x: Tensor, lengths: Tensor | None) -> _Rows:
        batch, steps = x.shape[:2]
        if lengths is not None and lengths.is_cuda:
            raise ValueError("lengths must be on the CPU (a length on the GPU would stop it at every layer)")
        if lengths is not None and lengths.shape != (batch,):
            raise ValueError(f"lengths must be {batch} numbers, one a row, not of shape {tuple(lengths.shape)}")
        if lengths is None or bool((lengths == steps).all()):
            none = torch.empty(0)
            return cls(torch.full((batch,), steps), False, none, none, none, none)
        if int(lengths.min()) < 1 or int(lengths.max()) > steps:
            raise ValueError(f"lengths must be from 1 to {steps}, got {lengths.tolist()}")
        on = lengths.to(x.device, non_blocking=True)
        positions = torch.arange(steps, device=x.device).unsqueeze(0)  # (1, S)
        mask = positions < on.unsqueeze(1)
        numbers = torch.arange(batch, device=x.device)
        mirrored = torch.where(mask, on.unsqueeze(1) - 1 - positions, positions)
        return cls(lengths, True, mask, numbers, on - 1, (mirrored + numbers.unsqueeze(1) * steps).flatten())

    def reverse(self, x: Tensor) -> Tensor:
        """(B, S, F) with every row reversed within its own length; the padding stays last."""
        if not self.ragged:
            return x.flip(1)
        reversed_: Tensor = _Permute.apply(x.flatten(0, 1), self.mirror)
        return reversed_.view_as(x)


class _Permute(torch.autograd.Function):
    """Rows of a matrix in the order of an involution: its gradient is the same look-up, not a scattered sum."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, order: Tensor) -> Tensor:
        ctx.save_for_backward(order)
        return x.index_select(0, order)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None]:
        (order,) = ctx.saved_tensors
        return grads[0].index_select(0, order), None


def _torch_layer(cell: Cell, input_size: int, hidden_size: int, bidirectional: bool) -> nn.Module:
    """What holds a layer's weights; by itself it is torch's module, which reads rows of one length alike."""
    if cell == "gru":
        return nn.GRU(input_size, hidden_size, batch_first=True, bidirectional=bidirectional)
    if cell == "lstm":
        return nn.LSTM(input_size, hidden_size, batch_first=True, bidirectional=bidirectional)
    if cell == "min_gru":
        return MinGRU(input_size, hidden_size, bidirectional=bidirectional)
    nonlinearity = cell.removeprefix("rnn_")
    return nn.RNN(input_size, hidden_size, batch_first=True, bidirectional=bidirectional, nonlinearity=nonlinearity)


def _dense_lstm(x: Tensor, state: State, weights: list[Tensor], *options: Any) -> tuple[Tensor, ...]:
    """torch.lstm; in float32 under bfloat16 autocast on a CPU that has no such kernel."""
    if x.is_cuda or not torch.is_autocast_enabled("cpu") or _has_bfloat16_lstm():
        return torch.lstm(x, state, weights, *options)
    with torch.autocast("cpu", enabled=False):
        return torch.lstm(x.float(), tuple(part.float() for part in state), weights, *options)


@cache
def _has_bfloat16_lstm() -> bool:
    """Whether oneDNN has a bfloat16 LSTM for this CPU: without AVX-512 it has none, and torch calls it all the same."""
    zeros = torch.zeros(1, 1, 1)
    weights = [torch.zeros(4, 1), torch.zeros(4, 1), torch.zeros(4), torch.zeros(4)]
    try:
        with torch.autocast("cpu", torch.bfloat16):
            torch.lstm(zeros, (zeros, zeros), weights, True, 1, 0.0, False, False, True)
    except RuntimeError:
        return False
    return True


def _freeze_padding(x: Tensor, mask: Tensor, w_ih: Tensor) -> tuple[Tensor, Tensor]:
    """Make an LSTM's cell state stand still on padding, so that the last one is the last real token's.

    The dense kernel returns the cell state after the last step only. One more input feature that is 1 on padding,
    with a weight that opens the forget gate fully and shuts the input gate, carries c through the padding
    unchanged, and its gradient with it. (h needs no such help: it is read from the outputs.)
    """
    size = w_ih.size(0) // 4
    gates = w_ih.new_tensor([-_SATURATED, _SATURATED, 0.0, 0.0])  # torch's order: input, forget, cell, output
    x = torch.cat([x, (~mask).unsqueeze(2).to(x.dtype)], dim=2)
    return x, torch.cat([w_ih, gates.repeat_interleave(size).unsqueeze(1)], dim=1)
