"""A run's model decodes a split, then its outputs are scored, then the run is reported.

1. decode: model -> output files, and the figures that only the model can give
2. score: output files -> the other figures; all of them are `metrics.json`
3. report: files -> `report.html`, `report.md` and the card

`nlpseq evaluate` takes all three steps, or the first two on another text; `nlpseq report` the last two again.
"""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nlpseq.data.splits import file_checksums
from nlpseq.errors import UserError
from nlpseq.files import write_text_atomically
from nlpseq.models import MODEL_FILE
from nlpseq.report import write_report
from nlpseq.runs.folder import (
    CONFIG_FILE,
    METRICS_FILE,
    SETTINGS_FILE,
    any_run_settings,
    device_of,
    evaluated_metrics,
    read_metrics,
    reading_outputs,
)
from nlpseq.runs.record import cut_short, read_record
from nlpseq.runs.saved_model import model_settings
from nlpseq.runs.stages import Stages, fingerprint
from nlpseq.runs.swap import locked, renewed
from nlpseq.tasks import task_named
from nlpseq.tasks.card import write_run_card
from nlpseq.tasks.last_run import write_last_run
from nlpseq.tasks.task import Evaluation, Figures, Task

log = logging.getLogger("nlpseq")


def evaluate(run_dir: str | Path, *, split: str | None = None, data: Any = None, decode: Any = None) -> Figures:
    """Score a split with the run's model; of the run's own test split, write metrics, outputs, report and card too.

    Args:
        run_dir: a run, or with `data` a saved model.
        split: a split of the run by its name, or of the corpus in `data`; the run's test split if not given.
        data: another corpus to score on.
        decode: other search settings than the run's.

    Raises:
        UserError: the run or the split is not there, or it cannot be scored.
    """
    run_dir = Path(run_dir)
    settings = model_settings(run_dir)
    task = task_named(settings.task)
    data = data if data != settings.data else None
    decode = decode if decode is not None and decode != settings.decode else None
    another = split is not None or data is not None or decode is not None
    if getattr(settings.data, "folds", 0):
        if another:
            raise _is_a_cross_validation(run_dir, "evaluate")
        return read_metrics(run_dir)
    if another:
        return _evaluate_another(task, replace(settings, decode=decode) if decode else settings, run_dir, split, data)
    if not (run_dir / SETTINGS_FILE).is_file():
        raise UserError(f"{run_dir}: a saved model has no texts of its own; give some, as in --data.path FILE")
    with locked(run_dir):
        if (found := evaluated_metrics(run_dir, evaluation_fingerprint(task, settings, run_dir))) is not None:
            return found
        with renewed(run_dir) as version:
            return evaluate_version(task, settings, version)


def report_run(run_dir: str | Path) -> Path:
    """Write `metrics.json`, `report.html` and `report.md` again from the run's saved outputs; the path of the page.

    Only where outputs are missing is the model asked again, by an evaluation of the run.

    Raises:
        UserError: there is no such run, it is not trained, it is a cross-validation, or a file of it is damaged.
    """
    run_dir = Path(run_dir)
    settings = any_run_settings(run_dir)
    if getattr(settings.data, "folds", 0):
        raise _is_a_cross_validation(run_dir, "report")
    task = task_named(settings.task)
    with locked(run_dir), renewed(run_dir) as version:
        missing = [name for name in (METRICS_FILE, *task.outputs) if not (version / name).is_file()]
        if missing:
            log.info("%s: %s not there; the run is evaluated again", run_dir, ", ".join(missing))
            evaluate_version(task, settings, version)
        else:
            with reading_outputs(run_dir):
                _score_and_report(task, _own_split(task, settings, version), read_metrics(version))
    return run_dir / "report.html"


def evaluate_version(task: Task, settings: Any, version: Path, model: Any = None) -> Figures:
    """Evaluate a version in the making, whatever has been done before; its metrics.

    Args:
        model: the trained one, if it is loaded already.
    """
    fingerprint_before = evaluation_fingerprint(task, settings, version)
    evaluation = _own_split(task, settings, version)
    figures = task.stages.decode(evaluation, model or task.load(version, device=device_of(settings)))
    metrics = _score_and_report(task, evaluation, figures, fingerprint_before)
    Stages(version).mark("evaluate", fingerprint_before)
    return metrics


def evaluation_fingerprint(task: Task, settings: Any, folder: Path) -> str:
    """Of all that the evaluation of the run's own test split depends on; empty where there is no model."""
    paths = [folder / MODEL_FILE, folder / CONFIG_FILE]
    if not all(path.is_file() for path in paths):
        return ""
    return fingerprint(file_checksums(paths), Stages(folder).get("prepare"), task.evaluated_from(settings))


def _evaluate_another(task: Task, settings: Any, run_dir: Path, split: str | None, data: Any) -> Figures:
    """The figures of another split, corpus or search; nothing is written into the run."""
    rows, name = task.stages.split(settings, run_dir, split, data)
    model = task.load(run_dir, device=device_of(settings))
    with TemporaryDirectory(prefix="nlpseq-") as out:
        evaluation = Evaluation(settings, run_dir, rows, name, Path(out))
        figures = task.stages.decode(evaluation, model)
        return figures | task.stages.score(evaluation, figures)


def _own_split(task: Task, settings: Any, version: Path) -> Evaluation:
    return Evaluation(settings, version, *task.stages.split(settings, version, None, None), out=version)


def _score_and_report(task: Task, evaluation: Evaluation, figures: Figures, beside: str | None = None) -> Figures:
    """The metrics; `beside` is the fingerprint of an evaluation that is to be compared with the run before it."""
    folder = evaluation.folder
    metrics = figures | task.stages.score(evaluation, figures)
    write_text_atomically(folder / METRICS_FILE, json.dumps(metrics, indent=2, ensure_ascii=False) + "\n")
    if beside is not None:
        write_last_run(task, folder, beside)
    write_report(folder, task.report(folder), notice=cut_short(read_record(folder).training))
    write_run_card(folder)
    return metrics


def _is_a_cross_validation(run_dir: Path, verb: str) -> UserError:
    return UserError(f"{run_dir}: a cross-validation; {verb} one of its folds, as in {run_dir / 'fold-1'}")
