"""A trained classifier: texts in, labels with probabilities out, from a run folder or the hub."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, get_args

import numpy as np
import torch
from torch import Tensor

from nlpseq.answers.classification import Classifications, Explanation
from nlpseq.config import ClassifierSettings
from nlpseq.config.choices import Truncate
from nlpseq.data.batch import pad_sequences
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
from nlpseq.tasks.classify.explanation import Explainer
from nlpseq.text import TextPipeline

# Texts that are sorted by length together.
POOL_TEXTS = 2000


@dataclass(frozen=True, repr=False)
class Classifier(Classifications, Trained):
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
    def from_pretrained(
        cls,
        name_or_path: str | Path,
        *,
        device: str = "cpu",
        revision: str | None = None,
        token: str | None = None,
    ) -> Classifier:
        """Load a run folder, a folder of `save_pretrained`, or a model on the Hugging Face hub.

        `revision` (a branch, a tag or a commit) and `token` are those of the hub.

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

        return load_saved(name_or_path, "classify", revive, revision=revision, token=token)

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

    def _explain(self, texts: list[str], chosen: Sequence[int]) -> list[Explanation]:
        explainer = Explainer(
            self.model, self.text, self.max_length, self.keep, self.temperature, self.ngrams, self.ngram_weight
        )
        return explainer.explain(texts, chosen)

    @property
    def _device(self) -> torch.device:
        return next(self.model.parameters()).device
