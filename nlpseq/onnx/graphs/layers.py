"""The building blocks of `nlpseq.layers` as operators of ONNX, the packed semantics of `Recurrent` among them.

Shapes are those of `nlpseq.layers`: B batch, S source length, T target length, K beam, E embedding, H hidden.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from nlpseq.onnx.graphs.graph import Graph, Value

if TYPE_CHECKING:
    from nlpseq.layers.attention import Attention
    from nlpseq.layers.pooling import Pooling
    from nlpseq.layers.recurrent import Recurrent

# The gates as ONNX orders them, by their places in torch's order.
GATES = {"gru": (1, 0, 2), "lstm": (0, 3, 1, 2), "rnn_tanh": (0,), "rnn_relu": (0,)}


class Stacked(NamedTuple):
    """`outputs` (B, S, D*H), zero on padding, and the last states of each layer, each (D, B, H)."""

    outputs: Value
    states: list[Value]


def mask_of(g: Graph, lengths: Value, like: Value) -> Value:
    """Mask (B, S), bool: True where a row of `like` (B, S, ...) has a token."""
    steps = g.op("Range", g.constant(0, np.int64), like.size(1).squeeze(0), g.constant(1, np.int64))
    return g.op("Less", steps.unsqueeze(0), lengths.unsqueeze(1))


def where(g: Graph, condition: Value, one: Value | float, other: Value | float) -> Value:
    return g.op("Where", condition, one, other)


def layer_norm(g: Graph, x: Value, norm: nn.LayerNorm) -> Value:
    return g.op("LayerNormalization", x, g.weight(norm.weight), g.weight(norm.bias), axis=-1, epsilon=norm.eps)


def linear(g: Graph, x: Value, layer: nn.Linear) -> Value:
    return g.linear(x, layer.weight, layer.bias)


def recurrent(
    g: Graph, stack: Recurrent, x: Value, lengths: Value, mask: Value, states: Sequence[Value] | None = None
) -> Stacked:
    """A stack over whole rows x (B, S, I): what `Recurrent` gives, with ONNX's own sequence lengths (B,).

    `states` (D, B, H) are those to begin from, of each layer one or, for an LSTM, two; zeros if not given.
    """
    real, finals = mask.cast(np.float32).unsqueeze(2), []
    for depth, layer in enumerate(stack.layers):
        first = depth * stack.num_states
        begin = None if states is None else states[first : first + stack.num_states]
        run: Callable[..., tuple[Value, list[Value]]] = _min_gru if stack.cell == "min_gru" else _kernel
        out, final = run(g, stack, layer, x, lengths, begin)
        finals += final
        if stack.norms:
            out = layer_norm(g, out, stack.norms[depth])  # type: ignore[arg-type]
        out = out * real
        width = stack.hidden_size * stack.directions
        x = x + out if stack.residual and _inputs_of(layer) == width else out
    return Stacked(x, finals)


def recurrent_step(g: Graph, stack: Recurrent, x: Value, states: Sequence[Value]) -> tuple[Value, list[Value]]:
    """One step of a one-way stack: x (R, I) and states (R, H) -> outputs (R, H) and the next states."""
    new: list[Value] = []
    for depth, layer in enumerate(stack.layers):
        first = depth * stack.num_states
        step = _STEPS[stack.cell]
        state = step(g, layer, x, *states[first : first + stack.num_states])
        out = layer_norm(g, state[0], stack.norms[depth]) if stack.norms else state[0]  # type: ignore[arg-type]
        x = x + out if stack.residual and _inputs_of(layer) == stack.hidden_size else out
        new += state
    return x, new


def attend(
    g: Graph, attention: Attention, query: Value, keys: Value, memory: Value, mask: Value, *, size: int
) -> tuple[Value, Value]:
    """The context (B, T, M) and the weights (B, T, S) of queries (B, T, Q) of that `size`, see `Attention`."""
    if attention.score == "additive":
        sums = linear(g, query, attention.query_proj).unsqueeze(2) + keys.unsqueeze(1)  # (B, T, S, A)
        scores = (sums.tanh() @ g.weight(attention.energy.weight).transpose(1, 0)).squeeze(3)
    else:
        scores = query @ keys.transpose(0, 2, 1) / math.sqrt(size)
    weights = where(g, mask.unsqueeze(1), scores, -math.inf).softmax()
    return weights @ memory, weights


def pool(g: Graph, pooling: Pooling, outputs: Value, lengths: Value, mask: Value) -> Value:
    """One vector (B, F) a row, see `Pooling`."""
    real = mask.unsqueeze(2)
    if pooling.kind == "attention":
        energy = linear(g, outputs, pooling.hidden).tanh() @ g.weight(pooling.energy.weight).transpose(1, 0)
        shares = where(g, real, energy, -math.inf).softmax(axis=1)
        return (shares * outputs).sum(1)
    parts = []
    if pooling.kind in ("last", "concat"):
        parts.append(_last(g, outputs, lengths, directions=pooling.directions))
    if pooling.kind in ("max", "concat"):
        parts.append(where(g, real, outputs, -math.inf).max(1))
    if pooling.kind in ("mean", "concat"):
        parts.append(where(g, real, outputs, 0.0).sum(1) / lengths.cast(np.float32).unsqueeze(1))
    return parts[0] if len(parts) == 1 else g.op("Concat", *parts, axis=1)


def _last(g: Graph, outputs: Value, lengths: Value, *, directions: int) -> Value:
    last = (lengths - g.constant(1, np.int64)).unsqueeze(1)  # (B, 1)
    forward = g.op("GatherND", outputs, last, batch_dims=1)  # (B, F)
    if directions == 1:
        return forward
    backward = g.op("Gather", outputs, g.constant(0, np.int64), axis=1)
    size = outputs.size(2) / g.ints(2)
    return g.op("Concat", forward.cut(1, 0, size), backward.cut(1, size, outputs.size(2)), axis=1)


def _kernel(
    g: Graph, stack: Recurrent, layer: nn.Module, x: Value, lengths: Value, begin: Sequence[Value] | None
) -> tuple[Value, list[Value]]:
    """ONNX's own recurrent operator: outputs (B, S, D*H), last states each (D, B, H)."""
    cell, count = stack.cell, stack.num_states
    suffixes = ("", "_reverse")[: stack.directions]
    packed = [_both_ways(layer, name, suffixes, GATES[cell]) for name in ("weight_ih", "weight_hh")]
    bias = torch.cat([_both_ways(layer, name, suffixes, GATES[cell]) for name in ("bias_ih", "bias_hh")], dim=1)
    attributes: dict[str, object] = {"hidden_size": stack.hidden_size}
    if stack.directions == 2:
        attributes["direction"] = "bidirectional"
    if cell == "gru":
        attributes["linear_before_reset"] = 1
    if cell.startswith("rnn"):
        attributes["activations"] = [cell.removeprefix("rnn_").capitalize()] * stack.directions
    kind = {"gru": "GRU", "lstm": "LSTM"}.get(cell, "RNN")
    given = [None] * count if begin is None else list(begin)
    found = g.ops(
        kind, x.transpose(1, 0, 2), *map(g.matrix, packed), g.weight(bias), lengths.cast(np.int32), *given,
        outputs=1 + count, **attributes,
    )  # fmt: skip
    outputs = found[0].transpose(2, 0, 1, 3).reshape(0, 0, stack.directions * stack.hidden_size)  # (B, S, D*H)
    return outputs, found[1:]


def _both_ways(layer: nn.Module, name: str, suffixes: Sequence[str], gates: Sequence[int]) -> Tensor:
    """A weight of all directions (D, G*H, ...), its gates in the order of ONNX."""
    parts = []
    for suffix in suffixes:
        pieces = getattr(layer, f"{name}_l0{suffix}").detach().cpu().float().chunk(len(gates))
        parts.append(torch.cat([pieces[gate] for gate in gates]))
    return torch.stack(parts)


def _min_gru(
    g: Graph, stack: Recurrent, layer: nn.Module, x: Value, lengths: Value, begin: Sequence[Value] | None
) -> tuple[Value, list[Value]]:
    """minGRU, one way: the products of all steps at once, and a scan of what is left."""
    gates = _product(g, layer, x, "ih").transpose(1, 0, 2)  # (S, B, 2H)
    update, candidate = gates.split(2, stack.hidden_size, stack.hidden_size)
    z, keep = update.sigmoid(), (-update).sigmoid()
    added = _positive(g, candidate) * z
    zeros = g.op("Expand", g.constant(0.0), g.op("Concat", x.size(0), g.ints(stack.hidden_size), axis=0))
    first = zeros if begin is None else begin[0].squeeze(0)
    outputs = g.op("Transpose", _scan(g, first, keep, added), perm=[1, 0, 2])  # (B, S, H)
    last = (lengths - g.constant(1, np.int64)).unsqueeze(1)
    return outputs, [g.op("GatherND", outputs, last, batch_dims=1).unsqueeze(0)]


def _scan(g: Graph, first: Value, keep: Value, added: Value) -> Value:
    """h[t] = keep[t] * h[t-1] + added[t], all (S, B, H) of them."""
    from onnx import TensorProto, helper

    def info(name: str) -> Any:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, None)

    body = helper.make_graph(
        [
            helper.make_node("Mul", ["keep", "before"], ["kept"]),
            helper.make_node("Add", ["kept", "added"], ["after"]),
            helper.make_node("Identity", ["after"], ["here"]),
        ],
        "recurrence",
        [info("before"), info("keep"), info("added")],
        [info("after"), info("here")],
    )
    return g.ops("Scan", first, keep, added, outputs=2, body=body, num_scan_inputs=2)[1]


def _product(g: Graph, layer: nn.Module, x: Value, name: str) -> Value:
    return g.linear(x, getattr(layer, f"weight_{name}_l0"), getattr(layer, f"bias_{name}_l0"))


def _positive(g: Graph, x: Value) -> Value:
    return g.op("Max", x.sigmoid(), x + 0.5)


def _gru_step(g: Graph, layer: nn.Module, x: Value, h: Value) -> list[Value]:
    size = _size(layer)
    read, own = (_product(g, layer, *part).split(-1, size, size, size) for part in ((x, "ih"), (h, "hh")))
    reset, update = (read[0] + own[0]).sigmoid(), (read[1] + own[1]).sigmoid()
    candidate = (read[2] + reset * own[2]).tanh()
    return [candidate + update * (h - candidate)]


def _lstm_step(g: Graph, layer: nn.Module, x: Value, h: Value, c: Value) -> list[Value]:
    gates = _product(g, layer, x, "ih") + _product(g, layer, h, "hh")
    gate_in, forget, candidate, gate_out = gates.split(-1, *[_size(layer)] * 4)
    c = forget.sigmoid() * c + gate_in.sigmoid() * candidate.tanh()
    return [gate_out.sigmoid() * c.tanh(), c]


def _rnn_step(g: Graph, layer: nn.Module, x: Value, h: Value) -> list[Value]:
    gates = _product(g, layer, x, "ih") + _product(g, layer, h, "hh")
    return [gates.tanh() if layer.nonlinearity == "tanh" else gates.relu()]


_STEPS: dict[str, Callable[..., list[Value]]] = {
    "gru": _gru_step,
    "lstm": _lstm_step,
    "rnn_tanh": _rnn_step,
    "rnn_relu": _rnn_step,
}


def _size(layer: nn.Module) -> int:
    return int(layer.hidden_size)  # type: ignore[arg-type]


def _inputs_of(layer: nn.Module) -> int:
    weight: Tensor = layer.weight_ih_l0  # type: ignore[assignment]
    return weight.size(1)
