"""Text that goes on from a prompt, and the likelihood of given text, whatever runs the network."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from nlpseq.config.generate import CharRNNSettings
from nlpseq.counting import counted
from nlpseq.decoding.processors import DEFAULT_SAMPLING, SamplingOptions
from nlpseq.decoding.streams import DONE
from nlpseq.evaluation.language_model import bits_per_character
from nlpseq.text.alphabet import Alphabet
from nlpseq.text.texts import Texts, as_texts

log = logging.getLogger("nlpseq")

# What a text begins after: as good as any, and every text of more than one line holds it.
START = "\n"
# Characters (or bytes) that are scored in one call of the network.
SCORE_WINDOW = 2000
# What is read of a prompt, at its end, for the sake of memory: no state remembers as much.
PROMPT_WINDOW = 10_000


@dataclass(frozen=True)
class Likelihood:
    """The likelihood of a text: `nats` in all, its number of `characters`, and of those `unknown` to the model.

    >>> Likelihood(nats=6 * np.log(2).item(), characters=3).bits_per_character
    2.0
    """

    nats: float
    characters: int
    unknown: int = 0

    @property
    def bits_per_character(self) -> float:
        """Bits a character; 0 for an empty text."""
        return round(bits_per_character(self.nats / max(1, self.characters)), 12)


class Continuations(Protocol):
    """What goes on from prompts: an alphabet, and a network behind `_sample` and `nats`."""

    alphabet: Alphabet
    settings: CharRNNSettings
    folder: Path | None

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
        """Step after step the id that each prompt goes on with, `DONE` where it has ended."""
        ...

    def nats(self, ids: np.ndarray) -> np.ndarray:
        """Negative log-likelihood of each id but the first, float64 (N - 1,), the state carried over all of them."""
        ...

    def generate(
        self,
        prompt: str = "",
        *,
        length: int = 400,
        options: SamplingOptions = DEFAULT_SAMPLING,
        seed: int = 1,
        number: int = 0,
        stop: Sequence[str] = (),
    ) -> Iterator[str]:
        """Yield the prompt and then, as they are made, at most `length` characters that go on from it.

        Args:
            prompt: any text; characters that the model does not know are read as unknown ones, and a warning says so.
                Of a very long one the last 10,000 characters are read.
            length: most characters (or bytes) to write.
            options: temperature, top-k and the like.
            seed: equal seeds give equal text.
            number: of the sample: sample n of `samples` is the one that `generate` gives for number n.
            stop: strings that end the text once they are written, and are part of it; one with characters that the
                model does not know never is.

        Raises:
            UserError: the model's scores are not numbers.
        """
        (prompt,) = as_texts([prompt], name="prompt")
        pieces = self.stream([prompt], length=length, options=options, seed=seed, numbers=[number], stop=stop)
        for _, piece in pieces:
            yield piece

    def stream(
        self,
        prompts: Texts,
        *,
        length: int = 400,
        options: SamplingOptions = DEFAULT_SAMPLING,
        seed: int = 1,
        numbers: Sequence[int] | None = None,
        stop: Sequence[str] = (),
    ) -> Iterator[tuple[int, str]]:
        """Yield (place of the prompt, piece of its text) as they are made, for all prompts in one batch.

        The first piece of each text is its prompt; a character of bytes that the length cuts in two is left out.
        `numbers` are those of the samples, 0, 1, ... by default; the other arguments are those of `generate`, which
        gives each of the texts alone.

        >>> from nlpseq import CharRNN
        >>> letters = Alphabet.of_counts(np.bincount([ord(c) for c in "ab\\n"]))
        >>> writer = CharRNN.untrained(letters, CharRNNSettings(embedding_dim=4, hidden_size=6))
        >>> [(place, len(piece)) for place, piece in writer.stream(["ab", ""], length=2)]
        [(0, 2), (1, 0), (0, 1), (1, 1), (0, 1), (1, 1)]
        """
        prompts = as_texts(prompts, name="prompts")
        yield from enumerate(prompts)
        decoders = [self.alphabet.decoder() for _ in prompts]
        numbers = range(len(prompts)) if numbers is None else numbers
        for step in self._steps(prompts, length=length, options=options, seed=seed, numbers=numbers, stop=stop):
            for place, index in enumerate(step):
                if index != DONE and (piece := decoders[place]([index], False)):
                    yield place, piece

    def samples(
        self,
        prompts: Texts,
        *,
        length: int = 400,
        options: SamplingOptions = DEFAULT_SAMPLING,
        seed: int = 1,
        stop: Sequence[str] = (),
    ) -> list[str]:
        """A text for each prompt, prompts included, all made in one batch; the arguments are those of `generate`."""
        prompts = as_texts(prompts, name="prompts")
        steps = self._steps(prompts, length=length, options=options, seed=seed, numbers=range(len(prompts)), stop=stop)
        written: list[list[int]] = [[] for _ in prompts]
        for step in steps:
            for row, index in zip(written, step, strict=True):
                if index != DONE:
                    row.append(index)
        # A character that the length cut in two is left out.
        return [prompt + self.alphabet.decoder()(row, False) for prompt, row in zip(prompts, written, strict=True)]

    def score(self, text: str) -> Likelihood:
        """The likelihood of `text` after a line break, in one pass with the state carried over.

        A character that the model does not know costs the unknown one and then one of all the characters of Unicode
        that it does not know (`Alphabet.escape_nats`); a warning counts them.

        Raises:
            UserError: it is no text.
        """
        (text,) = as_texts([text], name="text")
        ids = self.alphabet.encode(text)
        unknown = self.alphabet.count_unknown(ids)
        if unknown:
            log.warning(
                "unknown to the model: %s of %s: %s",
                f"{unknown:,}", counted(len(text), "character"), self.alphabet.unknown(text)[:40],
            )  # fmt: skip
        start = self.alphabet.encode(START)
        return Likelihood(float(self.nats(np.concatenate([start, ids])).sum()), len(text), unknown)

    def columns(self, texts: Texts, *, everything: bool = False) -> dict[str, list[Any]]:
        """The bits per character of each text, after a line break, as a column of a table.

        Raises:
            UserError: an item that is no text.
        """
        start = self.alphabet.encode(START)
        found = []
        for text in as_texts(texts):
            nats = self.nats(np.concatenate([start, self.alphabet.encode(text)])).sum()
            found.append(round(Likelihood(float(nats), len(text), 0).bits_per_character, 6))
        return {"bits_per_character": found}

    def _steps(
        self,
        prompts: list[str],
        *,
        length: int,
        options: SamplingOptions,
        seed: int,
        numbers: Sequence[int],
        stop: Sequence[str],
    ) -> Iterator[list[int]]:
        if not prompts:
            return iter(())
        if unknown := self.alphabet.unknown("".join(prompts)):
            log.warning("characters that the model has never seen are read as unknown ones: %s", unknown)
        encoded = [self.alphabet.encode(prompt or START)[-PROMPT_WINDOW:] for prompt in prompts]
        return self._sample(
            encoded, length=length, options=options, seed=seed, numbers=numbers,
            stop=[self.alphabet.encode(string).tolist() for string in stop],
        )  # fmt: skip
