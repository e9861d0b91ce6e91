"""The classifier's network as a graph."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nlpseq.onnx.graphs.graph import Graph, Value, Weights
from nlpseq.onnx.graphs.layers import linear, mask_of, pool, recurrent, where

if TYPE_CHECKING:
    from onnx import ModelProto

    from nlpseq.models.classifier import ClassifierModel


def classifier_graph(model: ClassifierModel, weights: Weights, *, int8: bool) -> ModelProto:
    """ids (B, S), lengths (B,) -> logits (B, C)."""
    g = Graph(weights, int8=int8)
    ids, lengths = g.input("ids", np.int64, "batch", "steps"), g.input("lengths", np.int64, "batch")
    x = g.embedding(ids, model.embedding.weight, scale=math.sqrt(model.embedding.embedding_dim))
    mask = mask_of(g, lengths, x)
    outputs = (
        _in_chunks(g, model, x, lengths) if model.chunk_length else recurrent(g, model.encoder, x, lengths, mask)[0]
    )
    if model.batch_norm is not None:
        norm = model.batch_norm.norm
        assert norm.running_var is not None and norm.running_mean is not None
        scale = norm.weight / (norm.running_var + norm.eps).sqrt()
        shifted = outputs * g.weight(scale) + g.weight(norm.bias - norm.running_mean * scale)
        outputs = where(g, mask.unsqueeze(2), shifted, 0.0)
    g.output("logits", linear(g, pool(g, model.pooling, outputs, lengths, mask), model.output), np.float32, 2)
    return g.model("classifier")


def _in_chunks(g: Graph, model: ClassifierModel, x: Value, lengths: Value) -> Value:
    """Outputs (B, S, D*H) with every row read in chunks, see `ClassifierModel`; empty chunks are read in vain."""
    size = model.chunk_length
    steps, width = x.size(1), model.encoder.hidden_size * model.encoder.directions
    count = (steps + g.ints(size - 1)) / g.ints(size)
    missing = count * g.ints(size) - steps
    pads = g.op("Concat", g.ints(0, 0, 0, 0), missing, g.ints(0), axis=0)
    chunks = g.op("Pad", x, pads).reshape(-1, size, model.embedding.embedding_dim)
    begins = g.op("Range", g.constant(0, np.int64), count.squeeze(0), g.constant(1, np.int64)) * g.ints(size)
    inside = g.op(
        "Clip", lengths.unsqueeze(1) - begins.unsqueeze(0), g.constant(0, np.int64), g.constant(size, np.int64)
    )
    inside = inside.reshape(-1)
    read = g.op("Max", inside, g.ints(1))  # no operator reads a row of no step
    outputs = recurrent(g, model.encoder, chunks, read, mask_of(g, inside, chunks)).outputs
    shape = g.op("Concat", x.size(0), g.ints(-1, width), axis=0)
    return g.op("Reshape", outputs, shape).cut(1, 0, steps)
