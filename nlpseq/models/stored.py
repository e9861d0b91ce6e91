"""What a file of weights says of itself, read without torch and without the weights."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import NamedTuple

from nlpseq.errors import UserError
from nlpseq.files import file_sha256

# Of the names and shapes before the weights; a network of ten layers has some 5 kB.
MAX_HEADER_BYTES = 1 << 18


class Stored(NamedTuple):
    """What the header of a file says of one tensor."""

    shape: tuple[int, ...]
    type: str


def stored_weights(path: Path) -> dict[str, Stored]:
    """The shape and the type of each tensor in a file of safetensors, by name; the tensors themselves are not read.

    Raises:
        UserError: there is no such file, it cannot be read, or it is damaged.
    """
    from safetensors import SafetensorError, safe_open

    try:
        if not path.is_file():  # nor is a pipe or a device one
            raise UserError(f"{path}: not there yet; the training of this run has not reached its first validation")
        with path.open("rb") as file:
            head = file.read(8)
        if len(head) < 8 or struct.unpack("<Q", head)[0] > MAX_HEADER_BYTES:
            raise damaged_weights(path, "no header of safetensors")
        with safe_open(path, "np") as tensors:
            slices = {name: tensors.get_slice(name) for name in tensors.keys()}  # noqa: SIM118  # no mapping
            return {name: Stored(tuple(one.get_shape()), one.get_dtype()) for name, one in slices.items()}
    except PermissionError as error:
        raise UserError(f"{path}: no permission to read it; change its rights, as with chmod") from error
    except (SafetensorError, OSError) as error:
        raise damaged_weights(path, error) from error


def check_sha256(path: Path, sha256: str | None) -> None:
    """Raise UserError if a file has another SHA-256, where one is known."""
    if sha256 is not None and file_sha256(path) != sha256:
        raise UserError(f"{path}: not as it was saved with this config.json; train it again, or fetch all files anew")


def damaged_weights(path: Path, error: Exception | str) -> UserError:
    """What to say of a file that cannot be the weights of its model."""
    reason = str(error).partition("\n")[0][:150]
    return UserError(f"{path}: damaged, or of another model than the settings say ({reason}); train it again")
