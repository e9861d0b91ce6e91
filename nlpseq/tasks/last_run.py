"""The run that a new one stands beside: the one before in its folder, or else the newest neighbour on its texts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from nlpseq.errors import UserError
from nlpseq.files import write_text_atomically
from nlpseq.runs.facts import LAST_RUN_FILE
from nlpseq.runs.folder import METRICS_FILE, read_metrics, reading_outputs
from nlpseq.runs.record import read_record
from nlpseq.runs.stages import Stages
from nlpseq.runs.swap import home
from nlpseq.tasks.task import Task

MOST_LOOKED_AT = 20
PART_OF_MANY = re.compile(r"(fold|seed|trial)-\d+")  # whose neighbours are no attempts at anything better


def write_last_run(task: Task, version: Path, evaluation: str) -> None:
    """Compare an evaluated version in the making with the run before it, if there is one, and leave that in a file.

    What stands there already is kept: it was found when the version was evaluated.

    Args:
        evaluation: the fingerprint of the version's evaluation.
    """
    if (version / LAST_RUN_FILE).is_file():
        return
    for run, name in _candidates(task, version, evaluation):
        with suppress(UserError):  # other texts, or a file that is damaged
            write_text_atomically(version / LAST_RUN_FILE, json.dumps(_compared(task, run, version, name)) + "\n")
            return


def _compared(task: Task, run: Path, version: Path, name: str) -> dict[str, Any]:
    """Both scores as metrics.json has them, the version's less the other's, and whether the difference is real."""
    score = task.scores[0]
    with reading_outputs(run, version):
        tested, compare = task.pair(run, version).tests[0]
        found = compare()
        before, now = (float(read_metrics(folder)[score.key]) for folder in (run, version))
    if tested.key != score.key:
        raise UserError(f"{run}: not compared by {score.label}")
    return {"name": name, "score": before, "difference": now - before, "real": bool(found.differ)}


def _candidates(task: Task, version: Path, evaluation: str) -> Iterator[tuple[Path, str]]:
    own = home(version)
    if own != version and (own / METRICS_FILE).is_file() and not Stages(own).done("evaluate", evaluation):
        yield own, f"{own.name} before"
    if PART_OF_MANY.fullmatch(own.name):
        return
    found = read_record(version)
    with suppress(OSError):
        others = [path for path in own.resolve().parent.iterdir() if (path / METRICS_FILE).is_file()]
        others.sort(key=lambda path: (path / METRICS_FILE).stat().st_mtime, reverse=True)
        for path in others[:MOST_LOOKED_AT]:
            record = read_record(path)
            if path.name != own.name and record.task == task.name and record.checksums == found.checksums:
                yield path, path.name
