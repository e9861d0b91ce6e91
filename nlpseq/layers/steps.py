"""Single steps of recurrent cells, for decoding: weights laid out once for products of few rows.

A step of few rows costs what it reads of the weights and what it calls. So weights lie transposed, or as 8-bit integers
of a quarter of their size, and the gates of a cell are computed in few calls.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial
from typing import Protocol

import torch
from torch import Tensor, nn

from nlpseq.config.choices import Cell
from nlpseq.errors import UserError
from nlpseq.layers.min_gru import min_gru_step
from nlpseq.layers.recurrent import State

# Codes of what is multiplied by weights, from 1 to 255 around 128; and those of weights, from -63 to 63, so that two
# products fit 16 bits, where processors without VNNI add them up.
CENTRE, LEVELS, WEIGHT_LEVELS = 128, 127, 63


class Product(Protocol):
    """x times a weight matrix transposed, plus its bias, if it has one.

    Shape: x (R, I) -> (R, O); `plus` adds the result, without the bias, to inputs (R, O); `rows` is the same product
    with these rows (C,) of the weights alone.
    """

    def __call__(self, x: Tensor) -> Tensor: ...
    def plus(self, inputs: Tensor, x: Tensor) -> Tensor: ...
    def rows(self, ids: Tensor) -> Product: ...


class FloatProduct:
    """A `Product` as it is.

    >>> FloatProduct(torch.tensor([[1.0, 2.0]]), torch.tensor([0.5]))(torch.tensor([[3.0, 4.0]]))
    tensor([[11.5000]])
    """

    def __init__(self, weight: Tensor, bias: Tensor | None = None) -> None:
        self.weight = weight.t().clone(memory_format=torch.contiguous_format)
        self.bias = None if bias is None else bias.clone()

    def __call__(self, x: Tensor) -> Tensor:
        return x @ self.weight if self.bias is None else torch.addmm(self.bias, x, self.weight)

    def plus(self, inputs: Tensor, x: Tensor) -> Tensor:
        return torch.addmm(inputs, x, self.weight)

    def rows(self, ids: Tensor) -> FloatProduct:
        found = copy.copy(self)
        found.weight, found.bias = self.weight.index_select(1, ids), None if self.bias is None else self.bias[ids]
        return found


class Int8Product:
    """A `Product` in 8-bit integers, of x within [-1, 1] (Jacob et al. 2018): a quarter of the weights to read.

    Each row of the weights has a scale of its own; that of x is fixed, so that a row does not depend on the others.

    Raises:
        UserError: torch has no such product here.

    >>> product = Int8Product(torch.tensor([[0.5, 1.0]]), torch.tensor([0.5]))
    >>> torch.allclose(product(torch.tensor([[-1.0, 0.25]])), torch.tensor([[0.25]]), atol=0.01)
    True
    """

    def __init__(self, weight: Tensor, bias: Tensor | None = None) -> None:
        if weight.is_cuda or not hasattr(torch.ops.onednn, "qlinear_prepack"):
            raise UserError("decode.precision int8 needs a CPU, and torch with oneDNN; set it to fp32")
        scales = (weight.abs().amax(1) / WEIGHT_LEVELS).clamp(min=torch.finfo(torch.float32).tiny)  # (O,)
        self._set((weight / scales.unsqueeze(1)).round().to(torch.int8), scales, None if bias is None else bias.clone())

    def _set(self, codes: Tensor, scales: Tensor, bias: Tensor | None) -> None:
        self.codes, self.scales, self.bias = codes, scales, bias
        self.weight = torch.ops.onednn.qlinear_prepack(codes, None)
        self.zeros = torch.zeros(len(codes), dtype=torch.long)
        self.half = torch.tensor(CENTRE + 0.5)

    def __call__(self, x: Tensor) -> Tensor:
        return self._times(x, self.bias)

    def plus(self, inputs: Tensor, x: Tensor) -> Tensor:
        return self._times(x, None).add_(inputs)

    def rows(self, ids: Tensor) -> Int8Product:
        found = copy.copy(self)
        found._set(self.codes[ids], self.scales[ids], None if self.bias is None else self.bias[ids])
        return found

    def _times(self, x: Tensor, bias: Tensor | None) -> Tensor:
        codes = torch.add(self.half, x, alpha=LEVELS).to(torch.uint8)  # which cuts off what is behind the point
        found: Tensor = torch.ops.onednn.qlinear_pointwise(
            codes, 1 / LEVELS, CENTRE, self.weight, self.scales, self.zeros, bias,
            1.0, 0, torch.float32, "none", [], "",
        )  # fmt: skip
        return found


class StepLayer:
    """A one-layer, one-way recurrent layer: `weight_ih` and `bias_ih` of its input product, and its `step`.

    `step` takes what the input product gives (R, G) and the states (R, H), one or for an LSTM two, and gives the next
    states.

    Args:
        cell: its kind.
        layer: torch's module, or `MinGRU`.
        product: of the state, which is within [-1, 1] but for "rnn_relu" and "min_gru".
    """

    step: Callable[..., State]

    def __init__(self, cell: Cell, layer: nn.Module, product: Callable[[Tensor, Tensor], Product]) -> None:
        weights: dict[str, Tensor] = {
            name.removesuffix("_l0"): part.detach() for name, part in layer.named_parameters()
        }
        if cell == "lstm":
            weights = {name: _output_gate_third(weight) for name, weight in weights.items()}
        self.weight_ih, self.bias_ih = weights["weight_ih"], weights["bias_ih"]
        if cell == "min_gru":
            self.step = _min_gru_step
            return
        of_state = product(weights["weight_hh"], weights["bias_hh"])
        if cell == "gru":
            self.step = partial(_gru_step, product=of_state)
            return
        self.bias_ih = self.bias_ih + weights["bias_hh"]
        if cell == "lstm":
            self.step = partial(_lstm_step, product=of_state)
        else:
            activation = torch.tanh if cell == "rnn_tanh" else torch.relu
            self.step = partial(_rnn_step, product=of_state, activation=activation)


def _min_gru_step(inputs: Tensor, h: Tensor) -> State:
    return (min_gru_step(inputs, h),)


def _lstm_step(inputs: Tensor, h: Tensor, c: Tensor, *, product: Product) -> State:
    gates = product.plus(inputs, h)
    size = 3 * h.size(1)
    gates[:, :size].sigmoid_()
    gates[:, size:].tanh_()
    gate_in, forget, gate_out, candidate = gates.chunk(4, 1)
    c = (forget * c).addcmul_(gate_in, candidate)
    return gate_out * c.tanh(), c


def _gru_step(inputs: Tensor, h: Tensor, *, product: Product) -> State:
    sizes = [2 * h.size(1), h.size(1)]
    own_gates, own = product(h).split_with_sizes(sizes, 1)
    gates, inputs = inputs.split_with_sizes(sizes, 1)
    reset, update = (own_gates + gates).sigmoid_().chunk(2, 1)
    candidate = torch.addcmul(inputs, reset, own).tanh_()
    return (torch.lerp(candidate, h, update),)


def _rnn_step(inputs: Tensor, h: Tensor, *, product: Product, activation: Callable[[Tensor], Tensor]) -> State:
    return (activation(product.plus(inputs, h)),)


def _output_gate_third(weights: Tensor) -> Tensor:
    """From torch's order to input, forget, output, candidate: the three sigmoids then are one call."""
    gate_in, forget, candidate, gate_out = weights.chunk(4)
    return torch.cat([gate_in, forget, gate_out, candidate])
