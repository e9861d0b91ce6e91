"""An exported model of texts with any number of labels, without torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlpseq.answers.labels import Labellings, checked_thresholds
from nlpseq.answers.scorer import Reading
from nlpseq.config.choices import Truncate
from nlpseq.config.classify import ClassifierSettings
from nlpseq.onnx.folder import Export
from nlpseq.onnx.rows import label_logits
from nlpseq.onnx.session import Session
from nlpseq.runs.saved_model import check_temperature
from nlpseq.text import TextPipeline


@dataclass(frozen=True, repr=False)
class MultiLabelClassifier(Labellings):
    """The graph with its text pipeline, its labels and the threshold of each."""

    network: Session
    text: TextPipeline
    labels: tuple[str, ...]
    max_length: int
    keep: Truncate
    settings: ClassifierSettings
    thresholds: tuple[float, ...]
    temperature: float = 1.0
    folder: Path | None = None
    threads: int = 1

    def logits_of(self, rows: Sequence[Sequence[int]]) -> np.ndarray:
        """`logits` of texts that are read already."""
        return label_logits(self.network, rows, labels=len(self.labels), pad_id=self.text.pad_id, threads=self.threads)


def load(export: Export) -> MultiLabelClassifier:
    """The model of an export."""
    reading, settings = Reading.of(export.text, export.config), export.settings("model", ClassifierSettings)
    thresholds = checked_thresholds(export.config["thresholds"], reading.labels)
    temperature = check_temperature(export.config.get("temperature", 1.0))
    return MultiLabelClassifier(
        export.session("classifier"), *reading, settings, thresholds, temperature, export.folder, export.threads
    )
