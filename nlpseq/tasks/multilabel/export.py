"""The network of several labels as a graph, and what is compared of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from onnx import ModelProto

    from nlpseq.onnx.graphs.graph import Weights
    from nlpseq.tasks.multilabel.labeller import MultiLabelClassifier


def graphs(labeller: MultiLabelClassifier, weights: Weights, *, int8: bool) -> Mapping[str, ModelProto]:
    """The graphs of the network, by their names."""
    from nlpseq.onnx.graphs.classifier import classifier_graph

    return {"classifier": classifier_graph(labeller.model, weights, int8=int8)}


def figures(labeller: Any, rows: Any) -> np.ndarray:
    """Probabilities of the labels, of the run's model or of an export."""
    shares: np.ndarray = labeller.probabilities(list(rows["text"]))
    return shares
