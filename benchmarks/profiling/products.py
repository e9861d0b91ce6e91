"""The matrix products of a computation: how many operations, of which shapes."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

aten = torch.ops.aten


class Product(NamedTuple):
    """(rows, inner) times (inner, columns), `batch` of them at once."""

    dtype: torch.dtype
    batch: int
    rows: int
    inner: int
    columns: int

    @property
    def operations(self) -> int:
        """Multiplications and additions."""
        return 2 * self.batch * self.rows * self.inner * self.columns


class Products(TorchDispatchMode):
    """Counts, in its block, the products that torch's operators are made of.

    >>> with Products() as products:
    ...     _ = torch.zeros(2, 3) @ torch.zeros(3, 4)
    >>> products.operations, len(products.counts)
    (48, 1)
    """

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[Product] = Counter()

    @property
    def operations(self) -> int:
        """Multiplications and additions of all products."""
        return sum(product.operations * count for product, count in self.counts.items())

    def __torch_dispatch__(self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if (made_of := _MADE_OF.get(func._overloadpacket)) is not None:
            self.counts.update(made_of(*args))
        return result


def _product(left: Tensor, right: Tensor, times: int = 1) -> Iterator[Product]:
    """Of (..., M, K) and (K, N) or (..., K, N)."""
    batch = math.prod(left.shape[:-2])
    for _ in range(times):
        yield Product(left.dtype, batch, left.size(-2), left.size(-1), right.size(-1))


def _linear(x: Tensor, weight: Tensor, *_: Any) -> Iterator[Product]:
    yield Product(x.dtype, 1, x.numel() // x.size(-1), x.size(-1), weight.size(0))


def _rnn_layer(x: Tensor, w_ih: Tensor, w_hh: Tensor, *_: Any) -> Iterator[Product]:
    """oneDNN's LSTM: x (T, B, I); the inputs of all steps, then a product a step."""
    steps, batch, width = x.shape
    gates, hidden = w_hh.shape
    yield Product(x.dtype, 1, steps * batch, width, gates)
    yield from [Product(x.dtype, 1, batch, hidden, gates)] * steps


def _rnn_layer_backward(x: Tensor, w_ih: Tensor, w_hh: Tensor, *_: Any) -> Iterator[Product]:
    steps, batch, width = x.shape
    gates, hidden = w_hh.shape
    yield Product(x.dtype, 1, steps * batch, gates, width)
    yield from [Product(x.dtype, 1, batch, gates, hidden)] * steps
    yield Product(x.dtype, 1, gates, steps * batch, width)
    yield Product(x.dtype, 1, gates, steps * batch, hidden)


def _convolution(x: Tensor, weight: Tensor, *_: Any) -> Iterator[Product]:
    positions = math.prod(x.shape[2:])
    yield Product(x.dtype, x.size(0), positions, math.prod(weight.shape[1:]), weight.size(0))


def _convolution_backward(grad: Tensor, x: Tensor, weight: Tensor, *_: Any) -> Iterator[Product]:
    positions, features = math.prod(x.shape[2:]), math.prod(weight.shape[1:])
    yield Product(x.dtype, x.size(0), positions, weight.size(0), features)
    yield Product(x.dtype, x.size(0), features, positions, weight.size(0))


_MADE_OF: dict[Any, Callable[..., Iterator[Product]]] = {
    aten.mm: _product,
    aten.bmm: _product,
    **{name: lambda _, left, right, *rest: _product(left, right) for name in (aten.addmm, aten.addmm_)},
    **{name: lambda _, left, right, *rest: _product(left, right) for name in (aten.baddbmm, aten.baddbmm_)},
    aten._int_mm: _product,
    aten.linear: _linear,
    aten.mkldnn_rnn_layer: _rnn_layer,
    aten.mkldnn_rnn_layer_backward: _rnn_layer_backward,
    aten.convolution: _convolution,
    aten.convolution_backward: _convolution_backward,
}


def peak_flops(dtype: torch.dtype) -> float:
    """Operations a second of the best of twenty 2048 x 2048 products."""
    left, right = (torch.randn(2048, 2048).to(dtype) for _ in range(2))
    best = math.inf
    for _ in range(20):
        start = time.perf_counter()
        left @ right
        best = min(best, time.perf_counter() - start)
    return 2 * 2048**3 / best
