"""An exported classifier: texts in, labels with probabilities out, without torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nlpseq.answers.classification import Classifications
from nlpseq.answers.scorer import Reading
from nlpseq.config.choices import Truncate
from nlpseq.config.classify import ClassifierSettings
from nlpseq.onnx.folder import Export
from nlpseq.onnx.rows import label_logits
from nlpseq.onnx.session import Session
from nlpseq.runs.saved_model import NGRAMS_FILE, check_number, check_temperature
from nlpseq.text import TextPipeline

if TYPE_CHECKING:
    from nlpseq.models.nb_svm import NbSvm


@dataclass(frozen=True, repr=False)
class Classifier(Classifications):
    """The graph of a classifier with its text pipeline, its labels and what calibrates its scores."""

    network: Session
    text: TextPipeline
    labels: tuple[str, ...]
    max_length: int
    keep: Truncate
    settings: ClassifierSettings
    temperature: float = 1.0
    ngrams: NbSvm | None = None
    ngram_weight: float = 0.0
    folder: Path | None = None
    threads: int = 1

    def logits_of(self, rows: Sequence[Sequence[int]]) -> np.ndarray:
        """`logits` of texts that are read already."""
        return label_logits(self.network, rows, labels=len(self.labels), pad_id=self.text.pad_id, threads=self.threads)


def load(export: Export) -> Classifier:
    """The classifier of an export."""
    config, reading, ngrams = export.config, Reading.of(export.text, export.config), None
    weight = check_number("ngram_weight", config.get("ngram_weight", 0.0))
    if weight:
        from nlpseq.models.nb_svm import NbSvm

        ngrams = NbSvm.load(export.folder / NGRAMS_FILE, num_classes=len(reading.labels))
    settings = export.settings("model", ClassifierSettings)
    temperature = check_temperature(config["temperature"])
    network = export.session("classifier")
    return Classifier(network, *reading, settings, temperature, ngrams, weight, export.folder, export.threads)
