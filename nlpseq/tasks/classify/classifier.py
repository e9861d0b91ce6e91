"""A trained classifier: texts in, labels with probabilities out, from a run folder or the hub."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, get_args, overload

import numpy as np
import torch
from torch import Tensor

from nlpseq.config import ClassifierSettings
from nlpseq.config.choices import Truncate
from nlpseq.data.batch import pad_sequences
from nlpseq.data.rows import truncated_ids
from nlpseq.models.attribution import LEAST_GAP
from nlpseq.models.classifier import ClassifierModel
from nlpseq.models.inference import inference
from nlpseq.models.nb_svm import NbSvm
from nlpseq.models.stored import check_sha256
from nlpseq.runs.length_batches import length_batches, on_threads
from nlpseq.runs.saved_model import (
    NGRAMS_FILE,
    TEXT_FOLDER,
    SavedModel,
    check_count,
    check_names,
    check_number,
    load_saved,
    write_config,
)
from nlpseq.runs.trained import Trained
from nlpseq.tasks.classify.explanation import Explainer, Explanation
from nlpseq.text import TextPipeline
from nlpseq.text.texts import Texts, as_texts

# Texts that are sorted by length together.
POOL_TEXTS = 2000


@dataclass(frozen=True, repr=False)
class Prediction:
    """The likeliest `label` with its `probability`, the `probabilities` of all labels and, if asked for, the weights.

    `token_weights` are (token, weight) of each token that was read: how much it spoke for the label (above 0) or
    against it, by integrated gradients (Sundararajan et al. 2017), in nats. `token_spans` are its (first character,
    end) in the text. `baseline` is what a text of as many unknown words would get, or of empty words (zero vectors)
    where the model was trained without `word_dropout`. All weights, `baseline` and `residue` add up to the log-odds
    of the label, ln(p / (1 - p)) of its probability p; the residue is what the weights could not explain, nearly
    always below 1% of the difference that they had to.

    `unknown` is the share of the text's tokens that the vocabulary does not hold, 1.0 for a text without any token.

    >>> Prediction("good", 0.75, {"bad": 0.25, "good": 0.75})
    Prediction(label='good', probability=0.75)
    """

    label: str
    probability: float
    probabilities: dict[str, float]
    token_weights: list[tuple[str, float]] | None = None
    token_spans: list[tuple[int, int]] | None = None
    baseline: float | None = None
    residue: float | None = None
    unknown: float = 0.0

    def __repr__(self) -> str:
        weights = "" if self.token_weights is None else f", {len(self.token_weights)} token weights"
        return f"Prediction(label={self.label!r}, probability={self.probability:.4g}{weights})"

    @property
    def notable_residue(self) -> float | None:
        """The residue where it is more than 2% of what the weights had to explain, else None."""
        if self.residue is None or self.token_weights is None:
            return None
        explained = sum(weight for _, weight in self.token_weights)
        notable = abs(self.residue) > max(0.02 * abs(explained + self.residue), LEAST_GAP)
        return self.residue if notable else None


@dataclass(frozen=True, repr=False)
class Classifier(Trained):
    """A model with its text pipeline, the names of its classes and the temperature that calibrates it.

    With `ngrams` a linear model over word n-grams is added, `ngram_weight` times its scores (Mesnil et al. 2015).
    `folder` is the folder that it was loaded from, if any.

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
    folder: Path | None = None

    @classmethod
    def untrained(
        cls, text: TextPipeline, settings: ClassifierSettings, *, labels: Sequence[str], max_length: int, keep: Truncate
    ) -> Classifier:
        """A classifier with new random weights."""
        model = ClassifierModel(len(text.vocab), len(labels), **asdict(settings))
        return cls(model, text, settings, tuple(labels), max_length, keep)

    @classmethod
    def train(
        cls,
        data: Any,
        *,
        text: str | None = None,
        label: str | None = None,
        recipe: str | Path | None = None,
        minutes: float | None = None,
        init_from: str | Path | None = None,
        run_dir: str | Path | None = None,
        settings: Mapping[str, Any] | None = None,
        quiet: bool = False,
    ) -> Classifier:
        """Train on your data, and give the model with the run that it comes from: `metrics`, `report()`, `run_dir`.

        The same call again gives the same model, or goes on where it was stopped; so does one with more `minutes`.
        Ctrl-C gives the best model so far.

        Args:
            data: a data frame, a list of tuples (text, label) or of dicts, a `Dataset`, a dict or
                `DatasetDict` of such by split, a path, or a hub name.
            text: column of the text, or several joined by "+"; default: found by its name.
            label: column of the label; default: found by its name.
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

        found: Classifier = learn(
            "classify", data, columns={"text": text, "label": label}, recipe=recipe, minutes=minutes,
            init_from=init_from, run_dir=run_dir, settings=settings, quiet=quiet,
        )  # fmt: skip
        return found

    @classmethod
    def from_pretrained(cls, name_or_path: str | Path, *, device: str = "cpu") -> Classifier:
        """Load a run folder, a folder of `save_pretrained`, or a model on the Hugging Face hub.

        Raises:
            UserError: there is no such run, or a file of it is missing or damaged.
        """

        def revive(saved: SavedModel) -> Classifier:
            text, config = TextPipeline.load(saved.folder / TEXT_FOLDER, "text"), saved.config
            settings, labels = saved.settings("model", ClassifierSettings), check_names("labels", config["labels"])
            max_length, keep = check_count("max_length", config["max_length"]), config["truncate"]
            temperature = check_number("temperature", config["temperature"])
            ngram_weight = check_number("ngram_weight", config.get("ngram_weight", 0.0))
            if keep not in get_args(Truncate) or temperature <= 0:
                raise ValueError(f"truncate is {keep!r}, temperature {temperature}")
            build = partial(ClassifierModel, len(text.vocab), len(labels), **asdict(settings))
            model = saved.network(build, layers=settings.num_layers, device=device)
            ngrams, path = None, saved.folder / NGRAMS_FILE
            if ngram_weight:
                ngrams = NbSvm.load(path, num_classes=len(labels))
                check_sha256(path, config["sha256"].get(NGRAMS_FILE))
            return cls(model, text, settings, labels, max_length, keep, temperature, ngrams, ngram_weight, saved.folder)

        return load_saved(name_or_path, "classify", revive)

    def save_pretrained(self, folder: str | Path) -> None:
        """Write weights, settings, vocabulary and a model card to `folder`; nothing in it is a pickle."""
        from nlpseq.tasks.card import save_model

        save_model(self, Path(folder))

    def save_without_weights(self, folder: Path) -> None:
        """Write all of `save_pretrained` but the network's weights, the card and the seal."""
        self.text.save(folder / TEXT_FOLDER, "text")
        if self.ngrams is not None:
            self.ngrams.save(folder / NGRAMS_FILE)
        write_config(folder, self.config)

    @property
    def config(self) -> dict[str, Any]:
        """What `config.json` says of the model, but its seal."""
        return {
            "task": "classify",
            "labels": list(self.labels),
            "max_length": self.max_length,
            "truncate": self.keep,
            "temperature": self.temperature,
            "ngram_weight": self.ngram_weight,
            "model": asdict(self.settings),
        }

    def __repr__(self) -> str:
        named = ", ".join(self.labels[:5]) + ", ..." * (len(self.labels) > 5)
        return f"Classifier({len(self.labels)} labels: {named}; {self.settings.cell}, {len(self.text.vocab):,} tokens)"

    @overload
    def predict(self, texts: str, *, explain: bool = False) -> Prediction: ...  # type: ignore[overload-overlap]
    @overload
    def predict(self, texts: Iterable[str], *, explain: bool = False) -> list[Prediction]: ...
    def predict(self, texts: Texts, *, explain: bool = False) -> Prediction | list[Prediction]:
        """The label of each text; with `explain` the weights of its tokens too.

        A text without any token, such as an empty one, is read as one unknown word.

        Raises:
            TextTypeError: an item that is no string.
        """
        one = isinstance(texts, str)
        texts = as_texts(texts)
        logits, unknown = self._scores(texts)
        shares = self._calibrated(texts, logits)
        chosen = shares.argmax(axis=1).tolist()
        explained: Sequence[Explanation | None] = [None] * len(texts)
        if explain:
            explained = self._explainer.explain(texts, chosen)
        predictions = [
            self._prediction(row, best, share, found)
            for row, best, share, found in zip(shares, chosen, unknown.tolist(), explained, strict=True)
        ]
        return predictions[0] if one else predictions

    def probabilities(self, texts: Texts) -> np.ndarray:
        """Calibrated probabilities (N, C) of the labels, each row summing to 1; of one string one row.

        Raises:
            TextTypeError: an item that is no string.
        """
        texts = as_texts(texts)
        return self._calibrated(texts, self._scores(texts)[0])

    def columns(self, texts: Texts, *, everything: bool = False) -> dict[str, list[Any]]:
        """The label of each text and its probability as columns of a table; with `everything` all probabilities too.

        Raises:
            TextTypeError: an item that is no string.
        """
        shares = self.probabilities(texts)
        found: dict[str, list[Any]] = {
            "label": [self.labels[best] for best in shares.argmax(axis=1)],
            "probability": shares.max(axis=1).round(6).tolist(),
        }
        if everything:
            each = zip(self.labels, shares.T.round(6).tolist(), strict=True)
            found |= {f"probability_{label}": column for label, column in each}
        return found

    def calibrated(self, texts: Texts, logits: np.ndarray) -> np.ndarray:
        """Probabilities (N, C) from the `logits` that the network gave the texts, n-grams added."""
        return self._calibrated(as_texts(texts), logits)

    def logits(self, texts: Texts) -> np.ndarray:
        """The network's scores (N, C), float32, before calibration; of one string one row.

        Raises:
            TextTypeError: an item that is no string.
        """
        return self._scores(as_texts(texts))[0]

    def _calibrated(self, texts: list[str], logits: np.ndarray) -> np.ndarray:
        scores = torch.from_numpy(logits).double() / self.temperature
        if self.ngrams is not None and len(texts):
            scores = scores + self.ngram_weight * torch.from_numpy(self.ngrams.scores(texts))
        return scores.softmax(dim=1).numpy()

    def _prediction(self, shares: np.ndarray, best: int, unknown: float, found: Explanation | None) -> Prediction:
        given = Prediction(
            self.labels[best], float(shares[best]), dict(zip(self.labels, shares.tolist(), strict=True)),
            unknown=unknown,
        )  # fmt: skip
        if found is None:
            return given
        weights = list(zip(found.tokens, found.weights.tolist(), strict=True))
        return replace(
            given, token_weights=weights, token_spans=found.spans, baseline=found.baseline, residue=found.residue
        )

    def _scores(self, texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
        """The network's scores (N, C) and the share (N,) of unknown tokens of each text."""
        scores = np.empty((len(texts), len(self.labels)), dtype=np.float32)
        unknown = np.empty(len(texts))
        for first in range(0, len(texts), POOL_TEXTS):
            pool = slice(first, first + POOL_TEXTS)
            rows = self.read(texts[pool])
            scores[pool] = self.logits_of(rows)
            unknown[pool] = [np.mean(np.asarray(row) == self.text.unk_id) for row in rows]
        return scores, unknown

    def read(self, texts: Texts) -> list[Sequence[int]]:
        """The texts as the network reads them, for `logits_of`: the ids of each, cut where it is too long."""
        return truncated_ids(as_texts(texts), self.text, self.max_length, self.keep)

    def logits_of(self, rows: Sequence[Sequence[int]]) -> np.ndarray:
        """`logits` of texts that are read already."""
        scores = np.empty((len(rows), len(self.labels)), dtype=np.float32)

        def score(batch: tuple[Tensor, Tensor]) -> np.ndarray:
            with torch.inference_mode():  # each thread has its own
                found: np.ndarray = self.model(batch[0].to(self._device), batch[1]).cpu().numpy()
                return found

        batches = list(length_batches([len(row) for row in rows]))
        padded = [pad_sequences([rows[i] for i in batch], self.text.pad_id) for batch in batches]
        with inference(self.model):
            for batch, found in zip(batches, on_threads(score, padded, self._device), strict=True):
                scores[batch] = found
        return scores

    @property
    def _explainer(self) -> Explainer:
        return Explainer(
            self.model, self.text, self.max_length, self.keep, self.temperature, self.ngrams, self.ngram_weight
        )

    @property
    def _device(self) -> torch.device:
        return next(self.model.parameters()).device
