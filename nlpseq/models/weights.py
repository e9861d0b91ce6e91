"""A network's weights as a file: safetensors, each tied weight once, and nothing but what the network has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from nlpseq.errors import UserError
from nlpseq.files import atomic_path
from nlpseq.models.stored import Stored, check_sha256, damaged_weights, stored_weights

Network = TypeVar("Network", bound=nn.Module)

# As safetensors writes the types that networks are made of.
_TYPES = {torch.float32: "F32", torch.float64: "F64", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64"}


def own_weights(model: nn.Module) -> dict[str, Tensor]:
    """The model's weights and persistent buffers by name, each tied one once, contiguous, as safetensors wants them.

    >>> layer = nn.Linear(2, 2); pair = nn.Sequential(layer, layer)
    >>> sorted(own_weights(pair))
    ['0.bias', '0.weight']
    """
    lasting = model.state_dict().keys()
    buffers = {name: buffer for name, buffer in model.named_buffers() if name in lasting}
    # `named_parameters` names a tied weight once, `state_dict` each time.
    return {name: weight.detach().contiguous() for name, weight in (dict(model.named_parameters()) | buffers).items()}


def save_weights(weights: dict[str, Tensor], path: Path) -> None:
    """Write what `own_weights` gave."""
    with atomic_path(path) as beside:
        beside.write_bytes(save(weights))  # save_file has an error of its own for a full disk


def load_weights(model: nn.Module, path: Path, *, sha256: str | None = None) -> None:
    """Fill `model` with the weights that `save_weights` wrote.

    Args:
        model: of the same names, shapes and types.
        path: the file.
        sha256: of the file, in hexadecimal, if it is known.

    Raises:
        UserError: there is no such file, it cannot be read, is damaged or of another model, or holds NaN or infinity.
    """
    _compare(own_weights(model), stored_weights(path), path)
    check_sha256(path, sha256)
    try:
        loaded = load_file(path)
    except (SafetensorError, OSError) as error:
        raise damaged_weights(path, error) from error
    check_finite(loaded, path)
    model.load_state_dict(loaded, strict=False)  # of tied weights one name is there


def load_start(
    model: nn.Module,
    path: Path,
    *,
    rows: Mapping[str, Mapping[int, int]] | None = None,
    sha256: str | None = None,
) -> None:
    """Fill `model` with the weights of another one of its kind, to be trained on from there.

    Args:
        model: of the same names and shapes, but for those in `rows`.
        path: what `save_weights` wrote.
        rows: name -> rows that are taken over, each from which of the file's; its other rows stay as they are.
        sha256: of the file, if it is known.

    Raises:
        UserError: as `load_weights`.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "model.safetensors"
    >>> save_weights({"weight": torch.tensor([[1.0], [2.0]]), "bias": torch.tensor([3.0, 4.0])}, path)
    >>> layer = nn.Linear(1, 3)
    >>> load_start(layer, path, rows={"weight": {0: 1}, "bias": {0: 1, 2: 0}})
    >>> layer.weight[0].item(), layer.bias[0].item(), layer.bias[2].item()
    (2.0, 4.0, 3.0)
    """
    rows = rows or {}
    own, stored = own_weights(model), stored_weights(path)
    _compare(
        {name: weight for name, weight in own.items() if name not in rows},
        {name: found for name, found in stored.items() if name not in rows},
        path,
    )
    check_sha256(path, sha256)
    try:
        loaded = load_file(path)
    except (SafetensorError, OSError) as error:
        raise damaged_weights(path, error) from error
    check_finite(loaded, path)
    for name, taken in rows.items():
        weight = own[name].clone()
        if taken:
            weight[list(taken)] = loaded[name][list(taken.values())]
        loaded[name] = weight
    model.load_state_dict(loaded, strict=False)  # of tied weights one name is there


def load_network(build: Callable[[], Network], path: Path, *, layers: int, sha256: str | None = None) -> Network:
    """The network that `build` makes, with the weights of a file that anybody may have made.

    Before any memory is taken, the header of the file is compared with what the network would be.

    Args:
        build: makes the network, each time the same.
        path: what `save_weights` wrote.
        layers: how many the network has at least, each with a weight of its own.
        sha256: of the file, if it is known.

    Raises:
        UserError: as `load_weights`.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "model.safetensors"
    >>> save_weights(own_weights(nn.Linear(2, 3)), path)
    >>> load_network(lambda: nn.Linear(2, 3), path, layers=1)
    Linear(in_features=2, out_features=3, bias=True)
    >>> load_network(lambda: nn.Linear(10**9, 10**9), path, layers=1)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    nlpseq.errors.UserError: .../model.safetensors: damaged, or of another model than the settings say (bias has ...
    """
    stored = stored_weights(path)
    if layers > len(stored):
        raise damaged_weights(path, f"{layers:,} layers and {len(stored):,} weights")
    try:
        with torch.device("meta"), _Shapes():
            shell = build()
    except (RuntimeError, OverflowError, TypeError) as error:  # of sizes beyond all memory
        raise damaged_weights(path, error) from error
    _compare(own_weights(shell), stored, path)
    network = build()
    load_weights(network, path, sha256=sha256)
    return network


def check_finite(tensors: dict[str, Tensor], path: Path) -> None:
    """Raise UserError if any number of the tensors of a file is NaN or infinite."""
    for name, tensor in tensors.items():
        if tensor.is_floating_point() and not tensor.isfinite().all():
            raise UserError(f"{path}: {name} holds NaN or infinity; train it again with a lower train.lr")


class _Shapes(TorchFunctionMode):
    """What is made on the meta device in this block has a shape and no values: nothing is filled or written.

    Torch itself would do that too, but it imports its compiler for it, for two seconds.
    """

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        name, given = getattr(func, "__name__", ""), kwargs or {}
        if name.endswith("_") and not name.startswith("_"):
            return args[0] if args else given["tensor"]
        if name == "arange":
            return torch.empty(len(range(*args)))
        return func(*args, **given)


def _compare(weights: dict[str, Tensor], stored: dict[str, Stored], path: Path) -> None:
    """Raise UserError unless the file has the names, shapes and types of the network, and no others."""
    for name in sorted(weights.keys() | stored.keys()):
        if name not in weights or name not in stored:
            raise damaged_weights(path, f"{name} is {'not in the file' if name in weights else 'none of its weights'}")
        wanted = Stored(tuple(weights[name].shape), _TYPES.get(weights[name].dtype, str(weights[name].dtype)))
        if stored[name] != wanted:
            raise damaged_weights(path, f"{name} has {_shown(stored[name])} and should have {_shown(wanted)}")


def _shown(stored: Stored) -> str:
    return f"shape {list(stored.shape)} of {stored.type}"
