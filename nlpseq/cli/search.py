"""`nlpseq search`: trials of a recipe with other settings, a table of them, and the best as a recipe."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nlpseq.cli.options import within
from nlpseq.cli.table import Column, print_table
from nlpseq.program import command

STOPPED = "stopped; the same command goes on with the search"


def add(commands: Any) -> None:
    """Tell argparse of the command."""
    search = commands.add_parser(
        "search",
        help="look for better settings of a recipe: trials under a budget, the worse ones stopped early",
        description=(
            "Train a recipe with other settings, each trial judged by the validation split alone: first the recipe as "
            "it is, then settings drawn by Optuna. The same command goes on where it was stopped. Settings of the "
            "recipe can be given as for nlpseq run."
        ),
    )
    search.add_argument("recipe", metavar="RECIPE", help="a recipe file, or the name of one that comes with nlpseq")
    search.add_argument("--trials", type=int, default=12, metavar="N", help="trials in all (12)")
    search.add_argument("--minutes", type=float, default=60, metavar="M", help="of all trainings together (60)")
    search.add_argument(
        "--over", action="append", default=[], metavar="KEY=LOW..HIGH",
        help="a setting to search over, or KEY=A,B,C; again for more; default: learning rate, sizes, dropouts, batch",
    )  # fmt: skip
    search.add_argument(
        "-o", "--output", metavar="FOLDER", help="folder of the search (default: that of the run, with -search)"
    )
    search.set_defaults(call=_search, takes_settings=True, stopped=STOPPED)


def _search(options: argparse.Namespace, rest: list[str]) -> None:
    within(options, trials=(1, 10_000), minutes=(0.01, 10_000_000))
    from nlpseq.recipe import read_recipe
    from nlpseq.tasks.ranges import parse_range
    from nlpseq.tasks.search import BEST_FILE, TABLE_FILE, search

    def read(words: Sequence[str]) -> Any:
        return read_recipe(options.recipe, [*rest, *words], prog="nlpseq search")

    settings = read([])
    home = Path(options.output or f"{settings.run_dir}-search")
    over = dict(map(parse_range, options.over))
    found = search(read, trials=options.trials, minutes=options.minutes, home=home, over=over)
    keys = list(found[0].settings) if found else []
    columns = [Column("Trial", justify="right"), Column(f"val_{settings.train.monitor}", justify="right")]
    columns += [Column("Minutes", justify="right"), Column("State"), *(Column(key, folds=True) for key in keys)]
    rows = []
    for outcome in found:
        values = [f"{value:.4g}" if isinstance(value, float) else str(value) for value in outcome.settings.values()]
        score = "" if outcome.score is None else f"{outcome.score:.4f}"
        rows.append([str(outcome.number), score, f"{outcome.minutes:.1f}", outcome.state, *values])
    print_table(columns, rows)
    print(f"\ntable: {home / TABLE_FILE}")
    if (home / BEST_FILE).is_file():
        print(f"the best as a recipe: {command('run', home / BEST_FILE)}")
