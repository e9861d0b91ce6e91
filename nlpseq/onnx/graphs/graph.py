"""An ONNX graph in the making: operators are calls and signs on its values, weights lie in one file beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

if TYPE_CHECKING:
    from onnx import ModelProto
    from torch import Tensor

# Of the operators, as onnx numbers them; GRU, TopK and the like have not changed since.
OPSET = 18
# Weights of fewer numbers stay as they are where others become 8-bit integers.
SMALLEST_INT8 = 1024
WEIGHTS_FILE = "weights.bin"
# What stands for 0 among the integers. Without a sign they are multiplied exactly on every processor; signed ones may
# run over on those without VNNI.
MIDDLE = 128.0
# Where each weight may begin in the file, so that it can be mapped into memory.
ALIGNMENT = 64


@dataclass
class Weights:
    """The bytes that the graphs of one export share: an array that several of them read is there once."""

    parts: list[bytes] = field(default_factory=list)
    size: int = 0
    _places: dict[Any, tuple[int, int]] = field(default_factory=dict)
    _kept: list[Any] = field(default_factory=list)

    def place(self, key: Any, array: np.ndarray) -> tuple[int, int]:
        """Where the bytes of the array lie, (offset, length); those of one `key` are there once."""
        if key not in self._places:
            data = np.ascontiguousarray(array).tobytes()
            self._places[key] = (self.size, len(data))
            self.parts.append(data + bytes(-len(data) % ALIGNMENT))
            self.size += len(self.parts[-1])
        return self._places[key]

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


class Graph:
    """An ONNX graph and its weights.

    Args:
        weights: what it shares with the other graphs of its export.
        int8: store the matrices as 8-bit integers, one scale for each output, and multiply as such (`linear`).
    """

    def __init__(self, weights: Weights, *, int8: bool = False) -> None:
        self.weights, self.int8 = weights, int8
        self._nodes: list[Any] = []
        self._initializers: dict[str, Any] = {}
        self._inputs: list[Any] = []
        self._outputs: list[Any] = []
        self._constants: dict[Any, Value] = {}
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
        self._nodes.append(helper.make_node(kind, names, [value.name for value in found], **attributes))
        return found

    def constant(self, array: ArrayLike, kind: type = np.float32) -> Value:
        """A small array that stands in the graph itself."""
        from onnx import numpy_helper

        found: np.ndarray = np.asarray(array, dtype=kind)
        key = found.dtype, found.shape, found.tobytes()
        if key not in self._constants:
            self._constants[key] = value = self._new("constant")
            self._initializers[value.name] = numpy_helper.from_array(found, value.name)
        return self._constants[key]

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
        rounded, scales = self._rounded(weight)
        return (rounded.cast(np.float32) - MIDDLE) * scales.unsqueeze(-1)

    def linear(self, x: Value, weight: Tensor, bias: Tensor | None = None) -> Value:
        """x (..., K) times the transposed weight (N, K), plus the bias (N,).

        Of 8-bit integers, each row of x is rounded by a scale of its own, so that what a text gets does not depend on
        the others in its batch.
        """
        if self._is_int8(weight):
            rounded, scales = self._rounded(weight)
            largest = self.op("ReduceMax", self.op("Abs", x), self.ints(-1), keepdims=1)
            scale = self.op("Max", largest / 127.0, self.constant(1e-12))
            numbers = (self.op("Round", x / scale) + MIDDLE).cast(np.uint8)
            middle = self.constant(MIDDLE, np.uint8)
            product = self.op("MatMulInteger", numbers, rounded.transpose(1, 0), middle, middle).cast(np.float32)
            found = product * scale * scales
        else:
            found = x @ self.weight(weight).transpose(1, 0)
        return found if bias is None else found + self.weight(bias)

    def embedding(self, ids: Value, weight: Tensor, *, scale: float = 1.0) -> Value:
        """The rows (..., E) of the weight (V, E) for ids (...), times the scale."""
        if self._is_int8(weight):
            rounded, scales = self._rounded(weight)
            steps = self.op("Gather", scales, ids, axis=0).unsqueeze(-1)
            return (self.op("Gather", rounded, ids, axis=0).cast(np.float32) - MIDDLE) * steps * scale
        return self.op("Gather", self.weight(weight), ids, axis=0) * scale

    def model(self, name: str) -> ModelProto:
        """The finished graph."""
        from onnx import helper

        graph = helper.make_graph(
            self._nodes, name, self._inputs, self._outputs, initializer=list(self._initializers.values())
        )
        # The oldest format that holds these operators, for runtimes of any age.
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)
        model.producer_name = "nlpseq"
        return model

    def _is_int8(self, weight: Tensor) -> bool:
        return self.int8 and weight.numel() >= SMALLEST_INT8

    def _rounded(self, weight: Tensor) -> tuple[Value, Value]:
        """A weight (..., N, K) as integers from 0 to 255, and the scale (..., N) of each row."""
        key, found = self.weights.key(weight), weight.detach().cpu().float().numpy()
        scales = np.maximum(np.abs(found).max(axis=-1), 1e-12) / 127
        rounded = (np.rint(found / scales[..., None]) + MIDDLE).astype(np.uint8)
        return self._stored((key, "int8"), rounded), self._stored((key, "scales"), scales.astype(np.float32))

    def _stored(self, key: Any, array: np.ndarray) -> Value:
        from onnx import TensorProto, helper

        offset, length = self.weights.place(key, array)
        name = f"weight_{offset}"
        if name not in self._initializers:
            tensor = TensorProto(
                name=name, dims=array.shape, data_type=helper.np_dtype_to_tensor_dtype(array.dtype),
                data_location=TensorProto.EXTERNAL,
            )  # fmt: skip
            for place in {"location": WEIGHTS_FILE, "offset": str(offset), "length": str(length)}.items():
                tensor.external_data.add(key=place[0], value=place[1])
            self._initializers[name] = tensor
        return Value(self, name)

    def _new(self, kind: str) -> Value:
        self._count += 1
        return Value(self, f"{kind}_{self._count}")

    def _value(self, given: Value | float | Sequence[float]) -> Value:
        return given if isinstance(given, Value) else self.constant(given)
