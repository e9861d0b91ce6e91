"""The character model's network as one graph, which reads whole windows or single characters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nlpseq.onnx.graphs.graph import Graph, Weights
from nlpseq.onnx.graphs.layers import linear, mask_of, recurrent

if TYPE_CHECKING:
    from onnx import ModelProto

    from nlpseq.models.char_rnn import CharRNNModel


def char_rnn_graph(model: CharRNNModel, weights: Weights, *, int8: bool) -> ModelProto:
    """ids (B, T), lengths (B,) and the states (L, B, H) -> logits (B, T, V) and the states to go on from."""
    g = Graph(weights, int8=int8)
    ids, lengths = g.input("ids", np.int64, "batch", "steps"), g.input("lengths", np.int64, "batch")
    stack = model.rnn
    count, depth = stack.num_states, len(stack.layers)
    given = [g.input(f"state_{n}", np.float32, depth, "batch", stack.hidden_size) for n in range(count)]
    begin = [state.cut(0, layer, layer + 1) for layer in range(depth) for state in given]
    x = g.embedding(ids, model.embedding.weight, scale=math.sqrt(model.embedding.embedding_dim))
    outputs, finals = recurrent(g, stack, x, lengths, mask_of(g, lengths, x), begin, finals=True)
    features = outputs if model.projection is None else linear(g, outputs, model.projection)
    g.output("logits", linear(g, features, model.output), np.float32, 3)
    for n in range(count):
        g.output(f"next_{n}", g.op("Concat", *finals[n::count], axis=0), np.float32, 3)
    return g.model("char_rnn")
