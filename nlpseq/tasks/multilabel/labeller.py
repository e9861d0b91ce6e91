"""A trained model of texts with any number of labels: texts in, labels with probabilities out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from nlpseq.answers.labels import Labellings
from nlpseq.config import ClassifierSettings
from nlpseq.config.choices import Truncate
from nlpseq.models.classifier import ClassifierModel
from nlpseq.runs.saved_model import SavedModel, check_number, load_saved, write_config
from nlpseq.runs.trained import Trained
from nlpseq.tasks.multilabel.reader import Reader
from nlpseq.text import TextPipeline


@dataclass(frozen=True, repr=False)
class MultiLabelClassifier(Labellings, Trained):
    """A network that reads texts, and the threshold of each label above which it is given.

    `folder` is the folder that it was loaded from, if any.

    >>> from nlpseq.text import build_pipeline
    >>> words = build_pipeline(["cold rain", "cold soup"], kind="basic_english", vocab_size=9)
    >>> sizes = ClassifierSettings(embedding_dim=6, hidden_size=8)
    >>> untrained = MultiLabelClassifier.untrained(words, sizes, labels=["food", "weather"], max_length=50, keep="both")
    >>> [len(found.labels) for found in untrained.with_thresholds([0, 0]).predict(["cold rain", ""])]
    [2, 2]
    """

    reader: Reader
    thresholds: tuple[float, ...]
    folder: Path | None = None

    @classmethod
    def untrained(
        cls, text: TextPipeline, settings: ClassifierSettings, *, labels: Sequence[str], max_length: int, keep: Truncate
    ) -> MultiLabelClassifier:
        """One with new random weights, and thresholds of one half."""
        return cls(Reader.untrained(text, settings, labels, max_length, keep), (0.5,) * len(labels))

    @classmethod
    def train(
        cls,
        data: Any,
        *,
        text: str | None = None,
        labels: str | None = None,
        recipe: str | Path | None = None,
        minutes: float | None = None,
        init_from: str | Path | None = None,
        run_dir: str | Path | None = None,
        settings: Mapping[str, Any] | None = None,
        quiet: bool = False,
    ) -> MultiLabelClassifier:
        """Train on your data; the arguments are those of `Classifier.train`, but for the labels.

        Args:
            data: as there; a tuple is a text and the list of its labels.
            text: column of the text, or several joined by "+"; default: found by its name.
            labels: column of the labels, lists of strings; or several joined by "+", each a label of this name that
                applies where it says so (1, true, yes); default: found by its name.
            recipe, minutes, init_from, run_dir, settings, quiet: as there.

        Raises:
            UserError: anything wrong with the data or the settings.
        """
        from nlpseq.tasks.learn import learn

        found: MultiLabelClassifier = learn(
            "multilabel", data, columns={"text": text, "labels": labels}, recipe=recipe, run_dir=run_dir,
            minutes=minutes, init_from=init_from, settings=settings, quiet=quiet,
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
    ) -> MultiLabelClassifier:
        """Load a run folder, a folder of `save_pretrained`, or a model on the Hugging Face hub.

        `revision` (a branch, a tag or a commit) and `token` are those of the hub.

        Raises:
            UserError: there is no such run, or a file of it is missing or damaged.
        """

        def revive(saved: SavedModel) -> MultiLabelClassifier:
            reader = Reader.revive(saved, device)
            thresholds = tuple(check_number("a threshold", each) for each in saved.config["thresholds"])
            if len(thresholds) != len(reader.labels):
                raise ValueError(f"{len(thresholds)} thresholds for {len(reader.labels)} labels")
            return cls(reader, thresholds, saved.folder)

        return load_saved(name_or_path, "multilabel", revive, revision=revision, token=token)

    @property
    def model(self) -> ClassifierModel:
        """The network."""
        return self.reader.model

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels."""
        return self.reader.labels

    @property
    def settings(self) -> ClassifierSettings:
        """The network's."""
        return self.reader.settings

    @property
    def config(self) -> dict[str, Any]:
        """What `config.json` says of the model, but its seal."""
        return {"task": "multilabel", **self.reader.config, "thresholds": list(self.thresholds)}

    def save_pretrained(self, folder: str | Path) -> None:
        """Write weights, settings, vocabulary and a model card to `folder`; nothing in it is a pickle."""
        from nlpseq.tasks.card import save_model

        save_model(self, Path(folder))

    def save_without_weights(self, folder: Path) -> None:
        """Write all of `save_pretrained` but the network's weights, the card and the seal."""
        self.reader.save_text(folder)
        write_config(folder, self.config)

    def __repr__(self) -> str:
        named = ", ".join(self.labels[:5]) + ", ..." * (len(self.labels) > 5)
        return f"MultiLabelClassifier({len(self.labels)} labels: {named}; {self.settings.cell})"

    def logits(self, texts: list[str]) -> np.ndarray:
        """The network's scores (N, C), float32, of the labels."""
        return self.reader.logits(texts)

    def with_thresholds(self, thresholds: Sequence[float]) -> MultiLabelClassifier:
        """The same model with other thresholds: lower ones give more labels, higher ones surer ones."""
        return replace(self, thresholds=tuple(map(float, thresholds)))
