"""`nlpseq recipes`: the recipes that come with it, some lines each that no terminal breaks."""

from __future__ import annotations

import argparse
from itertools import zip_longest
from textwrap import wrap
from typing import Any

from nlpseq.cli.table import table_width

# Where the output is no terminal it may end on one, behind a pager.
WIDEST = 80


def add(commands: Any) -> None:
    """Tell argparse of the command."""
    recipes = commands.add_parser(
        "recipes",
        help="the recipes that come with it: what they are for, their data, what they reach",
        description="List the recipes that come with nlpseq. nlpseq run NAME runs one, with any text if it is told to.",
    )
    recipes.set_defaults(call=_recipes, takes_settings=False)


def _recipes(options: argparse.Namespace, rest: list[str]) -> None:
    from nlpseq.recipe.shipped import shipped_recipes

    found = shipped_recipes()
    widest = max(len(recipe.name) for recipe in found) + 2
    width = max(min(table_width(), WIDEST), widest + 20)
    for recipe in found:
        known = [f"data: {recipe.data}", f"reaches {recipe.reaches}" if recipe.reaches else ""]
        lines = [*wrap(recipe.title, width - widest), *wrap("; ".join(filter(None, known)), width - widest)]
        for name, line in zip_longest([recipe.name], lines, fillvalue=""):
            print(f"{name:{widest}}{line}")
    print("\nnlpseq run RECIPE runs one; --data.path PATH --run_dir DIR gives it your text")
