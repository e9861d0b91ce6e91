"""What a network must offer to be decoded: one step for K hypotheses of each of B sentences.

Shapes in this package: B batch (live sentences), K hypotheses of a sentence, S source length, T target
length, V vocabulary. What belongs to a hypothesis has K as its second axis and moves with it; what belongs to
a sentence (`memory`) is never repeated over the beam: attention reads it with K queries a sentence.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from torch import Tensor


class StepOutput(NamedTuple):
    """What one step gives.

    Shape:
        logits: (B, K, V), unnormalised or log-probabilities; V may change from step to step if what a sentence may
            copy counts among its tokens.
        hidden: a tuple of (B, K, ...), the states after this step.
        attention: (B, K, S), rows sum to 1 and are exactly 0 on padding; None for a network without
            attention.

    >>> import torch
    >>> StepOutput(torch.zeros(2, 3, 7), (torch.zeros(2, 3, 5),), None).logits.shape
    torch.Size([2, 3, 7])
    """

    logits: Tensor
    hidden: tuple[Tensor, ...]
    attention: Tensor | None


class StepModel(Protocol):
    """Anything with a `step`; a network without a source (a char-RNN) has `memory == ()`.

    >>> import torch
    >>> class Uniform:
    ...     def step(self, tokens, hidden, memory):
    ...         return StepOutput(torch.zeros(*tokens.shape, 7), hidden, None)
    >>> model: StepModel = Uniform()
    >>> model.step(torch.zeros(2, 3, dtype=torch.long), (torch.zeros(2, 3, 5),), ()).logits.shape
    torch.Size([2, 3, 7])
    """

    def step(self, tokens: Tensor, hidden: tuple[Tensor, ...], memory: tuple[Tensor, ...]) -> StepOutput:
        """Read one token a hypothesis and score the next.

        K is 1 in the first call and the beam size afterwards; B shrinks as sentences finish.

        Shape:
            tokens: (B, K) int64. hidden: each (B, K, ...). memory: each (B, ...).
        """
        ...
