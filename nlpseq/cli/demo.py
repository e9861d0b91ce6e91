"""`nlpseq demo`: the embedded recipes' models on a page of this machine; those that are missing are trained first."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from nlpseq.cli.serve import add_address, check_extra, serve_runs
from nlpseq.errors import UserError


def add(commands: Any) -> None:
    """Tell argparse of the command."""
    demo = commands.add_parser(
        "demo",
        help="the embedded recipes' models on a page of this machine; trains what is missing",
        description=(
            "Train the small models of the embedded recipes where they are missing, some minutes each, and serve them "
            "on a page, which is opened in the browser. What was trained before is not trained again."
        ),
    )
    demo.add_argument("recipes", nargs="*", metavar="RECIPE", help="some of them, such as translate (default: all)")
    demo.add_argument("--no-browser", action="store_true", help="print the address of the page, and open nothing")
    add_address(demo)
    demo.set_defaults(call=_demo, takes_settings=False)


def _demo(options: argparse.Namespace, rest: list[str]) -> None:
    import webbrowser

    from nlpseq.recipe import read_recipe
    from nlpseq.recipe.shipped import shipped_recipes
    from nlpseq.tasks import verbs

    check_extra()  # before anything is trained
    from nlpseq.serve.served import served_tasks

    shown = [recipe for recipe in shipped_recipes() if recipe.task in served_tasks()]
    embedded = {recipe.name: recipe for recipe in shown if recipe.data.startswith("corpora/")}
    for name in options.recipes:
        if name not in embedded:
            raise UserError(f"demo: no embedded recipe {name}; it is one of {', '.join(embedded)}")
    run_dirs = []
    for name in options.recipes or embedded:
        print(f"{name}: {embedded[name].title}; {embedded[name].reaches}", file=sys.stderr)
        settings = read_recipe(name)
        verbs.run(settings)
        run_dirs.append(settings.run_dir)
    serve_runs(run_dirs, options, None if options.no_browser else webbrowser.open)
