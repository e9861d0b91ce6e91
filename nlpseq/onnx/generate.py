"""An exported character model: text that goes on from a prompt, and the likelihood of given text, without torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlpseq.answers.continuation import SCORE_WINDOW, Continuations
from nlpseq.config.generate import CharRNNSettings
from nlpseq.decoding.processors import SamplingOptions
from nlpseq.onnx.folder import Export
from nlpseq.onnx.rows import padded
from nlpseq.onnx.sampling import sample
from nlpseq.onnx.search import States
from nlpseq.onnx.session import Session
from nlpseq.text.alphabet import ALPHABET_FILE, Alphabet


@dataclass(frozen=True)
class CharRNN(Continuations):
    """The graph of a character model with its alphabet."""

    network: Session
    alphabet: Alphabet
    settings: CharRNNSettings
    folder: Path | None = None

    def nats(self, ids: np.ndarray) -> np.ndarray:
        """Negative log-likelihood of each id but the first, float64 (N - 1,), the state carried over all of them."""
        found, states = [np.zeros(0)], self._zeros(1)
        for first in range(0, len(ids) - 1, SCORE_WINDOW):
            window = ids[first : first + SCORE_WINDOW + 1].astype(np.int64)
            logits, states = self._read(window[None, :-1], np.array([len(window) - 1]), states)
            scores = logits[0].astype(np.float64)
            largest = scores.max(axis=1)
            partition = np.log(np.exp(scores - largest[:, None]).sum(axis=1)) + largest
            found.append(partition - np.take_along_axis(scores, window[1:, None], axis=1)[:, 0])
        return np.concatenate(found) + self.alphabet.prices(ids[1:])

    def _sample(
        self,
        prompts: Sequence[np.ndarray],
        *,
        length: int,
        options: SamplingOptions,
        seed: int,
        numbers: Sequence[int],
        stop: Sequence[list[int]],
    ) -> Iterator[list[int]]:
        states = self._zeros(len(prompts))
        before = [prompt[:-1] for prompt in prompts]
        if longer := [place for place, ids in enumerate(before) if len(ids)]:
            ids, lengths = padded([before[place] for place in longer], 0)
            _, read = self._read(ids, lengths, self._zeros(len(longer)))
            for state, found in zip(states, read, strict=True):
                state[:, longer] = found
        ones = np.ones(len(prompts), np.int64)

        def step(tokens: np.ndarray, states: States) -> tuple[np.ndarray, States]:
            logits, new = self._read(tokens[:, None], ones, states)
            return logits[:, 0], new

        return sample(
            step, states, tokens=np.array([prompt[-1] for prompt in prompts]), max_length=length, options=options,
            seed=seed, numbers=numbers, stop=stop, forbidden_ids=self.alphabet.special_ids,
        )  # fmt: skip

    def _read(self, ids: np.ndarray, lengths: np.ndarray, states: States) -> tuple[np.ndarray, States]:
        """Logits (B, T, V) of what follows each id, and the new states."""
        names = range(len(states))
        given = {f"state_{n}": state for n, state in enumerate(states)}
        found = self.network.run(["logits", *(f"next_{n}" for n in names)], ids=ids, lengths=lengths, **given)
        return found[0], tuple(found[1:])

    def _zeros(self, batch: int) -> States:
        shape = self.settings.num_layers, batch, self.settings.hidden_size
        count = sum(name.startswith("state_") for name in self.network.inputs)
        return tuple(np.zeros(shape, np.float32) for _ in range(count))


def load(export: Export) -> CharRNN:
    """The character model of an export."""
    alphabet = Alphabet.load(export.text / ALPHABET_FILE)
    network = export.session("char_rnn", threads=export.threads)
    return CharRNN(network, alphabet, export.settings("model", CharRNNSettings), export.folder)
