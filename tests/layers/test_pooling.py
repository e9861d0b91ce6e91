"""One vector a row from its real tokens alone, equal to a loop over the rows."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from nlpseq.layers.pooling import Pooling

LENGTHS = torch.tensor([3, 7, 1, 5])
SIZE = 6
KINDS = ["last", "max", "mean", "attention", "concat"]


def outputs(seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(4, 7, SIZE, generator=generator)


def by_hand(kind: str, row: Tensor, directions: int) -> Tensor:
    """One row without padding (S, F)."""
    last = row[-1] if directions == 1 else torch.cat([row[-1, : SIZE // 2], row[0, SIZE // 2 :]])
    parts = {"last": last, "max": row.max(0).values, "mean": row.mean(0)}
    return torch.cat([parts["last"], parts["max"], parts["mean"]]) if kind == "concat" else parts[kind]


@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize("kind", ["last", "max", "mean", "concat"])
def test_each_row_is_pooled_as_if_alone(kind: str, directions: int) -> None:
    pooling, x = Pooling(kind, SIZE, directions=directions), outputs()
    expected = torch.stack([by_hand(kind, x[i, :n], directions) for i, n in enumerate(LENGTHS)])
    torch.testing.assert_close(pooling(x, LENGTHS), expected)
    assert expected.size(1) == pooling.out_features


def test_attention_is_a_weighted_mean_of_the_real_tokens() -> None:
    torch.manual_seed(3)
    pooling, x = Pooling("attention", SIZE, directions=2), outputs()
    for i, n in enumerate(LENGTHS):
        row = x[i, :n]
        weights = pooling.energy(torch.tanh(pooling.hidden(row))).softmax(0)
        torch.testing.assert_close(pooling(x, LENGTHS)[i], (weights * row).sum(0))
    torch.nn.init.zeros_(pooling.energy.weight)
    torch.testing.assert_close(pooling(x, LENGTHS), Pooling("mean", SIZE, directions=2)(x, LENGTHS))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("junk", [1e9, float("nan"), float("inf")])
def test_what_stands_on_padding_is_never_read(kind: str, junk: float) -> None:
    torch.manual_seed(3)
    pooling, x = Pooling(kind, SIZE, directions=2), outputs()
    padding = (torch.arange(7) >= LENGTHS[:, None]).unsqueeze(2)
    clean = x.masked_fill(padding, 0.0).requires_grad_()
    dirty = x.masked_fill(padding, junk).requires_grad_()
    assert torch.equal(pooling(clean, LENGTHS), pooling(dirty, LENGTHS))
    if junk == 1e9:
        (gradient,) = torch.autograd.grad(pooling(dirty, LENGTHS).sum(), dirty)
        assert not gradient[padding.expand_as(gradient)].any()


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown pooling 'first'; choose one of last"):
        Pooling("first", SIZE, directions=1)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["last", "max", "mean", "attention", "concat"])
def test_lengths_are_integers_from_one_to_the_steps(kind: str) -> None:
    pooling, outputs = Pooling(kind, 4, directions=2), torch.randn(2, 3, 4)
    assert torch.equal(pooling(outputs, [3, 1]), pooling(outputs, torch.tensor([3, 1])))
    for lengths, message in (
        ([3, 0], "from 1 to 3"),
        ([4, 1], "from 1 to 3"),
        ([3.0, 1.0], "integers"),
        ([3], "2 numbers"),
    ):
        with pytest.raises(ValueError, match=message):
            pooling(outputs, lengths)


@pytest.mark.parametrize("kind", ["last", "max", "mean", "attention", "concat"])
def test_padding_that_is_no_number_leaves_values_and_gradients_finite(kind: str) -> None:
    torch.manual_seed(0)
    pooling = Pooling(kind, 4, directions=2)
    outputs = torch.randn(2, 3, 4)
    outputs[1, 1:] = torch.nan
    outputs.requires_grad_()
    found = pooling(outputs, [3, 1])
    found.sum().backward()
    assert torch.isfinite(found).all()
    assert outputs.grad is not None and torch.isfinite(outputs.grad).all()
    assert all(torch.isfinite(weight.grad).all() for weight in pooling.parameters())
