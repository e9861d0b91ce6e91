"""`nlpseq recipes`: the recipes that come with it, a line each."""

from __future__ import annotations

import argparse
from typing import Any

from nlpseq.cli.table import Column, print_table


def add(commands: Any) -> None:
    """Tell argparse of the command."""
    recipes = commands.add_parser(
        "recipes",
        help="the recipes that come with it: task, data, what they reach",
        description="List the recipes that come with nlpseq. nlpseq run NAME runs one, with any text if it is told to.",
    )
    recipes.set_defaults(call=_recipes, takes_settings=False)


def _recipes(options: argparse.Namespace, rest: list[str]) -> None:
    from nlpseq.recipe.shipped import shipped_recipes

    rows = [(found.name, found.task, found.data, found.title, found.reaches) for found in shipped_recipes()]
    columns = [Column("Recipe"), Column("Task"), Column("Data", folds=True), Column("What", folds=True)]
    print_table([*columns, Column("Reaches", folds=True)], rows)
    print("\nnlpseq run RECIPE runs one; --data.path PATH --run_dir DIR gives it your text")
