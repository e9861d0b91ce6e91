"""A recipe over several seeds: how much of a score is luck, and how good the recipe is apart from it."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from nlpseq.counting import counted
from nlpseq.errors import UserError
from nlpseq.files import write_text_atomically
from nlpseq.report.blocks import Paragraph, Section, Table
from nlpseq.report.page import PAGE, write_page
from nlpseq.report.scores import ScoreKind
from nlpseq.tasks import task_named, verbs
from nlpseq.tasks.together import together

log = logging.getLogger("nlpseq")

SEEDS_FILE = "seeds.json"
MOST_SEEDS = 1000


def run_seeds(settings: Any, count: int) -> dict[str, Any]:
    """Run the recipe with `count` seeds, from its own on, each in `seed-N` below the run folder.

    Returns:
        What stands in `seeds.json` too: `seeds`, and for each score its `mean`, its standard `deviation` (n - 1), the
        95% `interval` of the mean by Student's t, and `values`, one a seed. A page `report.html` shows them.

    Raises:
        UserError: fewer than two seeds, or anything wrong with the recipe.
    """
    if not 2 <= count <= MOST_SEEDS:
        raise UserError(f"--seeds must be from 2 to {MOST_SEEDS:,}, not {count}")
    if getattr(settings.data, "folds", 0):
        raise UserError("--seeds and data.folds are two ways to repeat a training; choose one")
    return together(partial(_run_seeds, settings, count))


def _run_seeds(settings: Any, count: int) -> dict[str, Any]:
    task, home = task_named(settings.task), Path(settings.run_dir)
    seeds = range(settings.train.seed, settings.train.seed + count)
    runs = {}
    for seed in seeds:
        log.info("seed %d, number %d of %d", seed, seed - seeds.start + 1, count)
        run_dir = str(home / f"seed-{seed}")
        runs[seed] = verbs.run(replace(settings, run_dir=run_dir, train=replace(settings.train, seed=seed)))
    scores = [score for score in task.scores if all(run.get(score.key) is not None for run in runs.values())]
    found = {
        "task": settings.task,
        "seeds": list(seeds),
        "scores": {score.key: over_seeds([float(run[score.key]) for run in runs.values()]) for score in scores},
    }
    write_text_atomically(home / SEEDS_FILE, json.dumps(found, indent=2) + "\n")
    _write_page(home, settings, scores, found)
    return found


def over_seeds(values: Sequence[float]) -> dict[str, Any]:
    """Mean, standard deviation and the 95% interval of the mean of a score's values.

    >>> over_seeds([0.90, 0.92, 0.94])["interval"]
    [0.8703, 0.9697]
    """
    from scipy.stats import t

    center, spread = mean(values), stdev(values)
    reach = float(t.ppf(0.975, len(values) - 1)) * spread / len(values) ** 0.5
    ends = [round(center - reach, 4), round(center + reach, 4)]
    return {"mean": round(center, 6), "deviation": round(spread, 6), "interval": ends, "values": list(values)}


def in_words(settings: Any, found: Mapping[str, Any]) -> list[str]:
    """The last lines of the command."""
    seeds = found["seeds"]
    lines = [f"\n{counted(len(seeds), 'seed')}, {seeds[0]} to {seeds[-1]}: mean ± standard deviation"]
    for score in _scores(settings, found):
        row = found["scores"][score.key]
        low, high = (score.show(end) for end in row["interval"])
        each = "  ".join(score.show(value) for value in row["values"])
        spread = f"{score.show(row['mean'])} ± {score.show(row['deviation'])}"
        lines.append(f"  {score.label}  {spread}  (95% interval of the mean {low} to {high}; {each})")
    return [*lines, f"\nreport: {Path(settings.run_dir) / PAGE}"]


def _scores(settings: Any, found: Mapping[str, Any]) -> list[ScoreKind]:
    return [score for score in task_named(settings.task).scores if score.key in found["scores"]]


def _write_page(home: Path, settings: Any, scores: Sequence[ScoreKind], found: Mapping[str, Any]) -> None:
    rows = []
    for score in scores:
        row = found["scores"][score.key]
        between = " to ".join(score.show(end) for end in row["interval"])
        ends = f"{score.show(min(row['values']))} to {score.show(max(row['values']))}"
        rows.append([score.label, score.show(row["mean"]), score.show(row["deviation"]), between, ends])
    each = [
        [str(seed), *(score.show(found["scores"][score.key]["values"][place]) for score in scores)]
        for place, seed in enumerate(found["seeds"])
    ]
    heads, columns = ["Seed", *(score.label for score in scores)], "c" + "r" * len(scores)
    first = found["scores"][scores[0].key]
    low, high = (scores[0].show(end) for end in first["interval"])
    write_page(
        home / PAGE,
        title=f"{home.name}: {counted(len(found['seeds']), 'seed')}",
        opening=f"Over {counted(len(found['seeds']), 'seed')} the recipe reaches {scores[0].show(first['mean'])} "
        f"{scores[0].label} on average, with a standard deviation of {scores[0].show(first['deviation'])}; the mean of "
        f"many seeds lies between {low} and {high}, with 95% confidence.",
        comparison="Each seed is a run of its own, with a report in its folder: other first weights, batches and "
        "dropout, and other held-out texts where the corpus has no such split.",
        sections=[
            Section("Scores", [
                Table(["Score", "Mean", "Standard deviation", "95% interval of the mean", "Range"], rows, "lrrrr"),
                Paragraph("The interval is Student's, over the seeds. It says nothing of the choice of test texts: the "
                          "intervals of the single runs do."),
            ]),
            Section("Seed by seed", [Table(heads, each, columns)]),
        ],
    )  # fmt: skip
