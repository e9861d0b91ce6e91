"""Where a model runs: a device by its name, if this machine has it."""

from __future__ import annotations

import torch

from nlpseq.counting import counted
from nlpseq.errors import UserError


def device_named(name: str, setting: str) -> str:
    """The device of this name; of `auto` cuda where there is one, else cpu.

    Args:
        name: auto, cpu, cuda, cuda:N or mps.
        setting: what names it, for errors.

    Raises:
        UserError: this machine has none such.

    >>> device_named("cpu", "train.device")
    'cpu'
    """
    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    kind, _, number = name.partition(":")
    if kind == "mps" and not torch.backends.mps.is_available():
        raise UserError(f"{setting} is mps, but torch finds no Apple GPU; set it to cpu or auto")
    if kind == "cuda" and not torch.cuda.is_available():
        raise UserError(f"{setting} is {name}, but torch finds no CUDA device; set it to cpu or auto")
    if number and int(number) >= (there := torch.cuda.device_count()):
        found = counted(there, "CUDA device")
        raise UserError(f"{setting} is {name}, but torch finds {found}, the first being cuda:0; set it to cuda or auto")
    return name
