"""The translator as graphs, and what is compared of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from onnx import ModelProto

    from nlpseq.onnx.graphs.graph import Weights
    from nlpseq.tasks.translate.translator import Translator


def graphs(translator: Translator, weights: Weights, *, int8: bool) -> Mapping[str, ModelProto]:
    """The graphs of the network, by their names."""
    from nlpseq.onnx.graphs.translator import encoder_graph, step_graph

    return {
        "encoder": encoder_graph(translator.model, weights, int8=int8),
        "step": step_graph(translator.model, weights, int8=int8, best=True),
        "scores": step_graph(translator.model, weights, int8=int8, best=False),
    }


def figures(translator: Any, rows: Any) -> np.ndarray:
    """The log-probability of each reference, by its tokens, of the run's model or of an export."""
    targets = translator.targets(list(rows["tgt"]))
    scores = translator.score_read(translator.read(list(rows["src"])), targets)
    return np.asarray(scores) / np.array([len(target) for target in targets])
