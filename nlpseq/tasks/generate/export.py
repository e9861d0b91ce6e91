"""The character model as a graph, and what is compared of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from onnx import ModelProto

    from nlpseq.onnx.graphs.graph import Weights
    from nlpseq.tasks.generate.char_rnn import CharRNN


def graphs(writer: CharRNN, weights: Weights, *, int8: bool) -> Mapping[str, ModelProto]:
    """The graphs of the network, by their names."""
    from nlpseq.onnx.graphs.char_rnn import char_rnn_graph

    return {"char_rnn": char_rnn_graph(writer.model, weights, int8=int8)}


def figures(writer: Any, rows: Any) -> np.ndarray:
    """The negative log-likelihood of each character, of the run's model or of an export."""
    nats: np.ndarray = writer.nats(rows)
    return nats
