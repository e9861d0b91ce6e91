"""A network that gives a text a score for each label, with all that it needs to read the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, get_args

import numpy as np
import torch
from torch import Tensor

from nlpseq.config import ClassifierSettings
from nlpseq.config.choices import Truncate
from nlpseq.data.batch import pad_sequences
from nlpseq.data.truncate import truncated_ids
from nlpseq.models.classifier import ClassifierModel
from nlpseq.models.inference import inference
from nlpseq.runs.length_batches import length_batches, on_threads
from nlpseq.runs.saved_model import TEXT_FOLDER, SavedModel, check_count, check_names
from nlpseq.text import TextPipeline

# Texts that are sorted by length together.
POOL_TEXTS = 2000


@dataclass(frozen=True)
class Reader:
    """The network, its text pipeline, the names of its labels, and how much of a long text is read.

    >>> from nlpseq.text import build_pipeline
    >>> words = build_pipeline(["cold rain", "cold soup"], kind="basic_english", vocab_size=9)
    >>> sizes = ClassifierSettings(embedding_dim=6, hidden_size=8)
    >>> Reader.untrained(words, sizes, ["food", "weather"], 50, "both").logits(["cold", "", "rain"]).shape
    (3, 2)
    """

    model: ClassifierModel
    text: TextPipeline
    settings: ClassifierSettings
    labels: tuple[str, ...]
    max_length: int
    keep: Truncate

    @classmethod
    def untrained(
        cls, text: TextPipeline, settings: ClassifierSettings, labels: Sequence[str], max_length: int, keep: Truncate
    ) -> Reader:
        """With new random weights."""
        model = ClassifierModel(len(text.vocab), len(labels), **asdict(settings))
        return cls(model, text, settings, tuple(labels), max_length, keep)

    @classmethod
    def revive(cls, saved: SavedModel, device: str) -> Reader:
        """As it was saved.

        Raises:
            ValueError, KeyError, TypeError: `config.json` is not what it should be.
            UserError: a file is missing or damaged.
        """
        text, config = TextPipeline.load(saved.folder / TEXT_FOLDER, "text"), saved.config
        settings, labels = saved.settings("model", ClassifierSettings), check_names("labels", config["labels"])
        if config["truncate"] not in get_args(Truncate):
            raise ValueError(f"truncate is {config['truncate']!r}"[:100])
        build = partial(ClassifierModel, len(text.vocab), len(labels), **asdict(settings))
        model = saved.network(build, layers=settings.num_layers, device=device)
        return cls(model, text, settings, labels, check_count("max_length", config["max_length"]), config["truncate"])

    @property
    def config(self) -> dict[str, Any]:
        """What `config.json` says of it."""
        reads = {"max_length": self.max_length, "truncate": self.keep}
        return {"labels": list(self.labels), **reads, "model": asdict(self.settings)}

    def save_text(self, folder: Path) -> None:
        """Write the text pipeline."""
        self.text.save(folder / TEXT_FOLDER, "text")

    def ids(self, texts: list[str]) -> list[Sequence[int]]:
        """The ids of each text as the network reads it."""
        return truncated_ids(texts, self.text, self.max_length, self.keep)

    def logits(self, texts: list[str]) -> np.ndarray:
        """The scores (N, C), float32, of the labels."""
        scores = np.empty((len(texts), len(self.labels)), dtype=np.float32)
        device = next(self.model.parameters()).device

        def score(batch: tuple[Tensor, Tensor]) -> np.ndarray:
            with torch.inference_mode():
                found: np.ndarray = self.model(batch[0].to(device), batch[1]).cpu().numpy()
                return found

        with inference(self.model):
            for first in range(0, len(texts), POOL_TEXTS):
                rows = self.ids(texts[first : first + POOL_TEXTS])
                batches = list(length_batches([len(row) for row in rows]))
                padded = [pad_sequences([rows[i] for i in batch], self.text.pad_id) for batch in batches]
                for batch, found in zip(batches, on_threads(score, padded, device), strict=True):
                    scores[first + batch] = found
        return scores
