"""The runs that are to be served: loaded, named, described, each with a thread that works for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any

from nlpseq.errors import UserError
from nlpseq.files import read_json
from nlpseq.models import MODEL_FILE
from nlpseq.onnx.folder import EXPORT_FILE, WEIGHTS_FILE, all_threads, is_export, load_export
from nlpseq.runs.folder import CONFIG_FILE
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
    models: Sequence[Any] | None = None,
) -> list[ServedRun]:
    """Load each run or export and start its thread; those of one name get the names NAME, NAME-2 and so on.

    The processor's threads, as torch counts them, are shared out among the runs. Exports alone need no torch.

    Args:
        names_or_paths: of the runs.
        device: where runs are; exports are on the CPU.
        limits: of what waits.
        metrics: where batches are counted.
        models: what `load_models` gave of them, if they are loaded already.

    Raises:
        UserError: one of them is no run, or a file of it is missing or damaged.
    """
    found = _folders(names_or_paths)
    threads, prepare_thread = _shared_threads(len(found), torch=not all(is_export(folder) for folder, _ in found))
    models = models or [_model(folder, task, device, threads) for folder, task in found]
    start: dict[str, Any] = {"limits": limits, "prepare_thread": prepare_thread, "metrics": metrics}
    runs: list[ServedRun] = []
    try:
        for (folder, task), name, model in zip(found, unique_names(names_or_paths), models, strict=True):
            served = _served_export if is_export(folder) else _served_run
            runs.append(served(folder, name, task, model, start))
    except BaseException:
        for run in runs:
            run.worker.close()
        raise
    return runs


def load_models(names_or_paths: Sequence[str | Path]) -> list[Any]:
    """The models of runs and exports, on the CPU, for processes that are forked from this one, which gets no threads.

    Each answers once: what it lays out for that is shared then too.

    Raises:
        UserError: as `load_runs`.
    """
    found, models = _folders(names_or_paths), []
    if not all(is_export(folder) for folder, _ in found):
        import torch

        torch.set_num_threads(1)
    for folder, task in found:
        models.append(_model(folder, task, "cpu", 1))
        if texts := route_of(task).request.get("texts"):
            with suppress(UserError):  # such as that several sentences need spaCy, which may never be asked for
                models[-1].columns([*texts, " ".join([*texts, *texts])])
    return models


def _folders(names_or_paths: Sequence[str | Path]) -> list[tuple[Path, str]]:
    """The folder and the task of each run."""
    folders = [model_folder(name_or_path) for name_or_path in names_or_paths]
    found = [(folder, model_task(folder)[0]) for folder in folders]
    for folder, task in found:
        if task not in served_tasks():
            raise UserError(f"{folder}: a run of the task {task}, which is not served yet; use nlpseq {task}")
    return found


def _model(folder: Path, task: str, device: str, threads: int) -> Any:
    if is_export(folder):
        return load_export(folder, task=task, threads=threads)
    return task_named(task).load(folder, device=device)


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


def _shared_threads(count: int, *, torch: bool) -> tuple[int, Callable[[], None]]:
    """How many threads each of `count` models has, and what each of their own threads does first."""
    if not torch:
        return max(1, all_threads() // count), lambda: None
    from torch import get_num_threads, set_num_threads

    threads = max(1, get_num_threads() // count)
    set_num_threads(threads)
    return threads, partial(set_num_threads, threads)  # OpenMP counts for each thread apart


def _served_run(folder: Path, name: str, task: str, model: Any, start: dict[str, Any]) -> ServedRun:
    from nlpseq.runs.record import read_record

    unfinished = read_record(folder).unfinished
    count = sum(weight.numel() for weight in model.model.parameters())
    size = f"{count / 1e6:.1f} million" if count >= 1e5 else f"{count:,}"
    described = f"{model.settings.cell}, {size} parameters"
    found = _served(folder, name, task, model, start, f"{described}; {unfinished}" if unfinished else described)
    digest = read_json(folder / CONFIG_FILE, dict).get("sha256", {}).get(MODEL_FILE)
    return replace(found, unfinished=unfinished, sha256=digest, changed=_changed(folder / MODEL_FILE))


def _served_export(folder: Path, name: str, task: str, model: Any, start: dict[str, Any]) -> ServedRun:
    facts, weights = read_json(folder / EXPORT_FILE, dict), folder / WEIGHTS_FILE
    described = f"{model.settings.cell}, {facts.get('precision', 'ONNX')}, {weights.stat().st_size / 2**20:.1f} MiB"
    found = _served(folder, name, task, model, start, described)
    digest = facts.get("sha256", {}).get(WEIGHTS_FILE)
    return replace(found, exported=True, sha256=digest, changed=_changed(weights))


def _served(folder: Path, name: str, task: str, model: Any, start: dict[str, Any], described: str) -> ServedRun:
    route = route_of(task)
    return ServedRun(
        name=name,
        task=task,
        description=f"{route.does(model)}; {described}",
        # A model that was saved without its texts has at least the one of its interface's description.
        examples=route.examples(folder, model) or list(route.request.get("texts", [])),
        facts=route.facts(model),
        model=model,
        worker=route.worker(model, name=name, **start),
    )


def _changed(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime, timezone.utc).isoformat(timespec="seconds")
