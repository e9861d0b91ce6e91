"""A network's weights as a file: safetensors, each tied weight once."""

from __future__ import annotations

from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor, nn

from nlpseq.errors import UserError
from nlpseq.files import atomic_path

MODEL_FILE = "model.safetensors"


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


def load_weights(model: nn.Module, path: Path) -> None:
    """Fill `model` with the weights that `save_weights` wrote.

    Raises:
        UserError: there is no such file, or it is damaged or of another model.
    """
    if not path.is_file():
        raise UserError(f"{path}: not there yet; the training of this run has not reached its first validation")
    try:
        loaded = load_file(path)
        if differing := loaded.keys() ^ own_weights(model).keys():
            raise KeyError(f"weights {sorted(differing)}")
        model.load_state_dict(loaded, strict=False)
    except (SafetensorError, OSError, RuntimeError, KeyError) as error:
        raise UserError(f"{path}: damaged, or of another model than the settings say; train it again") from error
