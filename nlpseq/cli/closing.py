"""The end of a run's last lines: its figure, what it stands beside, how long it took, where all lies, what is next."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from nlpseq.errors import UserError
from nlpseq.files import read_json
from nlpseq.program import command
from nlpseq.report.scores import ScoreKind, baselines_of, best_baseline, clearly
from nlpseq.runs.facts import LAST_RUN_FILE
from nlpseq.runs.record import facts_in_words, read_record

RULE = "─"
WIDTH = 78
# What is said of the model beside another one: 1 better, 0 not sure, -1 worse.
VERDICTS = {1: "really better than", 0: "not clearly different from", -1: "really worse than"}
BOLD, PLAIN = "\x1b[1m", "\x1b[0m"


def closing(task: str, score: ScoreKind, run_dir: Path, metrics: Mapping[str, Any]) -> Iterator[str]:
    """Five lines, between rules where the output is a terminal."""
    terminal = sys.stdout.isatty()
    colors = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    yield RULE * WIDTH if terminal else ""
    figure = f"{score.label} {score.show(metrics[score.key])}"
    yield f"{BOLD}{figure}{PLAIN}{_around(score, metrics)}" if colors else f"{figure}{_around(score, metrics)}"
    yield f"beside: {'; '.join(_beside(score, run_dir, metrics)) or 'no baseline'}"
    yield f"time: {_time(run_dir)}"
    yield f"report: {run_dir / 'report.html'}"
    yield f"try it: {command(task, run_dir)}"
    if terminal:
        yield RULE * WIDTH


def _around(score: ScoreKind, metrics: Mapping[str, Any]) -> str:
    ends = metrics.get(f"{score.key}_interval")
    return f", 95% interval {score.show(ends[0])} to {score.show(ends[1])}" if ends else ""


def _beside(score: ScoreKind, run_dir: Path, metrics: Mapping[str, Any]) -> Iterator[str]:
    best = best_baseline(score, baselines_of(metrics, [score]))
    if best is not None:
        verdict = VERDICTS[clearly(score, metrics, best.scores[score.key])]
        yield f"{verdict} {best.name} ({score.show(best.scores[score.key])})"
    with suppress(UserError, KeyError, TypeError):
        last = read_json(run_dir / LAST_RUN_FILE, dict)
        better = (last["difference"] > 0) == score.higher_is_better
        verdict = VERDICTS[(1 if better else -1) if last["real"] else 0]
        yield f"{verdict} the last run, {last['name']} ({score.show(last['score'])})"


def _time(run_dir: Path) -> str:
    training = read_record(run_dir).training
    minutes, epochs = training.get("minutes"), facts_in_words(training).get("Epochs")
    parts = [f"{minutes:.1f} minutes of training" if isinstance(minutes, int | float) else "not known"]
    return ", ".join([*parts, *([f"epochs {epochs}"] if epochs else [])])
