"""The loss is torch's own cross-entropy of an output layer plus R-Drop's divergences, and so is its gradient."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from nlpseq.training import losses
from nlpseq.training.losses import linear_cross_entropy, sampled_cross_entropy

SIZE, VOCAB = 5, 11
# One token, one block to the brim, and blocks with a rest; a block has slices of like kinds.
BLOCK = 30
COUNTS = [1, BLOCK, 2 * BLOCK + 7]


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(losses, "BLOCK_TOKENS", BLOCK)
    monkeypatch.setattr(losses, "SLICE_NUMBERS", 8 * VOCAB)


def sample(passes: int, count: int) -> tuple[list[Tensor], Tensor]:
    """Features, weight and bias; targets."""
    torch.manual_seed(count)
    parts = [torch.randn(passes, count, SIZE), torch.randn(VOCAB, SIZE), torch.randn(VOCAB)]
    return [part.requires_grad_() for part in parts], torch.randint(VOCAB, (count,))


def of_logits(logits: Tensor) -> list[Tensor]:
    """Features and an output layer that give these logits (P, N, V)."""
    return [logits, torch.eye(logits.size(2)), torch.zeros(logits.size(2))]


def reference(parts: list[Tensor], targets: Tensor, label_smoothing: float, consistency: float) -> Tensor:
    logits = F.linear(*parts)
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
def test_loss_and_gradients_are_those_of_torch(count, passes, consistency, label_smoothing) -> None:
    parts, targets = sample(passes, count)
    found = linear_cross_entropy(*parts, targets, label_smoothing=label_smoothing, consistency=consistency)
    expected = reference(parts, targets, label_smoothing, consistency)
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)
    # Scaled, as by the division by the number of tokens.
    gradients, wanted = (torch.autograd.grad(loss / 7, parts) for loss in (found, expected))
    torch.testing.assert_close(gradients, wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("count", [0, *COUNTS])
def test_a_sampled_loss_and_its_gradients_are_those_of_torch(count) -> None:
    torch.manual_seed(count)
    shapes = (count, SIZE), (count,), (9, SIZE), (9,)
    parts = [torch.randn(shape, requires_grad=True) for shape in shapes]
    targets, words = torch.randint(VOCAB, (count,)), torch.randint(VOCAB, (9,))
    features, own, weight, bias = parts
    others = F.linear(features, weight, bias).masked_fill(targets[:, None] == words, -math.inf)
    expected = F.cross_entropy(torch.cat([own[:, None], others], dim=1), torch.zeros_like(targets), reduction="sum")
    found = sampled_cross_entropy(*parts, targets, words)
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)
    for by, known in zip(torch.autograd.grad(3 * found, parts), torch.autograd.grad(3 * expected, parts), strict=True):
        torch.testing.assert_close(by, known, rtol=1e-4, atol=1e-5)


def test_a_sample_of_the_target_alone_costs_nothing() -> None:
    features, own = torch.ones(2, 1), torch.tensor([0.5, -0.5], requires_grad=True)
    loss = sampled_cross_entropy(
        features, own, torch.ones(1, 1), torch.zeros(1), torch.tensor([4, 4]), torch.tensor([4])
    )
    loss.backward()
    assert loss.item() == 0 and own.grad is not None and own.grad.tolist() == [0, 0]


def test_literal_values() -> None:
    logits = torch.tensor([[[0.5, 0.25, 0.25]], [[0.25, 0.5, 0.25]]]).log()
    one, both, target = of_logits(logits[:1]), of_logits(logits), torch.tensor([0])
    assert float(linear_cross_entropy(*one, target)) == pytest.approx(math.log(2))
    # Three tenths of the target are spread over three words, 0.1 each: 0.8 ln 2 + 0.2 ln 4.
    assert float(linear_cross_entropy(*one, target, label_smoothing=0.3)) == pytest.approx(1.2 * math.log(2))
    # ln 2 + ln 4, and KL = 0.5 ln 2 - 0.25 ln 2 both ways, times 3.
    assert float(linear_cross_entropy(*both, target, consistency=3.0)) == pytest.approx(3.75 * math.log(2))


def test_equal_passes_cost_no_consistency() -> None:
    (features, *layer), targets = sample(1, 9)
    twice = features.repeat(2, 1, 1)
    plain, consistent = (linear_cross_entropy(twice, *layer, targets, consistency=value) for value in (0.0, 4.0))
    torch.testing.assert_close(consistent, plain)


def test_consistency_is_symmetric() -> None:
    (features, *layer), targets = sample(2, 9)
    one, other = (linear_cross_entropy(each, *layer, targets, consistency=4.0) for each in (features, features.flip(0)))
    torch.testing.assert_close(one, other)
    (gradient,), (flipped,) = (torch.autograd.grad(loss, features) for loss in (one, other))
    torch.testing.assert_close(gradient, flipped)


@pytest.mark.parametrize("size", [1e4, 1e30])
def test_huge_logits_stay_finite(size) -> None:
    logits = torch.tensor([[[size, 0.0, -size]], [[size, 0.0, -size]]], requires_grad=True)
    loss = linear_cross_entropy(*of_logits(logits), torch.tensor([0]), consistency=1.0)
    loss.backward()
    assert loss.item() == 0.0
    assert not logits.grad.any()


def test_under_autocast_the_loss_and_the_gradients_of_the_weights_are_float32() -> None:
    parts, targets = sample(2, 70)
    with torch.autocast("cpu", torch.bfloat16):
        loss = linear_cross_entropy(*parts, targets, label_smoothing=0.1, consistency=1.0)
    assert loss.dtype == torch.float32
    expected = reference(parts, targets, 0.1, 1.0)
    torch.testing.assert_close(loss, expected, rtol=0.01, atol=0.0)
    for found, wanted in zip(*(torch.autograd.grad(each, parts) for each in (loss, expected)), strict=True):
        assert found.dtype == torch.float32
        assert (found - wanted).norm() < 0.03 * wanted.norm()


@pytest.mark.parametrize("passes", [1, 3])
def test_consistency_needs_two_passes(passes) -> None:
    parts, targets = sample(passes, 4)
    with pytest.raises(ValueError, match=f"two passes, not {passes}"):
        linear_cross_entropy(*parts, targets, consistency=1.0)
