"""An exported model of texts with any number of labels, without torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlpseq.answers.labels import Labellings
from nlpseq.data.truncate import truncated_ids
from nlpseq.onnx.folder import Export
from nlpseq.onnx.reader import Reading, label_logits
from nlpseq.onnx.session import Session
from nlpseq.runs.saved_model import check_number


@dataclass(frozen=True)
class MultiLabelClassifier(Labellings):
    """The graph with its text pipeline, and the threshold of each label."""

    network: Session
    reading: Reading
    thresholds: tuple[float, ...]
    folder: Path | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels."""
        return self.reading.labels

    def logits(self, texts: list[str]) -> np.ndarray:
        """The network's scores (N, C), float32, of the labels."""
        text, labels, max_length, keep = self.reading
        rows = truncated_ids(texts, text, max_length, keep)
        return label_logits(self.network, rows, labels=len(labels), pad_id=text.pad_id)


def load(export: Export) -> MultiLabelClassifier:
    """The model of an export."""
    reading = Reading.of(export)
    thresholds = tuple(check_number("a threshold", each) for each in export.config["thresholds"])
    if len(thresholds) != len(reading.labels):
        raise ValueError(f"{len(thresholds)} thresholds for {len(reading.labels)} labels")
    return MultiLabelClassifier(export.session("classifier"), reading, thresholds, export.folder)
