"""A trained character language model: text that goes on from a prompt, and the likelihood of given text."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from nlpseq.config import CharRNNSettings
from nlpseq.decoding.processors import DEFAULT_SAMPLING, SamplingOptions
from nlpseq.decoding.sampling import DONE, sample
from nlpseq.evaluation.language_model import bits_per_character
from nlpseq.models.char_rnn import CharRNNModel, CharRNNStepper
from nlpseq.models.inference import inference
from nlpseq.runs.saved_model import TEXT_FOLDER, SavedModel, load_saved, write_config
from nlpseq.runs.trained import Trained
from nlpseq.text.alphabet import ALPHABET_FILE, Alphabet
from nlpseq.text.texts import Texts, as_texts

log = logging.getLogger("nlpseq")

# What a text begins after: as good as any, and every text of more than one line holds it.
START = "\n"
# Characters (or bytes) that are scored in one call of the network.
SCORE_WINDOW = 2000
# What is read of a prompt, at its end, for the sake of memory: no state remembers as much.
PROMPT_WINDOW = 10_000


@dataclass(frozen=True)
class Score:
    """The likelihood of a text: `nats` in all, its number of `characters`, and of those `unknown` to the model.

    >>> Score(nats=6 * np.log(2).item(), characters=3).bits_per_character
    2.0
    """

    nats: float
    characters: int
    unknown: int = 0

    @property
    def bits_per_character(self) -> float:
        """Bits a character; 0 for an empty text."""
        return round(bits_per_character(self.nats / max(1, self.characters)), 12)


@dataclass(frozen=True)
class CharRNN(Trained):
    """A character model with its alphabet, and the folder that it was loaded from, if any.

    >>> _ = torch.manual_seed(0)
    >>> letters = Alphabet.of_counts(np.bincount([ord(c) for c in "to be or not\\n"]))
    >>> writer = CharRNN.untrained(letters, CharRNNSettings(embedding_dim=4, hidden_size=6))
    >>> text = "".join(writer.generate("to ", length=5, seed=3))
    >>> text.startswith("to "), len(text), text == "".join(writer.generate("to ", length=5, seed=3))
    (True, 8, True)
    """

    model: CharRNNModel
    alphabet: Alphabet
    settings: CharRNNSettings
    folder: Path | None = None

    @classmethod
    def untrained(cls, alphabet: Alphabet, settings: CharRNNSettings) -> CharRNN:
        """A character model with new random weights."""
        return cls(CharRNNModel(len(alphabet), **asdict(settings)), alphabet, settings)

    @classmethod
    def train(
        cls,
        data: Any,
        *,
        text: str | None = None,
        recipe: str | Path | None = None,
        minutes: float | None = None,
        init_from: str | Path | None = None,
        run_dir: str | Path | None = None,
        settings: Mapping[str, Any] | None = None,
        quiet: bool = False,
    ) -> CharRNN:
        """Train on your data, and give the model with the run that it comes from: `metrics`, `report()`, `run_dir`.

        The same call again gives the same model, or goes on where it was stopped; so does one with more `minutes`.
        Ctrl-C gives the best model so far.

        Args:
            data: a text, a list of texts, a table of them, a list of paths of files; or a path of a file or folder.
            text: column of the texts in a table.
            recipe: a recipe's file, or the name of one that comes with nlpseq; default: settings chosen from the data.
            minutes: budget of the training.
            init_from: a run, saved model or hub name to begin from: its text pipeline, sizes and weights.
            run_dir: folder of the run; default: one for these data and settings, below `runs`.
            settings: any others by their names on the command line: `{"model.hidden_size": 256}`.
            quiet: log nothing on the way.

        Raises:
            UserError: anything wrong with the data or the settings.
        """
        from nlpseq.tasks.learn import learn

        texts = data if text is None else list(data[text])
        found: CharRNN = learn(
            "generate", texts, columns={}, recipe=recipe, minutes=minutes, init_from=init_from, run_dir=run_dir,
            settings=settings, quiet=quiet,
        )  # fmt: skip
        return found

    @classmethod
    def from_pretrained(cls, name_or_path: str | Path, *, device: str = "cpu") -> CharRNN:
        """Load a run folder, a folder of `save_pretrained`, or a model on the Hugging Face hub.

        Raises:
            UserError: there is no such run, or a file of it is missing or damaged.
        """

        def revive(saved: SavedModel) -> CharRNN:
            alphabet = Alphabet.load(saved.folder / TEXT_FOLDER / ALPHABET_FILE)
            settings = saved.settings("model", CharRNNSettings)
            build = partial(CharRNNModel, len(alphabet), **asdict(settings))
            model = saved.network(build, layers=settings.num_layers, device=device)
            return cls(model, alphabet, settings, saved.folder)

        return load_saved(name_or_path, "generate", revive)

    def save_pretrained(self, folder: str | Path) -> None:
        """Write weights, settings, alphabet and a model card to `folder`; nothing in it is a pickle."""
        from nlpseq.tasks.card import save_model

        save_model(self, Path(folder))

    def save_without_weights(self, folder: Path) -> None:
        """Write all of `save_pretrained` but the network's weights, the card and the seal."""
        self.alphabet.save(folder / TEXT_FOLDER / ALPHABET_FILE)
        write_config(folder, self.config)

    @property
    def config(self) -> dict[str, Any]:
        """What `config.json` says of the model, but its seal."""
        return {"task": "generate", "model": asdict(self.settings)}

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

    def score(self, text: str) -> Score:
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
                "%s of %s characters are unknown to the model: %s",
                f"{unknown:,}", f"{len(text):,}", self.alphabet.unknown(text)[:40],
            )  # fmt: skip
        start = self.alphabet.encode(START)
        return Score(float(self.nats(np.concatenate([start, ids])).sum()), len(text), unknown)

    def columns(self, texts: Texts, *, everything: bool = False) -> dict[str, list[Any]]:
        """The bits per character of each text, after a line break, as a column of a table.

        Raises:
            UserError: an item that is no text.
        """
        start = self.alphabet.encode(START)
        found = []
        for text in as_texts(texts):
            nats = self.nats(np.concatenate([start, self.alphabet.encode(text)])).sum()
            found.append(round(Score(float(nats), len(text), 0).bits_per_character, 6))
        return {"bits_per_character": found}

    def nats(self, ids: np.ndarray) -> np.ndarray:
        """Negative log-likelihood of each id but the first, float64 (N - 1,), the state carried over all of them.

        That of an unknown one has the price of the character that it stands for (`Alphabet.escape_nats`).
        """
        device = next(self.model.parameters()).device
        found, state = [np.zeros(0)], None
        with inference(self.model):
            for first in range(0, len(ids) - 1, SCORE_WINDOW):
                window = torch.from_numpy(ids[first : first + SCORE_WINDOW + 1].astype(np.int64)).to(device)
                logits, state = self.model(window[None, :-1], state)
                found.append(F.cross_entropy(logits[0].float(), window[1:], reduction="none").cpu().double().numpy())
        return np.concatenate(found) + self.alphabet.prices(ids[1:])

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
        lengths = torch.tensor([len(ids) for ids in encoded])
        padded = torch.zeros(len(encoded), int(lengths.max()), dtype=torch.long)
        for row, ids in zip(padded, encoded, strict=True):
            row[: len(ids)] = torch.from_numpy(ids)
        device = next(self.model.parameters()).device
        with inference(self.model):
            hidden = self.model.start(padded.to(device), lengths)
        last = padded.gather(1, (lengths - 1).unsqueeze(1)).squeeze(1)
        return sample(
            self._stepper, hidden, (), tokens=last.to(device), max_lengths=length, options=options, seed=seed,
            numbers=numbers, stop=[self.alphabet.encode(string).tolist() for string in stop],
            forbidden_ids=self.alphabet.special_ids,
        )  # fmt: skip

    @property
    def _stepper(self) -> CharRNNStepper:
        return self.model.stepper()
