"""A trained character language model: text that goes on from a prompt, and the likelihood of given text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

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
from nlpseq.runs.saved_model import TEXT_FOLDER, SavedModel
from nlpseq.tasks.trained import Trained, TrainOptions
from nlpseq.text.alphabet import ALPHABET_FILE, Alphabet

if TYPE_CHECKING:
    from typing_extensions import Unpack


@dataclass(frozen=True, repr=False)
class CharRNN(Continuations, Trained):
    """A character model with its alphabet, and the folder that it was loaded from, if any.

    >>> _ = torch.manual_seed(0)
    >>> letters = Alphabet.of_counts(np.bincount([ord(c) for c in "to be or not\\n"]))
    >>> writer = CharRNN.untrained(letters, CharRNNSettings(embedding_dim=4, hidden_size=6))
    >>> text = "".join(writer.generate("to ", length=5, seed=3))
    >>> text.startswith("to "), len(text), text == "".join(writer.generate("to ", length=5, seed=3))
    (True, 8, True)
    """

    task: ClassVar[str] = "generate"

    model: CharRNNModel
    alphabet: Alphabet
    settings: CharRNNSettings
    folder: Path | None = None

    @classmethod
    def untrained(cls, alphabet: Alphabet, settings: CharRNNSettings) -> CharRNN:
        """A character model with new random weights."""
        return cls(CharRNNModel(len(alphabet), **asdict(settings)), alphabet, settings)

    @classmethod
    def train(cls, data: Any, *, text: str | None = None, **options: Unpack[TrainOptions]) -> CharRNN:
        """Train on your data, and give the model with the run that it comes from: `metrics`, `report()`, `run_dir`.

        Args:
            data: a text, a list of texts, a table of them, a list of paths of files; or a path of a file or folder.
            text: column of the texts in a table.
            options: `recipe`, `minutes`, `init_from`, `run_dir`, `settings` and `quiet`, see `TrainOptions`.

        Raises:
            UserError: anything wrong with the data or the settings.
        """
        return cls._learnt(data if text is None else list(data[text]), {}, **options)

    @classmethod
    def _revived(cls, saved: SavedModel, device: str) -> CharRNN:
        alphabet = Alphabet.load(saved.folder / TEXT_FOLDER / ALPHABET_FILE)
        settings = saved.settings("model", CharRNNSettings)
        build = partial(CharRNNModel, len(alphabet), **asdict(settings))
        model = saved.network(build, layers=settings.num_layers, device=device)
        return cls(model, alphabet, settings, saved.folder)

    def _save_text(self, folder: Path) -> None:
        self.alphabet.save(folder / TEXT_FOLDER / ALPHABET_FILE)

    @property
    def config(self) -> dict[str, Any]:
        """What `config.json` says of the model, but its seal."""
        return {"task": self.task, "model": asdict(self.settings)}

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
