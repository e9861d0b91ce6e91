"""`nlpseq runs`: all runs below a folder as a table."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nlpseq.tasks.listing import Run

# Where the output is no terminal, a program reads it, and lines are as long as they need be.
UNLIMITED = 1000
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
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from nlpseq.tasks.listing import shown_interval, shown_score

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else UNLIMITED
    wide = width >= NARROW
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column("Task", no_wrap=True)
    table.add_column("Data", overflow="fold")
    table.add_column("Score", no_wrap=True)
    if wide:
        table.add_column("95% interval")
        table.add_column("Minutes", justify="right", no_wrap=True)
    table.add_column("Date", no_wrap=True)
    table.add_column("Folder", overflow="fold")
    for run in runs:
        minutes = "" if run.minutes is None else f"{run.minutes:.1f}"
        details = (shown_interval(run), minutes) if wide else ()
        cells = (run.task or "?", run.data or "?", shown_score(run), *details, run.date, run.folder)
        table.add_row(*map(_shown, cells))
    console = Console(width=width, highlight=False, markup=False, emoji=False, color_system=None)
    with console.capture() as capture:
        console.print(table)
    for line in capture.get().splitlines():
        print(line.rstrip())


def _shown(text: str) -> str:
    """The text without what would move the cursor: a folder may have any name."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
