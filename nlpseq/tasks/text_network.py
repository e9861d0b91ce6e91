"""A trained network that reads texts and scores their labels: what the models of one and of several labels share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from nlpseq.answers.scorer import Reading, Scorer
from nlpseq.config import ClassifierSettings
from nlpseq.data.batch import pad_sequences
from nlpseq.models.classifier import ClassifierModel
from nlpseq.models.inference import inference
from nlpseq.runs.length_batches import length_batches, on_threads
from nlpseq.runs.saved_model import TEXT_FOLDER, SavedModel
from nlpseq.tasks.trained import Trained


class TextNetwork(Scorer, Trained, Protocol):
    """The network behind `logits_of`, and what it is saved with."""

    model: ClassifierModel

    @property
    def _reads(self) -> dict[str, Any]:
        """What `config.json` says of how texts are read, and of the network."""
        reads = {"labels": list(self.labels), "max_length": self.max_length, "truncate": self.keep}
        return {"task": self.task, **reads, "model": asdict(self.settings)}

    def _save_text(self, folder: Path) -> None:
        self.text.save(folder / TEXT_FOLDER, "text")

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


def untrained_network(reading: Reading, settings: ClassifierSettings) -> ClassifierModel:
    """The network with new random weights."""
    return ClassifierModel(len(reading.text.vocab), len(reading.labels), **asdict(settings))


def revived_network(saved: SavedModel, device: str) -> tuple[ClassifierModel, Reading, ClassifierSettings]:
    """The network as it was saved, how it reads texts, and its settings; ValueError or KeyError where one is wrong."""
    reading = Reading.of(saved.folder / TEXT_FOLDER, saved.config)
    settings = saved.settings("model", ClassifierSettings)
    model = saved.network(partial(untrained_network, reading, settings), layers=settings.num_layers, device=device)
    return model, reading, settings
