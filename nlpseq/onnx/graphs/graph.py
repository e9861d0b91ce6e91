"""An ONNX graph in the making: operators are calls and signs on its values, weights lie in one file beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nlpseq.onnx.folder import WEIGHTS_FILE

if TYPE_CHECKING:
    from onnx import ModelProto
    from torch import Tensor

# Of the operators, as onnx numbers them; GRU, TopK and the like have not changed since.
OPSET = 18
# What onnxruntime adds to them.
MICROSOFT = "com.microsoft"
# Weights of fewer numbers stay as they are where others become 8-bit integers.
SMALLEST_INT8 = 1024
# Codes of what is multiplied by weights, from 1 to 255 around 128; and those of weights, from -63 to 63, so that two
# products fit 16 bits, where processors without VNNI add them up.
CENTRE, LEVELS, WEIGHT_LEVELS = 128, 127, 63
# Where each weight may begin in the file, so that it can be mapped into memory.
ALIGNMENT = 64


@dataclass
class Weights:
    """The bytes that the graphs of one export share: an array that several of them read is there once."""

    parts: list[bytes] = field(default_factory=list)
    size: int = 0
    _places: dict[Any, tuple[int, int]] = field(default_factory=dict)
    _kept: list[Any] = field(default_factory=list)
    _made: dict[Any, Tensor] = field(default_factory=dict)

    def place(self, key: Any, array: np.ndarray) -> tuple[int, int]:
        """Where the bytes of the array lie, (offset, length); those of one `key` are there once."""
        if key not in self._places:
            data = np.ascontiguousarray(array).tobytes()
            self._places[key] = (self.size, len(data))
            self.parts.append(data + bytes(-len(data) % ALIGNMENT))
            self.size += len(self.parts[-1])
        return self._places[key]

    def has(self, key: Any) -> bool:
        """Whether an array of this key is there."""
        return key in self._places

    def made(self, of: Callable[..., Any], weights: Sequence[Tensor], **others: Any) -> Tensor:
        """What a function makes of weights: one weight, however often it is asked for."""
        key = of, *map(self.key, weights)
        if key not in self._made:
            self._made[key] = of([weight.detach() for weight in weights], **others)
        return self._made[key]

    def key(self, weight: Tensor) -> Any:
        """What names a weight of a network: one that is tied has one name."""
        self._kept.append(weight)  # as long as it is there, nothing else has its address
        return weight.data_ptr(), tuple(weight.shape), tuple(weight.stride())


@dataclass(frozen=True)
class Value:
    """A tensor of the graph, by its name."""

    graph: Graph
    name: str

    def __add__(self, other: Value | float) -> Value:
        return self.graph.op("Add", self, other)

    def __radd__(self, other: float) -> Value:
        return self.graph.op("Add", other, self)

    def __sub__(self, other: Value | float) -> Value:
        return self.graph.op("Sub", self, other)

    def __rsub__(self, other: float) -> Value:
        return self.graph.op("Sub", other, self)

    def __mul__(self, other: Value | float) -> Value:
        return self.graph.op("Mul", self, other)

    def __truediv__(self, other: Value | float) -> Value:
        return self.graph.op("Div", self, other)

    def __matmul__(self, other: Value) -> Value:
        return self.graph.op("MatMul", self, other)

    def __neg__(self) -> Value:
        return self.graph.op("Neg", self)

    def sigmoid(self) -> Value:
        return self.graph.op("Sigmoid", self)

    def tanh(self) -> Value:
        return self.graph.op("Tanh", self)

    def relu(self) -> Value:
        return self.graph.op("Relu", self)

    def exp(self) -> Value:
        return self.graph.op("Exp", self)

    def log(self) -> Value:
        return self.graph.op("Log", self)

    def softmax(self, axis: int = -1) -> Value:
        return self.graph.op("Softmax", self, axis=axis)

    def log_softmax(self, axis: int = -1) -> Value:
        return self.graph.op("LogSoftmax", self, axis=axis)

    def reshape(self, *shape: int) -> Value:
        """-1 is what is left, 0 the size that it has."""
        return self.graph.op("Reshape", self, self.graph.ints(*shape))

    def transpose(self, *order: int) -> Value:
        return self.graph.op("Transpose", self, perm=list(order))

    def unsqueeze(self, axis: int) -> Value:
        return self.graph.op("Unsqueeze", self, self.graph.ints(axis))

    def squeeze(self, axis: int) -> Value:
        return self.graph.op("Squeeze", self, self.graph.ints(axis))

    def cut(self, axis: int, first: int | Value, last: int | Value) -> Value:
        """From `first` to before `last` on an axis."""
        ends = [end if isinstance(end, Value) else self.graph.ints(end) for end in (first, last)]
        return self.graph.op("Slice", self, *ends, self.graph.ints(axis))

    def split(self, axis: int, *sizes: int) -> list[Value]:
        return self.graph.ops("Split", self, self.graph.ints(*sizes), outputs=len(sizes), axis=axis)

    def sum(self, axis: int, *, keepdims: bool = False) -> Value:
        return self.graph.op("ReduceSum", self, self.graph.ints(axis), keepdims=int(keepdims))

    def max(self, axis: int, *, keepdims: bool = False) -> Value:
        return self.graph.op("ReduceMax", self, self.graph.ints(axis), keepdims=int(keepdims))

    def cast(self, kind: type) -> Value:
        from onnx import helper

        return self.graph.op("Cast", self, to=helper.np_dtype_to_tensor_dtype(np.dtype(kind)))

    def size(self, axis: int) -> Value:
        """The size of an axis, (1,) int64."""
        return self.graph.op("Shape", self, start=axis, end=axis + 1)


class Codes(NamedTuple):
    """What is multiplied by weights in 8-bit integers, and the scale (..., 1) of each row, if not within [-1, 1]."""

    codes: Value
    scale: Value | None = None


class Graph:
    """An ONNX graph and its weights.

    Args:
        weights: what it shares with the other graphs of its export.
        int8: store the matrices as 8-bit integers, one scale for each output, and multiply as such (`linear`).
        outer: the graph that this one is a part of, which keeps its weights and constants.
    """

    def __init__(self, weights: Weights, *, int8: bool = False, outer: Graph | None = None) -> None:
        self.weights, self.int8, self.outer = weights, int8, outer
        self._nodes: list[Any] = []
        self._initializers: dict[str, Any] = {}
        self._inputs: list[Any] = []
        self._outputs: list[Any] = []
        self._constants: dict[Any, str] = {}
        self._count = 0

    def input(self, name: str, kind: type, *shape: int | str) -> Value:
        """What is given to the graph; a size that is a word may be any."""
        from onnx import helper

        number = helper.np_dtype_to_tensor_dtype(np.dtype(kind))
        self._inputs.append(helper.make_tensor_value_info(name, number, list(shape)))
        return Value(self, name)

    def output(self, name: str, value: Value, kind: type, rank: int) -> None:
        """What the graph gives."""
        from onnx import helper

        self._nodes.append(helper.make_node("Identity", [value.name], [name]))
        number = helper.np_dtype_to_tensor_dtype(np.dtype(kind))
        self._outputs.append(helper.make_tensor_value_info(name, number, [f"{name}_{axis}" for axis in range(rank)]))

    def op(self, kind: str, *inputs: Value | float | None, **attributes: Any) -> Value:
        """An operator with one output; a number among the inputs is a constant, float32."""
        return self.ops(kind, *inputs, outputs=1, **attributes)[0]

    def ops(self, kind: str, *inputs: Value | float | None, outputs: int, **attributes: Any) -> list[Value]:
        """An operator with several outputs."""
        from onnx import helper

        names = ["" if each is None else self._value(each).name for each in inputs]
        found = [self._new(kind.lower()) for _ in range(outputs)]
        # Nodes without names get one name where ONNX Runtime before 1.23 fuses them, and the graph is refused.
        name = found[0].name
        self._nodes.append(helper.make_node(kind, names, [value.name for value in found], name, **attributes))
        return found

    def constant(self, array: ArrayLike, kind: type = np.float32) -> Value:
        """A small array that stands in the graph itself."""
        from onnx import numpy_helper

        found: np.ndarray = np.asarray(array, dtype=kind)
        key, top = (found.dtype, found.shape, found.tobytes()), self._top
        if key not in top._constants:
            name = top._constants[key] = top._new("constant").name
            top._initializers[name] = numpy_helper.from_array(found, name)
        return Value(self, top._constants[key])

    def ints(self, *numbers: int) -> Value:
        """Whole numbers, (N,) int64, such as a shape."""
        return self.constant(numbers, np.int64)

    def weight(self, weight: Tensor) -> Value:
        """A weight of the network in full precision."""
        key = self.weights.key(weight)
        return self._stored(key, weight.detach().cpu().float().numpy())

    def array(self, array: np.ndarray, key: Any) -> Value:
        """Numbers that were worked out of weights; those of one `key` are there once."""
        return self._stored(key, array)

    def matrix(self, weight: Tensor) -> Value:
        """A weight (..., N, K) as float32: stored as 8-bit integers and scales where the graph is of such."""
        if not self._is_int8(weight):
            return self.weight(weight)
        codes, scales = self._rounded(weight)
        return codes.cast(np.float32) * scales.unsqueeze(-1)

    def linear(
        self, x: Value | Sequence[Value], weight: Tensor, bias: Tensor | None = None, *, bounded: bool = False,
        width: int = 0,
    ) -> Value:  # fmt: skip
        """x (..., K), or its parts side by side, times the transposed weight (N, K), plus the bias (N,).

        Args:
            x: rounded as `coded` does where the graph is of 8-bit integers.
            weight, bias: of the layer.
            bounded: x is within [-1, 1].
            width: of what it gives, with -inf behind the N products.
        """
        parts, more = [x] if isinstance(x, Value) else list(x), max(0, width - len(weight))
        if self._is_int8(weight):
            return self.product(self.coded(parts, bounded=bounded), weight, bias, more=more)
        found = self._joined(parts) @ self._wider(self.weight(weight).transpose(1, 0), more)
        return found if bias is None else found + self._bias(bias, more)

    def coded(self, parts: Sequence[Value], *, bounded: bool) -> Codes:
        """x (..., K), of parts side by side, as 8-bit integers.

        Each row is rounded by a scale of its own, so that what a text gets does not depend on the others in its batch;
        or all by one where x is `bounded`, within [-1, 1].
        """
        if bounded:
            return Codes(self._joined([self._rounded_to_codes(part) for part in parts]))
        x = self._joined(parts)
        largest = self.op("ReduceMax", self.op("Abs", x), self.ints(-1), keepdims=1)
        scale = self.op("Max", largest, self.constant(1e-12))
        return Codes(self._rounded_to_codes(x / scale), scale)

    def product(self, x: Codes, weight: Tensor, bias: Tensor | None = None, *, more: int = 0) -> Value:
        """Codes of x (..., K) times the transposed weight (N, K), and `more` columns of -inf, in 8-bit integers."""
        codes, scales = self._rounded(weight, columns=True)
        scales = self.op("Pad", scales, self.ints(0, more)) if more else scales
        added = None if bias is None else self._bias(bias, more)
        found = self.op(
            "MatMulIntegerToFloat", x.codes, self._wider(codes, more), self.constant(1 / LEVELS), scales,
            self.constant(CENTRE, np.uint8), None, None if x.scale else added, domain=MICROSOFT,
        )  # fmt: skip
        if x.scale is None:
            return found
        return found * x.scale if added is None else found * x.scale + added

    def side_by_side(self, one: Codes, other: Codes) -> Codes:
        """The codes of two that are bounded."""
        return Codes(self._joined([one.codes, other.codes]))

    def scan(
        self,
        step: Callable[[Graph, list[Value], list[Value]], tuple[list[Value], list[Value]]],
        states: Sequence[Value],
        sequences: Sequence[Value],
        *,
        backward: Sequence[bool] = (),
    ) -> tuple[list[Value], list[Value]]:
        """The last states, and the sequences (T, ...) of all outputs, of a step that is done for each of T.

        `step` gives of states and the parts (...) of sequences the next states and the outputs, in a graph that it is
        given; it may use values of this one. Where `backward` says so of a sequence or, behind all of these, of an
        output, that begins with its end.
        """
        from onnx import helper

        body = Graph(self.weights, int8=self.int8, outer=self)
        given = [self._top._new("given") for _ in (*states, *sequences)]
        values = [Value(body, value.name) for value in given]
        new, here = step(body, values[: len(states)], values[len(states) :])
        results = [*new, *(body.op("Identity", value) for value in here)]  # one may be both
        begins, ends = (
            [helper.make_empty_tensor_value_info(value.name) for value in part] for part in (given, results)
        )
        attributes: dict[str, Any] = {"num_scan_inputs": len(sequences)}
        if backward:
            directions = [int(each) for each in backward]
            attributes["scan_input_directions"] = directions[: len(sequences)]
            attributes["scan_output_directions"] = directions[len(sequences) :]
        outputs = self.ops(
            "Scan", *states, *sequences, outputs=len(results),
            body=helper.make_graph(body._nodes, "step", begins, ends), **attributes,
        )  # fmt: skip
        return outputs[: len(states)], outputs[len(states) :]

    def embedding(self, ids: Value, weight: Tensor, *, scale: float = 1.0) -> Value:
        """The rows (..., E) of the weight (V, E) for ids (...), times the scale."""
        if self._is_int8(weight):
            codes, scales = self._rounded(weight)
            steps = self.op("Gather", scales, ids, axis=0).unsqueeze(-1)
            return self.op("Gather", codes, ids, axis=0).cast(np.float32) * steps * scale
        return self.op("Gather", self.weight(weight), ids, axis=0) * scale

    def model(self, name: str) -> ModelProto:
        """The finished graph."""
        from onnx import helper

        graph = helper.make_graph(
            self._nodes, name, self._inputs, self._outputs, initializer=list(self._initializers.values())
        )
        # The oldest format that holds these operators, for runtimes of any age.
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets[: 1 + self.int8], ir_version=9)
        model.producer_name = "nlpseq"
        return model

    def _is_int8(self, weight: Tensor) -> bool:
        return self.int8 and weight.numel() >= SMALLEST_INT8

    def _rounded(self, weight: Tensor, *, columns: bool = False) -> tuple[Value, Value]:
        """A weight (..., N, K) as integers from -63 to 63, or its `columns` (K, N); and the scale (..., N) of each row.

        What is embedded too is there once, in rows.
        """
        key, found = self.weights.key(weight), weight.detach().cpu().float().numpy()
        scales = np.maximum(np.abs(found).max(axis=-1), 1e-12) / WEIGHT_LEVELS
        codes = np.rint(found / scales[..., None]).astype(np.int8)
        if columns and not self.weights.has((key, "int8")):
            placed = self._stored((key, "int8 columns"), codes.T)
        else:
            placed = self._stored((key, "int8"), codes)
            placed = placed.transpose(1, 0) if columns else placed
        return placed, self._stored((key, "scales"), scales.astype(np.float32))

    def _rounded_to_codes(self, x: Value) -> Value:
        return self.op("QuantizeLinear", x, self.constant(1 / LEVELS), self.constant(CENTRE, np.uint8))

    def _bias(self, bias: Tensor, more: int) -> Value:
        found = self.weight(bias)
        return self.op("Pad", found, self.ints(0, more), self.constant(-np.inf)) if more else found

    def _joined(self, parts: Sequence[Value]) -> Value:
        return parts[0] if len(parts) == 1 else self.op("Concat", *parts, axis=-1)

    def _wider(self, columns: Value, more: int) -> Value:
        """A matrix with `more` columns of zeros."""
        return self.op("Pad", columns, self.ints(0, 0, 0, more)) if more else columns

    def _stored(self, key: Any, array: np.ndarray) -> Value:
        from onnx import TensorProto, helper

        offset, length = self.weights.place(key, array)
        name, top = f"weight_{offset}", self._top
        if name not in top._initializers:
            tensor = TensorProto(
                name=name, dims=array.shape, data_type=helper.np_dtype_to_tensor_dtype(array.dtype),
                data_location=TensorProto.EXTERNAL,
            )  # fmt: skip
            for place in {"location": WEIGHTS_FILE, "offset": str(offset), "length": str(length)}.items():
                tensor.external_data.add(key=place[0], value=place[1])
            top._initializers[name] = tensor
        return Value(self, name)

    @property
    def _top(self) -> Graph:
        """The graph that is a part of no other: names are unique in all of it."""
        return self if self.outer is None else self.outer._top

    def _new(self, kind: str) -> Value:
        top = self._top
        top._count += 1
        return Value(self, f"{kind}_{top._count}")

    def _value(self, given: Value | float | Sequence[float]) -> Value:
        return given if isinstance(given, Value) else self.constant(given)
