"""The report of two runs of one task side by side, gathered from their folders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from nlpseq.config import ClassifySettings, GenerateSettings, Settings, SummarizeSettings, TranslateSettings
from nlpseq.errors import UserError
from nlpseq.evaluation.rouge import document_rouge
from nlpseq.evaluation.significance import compare_scores, compare_translations
from nlpseq.evaluation.translation import sentence_chrf
from nlpseq.report import classification, generation, summarization, translation
from nlpseq.report.blocks import Section
from nlpseq.report.differences import (
    Prediction,
    passage_differences,
    prediction_differences,
    score_differences,
)
from nlpseq.report.pair import Compared, PairReport, write_pair_report
from nlpseq.report.plots.curves import CurveScore
from nlpseq.report.scores import Score
from nlpseq.runs.folder import read_metrics, reading_outputs
from nlpseq.tasks.compare import (
    compare_losses,
    compare_predictions,
    compare_rouge,
    predicted_pair,
    read_pair,
    settings_of_one_task,
    written_pair,
)
from nlpseq.tasks.report import SHOWN, curves_of, data_name, run_facts

SENTENCE_CHRF = Score("sentence_chrf", "Sentence chrF2", "mean over the sentences, 0 to 100, higher is better", "")

Runs = tuple[Path, Path]
Names = tuple[str, str]


class TaskPart(NamedTuple):
    """What only the task knows of a report of two runs."""

    items: str
    scores: Sequence[Score]
    tests: Sequence[Compared]
    differences: Sequence[Section]
    curve_scores: Sequence[CurveScore]
    loss_unit: str


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
        return write_pair_report(page, _pair(runs))


def _pair(runs: Runs) -> PairReport:
    settings = settings_of_one_task(*runs)
    metrics = read_metrics(runs[0]), read_metrics(runs[1])
    names = _names(*runs)
    part = _task_part(settings[0], runs, names)
    return PairReport(
        names=names,
        data=f"{data_name(runs[0])} ({metrics[0]['split']} split)",
        items=part.items,
        metrics=metrics,
        scores=part.scores,
        tests=part.tests,
        differences=part.differences,
        curves=(curves_of(runs[0]), curves_of(runs[1])),
        curve_scores=part.curve_scores,
        loss_unit=part.loss_unit,
        settings=(_flat(settings[0]), _flat(settings[1])),
        facts=(_facts(runs[0], settings[0]), _facts(runs[1], settings[1])),
    )


def _task_part(settings: Settings, runs: Runs, names: Names) -> TaskPart:
    if isinstance(settings, ClassifySettings):
        return _classification(runs, names)
    if isinstance(settings, GenerateSettings):
        return _generation(runs, names)
    if isinstance(settings, SummarizeSettings):
        return _summarization(runs, names)
    return _translation(settings, runs, names)


def _translation(settings: TranslateSettings, runs: Runs, names: Names) -> TaskPart:
    sources, refs, hyps = written_pair(*runs)
    chrf = sentence_chrf(hyps[0], refs), sentence_chrf(hyps[1], refs)
    bleu = compare_translations(refs, *hyps, tokenize=read_metrics(runs[0]).get("tokenize"))
    differences = score_differences(
        names, hyps, chrf, given={"Source": sources, "Reference": refs}, score="chrF", items="sentences"
    )
    return TaskPart(
        items="sentences",
        scores=translation.SCORES,
        tests=[Compared(translation.BLEU, bleu), Compared(SENTENCE_CHRF, compare_scores(*chrf))],
        differences=differences,
        curve_scores=translation.CURVE_SCORES,
        loss_unit=translation.LOSS_UNIT,
    )


def _summarization(runs: Runs, names: Names) -> TaskPart:
    documents, refs, hyps = written_pair(*runs)
    compared = compare_rouge(refs, hyps)
    rouge = document_rouge(hyps[0], refs)["rougeL"], document_rouge(hyps[1], refs)["rougeL"]
    differences = score_differences(
        names, hyps, rouge, given={"Document": documents, "Reference": refs}, score="ROUGE-L", items="documents"
    )
    return TaskPart(
        items="documents",
        scores=summarization.SCORES,
        tests=[Compared(score, compared[score.key]) for score in summarization.SCORES],
        differences=differences,
        curve_scores=summarization.CURVE_SCORES,
        loss_unit=summarization.LOSS_UNIT,
    )


def _classification(runs: Runs, names: Names) -> TaskPart:
    pair = predicted_pair(*runs)
    rows_a, rows_b = ([Prediction(row[1], float(row[2])) for row in rows] for rows in pair.rows)
    return TaskPart(
        items="texts",
        scores=classification.SCORES,
        tests=[Compared(classification.ACCURACY, compare_predictions(pair))],
        differences=prediction_differences(names, pair.texts, pair.labels, (rows_a, rows_b)),
        curve_scores=classification.CURVE_SCORES,
        loss_unit=classification.LOSS_UNIT,
    )


def _generation(runs: Runs, names: Names) -> TaskPart:
    pair = read_pair(*runs)
    return TaskPart(
        items="passages",
        scores=generation.SCORES,
        tests=[Compared(generation.BITS, compare_losses(pair))],
        differences=passage_differences(names, *pair),
        curve_scores=(),
        loss_unit=generation.LOSS_UNIT,
    )


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
