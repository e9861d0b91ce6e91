"""The summariser's network as two graphs: the translator's, and the copying of characters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nlpseq.layers.copying import LONGEST_MATCH, Copying
from nlpseq.onnx.graphs.graph import Graph, Value, Weights
from nlpseq.onnx.graphs.layers import linear, mask_of, where
from nlpseq.onnx.graphs.translator import advance, embed_source, encode, outputs, step_inputs

if TYPE_CHECKING:
    from onnx import ModelProto

    from nlpseq.models.summarizer import SummarizerModel


def encoder_graph(model: SummarizerModel, weights: Weights, *, int8: bool) -> ModelProto:
    """src (B, S), lengths (B,) -> what the translator's encoder gives, and copy_keys (B, S, A) of each character."""
    g = Graph(weights, int8=int8)
    src, lengths = g.input("src", np.int64, "batch", "source"), g.input("lengths", np.int64, "batch")
    embedded = embed_source(g, model.translator, src, lengths)
    memory = encode(g, model.translator, embedded, lengths)
    if model.copying is not None:
        keys, blocks = linear(g, embedded, model.copying.character), g.linear(memory, model.copying.block.weight)
        g.output("copy_keys", keys + _each(g, blocks, embedded, model.copying), np.float32, 3)
        g.output("copy_mask", mask_of(g, lengths, embedded), np.bool_, 2)
    return g.model("encoder")


def step_graph(model: SummarizerModel, weights: Weights, *, int8: bool, best: bool) -> ModelProto:
    """The translator's step; where the network copies, it scores all ids that can be copied too, see `step` there."""
    g = Graph(weights, int8=int8)
    tokens, states, memory = step_inputs(g, model.translator)
    size = g.constant(model.vocab_size, np.int64)
    known = where(g, g.op("Less", tokens, size), tokens, g.constant(model.unk_id, np.int64))
    found = advance(g, model.translator, known, states, memory)
    logits = linear(g, found.features, model.translator.output, bounded=True)
    if model.copying is None:
        return outputs(g, logits.log_softmax(), found, best=best)
    copying = model.copying
    keys = g.input("copy_keys", np.float32, "batch", "characters", copying.character.out_features)
    mask = g.input("copy_mask", np.bool_, "batch", "characters")
    copies = g.input("copies", np.int64, "batch", "characters")
    matches = _next_matches(g, g.input("matches", np.int64, "batch", "beam", "characters"), copies, tokens)
    query = linear(g, found.readout, copying.query) / math.sqrt(copying.character.out_features)  # (B, K, A)
    scores = query @ keys.transpose(0, 2, 1)
    scores = scores + g.op("GatherElements", linear(g, query, copying.match), matches, axis=2)
    shares = where(g, mask.unsqueeze(1), scores, -math.inf).softmax()
    gate = linear(g, found.readout, copying.gate)  # (B, K, 1)
    log_probs = _extended(g, logits, gate, shares, copies, size=model.vocab_size)
    g.output("next_matches", matches, np.int64, 3)
    return outputs(g, log_probs, found._replace(attention=shares), best=best)


def _each(g: Graph, blocks: Value, embedded: Value, copying: Copying) -> Value:
    """The rows (B, blocks, A) of blocks for each of their characters (B, S, A)."""
    steps = g.op("Range", g.constant(0, np.int64), embedded.size(1).squeeze(0), g.constant(1, np.int64))
    return g.op("Gather", blocks, steps / g.constant(copying.reduction, np.int64), axis=1)


def _next_matches(g: Graph, matches: Value, copies: Value, written: Value) -> Value:
    """What `next_match_lengths` does."""
    longer = _moved_on(g, matches)
    longer = g.op("Min", longer + g.constant(1, np.int64), g.constant(LONGEST_MATCH, np.int64))
    same = g.op("Equal", copies.unsqueeze(1), written.unsqueeze(2)).cast(np.int64)  # (B, K, S)
    return longer * _moved_on(g, same)


def _moved_on(g: Graph, x: Value) -> Value:
    """x (B, K, S) one place later, a zero before it and without its last place."""
    # Pad alone would do it (1 before, -1 behind), but onnxruntime before 1.24 reads past the end of a single place.
    return g.op("Pad", x, g.ints(0, 0, 1, 0, 0, 0), g.constant(0, np.int64)).cut(2, 0, -1)


def _extended(g: Graph, logits: Value, gate: Value, shares: Value, copies: Value, *, size: int) -> Value:
    """What `extended_log_probs` does: log-probabilities (B, K, V or more)."""
    most = g.op("ReduceMax", copies, keepdims=0) + g.constant(1, np.int64)
    width = g.op("Max", most, g.constant(size, np.int64)).reshape(1)
    shape = g.op("Concat", gate.size(0), gate.size(1), width, axis=0)
    places = g.op("Expand", copies.unsqueeze(1), g.op("Shape", shares))
    nothing = g.op("Expand", g.constant(0.0), shape)
    copied = g.op("ScatterElements", nothing, places, shares, axis=2, reduction="add")
    written = _log_sigmoid(g, gate) + logits.log_softmax()
    pads = g.op("Concat", g.ints(0, 0, 0, 0, 0), width - g.ints(size), axis=0)
    written = g.op("Pad", written, pads, g.constant(-math.inf))
    return _log_add(g, written, _log_sigmoid(g, -gate) + copied.log())


def _log_sigmoid(g: Graph, x: Value) -> Value:
    return -g.op("Softplus", -x)


def _log_add(g: Graph, one: Value, other: Value) -> Value:
    """log(exp(one) + exp(other)), also of two infinities."""
    larger = g.op("Max", one, other)
    finite = g.op("Max", larger, g.constant(-1e30))
    return finite + ((one - finite).exp() + (other - finite).exp()).log()
