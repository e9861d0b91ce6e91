"""`nlpseq diagnose`: what keeps a recurrent network from learning, on the user's own text."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.cli.options import within
from nlpseq.errors import UserError

if TYPE_CHECKING:
    from nlpseq.config import Settings


def add(commands: Any) -> None:
    """Tell argparse of the command."""
    diagnose = commands.add_parser(
        "diagnose",
        help="how far gradients reach back in tanh, relu, GRU and LSTM cells, on your text and at your size",
        description=(
            "Follow the gradient of the last token's loss back over the tokens before it, in small language models of "
            "every cell on the recipe's training text and at its size: at the start and after some updates, with "
            "torch's and with good starting weights, with and without clipping. Prints a table and writes a page."
        ),
        epilog="Any setting of the recipe can be given too, as in --model.hidden_size 512.",
    )
    diagnose.add_argument("diagnosis", choices=("gradients",), help="what to look at")
    diagnose.add_argument("source", metavar="RECIPE_OR_RUN", help="a recipe, or the folder of a run")
    diagnose.add_argument(
        "--length", type=int, default=100, metavar="TOKENS", help="tokens to follow the gradient over (default 100)"
    )
    diagnose.add_argument(
        "--steps", type=int, default=60, metavar="N", help="updates of each training; 0: only the start (default 60)"
    )
    diagnose.add_argument("--batch-size", type=int, default=32, metavar="N", help="windows of text (default 32)")
    diagnose.add_argument("--out", metavar="FOLDER", help="where to write (default: diagnosis in the run folder)")
    diagnose.set_defaults(call=_diagnose, takes_settings=True)


def _diagnose(options: argparse.Namespace, rest: list[str]) -> None:
    from nlpseq.diagnosis.gradients import FOLDER, diagnose_gradients
    from nlpseq.diagnosis.report import PAGE

    within(options, length=(2, 10_000), steps=(0, 100_000), batch_size=(1, 4096))
    settings = _settings(options.source, rest)
    out = Path(options.out or Path(settings.run_dir) / FOLDER)
    report = diagnose_gradients(
        settings, out=out, length=options.length, steps=options.steps, batch_size=options.batch_size
    )
    print(f"{report.text()}\n\npicture and tables: {out / PAGE}")


def _settings(source: str, rest: list[str]) -> Settings:
    """Those of a recipe or a run, with what is given beside it.

    Raises:
        UserError: there is neither, or a setting is wrong.
    """
    from nlpseq.recipe import read_recipe
    from nlpseq.runs.folder import SETTINGS_FILE, any_run_settings

    if Path(source).is_dir():
        own = any_run_settings(source)
        return replace(read_recipe(Path(source) / SETTINGS_FILE, rest, prog="nlpseq diagnose"), run_dir=own.run_dir)
    if not Path(source).is_file():
        raise UserError(
            f"{source}: no such recipe or run; name a recipe such as recipes/classify.yaml, or a run folder"
        )
    return read_recipe(source, rest, prog="nlpseq diagnose")
