"""The building blocks of `nlpseq.layers` as operators of ONNX, the packed semantics of `Recurrent` among them.

Shapes are those of `nlpseq.layers`: B batch, S source length, T target length, K beam, E embedding, H hidden.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from nlpseq.onnx.graphs.graph import Codes, Graph, Value

if TYPE_CHECKING:
    from nlpseq.layers.attention import Attention
    from nlpseq.layers.pooling import Pooling
    from nlpseq.layers.recurrent import Recurrent

# From this hidden size on products of 8-bit integers are worth a step at a time of several operators; below it the
# weights are integers and ONNX's own operators multiply in full precision.
SMALLEST_SCAN = 64
# Of the weights of each direction.
SUFFIXES = ("", "_reverse")
# The gates as ONNX orders them, by their places in torch's order.
GATES = {"gru": (1, 0, 2), "lstm": (0, 3, 1, 2), "rnn_tanh": (0,), "rnn_relu": (0,)}
# Cells whose states are within [-1, 1].
BOUNDED = GATES.keys() - {"rnn_relu"}


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


def linear(g: Graph, x: Value, layer: nn.Linear, *, bounded: bool = False) -> Value:
    return g.linear(x, layer.weight, layer.bias, bounded=bounded)


def bounded(stack: Recurrent) -> bool:
    """Whether the outputs of a stack are within [-1, 1]."""
    return stack.cell in BOUNDED and not stack.norms and not stack.residual


def recurrent(
    g: Graph, stack: Recurrent, x: Value, lengths: Value, mask: Value, states: Sequence[Value] | None = None,
    *, finals: bool = False,
) -> Stacked:  # fmt: skip
    """A stack over whole rows x (B, S, I): what `Recurrent` gives, with ONNX's own sequence lengths (B,).

    Args:
        g, stack, x, lengths, mask: what is read by what, and where.
        states: (D, B, H), those to begin from, of each layer one or, for an LSTM, two; zeros if not given.
        finals: whether the last states are wanted.
    """
    real, lasts = mask.cast(np.float32).unsqueeze(2), []
    scanned = stack.cell == "min_gru" or (g.int8 and stack.hidden_size >= SMALLEST_SCAN)
    for depth, layer in enumerate(stack.layers):
        first = depth * stack.num_states
        begin = None if states is None else states[first : first + stack.num_states]
        if scanned:
            within = bounded(stack) and depth > 0
            out, last = _scanned(g, stack, layer, x, mask, begin, bounded=within, finals=finals)
        else:
            out, last = _kernel(g, stack, layer, x, lengths, begin)
        lasts += last
        if stack.norms:
            out = layer_norm(g, out, stack.norms[depth])  # type: ignore[arg-type]
        out = out * real
        width = stack.hidden_size * stack.directions
        x = x + out if stack.residual and _inputs_of(layer) == width else out
    return Stacked(x, lasts)


def recurrent_step(
    g: Graph, stack: Recurrent, x: Sequence[Value], states: Sequence[Value], *, within: bool = False
) -> tuple[Value, list[Value]]:
    """One step of a one-layer, one-way stack: x (R, I), in parts, and states (R, H) -> outputs (R, H), next states.

    `within`: x is within [-1, 1].
    """
    (layer,) = stack.layers
    if g.int8:
        new = _integer_step(g, stack, layer, g.coded(x, bounded=within), states)
    else:
        new = _float_step(g, stack, layer, x, states)
    return (layer_norm(g, new[0], stack.norms[0]) if stack.norms else new[0]), new  # type: ignore[arg-type]


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
        parts.append(outputs.sum(1) / lengths.cast(np.float32).unsqueeze(1))
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
    suffixes = SUFFIXES[: stack.directions]
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


def _scanned(
    g: Graph, stack: Recurrent, layer: nn.Module, x: Value, mask: Value, begin: Sequence[Value] | None, *,
    bounded: bool, finals: bool,
) -> tuple[Value, list[Value]]:  # fmt: skip
    """What `_kernel` gives, step by step, by operators of ours.

    For last states to be right each stays as it is on padding. Without them nothing has to be done about that behind
    a row; and where it is read backward, states are zero before its beginning.
    """
    ways, count = SUFFIXES[: stack.directions], stack.num_states
    inputs = [each.transpose(1, 0, 2) for each in _inputs(g, stack, layer, x, bounded=bounded)]  # (S, B, ...)
    real = (mask if finals else mask.cast(np.float32)).transpose(1, 0).unsqueeze(2)
    given = [[*inputs, real] if finals or suffix else inputs for suffix in ways]
    if begin is None:
        states = [_zeros(g, x, stack.hidden_size)] * (count * len(ways))
    else:
        states = [state.cut(0, way, way + 1).squeeze(0) for way in range(len(ways)) for state in begin]

    def step(body: Graph, before: list[Value], here: list[Value]) -> tuple[list[Value], list[Value]]:
        new: list[Value] = []
        parts = iter(here)
        for way, suffix in enumerate(ways):
            old, own = before[way * count : (way + 1) * count], [next(parts) for _ in given[way]]
            found = _after(body, stack, layer, own[: len(inputs)], old, suffix)
            if finals:
                found = [where(body, own[-1], *pair) for pair in zip(found, old, strict=True)]
            elif suffix:
                found = [each * own[-1] for each in found]
            new += found
        return new, new[::count]

    backward = [bool(suffix) for suffix, parts in zip(ways, given, strict=True) for _ in parts]
    backward += [bool(suffix) for suffix in ways]
    lasts, outputs = g.scan(step, states, [each for parts in given for each in parts], backward=backward)
    joined = outputs[0] if len(ways) == 1 else g.op("Concat", *outputs, axis=2)
    ends = [g.op("Concat", *(each.unsqueeze(0) for each in lasts[part::count]), axis=0) for part in range(count)]
    return joined.transpose(1, 0, 2), ends


def _inputs(g: Graph, stack: Recurrent, layer: nn.Module, x: Value, *, bounded: bool) -> list[Value]:
    """What the steps of a scan read of x (B, S, I): its codes; of a minGRU all that does not depend on the states."""
    if stack.cell != "min_gru":
        return [each for each in g.coded([x], bounded=bounded) if each is not None]
    gates = g.linear(x, layer.weight_ih_l0, layer.bias_ih_l0)  # type: ignore[arg-type]
    update, candidate = gates.split(2, stack.hidden_size, stack.hidden_size)
    return [(-update).sigmoid(), g.op("Max", candidate.sigmoid(), candidate + 0.5) * update.sigmoid()]


def _after(
    g: Graph, stack: Recurrent, layer: nn.Module, inputs: Sequence[Value], states: Sequence[Value], suffix: str
) -> list[Value]:
    """The states (B, H) after a step of what `_inputs` gives, from those before it."""
    if stack.cell == "min_gru":
        return [inputs[0] * states[0] + inputs[1]]
    return _integer_step(g, stack, layer, Codes(*inputs), states, suffix)


def _zeros(g: Graph, x: Value, size: int) -> Value:
    """(B, size) of them, one row for each of x."""
    return g.op("Expand", g.constant(0.0), g.op("Concat", x.size(0), g.ints(size), axis=0))


def _rows_of_gates(stack: Recurrent) -> list[slice]:
    """Of the weights of a layer: the gates for which input and state are added up; those of a GRU's candidate apart."""
    size = stack.hidden_size
    return [slice(0, 2 * size), slice(2 * size, 3 * size)] if stack.cell == "gru" else [slice(None)]


def _integer_step(
    g: Graph, stack: Recurrent, layer: nn.Module, x: Codes, states: Sequence[Value], suffix: str = ""
) -> list[Value]:
    """The next states (R, H) from codes of the input (R, I) and the states before, in 8-bit integers."""
    first, *apart = _rows_of_gates(stack)
    h = g.coded(states[:1], bounded=stack.cell in BOUNDED)
    weights = _weights(layer, first, suffix)
    bias = g.weights.made(sum, weights.biases)
    if x.scale is None and h.scale is None:
        sums = g.product(g.side_by_side(x, h), g.weights.made(torch.cat, weights.matrices, dim=1), bias)
    else:
        sums = g.product(x, weights.matrices[0]) + g.product(h, weights.matrices[1], bias)
    rest = [
        g.product(codes, matrix, bias)
        for rows in apart
        for codes, matrix, bias in zip((x, h), *_weights(layer, rows, suffix), strict=True)
    ]
    return _CELLS[stack.cell](sums, *rest, *states, size=stack.hidden_size)


def _float_step(
    g: Graph, stack: Recurrent, layer: nn.Module, x: Sequence[Value], states: Sequence[Value]
) -> list[Value]:  # fmt: skip
    """The next states (R, H) from the input (R, I), in parts, and the states before."""
    first, *apart = _rows_of_gates(stack)
    weights, h = _weights(layer, first), states[0]
    bias = g.weights.made(sum, weights.biases)
    sums = g.linear([*x, h], g.weights.made(torch.cat, weights.matrices, dim=1), bias)
    rest = [
        g.linear(parts, matrix, bias)
        for rows in apart
        for parts, matrix, bias in zip((x, [h]), *_weights(layer, rows), strict=True)
    ]
    return _CELLS[stack.cell](sums, *rest, *states, size=stack.hidden_size)


class _Weights(NamedTuple):
    """Rows of the weights of a layer: for its input and for its state."""

    matrices: list[Tensor]
    biases: list[Tensor]


def _weights(layer: nn.Module, rows: slice, suffix: str = "") -> _Weights:
    return _Weights(
        *([getattr(layer, f"{kind}_{of}_l0{suffix}")[rows] for of in ("ih", "hh")] for kind in ("weight", "bias"))
    )


def _gru(sums: Value, read: Value, own: Value, h: Value, *, size: int) -> list[Value]:
    reset, update = sums.sigmoid().split(-1, size, size)
    candidate = (read + reset * own).tanh()
    return [candidate + update * (h - candidate)]


def _lstm(sums: Value, h: Value, c: Value, *, size: int) -> list[Value]:
    gate_in, forget, candidate, gate_out = sums.split(-1, *[size] * 4)
    c = forget.sigmoid() * c + gate_in.sigmoid() * candidate.tanh()
    return [gate_out.sigmoid() * c.tanh(), c]


def _tanh(sums: Value, h: Value, *, size: int) -> list[Value]:
    return [sums.tanh()]


def _relu(sums: Value, h: Value, *, size: int) -> list[Value]:
    return [sums.relu()]


_CELLS: dict[str, Callable[..., list[Value]]] = {"gru": _gru, "lstm": _lstm, "rnn_tanh": _tanh, "rnn_relu": _relu}


def _inputs_of(layer: nn.Module) -> int:
    weight: Tensor = layer.weight_ih_l0  # type: ignore[assignment]
    return weight.size(1)
