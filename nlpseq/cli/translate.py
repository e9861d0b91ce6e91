"""`nlpseq translate`: one line of output per line of input, or a prompt on a terminal."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

from nlpseq.cli.device import add_device
from nlpseq.cli.model import loaded
from nlpseq.cli.options import within
from nlpseq.cli.prompt import answer_lines
from nlpseq.config.checks import LARGEST_BEAM
from nlpseq.config.choices import DecodePrecision

if TYPE_CHECKING:
    from nlpseq.answers.hypothesis import Hypothesis

# What a blank line is translated to: the same keys as any other.
NOTHING: dict[str, Any] = {
    "text": "", "score": None, "log_prob": None, "tokens": [], "source_tokens": [], "alignment": [],
}  # fmt: skip


def add(commands: Any) -> None:
    """Tell argparse of the command."""
    translate = commands.add_parser(
        "translate",
        help="translate standard input, one line of output per line; a prompt on a terminal",
        description="Translate each line of standard input to one line of standard output. Empty lines stay empty.",
    )
    translate.add_argument("run", metavar="RUN", help="a run folder, a saved model or a hub name")
    translate.add_argument("--beam-size", type=int, metavar="K", help="hypotheses kept a sentence; 1 is greedy")
    translate.add_argument(
        "--n-best", type=int, default=1, metavar="N", help="print the N best as 'line number ||| text ||| score'"
    )
    translate.add_argument(
        "--json", action="store_true", help="print a JSON object a line: text, score, tokens, alignment"
    )
    translate.add_argument(
        "--no-split",
        action="store_true",
        help="read each line as one sentence; otherwise its sentences are translated one by one and joined",
    )
    translate.add_argument(
        "--precision",
        choices=get_args(DecodePrecision),
        help="of the weights; int8 is faster, and changes a word here and there",
    )
    add_device(translate)
    translate.set_defaults(call=_translate, takes_settings=False)


def _translate(options: argparse.Namespace, rest: list[str]) -> None:
    within(options, beam_size=(1, LARGEST_BEAM), n_best=(1, LARGEST_BEAM))
    translator: Any = loaded(options, "translate")
    asked = {name: value for name in ("beam_size", "precision") if (value := getattr(options, name))}
    translator = replace(translator, decode=replace(translator.decode, **asked))
    source, target = translator.languages

    def answer(lines: list[str], number: int) -> Iterator[str]:
        split = not options.no_split
        found = translator.search(lines, n_best=options.n_best, attention=options.json, split_sentences=split)
        numbered = enumerate(zip(lines, found, strict=True), number)
        return (_format(line, hypotheses, place, options) for place, (line, hypotheses) in numbered)

    answer_lines(answer, prompt=f"{source}> ", first=f"{source} -> {target}")


def _format(line: str, hypotheses: list[Hypothesis], number: int, options: argparse.Namespace) -> str:
    from nlpseq.text.texts import without_breaks

    if options.json:
        entries = [
            {"text": h.text, "score": round(h.score, 4), "log_prob": round(h.log_prob, 4), "tokens": h.tokens,
             "source_tokens": h.source_tokens, "alignment": h.alignment()}
            for h in hypotheses
        ]  # fmt: skip
        best = entries[0] if entries else NOTHING
        extra = {"n_best": entries} if options.n_best > 1 else {}
        return json.dumps({"source": line, **best, **extra}, ensure_ascii=False)
    if options.n_best > 1:
        shown = [f"{number} ||| {without_breaks(found.text)} ||| {found.score:.4f}" for found in hypotheses]
        return "\n".join(shown) or f"{number} |||  ||| "
    return without_breaks(hypotheses[0].text) if hypotheses else ""
