"""The file that a summarisation run's test split leaves: a summary a line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nlpseq.runs.outputs import read_lines, write_lines

SUMMARIES_FILE = "summaries.txt"
OUTPUTS = (SUMMARIES_FILE,)


def write_summaries(folder: Path, hyps: Sequence[str]) -> None:
    """Write the summaries of a split, each of which is one line."""
    write_lines(folder / SUMMARIES_FILE, hyps)


def read_summaries(folder: Path, count: int) -> list[str]:
    """The summaries of a split of `count` documents.

    Raises:
        UserError: the run has not been evaluated, or the file is damaged.
    """
    return read_lines(folder / SUMMARIES_FILE, count=count)
