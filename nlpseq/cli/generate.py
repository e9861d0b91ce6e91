"""`nlpseq generate`: text that goes on from a prompt, streamed as it is made."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from nlpseq.cli.device import add_device
from nlpseq.cli.model import loaded
from nlpseq.cli.options import unescaped, within
from nlpseq.cli.standard_input import read_text
from nlpseq.config.checks import LARGEST_SEED, MOST
from nlpseq.errors import UserError

if TYPE_CHECKING:
    from nlpseq.answers.continuation import Continuations

BETWEEN = "\n\n--------\n\n"


def add(commands: Any) -> None:
    """Tell argparse of the command."""
    generate = commands.add_parser(
        "generate",
        help="write text that goes on from a prompt, character by character",
        description="Print the prompt and, as it is made, the text that the model goes on with.",
    )
    generate.add_argument("run", metavar="RUN", help="a run folder, a saved model or a hub name")
    generate.add_argument("--prompt", default="", help="how the text begins; - reads it from standard input")
    generate.add_argument("--length", type=int, default=400, metavar="N", help="most characters to write (400)")
    generate.add_argument("--samples", type=int, default=1, metavar="N", help="texts to write, all in one batch")
    generate.add_argument("--seed", type=int, default=1, help="equal seeds give equal text (1)")
    generate.add_argument("--temperature", type=float, default=1.0, help="below 1 tamer, above 1 wilder; 0 is greedy")
    generate.add_argument("--top-k", type=int, default=0, metavar="K", help="draw from the K likeliest characters")
    generate.add_argument(
        "--top-p", type=float, default=1.0, metavar="P", help="draw from the likeliest that make up P"
    )
    generate.add_argument(
        "--min-p", type=float, default=0.0, metavar="P", help="draw from those at least P times as likely as the best"
    )
    generate.add_argument(
        "--repetition-penalty", type=float, default=1.0, metavar="X", help="above 1: what was just written gets rarer"
    )
    generate.add_argument(
        "--stop", action="append", default=[], metavar="TEXT", help=r"end once this is written; \n is a line break"
    )
    generate.add_argument(
        "--json", action="store_true", help="print a JSON object a sample: prompt, text, seed, number"
    )
    add_device(generate)
    generate.set_defaults(call=_generate, takes_settings=False)


def _generate(options: argparse.Namespace, rest: list[str]) -> None:
    within(options, length=(1, MOST), samples=(1, 1000), seed=(0, LARGEST_SEED))
    from nlpseq.decoding.processors import SamplingOptions

    sampling = SamplingOptions(
        temperature=options.temperature, top_k=options.top_k, top_p=options.top_p, min_p=options.min_p,
        repetition_penalty=options.repetition_penalty,
    )  # fmt: skip
    prompt = _prompt(options)
    writer: Continuations = loaded(options, "generate")
    common: dict[str, Any] = {
        "length": options.length, "options": sampling, "seed": options.seed,
        "stop": [unescaped(text) for text in options.stop],
    }  # fmt: skip
    if options.samples == 1 and not options.json:
        for piece in writer.generate(prompt, **common):
            print(piece, end="", flush=True)
        print()
        return
    texts = writer.samples([prompt] * options.samples, **common)
    if not options.json:
        print(BETWEEN.join(texts))
        return
    for number, text in enumerate(texts):
        entry = {"prompt": prompt, "text": text, "seed": options.seed, "number": number}
        print(json.dumps(entry, ensure_ascii=False))


def _prompt(options: argparse.Namespace) -> str:
    if options.prompt == "-":
        return read_text().removesuffix("\n")
    prompt = str(options.prompt)
    try:
        prompt.encode()
    except UnicodeEncodeError:  # bytes that are not text reach us as halves of surrogate pairs
        raise UserError("--prompt is not UTF-8; convert it with iconv, or give it on standard input") from None
    return prompt
