"""A trained classifier: texts in, labels with probabilities out, from a run folder or the hub."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import overload

import numpy as np
import torch
from torch import Tensor

from nlpseq.config import ClassifierSettings
from nlpseq.data.batch import pad_sequences
from nlpseq.data.encoded_texts import Truncate, encode_texts, truncate
from nlpseq.files import write_text_atomically
from nlpseq.models.classifier import ClassifierModel
from nlpseq.models.nb_svm import NbSvm
from nlpseq.models.weights import MODEL_FILE, load_weights, own_weights, save_weights
from nlpseq.tasks.folder import CONFIG_FILE, damaged, model_folder, read_config
from nlpseq.text import TextPipeline

NGRAMS_FILE = "ngrams.safetensors"
# Texts that are sorted by length together, and the padded tokens of a batch cut from them.
POOL_TEXTS = 2000
BATCH_TOKENS = 16_000
# Points on the way from empty words to the text at which its gradient is taken.
GRADIENT_STEPS = 16


@dataclass(frozen=True)
class Prediction:
    """The likeliest `label` with its `probability`, the `probabilities` of all labels and, if asked for, the weights.

    `token_weights` are (token, weight) of each token that the network read: how much it spoke for the label (above 0)
    or against it, by integrated gradients (Sundararajan et al. 2017). They add up to the log-odds of the label, less
    those of a text of as many empty words.

    >>> Prediction("good", 0.75, {"bad": 0.25, "good": 0.75}).token_weights is None
    True
    """

    label: str
    probability: float
    probabilities: dict[str, float]
    token_weights: list[tuple[str, float]] | None = None


@dataclass(frozen=True)
class Classifier:
    """A model with its text pipeline, the names of its classes and the temperature that calibrates it.

    With `ngrams` a linear model over word n-grams is added, `ngram_weight` times its scores (Mesnil et al. 2015).
    `origin` is the folder that it was loaded from, if any.

    >>> from nlpseq.text import build_pipeline
    >>> _ = torch.manual_seed(0)
    >>> words = build_pipeline(["good film", "bad film"], kind="basic_english", vocab_size=9)
    >>> settings = ClassifierSettings(embedding_dim=6, hidden_size=8)
    >>> classifier = Classifier.untrained(words, settings, labels=["neg", "pos"], max_length=50, keep="both")
    >>> predictions = classifier.predict(["a good film", ""])
    >>> [round(sum(prediction.probabilities.values()), 4) for prediction in predictions]
    [1.0, 1.0]
    """

    model: ClassifierModel
    text: TextPipeline
    settings: ClassifierSettings
    labels: tuple[str, ...]
    max_length: int
    keep: Truncate
    temperature: float = 1.0
    ngrams: NbSvm | None = None
    ngram_weight: float = 0.0
    origin: Path | None = None

    @classmethod
    def untrained(
        cls, text: TextPipeline, settings: ClassifierSettings, *, labels: Sequence[str], max_length: int, keep: Truncate
    ) -> Classifier:
        """A classifier with new random weights."""
        model = ClassifierModel(len(text.vocab), len(labels), **asdict(settings))
        return cls(model, text, settings, tuple(labels), max_length, keep)

    @classmethod
    def from_pretrained(cls, name_or_path: str | Path, *, device: str = "cpu") -> Classifier:
        """Load a run folder, a folder of `save_pretrained`, or a model on the Hugging Face hub.

        Raises:
            UserError: there is no such run, or a file of it is missing or damaged.
        """
        folder = model_folder(name_or_path)
        config = read_config(folder, "classify")
        try:
            text = TextPipeline.load(folder / "text", "text")
            untrained = cls.untrained(
                text, ClassifierSettings(**config["model"]),
                labels=config["labels"], max_length=config["max_length"], keep=config["truncate"],
            )  # fmt: skip
            temperature, ngram_weight = float(config["temperature"]), float(config.get("ngram_weight", 0.0))
        except (ValueError, KeyError, TypeError) as error:
            raise damaged(folder, error) from error
        load_weights(untrained.model, folder / MODEL_FILE)
        untrained.model.to(device).eval()
        ngrams = NbSvm.load(folder / NGRAMS_FILE) if ngram_weight else None
        return replace(untrained, temperature=temperature, ngrams=ngrams, ngram_weight=ngram_weight, origin=folder)

    def save_pretrained(self, folder: str | Path) -> None:
        """Write weights, settings, vocabulary and a model card to `folder`; nothing in it is a pickle."""
        from nlpseq.tasks.model_card import write_card

        folder = Path(folder)
        self.save_settings(folder)
        write_card(folder, self.model, origin=self.origin)
        save_weights(own_weights(self.model), folder / MODEL_FILE)

    def save_settings(self, folder: Path) -> None:
        """Write all of `save_pretrained` but the weights and the card."""
        self.text.save(folder / "text", "text")
        config = {
            "task": "classify",
            "labels": list(self.labels),
            "max_length": self.max_length,
            "truncate": self.keep,
            "temperature": self.temperature,
            "ngram_weight": self.ngram_weight,
            "model": asdict(self.settings),
        }
        if self.ngrams is not None:
            self.ngrams.save(folder / NGRAMS_FILE)
        write_text_atomically(folder / CONFIG_FILE, json.dumps(config, indent=2, ensure_ascii=False) + "\n")

    @overload
    def predict(self, texts: str, *, explain: bool = False) -> Prediction: ...  # type: ignore[overload-overlap]
    @overload
    def predict(self, texts: Sequence[str], *, explain: bool = False) -> list[Prediction]: ...
    def predict(self, texts: str | Sequence[str], *, explain: bool = False) -> Prediction | list[Prediction]:
        """The label of each text; with `explain` the weights of its tokens too.

        A text without any token, such as an empty one, is read as one unknown word.
        """
        if isinstance(texts, str):
            return self.predict([texts], explain=explain)[0]
        weights = self._token_weights(texts) if explain else [None] * len(texts)
        predictions = []
        for row, token_weights in zip(self.probabilities(texts), weights, strict=True):
            best = int(row.argmax())
            shares = dict(zip(self.labels, row.tolist(), strict=True))
            predictions.append(Prediction(self.labels[best], float(row[best]), shares, token_weights))
        return predictions

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """Calibrated probabilities (N, C) of the labels, each row summing to 1."""
        return self.calibrated(texts, self.logits(texts))

    def calibrated(self, texts: Sequence[str], logits: np.ndarray) -> np.ndarray:
        """Probabilities (N, C) from the `logits` that the network gave the texts, n-grams added."""
        scores = torch.from_numpy(logits).double() / self.temperature
        if self.ngrams is not None and len(texts):
            scores = scores + self.ngram_weight * torch.from_numpy(self.ngrams.scores(texts))
        return scores.softmax(dim=1).numpy()

    def logits(self, texts: Sequence[str]) -> np.ndarray:
        """The network's scores (N, C), float32, before calibration."""
        was_training = self.model.training
        self.model.eval()
        scores = np.empty((len(texts), len(self.labels)), dtype=np.float32)
        for first in range(0, len(texts), POOL_TEXTS):
            rows = encode_texts(list(texts[first : first + POOL_TEXTS]), self.text, self.max_length, self.keep)
            batches = list(_batches([len(row) for row in rows]))
            padded = [pad_sequences([rows[i] for i in batch], self.text.pad_id) for batch in batches]
            for batch, found in zip(batches, self._score(padded), strict=True):
                scores[first + batch] = found
        self.model.train(was_training)
        return scores

    def _score(self, padded: list[tuple[Tensor, Tensor]]) -> list[np.ndarray]:
        """The scores of batches of (ids, lengths); on the CPU several batches at once, each on one thread.

        A recurrent layer's products are too small to be shared out well among threads.
        """

        def score(batch: tuple[Tensor, Tensor]) -> np.ndarray:
            with torch.inference_mode():
                found: np.ndarray = self.model(batch[0].to(self._device), batch[1]).cpu().numpy()
                return found

        threads = torch.get_num_threads()
        if self._device.type != "cpu" or min(threads, len(padded)) < 2:
            return [score(batch) for batch in padded]
        try:
            with ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
                return list(pool.map(score, padded))
        finally:
            torch.set_num_threads(threads)  # part of it is set for the whole process

    def _token_weights(self, texts: Sequence[str]) -> list[list[tuple[str, float]] | None]:
        was_training = self.model.training
        self.model.eval()
        rows = encode_texts(list(texts), self.text, self.max_length, self.keep)
        weights: list[list[tuple[str, float]] | None] = [None] * len(texts)
        for batch in _batches([len(row) for row in rows]):
            ids, lengths = pad_sequences([rows[i] for i in batch], self.text.pad_id)
            embedded = self.model.embed(ids.to(self._device)).detach()
            chosen = self.model.classify(embedded, lengths).detach().argmax(dim=1, keepdim=True)
            total = torch.zeros_like(embedded)
            for step in range(GRADIENT_STEPS):
                part = (embedded * ((step + 0.5) / GRADIENT_STEPS)).requires_grad_()
                logits = self.model.classify(part, lengths)
                others = logits.scatter(1, chosen, -torch.inf).logsumexp(1)
                odds = (logits.gather(1, chosen).squeeze(1) - others).sum()
                total += torch.autograd.grad(odds, part)[0]
            shares = (total * embedded).sum(-1).cpu() / GRADIENT_STEPS  # (B, S)
            for i, row in zip(batch, shares.tolist(), strict=True):
                tokens = truncate(self.text.tokenize(texts[i]), self.max_length, self.keep)
                weights[i] = list(zip(tokens, row[: len(tokens)], strict=True))
        self.model.train(was_training)
        return weights

    @property
    def _device(self) -> torch.device:
        return next(self.model.parameters()).device


def _batches(lengths: Sequence[int]) -> Iterator[np.ndarray]:
    """Row numbers in batches of like lengths, at most BATCH_TOKENS padded tokens each; a longer row stands alone."""
    order = np.argsort(lengths, kind="stable")
    first = 0
    for place, row in enumerate(order):
        if place > first and (place - first + 1) * lengths[row] > BATCH_TOKENS:
            yield order[first:place]
            first = place
    if first < len(order):
        yield order[first:]
