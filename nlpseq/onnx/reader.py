"""The scores that a graph gives texts for each label: of the classifier, and of the model of several labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, get_args

import numpy as np

from nlpseq.config.choices import Truncate
from nlpseq.onnx.folder import Export
from nlpseq.onnx.rows import padded
from nlpseq.onnx.session import Session
from nlpseq.runs.length_batches import length_batches
from nlpseq.runs.saved_model import check_count, check_names
from nlpseq.text import TextPipeline


class Reading(NamedTuple):
    """How texts are read: by which pipeline, how much of a long one, for which labels."""

    text: TextPipeline
    labels: tuple[str, ...]
    max_length: int
    keep: Truncate

    @classmethod
    def of(cls, export: Export) -> Reading:
        """As the config of an export says; ValueError where it is wrong."""
        config: Any = export.config
        if config["truncate"] not in get_args(Truncate):
            raise ValueError(f"truncate is {config['truncate']!r}"[:100])
        labels, longest = check_names("labels", config["labels"]), check_count("max_length", config["max_length"])
        return cls(TextPipeline.load(export.text, "text"), labels, longest, config["truncate"])


def label_logits(network: Session, rows: Sequence[Sequence[int]], *, labels: int, pad_id: int) -> np.ndarray:
    """The scores (N, C), float32, of texts by their ids."""
    scores = np.empty((len(rows), labels), np.float32)
    for batch in length_batches([len(row) for row in rows]):
        ids, lengths = padded([rows[row] for row in batch], pad_id)
        (scores[batch],) = network.run(["logits"], ids=ids, lengths=lengths)
    return scores
