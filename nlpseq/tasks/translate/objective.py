"""What a translator is trained for: the cross-entropy of each target token, with label smoothing and R-Drop."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from nlpseq.data.batch import PairBatch
from nlpseq.models.translator import TranslatorModel, length_mask
from nlpseq.training.losses import linear_cross_entropy
from nlpseq.training.objective import Loss


@dataclass
class TranslationObjective:
    """Cross-entropy of each target token; with `consistency` (R-Drop) in two passes, each of which counts."""

    label_smoothing: float
    consistency: float
    state: dict[str, Any] = field(default_factory=dict)

    def __call__(self, model: TranslatorModel, batch: PairBatch) -> Loss:
        tokens = batch.num_tokens
        targets = batch.tgt[length_mask(batch.tgt_lengths, batch.tgt)]  # (N,)
        passes = 2 if self.consistency > 0 else 1
        if passes == 2:
            batch = _twice(batch)
        features = model.target_features(batch.src, batch.src_lengths, batch.tgt_input, batch.tgt_lengths)  # (P * N, E)
        loss = linear_cross_entropy(
            features.unflatten(0, (passes, -1)),
            model.output.weight,
            model.output.bias,
            targets,
            label_smoothing=self.label_smoothing,
            consistency=self.consistency,
        )
        return Loss(loss, features.size(0), tokens)


def _twice(batch: PairBatch) -> PairBatch:
    """Every pair two times: two dropout masks each, in one pass."""
    return replace(
        batch,
        src=batch.src.repeat(2, 1),
        src_lengths=batch.src_lengths.repeat(2),
        tgt_input=batch.tgt_input.repeat(2, 1),
        tgt=batch.tgt.repeat(2, 1),
        tgt_lengths=batch.tgt_lengths.repeat(2),
    )
