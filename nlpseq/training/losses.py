"""The loss as a sum over real tokens, which the training loop divides once; and losses whose gradient is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

# Numbers of a table of probabilities that are worked on together: few enough to stay in the processor's cache.
SLICE_NUMBERS = 1 << 17
# Tokens whose scores are in memory at once, for each pass.
BLOCK_TOKENS = 1024


def linear_cross_entropy(
    features: Tensor,
    weight: Tensor,
    bias: Tensor,
    targets: Tensor,
    *,
    label_smoothing: float = 0.0,
    consistency: float = 0.0,
) -> Tensor:
    """Cross-entropy of an output layer, summed over tokens, with label smoothing and, for two passes, R-Drop.

    Label smoothing spreads a share of each target over the vocabulary (Szegedy et al. 2016, section 7). R-Drop (Wu et
    al. 2021, equations 2 to 4) adds `consistency` times the mean of both Kullback-Leibler divergences between the two
    passes' distributions of a token.

    The gradient is computed together with the loss, block by block, so that the scores of all tokens are never there
    at once, and probabilities do not go through memory several times. It cannot be differentiated twice. Under autocast
    the products are in low precision.

    Shape: features (P, N, E) of P passes over the same N tokens, weight (V, E), bias (V,), targets (N,) -> scalar in
    nats, float32, summed over passes too.

    >>> weight = torch.tensor([[0.5], [0.25], [0.25]]).log()
    >>> round(float(linear_cross_entropy(torch.ones(1, 1, 1), weight, torch.zeros(3), torch.tensor([0]))), 4)  # ln 2
    0.6931
    """
    if consistency > 0 and features.size(0) != 2:
        raise ValueError(f"consistency compares two passes, not {features.size(0)}")
    device = features.device.type
    low = torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else features.dtype
    with torch.autocast(device, enabled=False):
        loss: Tensor = _LinearCrossEntropy.apply(
            features.to(low), weight, bias, targets, label_smoothing, consistency
        )  # fmt: skip
    return loss


def sampled_cross_entropy(
    features: Tensor, own: Tensor, weight: Tensor, bias: Tensor, targets: Tensor, sample: Tensor
) -> Tensor:
    """Cross-entropy of an output layer, summed over tokens, whose other words are those of a sample alone.

    A sampled word that is a token's own target does not count for it. Loss and gradient are computed together, block by
    block, as those of `linear_cross_entropy` are.

    Shape: features (N, E), own (N,) scores of the targets, weight (K, E) and bias (K,) of the sampled words, targets
    (N,), sample (K,) -> scalar in nats, float32.

    >>> parts = torch.ones(1, 1), torch.zeros(1), torch.zeros(3, 1), torch.zeros(3)
    >>> round(float(sampled_cross_entropy(*parts, torch.tensor([7]), torch.tensor([7, 8, 9]))), 4)  # ln 3
    1.0986
    """
    device = features.device.type
    low = torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else features.dtype
    with torch.autocast(device, enabled=False):
        loss: Tensor = _SampledCrossEntropy.apply(features.to(low), own, weight, bias, targets, sample)
    return loss


def known_gradient(value: Tensor, weights: Sequence[Tensor], gradients: Sequence[Tensor | None]) -> Tensor:
    """`value` without what it was computed by, but with its `gradients` by the `weights` (None is none).

    For whoever needed them at once; they are used up by the backward pass.

    >>> weight = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> (3 * known_gradient(torch.tensor(7.0), [weight], [torch.tensor([0.5, 1.0])])).backward()
    >>> weight.grad.tolist()
    [1.5, 3.0]
    """
    known = [(weight, gradient) for weight, gradient in zip(weights, gradients, strict=True) if gradient is not None]
    loss: Tensor = _KnownGradient.apply(value.detach(), [gradient for _, gradient in known], *(w for w, _ in known))
    return loss


class _KnownGradient(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, value: Tensor, gradients: list[Tensor], *weights: Tensor) -> Tensor:
        ctx.gradients = gradients
        return value.clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, scale: Tensor) -> tuple[Tensor | None, ...]:
        torch._foreach_mul_(ctx.gradients, scale)
        return None, None, *ctx.gradients


class _LinearCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        features: Tensor,
        weight: Tensor,
        bias: Tensor,
        targets: Tensor,
        label_smoothing: float,
        consistency: float,
    ) -> Tensor:
        total = torch.zeros((), device=features.device)
        by_features = torch.empty_like(features)
        by_weight, by_bias = torch.zeros_like(weight), torch.zeros_like(bias)
        low_weight, low_bias = weight.to(features.dtype), bias.to(features.dtype)
        for first in range(0, targets.size(0), BLOCK_TOKENS):
            block = slice(first, first + BLOCK_TOKENS)
            rows = features[:, block]
            flat = rows.reshape(-1, rows.size(2))
            scores = flat @ low_weight.t()
            table = scores.view(*rows.shape[:2], -1)
            total += _loss_then_gradient_(table, low_bias, targets[block], label_smoothing, consistency)
            by_features[:, block] = (scores @ low_weight).view_as(rows)
            by_weight += scores.t() @ flat
            by_bias += scores.sum(0, dtype=bias.dtype)
        ctx.save_for_backward(by_features, by_weight, by_bias)
        return total

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, scale: Tensor) -> tuple[Tensor | None, ...]:
        return *(part * scale.to(part.dtype) for part in ctx.saved_tensors), None, None, None


class _SampledCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, features: Tensor, own: Tensor, weight: Tensor, bias: Tensor, targets: Tensor, sample: Tensor
    ) -> Tensor:
        total = torch.zeros((), device=features.device)
        by_features, by_own = torch.empty_like(features), torch.empty_like(own)
        by_weight, by_bias = torch.zeros_like(weight), torch.zeros_like(bias)
        low_weight = weight.to(features.dtype)
        step = max(1, SLICE_NUMBERS // len(sample))
        for first in range(0, len(targets), step):
            part = slice(first, first + step)
            rows = features[part]
            others = (rows @ low_weight.t()).float().add_(bias)  # (n, K)
            others.masked_fill_(targets[part].unsqueeze(1) == sample, -torch.inf)
            norm = torch.logaddexp(own[part], others.logsumexp(1))
            total += (norm - own[part]).sum()
            by_own[part] = (own[part] - norm).expm1()
            gradient = others.sub_(norm.unsqueeze(1)).exp_()
            by_bias += gradient.sum(0)
            gradient = gradient.to(features.dtype)
            by_features[part] = gradient @ low_weight
            by_weight += gradient.t() @ rows
        ctx.save_for_backward(by_features, by_own, by_weight, by_bias)
        return total

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, scale: Tensor) -> tuple[Tensor | None, ...]:
        return *(part * scale.to(part.dtype) for part in ctx.saved_tensors), None, None


def _loss_then_gradient_(
    scores: Tensor, bias: Tensor, targets: Tensor, label_smoothing: float, consistency: float
) -> Tensor:
    """The loss of `scores` + `bias` (P, n, V), in float32; in the place of the scores is left its gradient by them."""
    total = torch.zeros((), device=scores.device)
    step = max(1, SLICE_NUMBERS // (scores.size(0) * scores.size(2)))
    for first in range(0, targets.size(0), step):
        part = slice(first, first + step)
        log_p = scores[:, part].add_(bias).log_softmax(dim=-1, dtype=torch.float32)
        loss, gradient = _loss_and_gradient(log_p, targets[part], label_smoothing, consistency)
        scores[:, part] = gradient
        total += loss
    return total


def _loss_and_gradient(
    log_p: Tensor, targets: Tensor, label_smoothing: float, consistency: float
) -> tuple[Tensor, Tensor]:
    """The loss of some tokens' log-probabilities (P, n, V), and its gradient by the scores."""
    each = label_smoothing / log_p.size(-1)
    chosen = targets.expand(log_p.size(0), -1).unsqueeze(-1)  # (P, n, 1)
    loss = -(1 - label_smoothing) * log_p.gather(-1, chosen).sum()
    if label_smoothing > 0:
        loss -= each * log_p.sum()
    gradient = log_p.exp()
    if consistency > 0:
        p, other = gradient, gradient.flip(0)
        gap = log_p - log_p.flip(0)
        divergence = (p * gap).sum(-1, keepdim=True)  # (2, n, 1): KL(p | other)
        loss += consistency / 2 * divergence.sum()
        gradient = p + consistency / 2 * (p * (gap + 1 - divergence) - other)
    if label_smoothing > 0:
        gradient.sub_(each)
    gradient.scatter_add_(-1, chosen, torch.full_like(chosen, label_smoothing - 1, dtype=gradient.dtype))
    return loss, gradient
