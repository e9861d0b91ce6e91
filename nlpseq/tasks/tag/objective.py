"""What a tagger is trained for: the probability of the true tags of a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nlpseq.data.tag_batch import TagBatch
from nlpseq.models.tagger import TaggerModel
from nlpseq.training.objective import Loss


@dataclass
class TaggingObjective:
    """Negative log-likelihood of the tags of each sentence, in nats, over its tokens."""

    state: dict[str, Any] = field(default_factory=dict)

    def __call__(self, model: TaggerModel, batch: TagBatch) -> Loss:
        emissions = model(batch.ids, batch.lengths, batch.spelling if model.spelling is not None else None)
        nats = -model.log_likelihood(emissions, batch.tags, batch.lengths).sum()
        return Loss(nats, batch.num_tokens, batch.num_tokens)
