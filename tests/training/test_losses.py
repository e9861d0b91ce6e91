"""The loss is torch's own cross-entropy plus R-Drop's divergences, and so is its gradient."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from nlpseq.training.losses import SLICE_TOKENS, cross_entropy

# One token, one slice to the brim, and slices with a rest.
COUNTS = [1, SLICE_TOKENS, 2 * SLICE_TOKENS + 37]


def sample(passes: int, count: int, vocab: int = 11) -> tuple[Tensor, Tensor]:
    torch.manual_seed(count)
    return 3 * torch.randn(passes, count, vocab, requires_grad=True), torch.randint(vocab, (count,))


def reference(logits: Tensor, targets: Tensor, label_smoothing: float, consistency: float) -> Tensor:
    total = torch.zeros(())
    for each in logits:
        total = total + F.cross_entropy(each, targets, label_smoothing=label_smoothing, reduction="sum")
    if consistency:
        p, q = logits.log_softmax(-1)
        both = F.kl_div(q, p, log_target=True, reduction="sum") + F.kl_div(p, q, log_target=True, reduction="sum")
        total = total + consistency * both / 2
    return total


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize(
    ("passes", "consistency"), [(1, 0.0), (2, 0.0), (3, 0.0), (2, 0.7), (2, 5.0)], ids=lambda value: str(value)
)
@pytest.mark.parametrize("label_smoothing", [0.0, 0.1, 0.6])
def test_loss_and_gradient_are_those_of_torch(count, passes, consistency, label_smoothing) -> None:
    logits, targets = sample(passes, count)
    found = cross_entropy(logits, targets, label_smoothing=label_smoothing, consistency=consistency)
    expected = reference(logits, targets, label_smoothing, consistency)
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)
    # Scaled, as by the division by the number of tokens.
    (gradient,) = torch.autograd.grad(found / 7, logits)
    (wanted,) = torch.autograd.grad(expected / 7, logits)
    torch.testing.assert_close(gradient, wanted, rtol=1e-4, atol=1e-6)


def test_literal_values() -> None:
    logits = torch.tensor([[[0.5, 0.25, 0.25]], [[0.25, 0.5, 0.25]]]).log()
    target = torch.tensor([0])
    assert float(cross_entropy(logits[:1], target)) == pytest.approx(math.log(2))
    # Three tenths of the target are spread over three words, 0.1 each: 0.8 ln 2 + 0.2 ln 4.
    assert float(cross_entropy(logits[:1], target, label_smoothing=0.3)) == pytest.approx(1.2 * math.log(2))
    # ln 2 + ln 4, and KL = 0.5 ln 2 - 0.25 ln 2 both ways, times 3.
    assert float(cross_entropy(logits, target, consistency=3.0)) == pytest.approx(3.75 * math.log(2))


def test_equal_passes_cost_no_consistency() -> None:
    logits, targets = sample(1, 9)
    twice = logits.repeat(2, 1, 1)
    assert torch.equal(cross_entropy(twice, targets, consistency=4.0), cross_entropy(twice, targets))


def test_consistency_is_symmetric() -> None:
    logits, targets = sample(2, 9)
    one, other = (cross_entropy(each, targets, consistency=4.0) for each in (logits, logits.flip(0)))
    torch.testing.assert_close(one, other)
    (gradient,) = torch.autograd.grad(one, logits)
    (flipped,) = torch.autograd.grad(other, logits)
    torch.testing.assert_close(gradient, flipped)


@pytest.mark.parametrize("size", [1e4, 1e30])
def test_huge_logits_stay_finite(size) -> None:
    logits = torch.tensor([[[size, 0.0, -size]], [[size, 0.0, -size]]], requires_grad=True)
    loss = cross_entropy(logits, torch.tensor([0]), consistency=1.0)
    loss.backward()
    assert loss.item() == 0.0
    assert not logits.grad.any()


def test_bfloat16_logits_give_a_float32_loss_and_their_own_gradient() -> None:
    logits, targets = sample(2, 130)
    half = logits.detach().bfloat16().requires_grad_()
    loss = cross_entropy(half, targets, label_smoothing=0.1, consistency=1.0)
    assert loss.dtype == torch.float32
    (loss / 130).backward()
    expected = reference(half.detach().float().requires_grad_(), targets, 0.1, 1.0)
    torch.testing.assert_close(loss, expected, rtol=1e-5, atol=1e-4)
    assert half.grad.dtype == torch.bfloat16


@pytest.mark.parametrize("passes", [1, 3])
def test_consistency_needs_two_passes(passes) -> None:
    logits, targets = sample(passes, 4)
    with pytest.raises(ValueError, match=f"two passes, not {passes}"):
        cross_entropy(logits, targets, consistency=1.0)
