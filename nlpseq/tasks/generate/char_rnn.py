"""A trained character language model: text that goes on from a prompt, and the likelihood of given text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from nlpseq.answers.continuation import SCORE_WINDOW, Continuations
from nlpseq.config import CharRNNSettings
from nlpseq.data.batch import pad_sequences
from nlpseq.decoding.processors import SamplingOptions
from nlpseq.decoding.sampling import sample
from nlpseq.models.char_rnn import CharRNNModel, CharRNNStepper
from nlpseq.models.inference import inference
from nlpseq.runs.saved_model import TEXT_FOLDER, SavedModel, load_saved, write_config
from nlpseq.runs.trained import Trained
from nlpseq.text.alphabet import ALPHABET_FILE, Alphabet


@dataclass(frozen=True)
class CharRNN(Continuations, Trained):
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
    def from_pretrained(
        cls,
        name_or_path: str | Path,
        *,
        device: str = "cpu",
        revision: str | None = None,
        token: str | None = None,
    ) -> CharRNN:
        """Load a run folder, a folder of `save_pretrained`, or a model on the Hugging Face hub.

        `revision` (a branch, a tag or a commit) and `token` are those of the hub.

        Raises:
            UserError: there is no such run, or a file of it is missing or damaged.
        """

        def revive(saved: SavedModel) -> CharRNN:
            alphabet = Alphabet.load(saved.folder / TEXT_FOLDER / ALPHABET_FILE)
            settings = saved.settings("model", CharRNNSettings)
            build = partial(CharRNNModel, len(alphabet), **asdict(settings))
            model = saved.network(build, layers=settings.num_layers, device=device)
            return cls(model, alphabet, settings, saved.folder)

        return load_saved(name_or_path, "generate", revive, revision=revision, token=token)

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
        padded, lengths = pad_sequences(prompts, pad_id=0)
        device = next(self.model.parameters()).device
        with inference(self.model):
            hidden = self.model.start(padded.to(device), lengths)
        last = padded.gather(1, (lengths - 1).unsqueeze(1)).squeeze(1)
        return sample(
            self._stepper, hidden, (), tokens=last.to(device), max_lengths=length, options=options, seed=seed,
            numbers=numbers, stop=stop, forbidden_ids=self.alphabet.special_ids,
        )  # fmt: skip

    @property
    def _stepper(self) -> CharRNNStepper:
        return self.model.stepper()
