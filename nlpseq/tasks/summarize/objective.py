"""What a summariser is trained for: the cross-entropy of each summary character, written or copied."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nlpseq.data.batch import PairBatch
from nlpseq.models.summarizer import SummarizerModel
from nlpseq.training.objective import Loss


@dataclass
class SummarizationObjective:
    """Cross-entropy of each character; label smoothing spreads over what can be written, not over what is copied."""

    label_smoothing: float
    state: dict[str, Any] = field(default_factory=dict)

    def __call__(self, model: SummarizerModel, batch: PairBatch) -> Loss:
        scores = model(batch.src, batch.copies, batch.src_lengths, batch.tgt_input, batch.tgt, batch.tgt_lengths)
        loss, characters = scores.loss(label_smoothing=self.label_smoothing)
        return Loss(loss, characters, characters)
