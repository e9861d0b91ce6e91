"""`nlpseq init`: a recipe for your data, on standard output."""

from __future__ import annotations

import argparse
from typing import Any

from nlpseq.errors import UserError


def add(commands: Any) -> None:
    """Tell argparse of the command."""
    init = commands.add_parser(
        "init",
        help="a recipe for your data: the settings that matter, chosen from it, with the reason of each",
        description=(
            "Print a recipe for a file, folder or hub name: the columns found, and the settings that matter with "
            "values chosen from the data. Settings of the data can be given: --data.text message --data.label topic."
        ),
    )
    init.add_argument("task", metavar="TASK", help="what to train: classify, translate, ...")
    init.add_argument("path", metavar="DATA", nargs="?", help="a file, a folder or a hub name")
    init.set_defaults(call=_init, takes_settings=True)


def _init(options: argparse.Namespace, rest: list[str]) -> None:
    from nlpseq.config import RECIPES
    from nlpseq.tasks.suggest import suggest

    if options.path is None or (options.path in RECIPES and options.task not in RECIPES):
        task = options.task if options.task in RECIPES else options.path or "classify"
        path = "my.csv" if options.task in RECIPES else options.task
        raise UserError(f"nlpseq init takes the task, then the data: nlpseq init {task} {path}")
    print(suggest(options.task, data_settings(options.task, options.path, rest)), end="")


def data_settings(task: str, path: str, words: list[str]) -> Any:
    """The settings of the data for a task, with options such as `["--data.text", "message"]`.

    Raises:
        UserError: no such task or setting, or an option that is not for the data.
    """
    from nlpseq.recipe import parse_recipe

    for word in words:
        if word.startswith("--") and not word.startswith("--data."):
            raise UserError(f"{word}: settings of the data alone can be given here; write others into the recipe")
    return parse_recipe(f"task: {task}", [*words, f"--data.path={path}"], name=f"nlpseq init {task}").data
