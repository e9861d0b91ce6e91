"""The files that a language model's test split leaves: what each chunk of it cost, and samples."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nlpseq.report import ChunkLosses, Sample
from nlpseq.runs.outputs import damaged_output, read_arrays, read_rows, write_arrays, write_rows

if TYPE_CHECKING:
    from nlpseq.config import SampleSettings
    from nlpseq.tasks.generate.char_rnn import CharRNN

LOSSES_FILE, SAMPLES_FILE = "losses.npz", "samples.json"
OUTPUTS = (LOSSES_FILE, SAMPLES_FILE)


def write_losses(folder: Path, losses: ChunkLosses, dynamic: ChunkLosses | None) -> None:
    """Write the losses of a text, chunk by chunk, and those under dynamic evaluation, if there were any."""
    arrays = {name: np.asarray(values) for name, values in losses._asdict().items()}
    if dynamic is not None:
        arrays |= {f"dynamic_{name}": np.asarray(values) for name, values in dynamic._asdict().items()}
    write_arrays(folder / LOSSES_FILE, arrays)


def read_losses(folder: Path) -> tuple[ChunkLosses, ChunkLosses | None]:
    """What `write_losses` wrote.

    Raises:
        UserError: the run has not been evaluated, or the file is damaged.
    """
    arrays = read_arrays(folder / LOSSES_FILE)
    try:
        losses = ChunkLosses(arrays["nats"], arrays["characters"])
        if "dynamic_nats" not in arrays:
            return losses, None
        return losses, ChunkLosses(arrays["dynamic_nats"], arrays["dynamic_characters"])
    except KeyError as error:
        raise damaged_output(folder / LOSSES_FILE, error) from error


def write_samples(folder: Path, writer: CharRNN, chosen: SampleSettings) -> None:
    """Let the model write a sample at each temperature."""
    from nlpseq.decoding.processors import SamplingOptions

    samples = []
    for temperature in chosen.temperatures:
        options = SamplingOptions(temperature=temperature, top_k=chosen.top_k)
        text = "".join(writer.generate(chosen.prompt, length=chosen.length, options=options, seed=1))
        note = f"top-k {chosen.top_k}, seed 1" if chosen.top_k else "seed 1"
        samples.append(Sample(temperature, chosen.prompt, text[len(chosen.prompt) :], note))
    rows = [sample._asdict() for sample in samples]
    write_rows(folder / SAMPLES_FILE, rows)


def read_samples(folder: Path) -> list[Sample]:
    """What `write_samples` wrote.

    Raises:
        UserError: the file is missing or damaged.
    """
    try:
        return [Sample(**row) for row in read_rows(folder / SAMPLES_FILE)]
    except TypeError as error:
        raise damaged_output(folder / SAMPLES_FILE, error) from error
