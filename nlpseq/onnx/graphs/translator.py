"""The translator's network as two graphs: the encoder, and one step of the decoder with its state and attention."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nlpseq.onnx.graphs.graph import Graph, Value, Weights
from nlpseq.onnx.graphs.layers import attend, bounded, linear, mask_of, recurrent, recurrent_step, where

if TYPE_CHECKING:
    from onnx import ModelProto

    from nlpseq.layers.reduction import Window
    from nlpseq.models.translator import TranslatorModel

# What belongs to a sentence, as the encoder gives it and the step reads it.
MEMORY = ("memory", "keys", "mask", "summary")
# Neighbouring tokens of which only the best is looked at first, and the vocabulary from which on this is worth it.
GROUP_TOKENS, SMALLEST_GROUPED = 32, 1024


class Advanced(NamedTuple):
    """One step: features (B, K, E) for the output layer, attention (B, K, S), the readout, and the new states."""

    features: Value
    attention: Value | None
    readout: Value
    states: list[Value]


def encoder_graph(model: TranslatorModel, weights: Weights, *, int8: bool) -> ModelProto:
    """src (B, S), lengths (B,) -> memory, keys, mask, summary, and the decoder's first states (B, 1, H)."""
    g = Graph(weights, int8=int8)
    src, lengths = g.input("src", np.int64, "batch", "source"), g.input("lengths", np.int64, "batch")
    encode(g, model, embed_source(g, model, src, lengths), lengths)
    return g.model("encoder")


def step_graph(model: TranslatorModel, weights: Weights, *, int8: bool, best: bool) -> ModelProto:
    """tokens (B, K), the states (B, K, H) and the memory of B sentences -> what `outputs` gives."""
    g = Graph(weights, int8=int8)
    tokens, states, memory = step_inputs(g, model)
    found = advance(g, model, tokens, states, memory)
    size = model.output.out_features
    groups = -(-size // GROUP_TOKENS) if best and size >= SMALLEST_GROUPED else 0
    width = groups * GROUP_TOKENS
    logits = g.linear(found.features, model.output.weight, model.output.bias, bounded=True, width=width)
    return outputs(g, logits.log_softmax(), found, best=best, groups=groups)


def embed_source(g: Graph, model: TranslatorModel, src: Value, lengths: Value) -> Value:
    """Embeddings (B, S, E) of source ids, each seen with its neighbours where the encoder reads blocks of them."""
    x = g.embedding(src, model.src_embedding.weight, scale=math.sqrt(model.src_embedding.embedding_dim))
    return x if model.window is None else _window(g, model.window, x, mask_of(g, lengths, x))


def encode(g: Graph, model: TranslatorModel, x: Value, lengths: Value) -> Value:
    """The encoder's outputs in the graph; what it gives is its memory (B, S, H)."""
    if model.reduction > 1:
        x, lengths = _blocks(g, x, lengths, size=model.reduction, width=model.src_embedding.embedding_dim)
    mask = mask_of(g, lengths, x)
    memory = recurrent(g, model.encoder, x, lengths, mask).outputs
    summary = memory.sum(1) / lengths.cast(np.float32).unsqueeze(1)
    keys = memory
    if model.attention is not None and model.attention.score != "dot":
        projection: Any = model.attention.keys  # of a dot it is none
        keys = linear(g, memory, projection, bounded=bounded(model.encoder))
    for name, value, rank in zip(MEMORY, (memory, keys, mask, summary), (3, 3, 2, 2), strict=True):
        g.output(name, value, np.bool_ if name == "mask" else np.float32, rank)
    parts = linear(g, summary, model.bridge, bounded=bounded(model.encoder)).tanh()
    count = model.bridge.out_features // model.bridge.in_features
    for number, part in enumerate(parts.split(1, *[model.bridge.in_features] * count)):
        g.output(f"state_{number}", part.unsqueeze(1), np.float32, 3)
    return memory


def step_inputs(g: Graph, model: TranslatorModel) -> tuple[Value, list[Value], list[Value]]:
    """Tokens, states and memory of a step."""
    size, count = model.bridge.in_features, model.bridge.out_features // model.bridge.in_features
    tokens = g.input("tokens", np.int64, "batch", "beam")
    states = [g.input(f"state_{number}", np.float32, "batch", "beam", size) for number in range(count)]
    memory = [
        g.input("memory", np.float32, "batch", "source", size), g.input("keys", np.float32, "batch", "source", "size"),
        g.input("mask", np.bool_, "batch", "source"), g.input("summary", np.float32, "batch", size),
    ]  # fmt: skip
    return tokens, states, memory


def advance(
    g: Graph, model: TranslatorModel, tokens: Value, states: Sequence[Value], memory: Sequence[Value]
) -> Advanced:
    """What `TranslatorModel.advance` does."""
    size = model.bridge.in_features
    embedded = g.embedding(tokens, model.tgt_embedding.weight, scale=math.sqrt(model.tgt_embedding.embedding_dim))
    half = len(states) // 2
    # Each hypothesis is a row of its own, (B, K, ...) throughout: products do not mind.
    queries, query_state = recurrent_step(g, model.query_rnn, [embedded], states[:half])
    if model.attention is None:
        shape = g.op("Concat", tokens.size(0), tokens.size(1), g.ints(size), axis=0)
        context, weights = g.op("Expand", memory[3].unsqueeze(1), shape), None
    else:
        context, weights = attend(g, model.attention, queries, memory[1], memory[0], memory[2], size=size)
    within = bounded(model.encoder) and bounded(model.query_rnn)
    out, output_state = recurrent_step(g, model.output_rnn, [queries, context], states[half:], within=within)
    # In two parts, as the embedding may be of any size.
    within = bounded(model.encoder) and bounded(model.output_rnn)
    of_seen, of_word = model.features.weight[:, : 2 * size], model.features.weight[:, 2 * size :]
    features = g.linear([out, context], of_seen, model.features.bias, bounded=within) + g.linear(embedded, of_word)
    readout = g.op("Concat", out, context, embedded, axis=2)
    return Advanced(features.tanh(), weights, readout, [*query_state, *output_state])


def outputs(g: Graph, log_probs: Value, found: Advanced, *, best: bool, groups: int = 0) -> ModelProto:
    """The finished step: the `count` best tokens, of equal ones the lower id first, or all of them; the new states."""
    if best:
        count = g.input("count", np.int64, 1)
        values, tokens = _grouped(g, log_probs, count, groups) if groups else _largest(g, log_probs, count)
        g.output("values", values, np.float32, 3)
        g.output("best", tokens, np.int64, 3)
        if found.attention is not None:
            g.output("attention", found.attention, np.float32, 3)
    else:
        g.output("log_probs", log_probs, np.float32, 3)
    for number, state in enumerate(found.states):
        g.output(f"next_{number}", state, np.float32, 3)
    return g.model("step" if best else "scores")


def _largest(g: Graph, values: Value, count: Value) -> tuple[Value, Value]:
    """The `count` largest of the last axis, or all where there are fewer, and their places."""
    best, places = g.ops("TopK", values, g.op("Min", count, values.size(2)), outputs=2, axis=-1)
    return best, places


def _grouped(g: Graph, log_probs: Value, count: Value, groups: int) -> tuple[Value, Value]:
    """`_largest`, faster over a large vocabulary: only the groups of neighbours with the largest maxima are searched.

    No value outside of those `count` groups is larger than all of their maxima; and where one is as large, its place
    is behind them.
    """
    grouped = log_probs.reshape(0, 0, groups, GROUP_TOKENS)
    chosen = _largest(g, grouped.max(3), count)[1]
    chosen = g.ops("TopK", chosen, chosen.size(2), outputs=2, axis=-1, largest=0)[0]  # in their order
    members = g.op("GatherND", grouped, chosen.unsqueeze(3), batch_dims=2)  # (B, K, C, GROUP_TOKENS)
    values, places = _largest(g, members.reshape(0, 0, -1), count)
    size = g.constant(GROUP_TOKENS, np.int64)
    group = places / size
    return values, g.op("GatherElements", chosen, group, axis=2) * size + (places - group * size)


def _window(g: Graph, window: Window, x: Value, mask: Value) -> Value:
    """What `Window` does."""
    real, convolution = mask.unsqueeze(2), window.convolution
    x = where(g, real, x, 0.0)
    assert convolution.bias is not None
    weight, bias, half = g.weight(convolution.weight), g.weight(convolution.bias), convolution.weight.size(2) // 2
    seen = g.op("Conv", x.transpose(0, 2, 1), weight, bias, pads=[half, half]).relu().transpose(0, 2, 1)
    return where(g, real, x + seen, 0.0)


def _blocks(g: Graph, x: Value, lengths: Value, *, size: int, width: int) -> tuple[Value, Value]:
    """What `blocks` does."""
    steps = x.size(1)
    count = (steps + g.ints(size - 1)) / g.ints(size)
    pads = g.op("Concat", g.ints(0, 0, 0, 0), count * g.ints(size) - steps, g.ints(0), axis=0)
    filled = g.op("Pad", x, pads)
    shape = g.op("Concat", x.size(0), count, g.ints(size * width), axis=0)
    return g.op("Reshape", filled, shape), (lengths + g.ints(size - 1)) / g.ints(size)
