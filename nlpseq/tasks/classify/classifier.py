"""A trained classifier: texts in, labels with probabilities out, from a run folder or the hub."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from nlpseq.answers.classification import Classifications
from nlpseq.answers.scorer import Reading
from nlpseq.config import ClassifierSettings
from nlpseq.config.choices import Truncate
from nlpseq.models.attribution import Explanation
from nlpseq.models.classifier import ClassifierModel
from nlpseq.models.nb_svm import NbSvm
from nlpseq.models.stored import check_sha256
from nlpseq.runs.saved_model import NGRAMS_FILE, SavedModel, check_number, check_temperature
from nlpseq.tasks.explanation import Explainer
from nlpseq.tasks.text_network import TextNetwork, revived_network, untrained_network
from nlpseq.tasks.trained import TrainOptions
from nlpseq.text import TextPipeline

if TYPE_CHECKING:
    from typing_extensions import Unpack


@dataclass(frozen=True, repr=False)
class Classifier(Classifications, TextNetwork):
    """A model with its text pipeline, the names of its classes and the temperature that calibrates it.

    With `ngrams` a linear model over word n-grams is added, `ngram_weight` times its scores (Mesnil et al. 2015).
    `folder` is the folder that it was loaded from, if any.

    >>> from nlpseq.text import build_pipeline
    >>> words = build_pipeline(["good film", "bad film"], kind="basic_english", vocab_size=9)
    >>> settings = ClassifierSettings(embedding_dim=6, hidden_size=8)
    >>> classifier = Classifier.untrained(words, settings, labels=["neg", "pos"], max_length=50, keep="both")
    >>> predictions = classifier.predict(["a good film", ""])
    >>> [round(sum(prediction.probabilities.values()), 4) for prediction in predictions]
    [1.0, 1.0]
    """

    task: ClassVar[str] = "classify"

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
        model = untrained_network(Reading(text, tuple(labels), max_length, keep), settings)
        return cls(model, text, settings, tuple(labels), max_length, keep)

    @classmethod
    def train(
        cls, data: Any, *, text: str | None = None, label: str | None = None, **options: Unpack[TrainOptions]
    ) -> Classifier:
        """Train on your data, and give the model with the run that it comes from: `metrics`, `report()`, `run_dir`.

        Args:
            data: a data frame, a list of tuples (text, label) or of dicts, a `Dataset`, a dict or
                `DatasetDict` of such by split, a path, or a hub name.
            text: column of the text, or several joined by "+"; default: found by its name.
            label: column of the label; default: found by its name.
            options: `recipe`, `minutes`, `init_from`, `run_dir`, `settings` and `quiet`, see `TrainOptions`.

        Raises:
            UserError: anything wrong with the data or the settings.
        """
        return cls._learnt(data, {"text": text, "label": label}, **options)

    @classmethod
    def _revived(cls, saved: SavedModel, device: str) -> Classifier:
        model, (text, labels, max_length, keep), settings = revived_network(saved, device)
        temperature = check_temperature(saved.config["temperature"])
        ngram_weight = check_number("ngram_weight", saved.config.get("ngram_weight", 0.0))
        ngrams, path = None, saved.folder / NGRAMS_FILE
        if ngram_weight:
            ngrams = NbSvm.load(path, num_classes=len(labels))
            check_sha256(path, saved.config["sha256"].get(NGRAMS_FILE))
        return cls(model, text, settings, labels, max_length, keep, temperature, ngrams, ngram_weight, saved.folder)

    def save_without_weights(self, folder: Path) -> None:
        """Write all of `save_pretrained` but the network's weights, the card and the seal."""
        if self.ngrams is not None:
            self.ngrams.save(folder / NGRAMS_FILE)
        super().save_without_weights(folder)

    @property
    def config(self) -> dict[str, Any]:
        """What `config.json` says of the model, but its seal."""
        return {**self._reads, "temperature": self.temperature, "ngram_weight": self.ngram_weight}

    def _explain(self, texts: Sequence[str], chosen: Sequence[int]) -> list[Explanation]:
        explainer = Explainer(
            self.model, self.text, self.max_length, self.keep, self.temperature, self.ngrams, self.ngram_weight
        )
        return explainer.explain(texts, chosen)
