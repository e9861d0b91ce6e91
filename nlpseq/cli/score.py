"""`nlpseq score`: how likely a character model finds the text on standard input, in bits per character."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from nlpseq.cli.device import add_device
from nlpseq.cli.model import loaded
from nlpseq.cli.standard_input import read_text

if TYPE_CHECKING:
    from nlpseq.answers.continuation import Continuations, Likelihood


def add(commands: Any) -> None:
    """Tell argparse of the command."""
    score = commands.add_parser(
        "score",
        help="bits per character of standard input under a character model, whole or per line",
        description="Print bits per character, a tab, and the number of characters of the text on standard input.",
    )
    score.add_argument("run", metavar="RUN", help="a run folder, a saved model or a hub name")
    score.add_argument("--per-line", action="store_true", help="score each line alone: one line of output per line")
    score.add_argument("--json", action="store_true", help="print JSON objects: bits_per_character, nats, characters")
    add_device(score)
    score.set_defaults(call=_score, takes_settings=False)


def _score(options: argparse.Namespace, rest: list[str]) -> None:
    from nlpseq.stream import read_lines

    writer: Continuations = loaded(options, "generate")
    if not options.per_line:
        print(_format(writer.score(read_text()), options))
        return
    for some in read_lines(sys.stdin.fileno()):
        for line in some:
            print(_format(writer.score(line), options))
        sys.stdout.flush()


def _format(score: Likelihood, options: argparse.Namespace) -> str:
    if options.json:
        return json.dumps({"bits_per_character": round(score.bits_per_character, 6), **asdict(score)})
    return f"{score.bits_per_character:.4f}\t{score.characters}"
