"""The option `--device`, which every command that runs a model has."""

from __future__ import annotations

import argparse
import os

from nlpseq.config.checks import named_device
from nlpseq.config.choices import DEVICES

# oneDNN keeps what it has prepared for 1,024 shapes by default, and batches of texts have ever new ones: as many as
# this make memory flat early, and nothing slower.
SHAPES_KEPT = "64"


def add_device(command: argparse.ArgumentParser) -> None:
    """Give the command the option."""
    command.add_argument("--device", default="auto", metavar="DEVICE", help=f"where the model runs: {DEVICES}")


def chosen_device(options: argparse.Namespace) -> str:
    """The name of the device, as asked for or found.

    Raises:
        UserError: there is no such device.
    """
    named_device("--device", options.device)
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", SHAPES_KEPT)  # before torch comes
    from nlpseq.models.device import device_named

    return device_named(options.device, "--device")


def is_elsewhere(options: argparse.Namespace) -> bool:
    """Whether a device is asked for that is not the CPU."""
    named_device("--device", options.device)
    return options.device not in ("auto", "cpu")
