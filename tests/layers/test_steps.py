"""Single steps are torch's cells, and products in 8-bit integers are exact for what 8 bits can hold."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from nlpseq.layers.min_gru import MinGRU, min_gru
from nlpseq.layers.steps import FloatProduct, Int8Product, StepLayer

CELLS: dict[str, tuple[Any, dict[str, str]]] = {
    "gru": (nn.GRU, {}),
    "lstm": (nn.LSTM, {}),
    "rnn_tanh": (nn.RNN, {}),
    "rnn_relu": (nn.RNN, {"nonlinearity": "relu"}),
}
needs_integers = pytest.mark.skipif(
    not hasattr(torch.ops.onednn, "qlinear_prepack"), reason="torch has no product of 8-bit integers here"
)


@pytest.mark.parametrize("cell", CELLS)
@torch.no_grad()
def test_a_step_is_that_of_torchs_layer(cell: Any) -> None:
    torch.manual_seed(1)
    kind, options = CELLS[cell]
    layer = kind(3, 5, batch_first=True, **options)
    x, start = torch.randn(7, 3), [torch.rand(7, 5) for _ in range(2 if cell == "lstm" else 1)]
    before = [part.clone() for part in start]
    ours = StepLayer(cell, layer, FloatProduct)
    found = ours.step(FloatProduct(ours.weight_ih, ours.bias_ih)(x), *start)
    _, expected = layer(
        x.unsqueeze(1), tuple(p.unsqueeze(0) for p in start) if cell == "lstm" else start[0].unsqueeze(0)
    )
    expected = expected if cell == "lstm" else (expected,)
    torch.testing.assert_close(found, tuple(part.squeeze(0) for part in expected))
    assert all(torch.equal(part, was) for part, was in zip(start, before, strict=True))


@torch.no_grad()
def test_a_step_of_min_gru_is_that_of_the_layer() -> None:
    torch.manual_seed(1)
    layer, x, start = MinGRU(3, 5), torch.randn(7, 3), torch.rand(7, 5)
    ours = StepLayer("min_gru", layer, FloatProduct)
    found = ours.step(FloatProduct(ours.weight_ih, ours.bias_ih)(x), start)
    out, _ = min_gru(x.unsqueeze(1), start.unsqueeze(0), layer.weight_ih_l0, layer.bias_ih_l0)
    torch.testing.assert_close(found[0], out.squeeze(1))


@needs_integers
def test_products_add_their_bias_or_what_they_are_given() -> None:
    weight, bias = torch.tensor([[1.0, -0.5], [0.0, 0.25], [0.5, 0.5]]), torch.tensor([1.0, 2.0, 3.0])
    x, inputs = torch.tensor([[1.0, 0.0], [-1.0, 1.0]]), torch.tensor([[10.0, 20.0, 30.0], [0.0, 0.0, 0.0]])
    for product, tolerance in ((FloatProduct(weight, bias), 0.0), (Int8Product(weight, bias), 0.02)):
        close = {"atol": tolerance, "rtol": 0.0}
        torch.testing.assert_close(product(x), torch.tensor([[2.0, 2.0, 3.5], [-0.5, 2.25, 3.0]]), **close)
        torch.testing.assert_close(
            product.plus(inputs, x), torch.tensor([[11.0, 20.0, 30.5], [-1.5, 0.25, 0.0]]), **close
        )


@needs_integers
def test_integers_are_multiplied_exactly_and_the_largest_do_not_overflow() -> None:
    generator = torch.Generator().manual_seed(1)
    codes = torch.randint(-63, 64, (9, 200), generator=generator)
    codes[:, 0], codes[0] = 63, 63
    places = torch.randint(-127, 128, (6, 200), generator=generator)
    places[0] = 127
    product = Int8Product(codes / 63, None)
    expected = (places @ codes.t()).double() / (63 * 127)
    torch.testing.assert_close(product(places / 127).double(), expected, atol=1e-4, rtol=1e-6)


@needs_integers
def test_a_row_of_zeros_has_a_scale_too() -> None:
    product = Int8Product(torch.zeros(2, 4), torch.tensor([0.5, -0.5]))
    assert product(torch.ones(1, 4)).tolist() == [[0.5, -0.5]]
