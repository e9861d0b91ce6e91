"""A hostile processor: matrix products and softmaxes whose last bit hangs on the shapes of their operands.

Real libraries choose their kernels, and with them the order of their sums, by shape, processor and number of threads.
Where one of them happens to agree to the bit over batches of two shapes, another does not: a test that compares such
numbers exactly is green on the machine of its author only. Under `python -m pytest -p tests.rounding` each element is
moved by up to one unit in its last place, in a way that only the shapes and the element's place decide; equal calls
stay equal, and so do numbers of few digits, such as 1.5, which every order of sums gives. `--rounding-seed N` is
another such processor. `make test-matrix` runs the suite so. It reaches the main thread of the process of the tests
only: `NOT_HERE` are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.autograd.graph import increment_version
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

NAMES = (
    "mm", "addmm", "bmm", "baddbmm", "mv", "addmv", "dot", "_softmax", "_log_softmax", "logsumexp",
    "mkldnn_rnn_layer", "native_layer_norm", "sum",
)  # fmt: skip
# Tests that ask for what this processor cannot have, though all real ones do.
NOT_HERE = {
    "test_a_killed_process_goes_on_to_the_same_end": "its child processes have another processor",
    "test_both_searches_find_the_same": "near ties of sums fall this way or the other",
}
# Significant digits of a number that is as exact as it looks: those that may be used, and all, by the width in bits.
DIGITS = {32: (16, 24, torch.int32), 64: (29, 53, torch.int64), 16: (4, 8, torch.int16)}
KERNELS = {getattr(torch.ops.aten, name) for name in NAMES}


class RoundedByShape(TorchDispatchMode):
    """While it is entered, what `KERNELS` give differs in its last bit from shape to shape."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.seed = seed

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        if func.__name__.startswith("_foreach") and func.overloadpacket.__name__.endswith("_"):
            increment_version(args[0])  # torch itself does not in this mode
        if func.overloadpacket not in KERNELS or "out" in func._overloadname:
            return result
        shapes = [tuple(leaf.shape) for leaf in tree_leaves(args) if isinstance(leaf, Tensor)]
        return tree_map(lambda each: moved(each, hash((self.seed, *shapes)) % 997), result)


def moved(numbers: Any, key: int) -> Any:
    """`numbers`, each times 1 - eps, 1 or 1 + eps: by `key` and its place. Zeros, infinities and NaN stay."""
    if not (isinstance(numbers, Tensor) and numbers.is_floating_point() and numbers.layout == torch.strided):
        return numbers
    places = torch.arange(numbers.numel(), device=numbers.device).view(numbers.shape)
    few, all_digits, whole = DIGITS[torch.finfo(numbers.dtype).bits]
    exact = numbers.contiguous().view(whole) & ((1 << all_digits - few) - 1) == 0
    steps = ((places * 7 + key) // 3 % 3 - 1).masked_fill(exact, 0).to(numbers.dtype)
    return numbers * (1 + torch.finfo(numbers.dtype).eps * steps)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rounding-seed", type=int, default=0, help="which hostile processor (0)")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    if why := NOT_HERE.get(getattr(item, "originalname", item.name)):
        item.add_marker(pytest.mark.skip(reason=why))
    with RoundedByShape(item.config.getoption("rounding_seed")):
        return (yield)
