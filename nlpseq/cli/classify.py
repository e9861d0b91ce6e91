"""`nlpseq classify`: a label and its probability for each line of input, or a prompt on a terminal."""

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
    from nlpseq.answers.classification import Classifications, Prediction

# Long texts that come fast are classified many at once, in batches of like lengths.
READ_BYTES = 1 << 20


def add(commands: Any) -> None:
    """Tell argparse of the command."""
    classify = commands.add_parser(
        "classify",
        help="label standard input, one line of output per line; a prompt on a terminal",
        description="For each line of standard input print its label, a tab and the label's probability.",
    )
    classify.add_argument("run", metavar="RUN", help="a run folder, a saved model or a hub name")
    classify.add_argument(
        "--json", action="store_true", help="print a JSON object a line: all probabilities, and each token's weight"
    )
    add_device(classify)
    classify.set_defaults(call=_classify, takes_settings=False)


def _classify(options: argparse.Namespace, rest: list[str]) -> None:
    from nlpseq.onnx.folder import is_export

    classifier: Classifications = loaded(options, "classify")
    explain = options.json and not is_export(options.run)  # an export has no gradients

    def answer(lines: list[str], number: int) -> Iterator[str]:
        found = classifier.predict(lines, explain=explain)
        return (_format(line, prediction, options) for line, prediction in zip(lines, found, strict=True))

    answer_lines(answer, prompt="text> ", first=one_line(", ".join(classifier.labels), most=200), most_bytes=READ_BYTES)


def _format(line: str, prediction: Prediction, options: argparse.Namespace) -> str:
    if not options.json:
        return f"{prediction.label}\t{prediction.probability:.4f}"
    entry: dict[str, Any] = {
        "text": line,
        "label": prediction.label,
        "probability": round(prediction.probability, 6),
        "probabilities": {label: round(share, 6) for label, share in prediction.probabilities.items()},
        "unknown": round(prediction.unknown, 4),
    }
    if prediction.explanation is not None:
        entry |= prediction.explanation.entry()
    return json.dumps(entry, ensure_ascii=False)
