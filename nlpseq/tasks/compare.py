"""Two runs of one task on the test split that both have: whether they really differ, and a report of both."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from nlpseq.config import Settings
from nlpseq.errors import UserError
from nlpseq.evaluation.significance import Comparison
from nlpseq.report.pair import Compared, PairReport, write_pair_report
from nlpseq.runs.facts import SHOWN, curves_of, run_facts
from nlpseq.runs.folder import any_run_settings, read_metrics, reading_outputs
from nlpseq.runs.record import read_record
from nlpseq.tasks import task_named
from nlpseq.tasks.task import Names

Runs = tuple[Path, Path]


def compare_runs(run_a: str | Path, run_b: str | Path) -> Comparison:
    """Compare what two evaluated runs of one task made of the same test split, by their most important score.

    Raises:
        UserError: a run is not there or not evaluated, the tasks differ, or the test splits do; or of their score less
            is better, as of language models.
    """
    runs = Path(run_a), Path(run_b)
    with reading_outputs(*runs):
        task = task_named(_settings_of_one_task(runs)[0].task)
        if not task.scores[0].higher_is_better:
            raise UserError(
                f"runs of the task {task.name} are not compared here, where higher is better; "
                f"run nlpseq report {run_a} {run_b}"
            )
        _, compare = task.pair(*runs).tests[0]
        return compare()


def report_pair(run_a: str | Path, run_b: str | Path, *, out: str | Path | None = None) -> Path:
    """Write the report of two evaluated runs side by side, as HTML and as Markdown; the path of the page.

    Args:
        out: the page, which ends in .html; in the folder of the second run and named after the first if not given.

    Raises:
        UserError: a run is not there or not evaluated, they cannot be compared, or the page cannot be written.
    """
    runs = Path(run_a), Path(run_b)
    if out is not None and Path(out).suffix != ".html":
        raise UserError(f"--out {out}: the page is HTML; give a name that ends in .html")
    page = Path(out) if out is not None else runs[1] / f"report-beside-{runs[0].resolve().name}.html"
    with reading_outputs(*runs):
        return write_pair_report(page, _pair_report(runs))


def _pair_report(runs: Runs) -> PairReport:
    settings = _settings_of_one_task(runs)
    task, names = task_named(settings[0].task), _names(*runs)
    metrics = read_metrics(runs[0]), read_metrics(runs[1])
    pair = task.pair(*runs)
    return PairReport(
        names=names,
        data=f"{read_record(runs[0]).data} ({metrics[0]['split']} split)",
        items=pair.items,
        metrics=metrics,
        scores=task.scores,
        tests=[Compared(score, compare()) for score, compare in pair.tests],
        differences=pair.differences(names),
        curves=(curves_of(runs[0]), curves_of(runs[1])),
        curve_scores=pair.curve_scores,
        loss_unit=pair.loss_unit,
        settings=(_flat(settings[0]), _flat(settings[1])),
        facts=(_facts(runs[0], settings[0]), _facts(runs[1], settings[1])),
    )


def _settings_of_one_task(runs: Runs) -> tuple[Settings, Settings]:
    """The settings of two runs.

    Raises:
        UserError: a run is not there, they are of two tasks, or one of them is a cross-validation.
    """
    a, b = map(any_run_settings, runs)
    if a.task != b.task:
        raise UserError(f"{runs[0]} is a run of the task {a.task} and {runs[1]} of {b.task}; compare two of one task")
    for run, settings in zip(runs, (a, b), strict=True):
        if getattr(settings.data, "folds", 0):
            raise UserError(f"{run}: a cross-validation; compare one of its folds, as in {run / 'fold-1'}")
    return a, b


def _names(run_a: Path, run_b: Path) -> Names:
    """The names of the folders, or where these are equal the paths as they were given.

    Raises:
        UserError: they are one run.
    """
    if run_a.resolve() == run_b.resolve():
        raise UserError(f"{run_a} and {run_b} are one run; name two, or one alone")
    names = run_a.resolve().name, run_b.resolve().name
    return names if names[0] != names[1] else (str(run_a), str(run_b))


def _facts(run: Path, settings: Settings) -> dict[str, str]:
    """Those of a run, without the settings, which are compared one by one."""
    return {name: fact for name, fact in run_facts(run, settings).items() if name not in SHOWN.values()}


def _flat(settings: Settings) -> dict[str, Any]:
    """Every setting by its dotted name, but where the run lies."""
    flat: dict[str, Any] = {}
    for name, value in asdict(settings).items():
        if isinstance(value, dict):
            flat |= {f"{name}.{key}": inner for key, inner in value.items()}
        elif name != "run_dir":
            flat[name] = value
    return flat
