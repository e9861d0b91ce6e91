"""`nlpseq runs`: all runs below a folder as a table."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from nlpseq.cli.table import Column, print_table, table_width

if TYPE_CHECKING:
    from nlpseq.tasks.listing import Run

# Columns of a terminal below which interval and training time are left out.
NARROW = 80


def add(commands: Any) -> None:
    """Tell argparse of the command."""
    runs = commands.add_parser(
        "runs",
        help="all runs below a folder: task, data, score, training time, date",
        description=(
            "List every run below a folder, at any depth: its task, its data, its score with the 95% interval, how "
            "long it was trained, and when. Unfinished and damaged runs are shown as such."
        ),
    )
    runs.add_argument("folder", nargs="?", default="runs", metavar="DIR", help="where to look (default: runs)")
    runs.add_argument(
        "--sort",
        choices=("score", "date", "time", "name"),
        default="score",
        help="score: by task, the best first (default); date: newest first; time: shortest first; name: of the folder",
    )
    runs.add_argument("--json", action="store_true", help="print a list of JSON objects")
    runs.set_defaults(call=_runs, takes_settings=False)


def _runs(options: argparse.Namespace, rest: list[str]) -> None:
    from nlpseq.tasks.listing import find_runs, sorted_runs

    found = sorted_runs(find_runs(options.folder), options.sort)
    if options.json:
        print(json.dumps([asdict(run) for run in found], indent=2, ensure_ascii=False))
    elif found:
        _print_table(found)
    else:
        print(f"{options.folder}: no runs below it; nlpseq run RECIPE makes one", file=sys.stderr)


def _print_table(runs: list[Run]) -> None:
    from nlpseq.tasks.listing import shown_interval, shown_score

    wide = table_width() >= NARROW
    details = [Column("95% interval", folds=True), Column("Minutes", justify="right")] if wide else []
    columns = [Column("Task"), Column("Data", folds=True), Column("Score"), *details]
    rows = []
    for run in runs:
        minutes = "" if run.minutes is None else f"{run.minutes:.1f}"
        rows.append((
            run.task or "?", run.data or "?", shown_score(run), *((shown_interval(run), minutes) if wide else ()),
            run.date, run.folder,
        ))  # fmt: skip
    print_table([*columns, Column("Date"), Column("Folder", folds=True)], rows)
