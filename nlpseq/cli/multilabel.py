"""`nlpseq multilabel`: the labels of each line of input, or a prompt on a terminal."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from nlpseq.cli.device import add_device
from nlpseq.cli.model import loaded
from nlpseq.cli.prompt import answer_lines
from nlpseq.errors import one_line

if TYPE_CHECKING:
    from nlpseq.answers.labels import Labellings, LabelSet

READ_BYTES = 1 << 20


def add(commands: Any) -> None:
    """Tell argparse of the command."""
    multilabel = commands.add_parser(
        "multilabel",
        help="any number of labels for each line of standard input; a prompt on a terminal",
        description="For each line of standard input print its labels, joined by |; an empty line for none.",
    )
    multilabel.add_argument("run", metavar="RUN", help="a run folder, a saved model or a hub name")
    multilabel.add_argument(
        "--json", action="store_true", help="print a JSON object a line: labels, and the probability of every label"
    )
    add_device(multilabel)
    multilabel.set_defaults(call=_multilabel, takes_settings=False)


def _multilabel(options: argparse.Namespace, rest: list[str]) -> None:
    labeller: Labellings = loaded(options, "multilabel")

    def answer(lines: list[str], number: int) -> Iterator[str]:
        return (_format(line, found, options) for line, found in zip(lines, labeller.predict(lines), strict=True))

    answer_lines(answer, prompt="text> ", first=one_line(", ".join(labeller.labels), most=200), most_bytes=READ_BYTES)


def _format(line: str, found: LabelSet, options: argparse.Namespace) -> str:
    if not options.json:
        return "|".join(found.labels)
    return json.dumps({"text": line, **vars(found)}, ensure_ascii=False)
