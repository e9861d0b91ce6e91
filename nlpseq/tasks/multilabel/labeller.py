"""A trained model of texts with any number of labels: texts in, labels with probabilities out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from nlpseq.answers.labels import Labellings, checked_thresholds
from nlpseq.answers.scorer import Reading
from nlpseq.config import ClassifierSettings
from nlpseq.config.choices import Truncate
from nlpseq.models.attribution import Explanation
from nlpseq.models.classifier import ClassifierModel
from nlpseq.runs.saved_model import SavedModel, check_temperature
from nlpseq.tasks.explanation import Explainer
from nlpseq.tasks.text_network import TextNetwork, revived_network, untrained_network
from nlpseq.tasks.trained import TrainOptions
from nlpseq.text import TextPipeline

if TYPE_CHECKING:
    from typing_extensions import Unpack


@dataclass(frozen=True, repr=False)
class MultiLabelClassifier(Labellings, TextNetwork):
    """A model with its text pipeline, its labels, the threshold of each from which on it is given, and the temperature
    that calibrates the probabilities.

    `folder` is the folder that it was loaded from, if any.

    >>> from nlpseq.text import build_pipeline
    >>> words = build_pipeline(["cold rain", "cold soup"], kind="basic_english", vocab_size=9)
    >>> sizes = ClassifierSettings(embedding_dim=6, hidden_size=8)
    >>> untrained = MultiLabelClassifier.untrained(words, sizes, labels=["food", "weather"], max_length=50, keep="both")
    >>> [len(found.labels) for found in untrained.with_thresholds([0, 0]).predict(["cold rain", ""])]
    [2, 2]
    """

    task: ClassVar[str] = "multilabel"

    model: ClassifierModel
    text: TextPipeline
    settings: ClassifierSettings
    labels: tuple[str, ...]
    max_length: int
    keep: Truncate
    thresholds: tuple[float, ...]
    temperature: float = 1.0
    folder: Path | None = None

    @classmethod
    def untrained(
        cls, text: TextPipeline, settings: ClassifierSettings, *, labels: Sequence[str], max_length: int, keep: Truncate
    ) -> MultiLabelClassifier:
        """One with new random weights, and thresholds of one half."""
        model = untrained_network(Reading(text, tuple(labels), max_length, keep), settings)
        return cls(model, text, settings, tuple(labels), max_length, keep, (0.5,) * len(labels))

    @classmethod
    def train(
        cls, data: Any, *, text: str | None = None, labels: str | None = None, **options: Unpack[TrainOptions]
    ) -> MultiLabelClassifier:
        """Train on your data, and give the model with the run that it comes from: `metrics`, `report()`, `run_dir`.

        Args:
            data: as for `Classifier.train`; a tuple is a text and the list of its labels.
            text: column of the text, or several joined by "+"; default: found by its name.
            labels: column of the labels, lists of strings; or several joined by "+", each a label of this name that
                applies where it says so (1, true, yes); default: found by its name.
            options: `recipe`, `minutes`, `init_from`, `run_dir`, `settings` and `quiet`, see `TrainOptions`.

        Raises:
            UserError: anything wrong with the data or the settings.
        """
        return cls._learnt(data, {"text": text, "labels": labels}, **options)

    @classmethod
    def _revived(cls, saved: SavedModel, device: str) -> MultiLabelClassifier:
        model, (text, labels, max_length, keep), settings = revived_network(saved, device)
        thresholds = checked_thresholds(saved.config["thresholds"], labels)
        temperature = check_temperature(saved.config.get("temperature", 1.0))
        return cls(model, text, settings, labels, max_length, keep, thresholds, temperature, saved.folder)

    @property
    def config(self) -> dict[str, Any]:
        """What `config.json` says of the model, but its seal."""
        return {**self._reads, "thresholds": list(self.thresholds), "temperature": self.temperature}

    def _explain(self, texts: Sequence[str], chosen: Sequence[int]) -> list[Explanation]:
        explainer = Explainer(self.model, self.text, self.max_length, self.keep, self.temperature, one_label=False)
        return explainer.explain(texts, chosen)

    def with_thresholds(self, thresholds: Sequence[float]) -> MultiLabelClassifier:
        """The same model with other thresholds: lower ones give more labels, higher ones surer ones."""
        return replace(self, thresholds=tuple(map(float, thresholds)))
