"""The tagger as graphs, and what is compared of both."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from nlpseq.text.tag_scheme import scheme_spans

if TYPE_CHECKING:
    from onnx import ModelProto

    from nlpseq.onnx.graphs.graph import Weights
    from nlpseq.tasks.tag.tagger import Tagger


def graphs(tagger: Tagger, weights: Weights, *, int8: bool) -> Mapping[str, ModelProto]:
    """The graphs of the network, by their names."""
    from nlpseq.onnx.graphs.tagger import emissions_graph, words_graph

    return {
        "words": words_graph(tagger.model, weights, int8=int8),
        "tagger": emissions_graph(tagger.model, weights, int8=int8),
    }


def figures(tagger: Any, rows: Any) -> np.ndarray:
    """The probability of each token's tag, of the run's model or of an export."""
    found = tagger.decode(list(rows["tokens"]), spans=partial(scheme_spans, scheme="plain"))
    return np.array([share for sentence in found for share in sentence.probabilities])
