"""The loss as a sum over real tokens, which the training loop divides once; and losses whose gradient is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

# Tokens whose probabilities are worked on together: few enough to stay in the processor's cache.
SLICE_TOKENS = 128


def cross_entropy(logits: Tensor, targets: Tensor, *, label_smoothing: float = 0.0, consistency: float = 0.0) -> Tensor:
    """Cross-entropy summed over tokens, with label smoothing and, for two passes, R-Drop.

    Label smoothing spreads a share of each target over the vocabulary (Szegedy et al. 2016, section 7). R-Drop (Wu et
    al. 2021, equations 2 to 4) adds `consistency` times the mean of both Kullback-Leibler divergences between the two
    passes' distributions of a token.

    The gradient is computed together with the loss, slice by slice, so that no table of all probabilities goes through
    memory several times. It cannot be differentiated twice.

    Shape: logits (P, N, V) of P passes over the same N tokens, targets (N,) -> scalar in nats, summed over passes too.

    >>> logits = torch.tensor([[[0.5, 0.25, 0.25]]]).log()
    >>> round(float(cross_entropy(logits, torch.tensor([0]))), 4)  # -ln 0.5
    0.6931
    """
    if consistency > 0 and logits.size(0) != 2:
        raise ValueError(f"consistency compares two passes, not {logits.size(0)}")
    loss: Tensor = _CrossEntropy.apply(logits, targets, label_smoothing, consistency)
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


class _CrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, logits: Tensor, targets: Tensor, label_smoothing: float, consistency: float) -> Tensor:
        total = logits.new_zeros((), dtype=torch.float32)
        gradient = torch.empty_like(logits)
        for first in range(0, targets.size(0), SLICE_TOKENS):
            rows = slice(first, first + SLICE_TOKENS)
            loss, gradient[:, rows] = _loss_and_gradient(logits[:, rows], targets[rows], label_smoothing, consistency)
            total += loss
        ctx.save_for_backward(gradient)
        return total

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, scale: Tensor) -> tuple[Tensor, None, None, None]:
        (gradient,) = ctx.saved_tensors
        return gradient * scale.to(gradient.dtype), None, None, None


def _loss_and_gradient(
    logits: Tensor, targets: Tensor, label_smoothing: float, consistency: float
) -> tuple[Tensor, Tensor]:
    """Loss of some tokens (P, n, V), in float32, and its gradient by the logits."""
    log_p = logits.float().log_softmax(dim=-1)
    p = log_p.exp()
    each = label_smoothing / log_p.size(-1)
    chosen = targets.expand(log_p.size(0), -1).unsqueeze(-1)  # (P, n, 1)
    loss = -(1 - label_smoothing) * log_p.gather(-1, chosen).sum()
    if label_smoothing > 0:
        loss -= each * log_p.sum()
    gradient = p - each
    gradient.scatter_add_(-1, chosen, torch.full_like(chosen, label_smoothing - 1, dtype=gradient.dtype))
    if consistency > 0:
        other = p.flip(0)
        gap = log_p - log_p.flip(0)
        divergence = (p * gap).sum(-1, keepdim=True)  # (2, n, 1): KL(p | other)
        loss += consistency / 2 * divergence.sum()
        gradient += consistency / 2 * (p * (gap + 1 - divergence) - other)
    return loss, gradient
