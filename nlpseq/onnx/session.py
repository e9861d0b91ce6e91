"""A graph that can be run: arrays in by name, arrays out by name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nlpseq.errors import UserError
from nlpseq.program import install


class Session:
    """A graph in onnxruntime, on the CPU.

    Args:
        path: of the graph.
        threads: of a call of `run`; several calls may run at once.

    Raises:
        UserError: it is no graph that this onnxruntime can run.
    """

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        try:
            import onnxruntime
        except ModuleNotFoundError as error:
            raise UserError(f"an export is run by onnxruntime; run {install('runtime')}") from error

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 4
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # of onnxruntime, which has a class for each
            reason = str(error).partition("\n")[0][:150]
            raise UserError(f"{path}: cannot be run ({reason}); export the run again") from error
        self.inputs = [each.name for each in self._session.get_inputs()]
        self.outputs = [each.name for each in self._session.get_outputs()]

    def run(self, outputs: Sequence[str], **inputs: np.ndarray) -> list[np.ndarray]:
        """The named outputs; what the graph does not read may be given too."""
        found: list[np.ndarray] = self._session.run(
            list(outputs), {name: each for name, each in inputs.items() if name in self.inputs}
        )
        return found
