"""The two graphs of an encoder-decoder: the encoder, and the decoder's step for `search.py`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nlpseq.onnx.search import States, Step
from nlpseq.onnx.session import Session

# What the searches are called with, and what only the encoder reads.
TOKENS, COUNT = "tokens", "count"


@dataclass(frozen=True)
class Decoder:
    """An encoder and a step: what the first gives, and the second reads again, is a state or the sentence's memory."""

    encoder: Session
    network: Session

    @cached_property
    def states(self) -> list[str]:
        """What each hypothesis has of its own; the step gives it as `next_...`."""
        return [name for name in self.network.inputs if f"next_{name.removeprefix('state_')}" in self.network.outputs]

    @cached_property
    def memory(self) -> list[str]:
        """What belongs to a sentence."""
        return [name for name in self.network.inputs if name not in (TOKENS, COUNT, *self.states)]

    def start(self, src: np.ndarray, lengths: np.ndarray, **others: np.ndarray) -> tuple[States, States]:
        """States and memory of sources (B, S); `others` are those of them that the encoder does not give."""
        given = self.encoder.outputs
        found = dict(zip(given, self.encoder.run(given, src=src, lengths=lengths), strict=True)) | others
        return tuple(found[name] for name in self.states), tuple(found[name] for name in self.memory)

    def step(self, tokens: np.ndarray, states: States, memory: States, count: int) -> Step:
        """The `count` best tokens, or all where there are fewer, after tokens (B, K)."""
        attention = ["attention"] * ("attention" in self.network.outputs)
        found = self._run(["values", "best", *attention], tokens, states, memory, count)
        first = 2 + len(attention)
        return Step(found[0], found[1], tuple(found[first:]), found[2] if attention else None)

    def log_probs(self, tokens: np.ndarray, states: States, memory: States) -> tuple[np.ndarray, States]:
        """Log-probabilities (B, K, V) after tokens (B, K), and the new states."""
        found = self._run(["log_probs"], tokens, states, memory, 1)
        return found[0], tuple(found[1:])

    def _run(
        self, outputs: list[str], tokens: np.ndarray, states: States, memory: States, count: int
    ) -> list[np.ndarray]:
        inputs = dict(zip(self.states, states, strict=True)) | dict(zip(self.memory, memory, strict=True))
        new = [f"next_{name.removeprefix('state_')}" for name in self.states]
        return self.network.run([*outputs, *new], **{TOKENS: tokens, COUNT: np.array([count], np.int64)}, **inputs)
