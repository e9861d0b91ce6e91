"""Windows see their neighbours and no padding; blocks are neighbours side by side."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from nlpseq.layers.reduction import WINDOW, Window, blocks

LENGTHS = torch.tensor([7, 1, 4])
MASK = torch.arange(7) < LENGTHS.unsqueeze(1)


def build() -> tuple[Window, torch.Tensor]:
    torch.manual_seed(0)
    return Window(3), torch.randn(3, 7, 3)


@torch.no_grad()
def test_a_window_is_the_formula() -> None:
    window, x = build()
    found = window(x, MASK)
    weight, bias = window.convolution.weight, window.convolution.bias
    for b, length in enumerate(LENGTHS.tolist()):
        for s in range(length):
            seen = bias.clone()
            for offset in range(WINDOW):
                other = s + offset - WINDOW // 2
                if 0 <= other < length:
                    seen += weight[:, :, offset] @ x[b, other]
            torch.testing.assert_close(found[b, s], x[b, s] + seen.clamp(min=0))
        assert not found[b, length:].any()


def test_padding_is_never_read() -> None:
    window, x = build()
    x.requires_grad_()
    dirty = torch.where(MASK.unsqueeze(2), x, torch.full_like(x, float("nan")))
    found = window(dirty, MASK)
    torch.testing.assert_close(found, window(x, MASK))
    found.sum().backward()
    assert x.grad.isfinite().all() and not x.grad[~MASK].any()


@pytest.mark.parametrize("size", [2, 3, 4, 7, 9])
def test_blocks_hold_every_position_in_order(size) -> None:
    x = torch.randn(3, 7, 5).masked_fill(~MASK.unsqueeze(2), 0.0)
    found, lengths = blocks(x, LENGTHS, size=size)
    steps = -(-7 // size)
    assert found.shape == (3, steps, size * 5)
    assert lengths.tolist() == [-(-length // size) for length in LENGTHS.tolist()]
    flat = found.reshape(3, steps * size, 5)
    assert torch.equal(flat, F.pad(x, (0, 0, 0, steps * size - 7)))


def test_blocks_of_one_position_are_the_positions() -> None:
    x = torch.randn(2, 3, 4)
    found, lengths = blocks(x, torch.tensor([3, 2]), size=1)
    assert torch.equal(found, x) and lengths.tolist() == [3, 2]
