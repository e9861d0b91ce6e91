"""The network of one and of several labels gives a text the same scores in any company."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from nlpseq import Classifier, MultiLabelClassifier, build_pipeline
from nlpseq.config import ClassifierSettings


@pytest.mark.parametrize("kind", [Classifier, MultiLabelClassifier])
def test_scores_are_those_of_each_text_alone(kind: type[Classifier] | type[MultiLabelClassifier]) -> None:
    torch.manual_seed(0)
    words = build_pipeline(["cold rain and snow"], kind="basic_english", vocab_size=9)
    sizes = ClassifierSettings(embedding_dim=6, hidden_size=5)
    model = kind.untrained(words, sizes, labels=["food", "sport", "weather"], max_length=3, keep="head")
    texts = ["rain", "cold rain and snow", "", "snow and rain"]
    alone = np.concatenate([model.logits(text) for text in texts])
    np.testing.assert_allclose(model.logits(texts), alone, atol=1e-6)
    assert alone.shape == (4, 3) and len({row.tobytes() for row in alone}) == 4
