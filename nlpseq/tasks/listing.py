"""All runs below a folder: what each was trained for and on, how good it is, how long it took, and where it lies."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from numbers import Real
from pathlib import Path
from typing import Any

from nlpseq.errors import UserError
from nlpseq.models import MODEL_FILE
from nlpseq.report.scores import ScoreKind
from nlpseq.runs.folder import SETTINGS_FILE
from nlpseq.runs.record import FACTS_FILE, RunRecord, cut_short, facts_in_words, read_record
from nlpseq.runs.swap import TRAINING
from nlpseq.tasks import TASKS, task_named

# Within a run these hold no run of its own, and may hold many files.
PARTS = {"data", "text", "tensorboard", "best", "pretrain", "diagnosis", "folds", "outputs", TRAINING}


@dataclass(frozen=True)
class Run:
    """A line of the table.

    Attributes:
        folder: as it is reached from the folder that was searched.
        task: as in the recipe; empty if that cannot be read.
        data: name of the corpus; of a translation's, with its languages.
        state: evaluated, trained (and not evaluated), unfinished or damaged.
        metric: the key in metrics.json of the score that tells runs of the task apart.
        score: its value; None unless evaluated.
        interval: its 95% interval, if known.
        spread: of a cross-validation, the standard deviation over the folds.
        minutes: of training.
        date: of the training (YYYY-MM-DD), or of the last change of the settings.
        damaged: the files that cannot be read.
        cut: of a training that the clock has cut, how far it came.
    """

    folder: str
    task: str
    data: str
    state: str
    metric: str = ""
    score: float | None = None
    interval: tuple[float, float] | None = None
    spread: float | None = None
    minutes: float | None = None
    date: str = ""
    damaged: tuple[str, ...] = ()
    cut: str = ""


def find_runs(folder: str | Path) -> list[Run]:
    """Every run below `folder`, at any depth, itself included; the folds of a cross-validation as one.

    A link is followed where it leads out of `folder`, and no folder is visited twice.

    Raises:
        UserError: there is no such folder.
    """
    if not Path(folder).is_dir():
        raise UserError(f"{folder}: no such folder; name one that holds runs, such as runs")
    return [run for path in _run_folders(Path(folder)) if (run := _run(path)) is not None]


def sorted_runs(runs: list[Run], by: str = "score") -> list[Run]:
    """The runs by task and then score, the best first; by `date`, the newest first; by `time`, the shortest first; or
    by `name`.
    """
    named = sorted(runs, key=lambda run: run.folder)
    if by == "date":
        return sorted(named, key=lambda run: run.date, reverse=True)
    keys: dict[str, Callable[[Run], Any]] = {
        "score": lambda run: (run.task or "~", _rank(run)),  # a task that cannot be read comes last
        "time": lambda run: (run.minutes is None, run.minutes),
        "name": lambda run: run.folder,
    }
    return sorted(named, key=keys[by])


def shown_score(run: Run) -> str:
    """The score in words; what there is instead, where there is none.

    >>> shown_score(Run("runs/a", "translate", "en-de", "evaluated", "bleu", 38.14))
    'BLEU 38.1'
    >>> shown_score(Run("runs/b", "generate", "stories", "unfinished"))
    'unfinished'
    >>> shown_score(Run("runs/c", "classify", "news", "evaluated", "accuracy", 0.7, cut="2.0 of 10 (time budget)"))
    'Accuracy 70.0%, epochs 2.0 of 10 (time budget)'
    """
    if run.score is None or run.state == "damaged":
        states = {"damaged": f"damaged: {', '.join(run.damaged)}", "trained": "trained, not evaluated"}
        return states.get(run.state, run.state)
    score = _headline(run.task)
    cut = f", epochs {run.cut}" if run.cut else ""
    return f"{score.short_label or score.label} {score.show(run.score)}{cut}"


def shown_interval(run: Run) -> str:
    """The 95% interval of the score, or the standard deviation over the folds, in words; empty if not known.

    >>> shown_interval(Run("runs/a", "classify", "reviews", "evaluated", "accuracy", 0.9, interval=(0.88, 0.925)))
    '88.0% to 92.5%'
    """
    if run.score is None or run.state == "damaged":
        return ""
    show = _headline(run.task).show
    if run.interval is not None:
        return f"{show(run.interval[0])} to {show(run.interval[1])}"
    return f"± {show(run.spread)}" if run.spread is not None else ""


def _headline(task: str) -> ScoreKind:
    return task_named(task).scores[0]


def _rank(run: Run) -> tuple[bool, float]:
    if run.score is None:
        return True, 0.0
    return False, -run.score if _headline(run.task).higher_is_better else run.score


def _run_folders(root: Path) -> Iterator[Path]:
    seen: set[Path] = set()
    inside = root.resolve()
    for place, folders, files in os.walk(root, followlinks=True):
        path, real = Path(place), Path(place).resolve()
        linked = path != root and path.is_symlink()
        if real in seen or (linked and real.is_relative_to(inside)):
            folders.clear()
            continue
        seen.add(real)
        # A first training lies in a folder of the run's.
        is_run = SETTINGS_FILE in files or (path / TRAINING / SETTINGS_FILE).is_file()
        if is_run:
            yield path
        skipped = PARTS if is_run else set()
        folders[:] = sorted(
            name
            for name in folders
            if name not in skipped and not name.startswith(".") and not (is_run and name.startswith("fold-"))
        )


def _run(folder: Path) -> Run | None:
    """What is known of the run; None if the settings are of something else."""
    record = read_record(folder if (folder / SETTINGS_FILE).exists() else folder / TRAINING)
    record = replace(record, folder=folder)
    if SETTINGS_FILE in record.damaged:
        # Some other program's file of that name is no run of ours.
        return _line(record, "damaged") if (folder / "stages.json").exists() else None
    if record.task not in TASKS:
        return None
    if record.damaged:
        return _line(record, "damaged")
    if _number(record.metrics.get(_headline(record.task).key)) is not None:
        return _line(record, "evaluated")
    trained = (folder / FACTS_FILE).exists() and (folder / MODEL_FILE).exists()
    return _line(record, "trained" if trained else "unfinished")


def _line(record: RunRecord, state: str) -> Run:
    key = _headline(record.task).key if record.task in TASKS else ""
    data = record.section("data")
    name, languages = record.data, f"{data.get('src')}-{data.get('tgt')}"
    if data.get("src") and name != languages:
        name = f"{name} ({languages})"
    changed = (record.folder / SETTINGS_FILE).stat().st_mtime
    return Run(
        folder=str(record.folder),
        task=record.task,
        data=name if data else "",
        state=state,
        metric=key,
        score=_number(record.metrics.get(key)),
        interval=_interval(record.metrics, f"{key}_interval"),
        spread=_number(record.metrics.get(f"{key}_deviation")),
        minutes=_number(record.training.get("minutes")),
        date=str(record.training.get("Date") or datetime.fromtimestamp(changed).date()),
        damaged=record.damaged,
        cut=facts_in_words(record.training)["Epochs"] if cut_short(record.training) else "",
    )


def _interval(metrics: Mapping[str, Any], key: str) -> tuple[float, float] | None:
    found = metrics.get(key)
    if not isinstance(found, list) or len(found) != 2:
        return None
    low, high = map(_number, found)
    return None if low is None or high is None else (low, high)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, Real) and not isinstance(value, bool) else None
