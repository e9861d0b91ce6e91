"""What is minimised: the binary cross-entropy of each label, summed over the labels of a text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from torch.nn import functional as F

from nlpseq.data.batch import TextBatch
from nlpseq.models.classifier import ClassifierModel
from nlpseq.training.objective import Loss


@dataclass
class LabelsObjective:
    """Binary cross-entropy in nats a text; the labels (B, C) of a batch are 1 where they apply.

    Args:
        label_smoothing: yes is 1 less half of it, and no is half of it.
    """

    label_smoothing: float
    state: dict[str, Any] = field(default_factory=dict)

    def __call__(self, model: ClassifierModel, batch: TextBatch) -> Loss:
        wanted = batch.labels.float() * (1 - self.label_smoothing) + self.label_smoothing / 2
        nats = F.binary_cross_entropy_with_logits(model(batch.ids, batch.lengths), wanted, reduction="sum")
        return Loss(nats, len(batch.labels), batch.num_tokens)
