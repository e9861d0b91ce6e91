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
        "--json",
        action="store_true",
        help="print a JSON object a line: labels, all probabilities, and each token's weight for each label",
    )
    add_device(multilabel)
    multilabel.set_defaults(call=_multilabel, takes_settings=False)


def _multilabel(options: argparse.Namespace, rest: list[str]) -> None:
    from nlpseq.onnx.folder import is_export

    labeller: Labellings = loaded(options, "multilabel")
    explain = options.json and not is_export(options.run)  # an export has no gradients

    def answer(lines: list[str], number: int) -> Iterator[str]:
        found = labeller.predict(lines, explain=explain)
        return (_format(line, labels, options) for line, labels in zip(lines, found, strict=True))

    answer_lines(answer, prompt="text> ", first=one_line(", ".join(labeller.labels), most=200), most_bytes=READ_BYTES)


def _format(line: str, found: LabelSet, options: argparse.Namespace) -> str:
    if not options.json:
        return "|".join(found.labels)
    entry: dict[str, Any] = {"text": line, "labels": found.labels, "probabilities": found.probabilities}
    if found.explanations is not None:
        entry["explanations"] = {label: why.entry() for label, why in found.explanations.items()}
    return json.dumps(entry, ensure_ascii=False)
