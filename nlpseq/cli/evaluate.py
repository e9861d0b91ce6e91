"""`nlpseq evaluate`: a run's scores on its test split, or on other text, as JSON."""

from __future__ import annotations

import argparse
import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from nlpseq.errors import UserError


def add(commands: Any) -> None:
    """Tell argparse of the command."""
    evaluate = commands.add_parser(
        "evaluate",
        help="score a run on its test split, or on other text; prints JSON",
        description="Score a split with the run's model and print the figures as JSON.",
        epilog="Any --data.KEY and --decode.KEY setting of the recipe can be given too, as in --decode.beam_size 10.",
    )
    evaluate.add_argument("run", metavar="RUN", help="a run folder, or with --data.path a saved model")
    evaluate.add_argument("--split", help="name of the split, as in test_2016_flickr (default: the run's test split)")
    evaluate.set_defaults(call=_evaluate, takes_settings=True)


def _evaluate(options: argparse.Namespace, rest: list[str]) -> None:
    from nlpseq.runs.saved_model import model_settings
    from nlpseq.tasks.evaluate import evaluate

    run_dir = Path(options.run)
    own, given = model_settings(run_dir), model_settings(run_dir, rest)
    free = [name for name in ("data", "decode") if name in {part.name for part in fields(own)}]
    if replace(given, **{name: getattr(own, name) for name in free}) != own:
        raise UserError(
            f"nlpseq evaluate takes {' and '.join(f'--{name}.KEY' for name in free)} settings only; "
            "the others belong to training"
        )
    changed = {name: getattr(given, name) for name in free if getattr(given, name) != getattr(own, name)}
    metrics = evaluate(run_dir, split=options.split, **changed)
    print(json.dumps(metrics, indent=2, ensure_ascii=False))
