"""The model that a command runs: that of a run, or an export, which needs no torch."""

from __future__ import annotations

import argparse
from typing import Any

from nlpseq.cli.device import chosen_device, is_elsewhere
from nlpseq.errors import UserError


def loaded(options: argparse.Namespace, task: str) -> Any:
    """The model in `options.run`, which is for `task`, on the device asked for.

    Raises:
        UserError: there is none, or it is of another task; or a device is asked for, and it is not there or not used.
    """
    from nlpseq.onnx.folder import is_export, load_export  # numpy

    if is_export(options.run):
        if is_elsewhere(options):
            raise UserError(f"--device {options.device}: exports run on the CPU; leave it out, or use the run itself")
        if getattr(options, "precision", None):
            raise UserError("--precision: an export has the one it was made in; make another with nlpseq export")
        return load_export(options.run, task=task)
    from nlpseq.tasks import task_named

    return task_named(task).load(options.run, device=chosen_device(options))
