"""`nlpseq compare`: whether two runs really differ on the same test split."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from nlpseq.program import command


def add(commands: Any) -> None:
    """Tell argparse of the command."""
    compare = commands.add_parser(
        "compare",
        help="are two runs really different? says so with a p-value and an interval",
        description=(
            "Compare two evaluated runs on the test split that both have: the exact McNemar test for classifiers, "
            "sacreBLEU's paired bootstrap for translators, the paired bootstrap over the documents, sentences or texts "
            "for summarisers, taggers and models of several labels. Language models "
            "are compared by `nlpseq report RUN_A RUN_B`."
        ),
    )
    compare.add_argument("run_a", metavar="RUN_A", help="a run folder")
    compare.add_argument("run_b", metavar="RUN_B", help="another one")
    compare.add_argument("--json", action="store_true", help="print the figures as JSON")
    compare.set_defaults(call=_compare, takes_settings=False)


def _compare(options: argparse.Namespace, rest: list[str]) -> None:
    from nlpseq.tasks.compare import compare_runs

    comparison = compare_runs(options.run_a, options.run_b)
    if options.json:
        print(json.dumps({"run_a": options.run_a, "run_b": options.run_b, **asdict(comparison)}, indent=2))
    else:
        print(comparison.sentence(options.run_a, options.run_b))
        pages = command("report", options.run_a, options.run_b)
        print(f"the sentences and n-grams that made the difference: {pages}", file=sys.stderr)
