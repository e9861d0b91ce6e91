"""The classifier as a graph, and what is compared of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from onnx import ModelProto

    from nlpseq.onnx.graphs.graph import Weights
    from nlpseq.tasks.classify.classifier import Classifier


def graphs(classifier: Classifier, weights: Weights, *, int8: bool) -> Mapping[str, ModelProto]:
    """The graphs of the network, by their names."""
    from nlpseq.onnx.graphs.classifier import classifier_graph

    return {"classifier": classifier_graph(classifier.model, weights, int8=int8)}


def figures(classifier: Any, rows: Any) -> np.ndarray:
    """Probabilities of the labels, of the run's model or of an export."""
    shares: np.ndarray = classifier.probabilities(list(rows["text"]))
    return shares
