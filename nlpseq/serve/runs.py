"""The runs that are to be served: loaded, named, described, each with a thread that works for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any

import torch

from nlpseq.errors import UserError
from nlpseq.files import read_json
from nlpseq.models import MODEL_FILE
from nlpseq.runs.folder import CONFIG_FILE
from nlpseq.runs.record import read_record
from nlpseq.runs.saved_model import model_folder, model_task
from nlpseq.serve.limits import DEFAULT_LIMITS, Limits
from nlpseq.serve.metrics import Metrics
from nlpseq.serve.served import ServedRun, route_of, served_tasks
from nlpseq.tasks import task_named


def load_runs(
    names_or_paths: Sequence[str | Path],
    *,
    device: str = "cpu",
    limits: Limits = DEFAULT_LIMITS,
    metrics: Metrics | None = None,
) -> list[ServedRun]:
    """Load each run and start its thread; runs of one name get the names NAME, NAME-2 and so on.

    The processor's threads, as torch counts them, are shared out among the runs.

    Raises:
        UserError: one of them is no run, or a file of it is missing or damaged.
    """
    folders = [model_folder(name_or_path) for name_or_path in names_or_paths]
    tasks = [model_task(folder)[0] for folder in folders]
    for folder, task in zip(folders, tasks, strict=True):
        if task not in served_tasks():
            raise UserError(f"{folder}: a run of the task {task}, which is not served yet; use nlpseq {task}")
    threads = max(1, torch.get_num_threads() // len(folders))
    torch.set_num_threads(threads)
    # OpenMP counts for each thread apart.
    start: dict[str, Any] = {
        "limits": limits, "prepare_thread": partial(torch.set_num_threads, threads), "metrics": metrics,
    }  # fmt: skip
    runs: list[ServedRun] = []
    try:
        for folder, name, task in zip(folders, unique_names(names_or_paths), tasks, strict=True):
            runs.append(_served(folder, name, task, task_named(task).load(folder, device=device), start))
    except BaseException:
        for run in runs:
            run.worker.close()
        raise
    return runs


def unique_names(paths: Sequence[str | Path]) -> list[str]:
    """The last part of each path, made different by numbers.

    >>> unique_names(["runs/a", "old/a/", "b", "a-2"])
    ['a', 'a-2', 'b', 'a-2-2']
    """
    names: list[str] = []
    for path in paths:
        name = Path(path).resolve().name or "run"
        number, found = 1, name
        while found in names:
            number += 1
            found = f"{name}-{number}"
        names.append(found)
    return names


def _served(folder: Path, name: str, task: str, model: Any, start: dict[str, Any]) -> ServedRun:
    route, unfinished = route_of(task), read_record(folder).unfinished
    count = sum(weight.numel() for weight in model.model.parameters())
    size = f"{count / 1e6:.1f} million" if count >= 1e5 else f"{count:,}"
    description = f"{route.does(model)}; {model.settings.cell}, {size} parameters"
    return ServedRun(
        name=name,
        task=task,
        description=f"{description}; {unfinished}" if unfinished else description,
        # A model that was saved without its texts has at least the one of its interface's description.
        examples=route.examples(folder, model) or list(route.request.get("texts", [])),
        facts=route.facts(model),
        model=model,
        worker=route.worker(model, name=name, **start),
        unfinished=unfinished,
        sha256=read_json(folder / CONFIG_FILE, dict).get("sha256", {}).get(MODEL_FILE),
        changed=_changed(folder / MODEL_FILE),
    )


def _changed(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime, timezone.utc).isoformat(timespec="seconds")
