"""`nlpseq export`: a run's model as ONNX graphs, which nlpseq-runtime runs without torch."""

from __future__ import annotations

import argparse
from typing import Any

from nlpseq.cli.options import within
from nlpseq.config.checks import MOST


def add(commands: Any) -> None:
    """Tell argparse of the command."""
    export = commands.add_parser(
        "export",
        help="write a run's model as ONNX graphs, checked against it",
        description="Write a run's model as ONNX graphs. Both models take test texts of the run: where they differ "
        "too much, nothing is written. The other commands take the export as they take the run, with torch or without.",
    )
    export.add_argument("run", metavar="RUN", help="a run folder")
    export.add_argument("-o", "--output", required=True, metavar="DIR", help="the folder of the export")
    export.add_argument("--format", choices=("onnx",), default="onnx", help="onnx")
    export.add_argument("--int8", action="store_true", help="8-bit integers: smaller, and on most processors faster")
    export.add_argument("--texts", type=int, default=500, metavar="N", help="test texts to compare both on (500)")
    export.set_defaults(call=_export, takes_settings=False)


def _export(options: argparse.Namespace, rest: list[str]) -> None:
    within(options, texts=(1, MOST))
    from nlpseq.tasks.export import export_run, in_words

    figures = export_run(options.run, options.output, int8=options.int8, texts=options.texts)
    for line in in_words(figures["task"], figures):
        print(line)
    print(options.output)
