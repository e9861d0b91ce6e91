"""A small network with everything a step may have: recurrent state, attention over padded sources, an end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from nlpseq.decoding import StepOutput

PAD, BOS, EOS = 0, 2, 3


class ToyModel:
    """A tanh recurrent network with dot attention; float64, so that no result hangs on rounding."""

    def __init__(self, *, vocab_size: int = 11, hidden_size: int = 7, end_bias: float = 1.0, seed: int = 0) -> None:
        generator = torch.Generator().manual_seed(seed)

        def weights(*shape: int) -> Tensor:
            return torch.randn(*shape, generator=generator, dtype=torch.float64)

        self.vocab_size = vocab_size
        self.embedding = weights(vocab_size, hidden_size)
        self.recurrent = weights(hidden_size, hidden_size)
        self.output = weights(2 * hidden_size, vocab_size)
        self.bias = torch.zeros(vocab_size, dtype=torch.float64)
        self.bias[EOS] = end_bias
        self.batches: list[int] = []  # live sentences of every step

    def step(self, tokens: Tensor, hidden: tuple[Tensor, ...], memory: tuple[Tensor, ...]) -> StepOutput:
        states, mask = memory  # (B, S, H), (B, S)
        self.batches.append(len(tokens))
        state = torch.tanh(self.embedding[tokens] + hidden[0] @ self.recurrent)  # (B, K, H)
        energies = (state @ states.transpose(1, 2)).masked_fill(~mask.unsqueeze(1), float("-inf"))
        attention = energies.softmax(-1)  # (B, K, S)
        logits = torch.cat([state, attention @ states], dim=-1) @ self.output + self.bias
        return StepOutput(logits, (state,), attention)

    def sentences(self, batch: int, *, seed: int = 1) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
        """The first hidden state and the memory of `batch` random sources of 1 to 6 tokens."""
        generator = torch.Generator().manual_seed(seed)
        hidden_size = self.recurrent.size(0)
        hidden = torch.randn(batch, 1, hidden_size, generator=generator, dtype=torch.float64)
        states = torch.randn(batch, 6, hidden_size, generator=generator, dtype=torch.float64)
        lengths = torch.randint(1, 7, (batch, 1), generator=generator)
        return (hidden,), (states, torch.arange(6) < lengths)


@pytest.fixture
def make_toy() -> Callable[..., ToyModel]:
    """Builds a toy model from keyword settings."""
    return ToyModel


@pytest.fixture
def toy() -> ToyModel:
    """The toy model of most tests: 11 words, sentences of a few tokens."""
    return ToyModel()


@pytest.fixture
def ids() -> dict[str, int]:
    """The special tokens as keyword arguments of a search."""
    return {"bos_id": BOS, "eos_id": EOS, "pad_id": PAD}
