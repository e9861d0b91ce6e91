"""The summariser as graphs, and what is compared of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from onnx import ModelProto

    from nlpseq.onnx.graphs.graph import Weights
    from nlpseq.tasks.summarize.summarizer import Summarizer


def graphs(summarizer: Summarizer, weights: Weights, *, int8: bool) -> Mapping[str, ModelProto]:
    """The graphs of the network, by their names."""
    from nlpseq.onnx.graphs.summarizer import encoder_graph, step_graph

    return {
        "encoder": encoder_graph(summarizer.model, weights, int8=int8),
        "step": step_graph(summarizer.model, weights, int8=int8, best=True),
        "scores": step_graph(summarizer.model, weights, int8=int8, best=False),
    }


def figures(summarizer: Any, rows: Any) -> np.ndarray:
    """The log-probability of each reference, by its characters, of the run's model or of an export."""
    summaries = list(rows["tgt"])
    scores = summarizer.score(list(rows["src"]), summaries)
    return np.asarray(scores) / np.array([len(summary) + 1 for summary in summaries])
