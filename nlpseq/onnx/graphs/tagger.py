"""The tagger's network as two graphs: what is read of each different word, and the scores of the tags."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nlpseq.onnx.graphs.graph import Graph, Weights
from nlpseq.onnx.graphs.layers import linear, mask_of, recurrent

if TYPE_CHECKING:
    from onnx import ModelProto

    from nlpseq.models.tagger import TaggerModel


def words_graph(model: TaggerModel, weights: Weights, *, int8: bool) -> ModelProto:
    """ids (W,) of words, chars (W, C) of their spelling and lengths (W,) of it -> features (W, F)."""
    g = Graph(weights, int8=int8)
    ids = g.input("ids", np.int64, "words")
    features = g.embedding(ids, model.embedding.weight, scale=math.sqrt(model.embedding.embedding_dim))
    if model.spelling is not None:
        spelling = model.spelling
        chars, lengths = g.input("chars", np.int64, "words", "letters"), g.input("lengths", np.int64, "words")
        x = g.embedding(chars, spelling.embedding.weight, scale=math.sqrt(spelling.embedding.embedding_dim))
        read = recurrent(g, spelling.encoder, x, lengths, mask_of(g, lengths, x), finals=True)
        h_n = read.states[0]  # (2, W, H)
        both = h_n.transpose(1, 0, 2).reshape(0, 2 * spelling.encoder.hidden_size)
        features = g.op("Concat", features, both, axis=1)
    g.output("features", features, np.float32, 2)
    return g.model("words")


def emissions_graph(model: TaggerModel, weights: Weights, *, int8: bool) -> ModelProto:
    """features (B, S, F), lengths (B,) -> emissions (B, S, K), and the CRF's transitions (K + 1, K + 1)."""
    g = Graph(weights, int8=int8)
    x = g.input("features", np.float32, "batch", "steps", model.num_features)
    lengths = g.input("lengths", np.int64, "batch")
    outputs = recurrent(g, model.encoder, x, lengths, mask_of(g, lengths, x)).outputs
    g.output("emissions", linear(g, outputs, model.output), np.float32, 3)
    g.output("transitions", g.weight(model.crf.transitions), np.float32, 2)
    return g.model("tagger")
