"""The option `--device`, which every command that runs a model has."""

from __future__ import annotations

import argparse
import os
from typing import get_args

from nlpseq.config.choices import Device
from nlpseq.errors import UserError

# oneDNN keeps what it has prepared for 1,024 shapes by default, and batches of texts have ever new ones: as many as
# this make memory flat early, and nothing slower.
SHAPES_KEPT = "64"


def add_device(command: argparse.ArgumentParser) -> None:
    """Give the command the option."""
    command.add_argument("--device", choices=get_args(Device), default="auto", help="where the model runs")


def chosen_device(options: argparse.Namespace) -> str:
    """ "cpu" or "cuda", as asked for or found.

    Raises:
        UserError: cuda is asked for and there is none.
    """
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", SHAPES_KEPT)  # before torch comes
    import torch

    if options.device == "cuda" and not torch.cuda.is_available():
        raise UserError("--device cuda: torch finds no CUDA device; leave it out to use the CPU")
    if options.device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return str(options.device)
