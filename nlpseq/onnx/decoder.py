"""The graphs of an encoder-decoder: the encoder, and the decoder's step, for a search or with all of its scores."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from nlpseq.onnx.search import States, Step
from nlpseq.onnx.session import Session

if TYPE_CHECKING:
    from nlpseq.onnx.folder import Export

# What the searches are called with, and what only the encoder reads.
TOKENS, COUNT = "tokens", "count"


@dataclass(frozen=True)
class Decoder:
    """An encoder and a step: what the first gives, and the second reads again, is a state or the sentence's memory."""

    encoder: Session
    network: Session
    export: Export

    @classmethod
    def of(cls, export: Export) -> Decoder:
        """That of an export."""
        return cls(export.session("encoder"), export.session("step"), export)

    @cached_property
    def scores(self) -> Session:
        """The step that gives the scores of all tokens; a search does without."""
        return self.export.session("scores")

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
        counts = {COUNT: np.array([count], np.int64)}
        found = self._run(self.network, ["values", "best", *attention], tokens, states, memory, **counts)
        first = 2 + len(attention)
        return Step(found[0], found[1], tuple(found[first:]), found[2] if attention else None)

    def log_probs(self, tokens: np.ndarray, states: States, memory: States) -> tuple[np.ndarray, States]:
        """Log-probabilities (B, K, V) after tokens (B, K), and the new states."""
        found = self._run(self.scores, ["log_probs"], tokens, states, memory)
        return found[0], tuple(found[1:])

    def _run(
        self, network: Session, outputs: list[str], tokens: np.ndarray, states: States, memory: States,
        **others: np.ndarray,
    ) -> list[np.ndarray]:  # fmt: skip
        inputs = dict(zip(self.states, states, strict=True)) | dict(zip(self.memory, memory, strict=True))
        new = [f"next_{name.removeprefix('state_')}" for name in self.states]
        return network.run([*outputs, *new], **{TOKENS: tokens}, **others, **inputs)
