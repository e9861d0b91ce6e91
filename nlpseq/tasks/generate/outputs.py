"""The files that a language model's test split leaves, read and written."""

from __future__ import annotations

from pathlib import Path

from nlpseq.report import ChunkLosses
from nlpseq.tasks.report import damaged_output, read_arrays

LOSSES_FILE, SAMPLES_FILE = "losses.npz", "samples.json"
OUTPUTS = (LOSSES_FILE, SAMPLES_FILE)


def read_losses(run_dir: Path) -> tuple[ChunkLosses, ChunkLosses | None]:
    """The losses of the run's held-out text, chunk by chunk, and those under dynamic evaluation, if there were any.

    Raises:
        UserError: the run has not been evaluated, or the file is damaged.
    """
    arrays = read_arrays(run_dir / LOSSES_FILE)
    try:
        losses = ChunkLosses(arrays["nats"], arrays["characters"])
        if "dynamic_nats" not in arrays:
            return losses, None
        return losses, ChunkLosses(arrays["dynamic_nats"], arrays["dynamic_characters"])
    except KeyError as error:
        raise damaged_output(run_dir / LOSSES_FILE, error) from error
