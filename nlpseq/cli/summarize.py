"""`nlpseq summarize`: a summary on one line for each line of input, or a prompt on a terminal."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nlpseq.cli.device import add_device
from nlpseq.cli.model import loaded
from nlpseq.cli.options import within
from nlpseq.cli.prompt import answer_lines
from nlpseq.config.checks import LARGEST_BEAM, LARGEST_SEED
from nlpseq.errors import UserError

if TYPE_CHECKING:
    from nlpseq.answers.summaries import Origin, Summaries, Summary
    from nlpseq.decoding.processors import SamplingOptions

# What one may ask of a sample alone.
SAMPLING = ("temperature", "top_p", "seed")


def add(commands: Any) -> None:
    """Tell argparse of the command."""
    summarize = commands.add_parser(
        "summarize",
        help="summarise standard input, a document a line, one line of output each; a prompt on a terminal",
        description="Summarise each line of standard input on one line of standard output. Empty lines stay empty.",
    )
    summarize.add_argument("run", metavar="RUN", help="a run folder, a saved model or a hub name")
    summarize.add_argument("--beam-size", type=int, metavar="K", help="hypotheses kept a document; 1 is greedy")
    summarize.add_argument(
        "--n-best", type=int, default=1, metavar="N", help="print the N best as 'line number ||| text ||| score'"
    )
    summarize.add_argument(
        "--json",
        action="store_true",
        help="print a JSON object a line: text, score and, for each character, the probability that it was copied and "
        "the place in the document, its white space made single spaces, that it was copied from",
    )
    summarize.add_argument("--sample", action="store_true", help="draw a summary at random instead of searching one")
    summarize.add_argument("--temperature", type=float, help="of a sample: below 1 tamer, above 1 wilder; 0 is greedy")
    summarize.add_argument("--top-p", type=float, metavar="P", help="of a sample: the likeliest that make up P")
    summarize.add_argument("--seed", type=int, help="of a sample: equal seeds give equal text (1)")
    add_device(summarize)
    summarize.set_defaults(call=_summarize, takes_settings=False)


def _summarize(options: argparse.Namespace, rest: list[str]) -> None:
    within(options, beam_size=(1, LARGEST_BEAM), n_best=(1, LARGEST_BEAM), seed=(0, LARGEST_SEED))
    sampling = _sampling(options)
    summarizer = loaded(options, "summarize")
    if options.beam_size:
        summarizer = replace(summarizer, decode=replace(summarizer.decode, beam_size=options.beam_size))
    answer_lines(
        lambda lines, number: _answers(summarizer, lines, number, sampling, options),
        prompt="document> ", first="a document a line",
    )  # fmt: skip


def _sampling(options: argparse.Namespace) -> SamplingOptions | None:
    """How samples are drawn, or None for a search."""
    given = {name: getattr(options, name) for name in SAMPLING if getattr(options, name) is not None}
    if not options.sample:
        for name in given:
            raise UserError(f"--{name.replace('_', '-')} is for samples; add --sample")
        return None
    if options.beam_size or options.n_best > 1:
        raise UserError("--sample draws a summary instead of searching it; leave --beam-size and --n-best out")
    from nlpseq.decoding.processors import SamplingOptions

    return SamplingOptions(**{name: value for name, value in given.items() if name != "seed"})


def _answers(
    summarizer: Summaries,
    lines: list[str],
    first: int,
    sampling: SamplingOptions | None,
    options: argparse.Namespace,
) -> list[str]:
    """What to print for each of the lines, which are numbered from `first`."""
    if sampling is not None:
        return _samples(summarizer, lines, first, sampling, options)
    found = summarizer.search(lines, n_best=options.n_best, origins=options.json and _knows_origins(options))
    numbered = enumerate(zip(lines, found, strict=True), first)
    return [_format(line, summaries, number, options) for number, (line, summaries) in numbered]


def _samples(
    summarizer: Summaries, lines: list[str], first: int, sampling: SamplingOptions, options: argparse.Namespace
) -> list[str]:
    seed = 1 if options.seed is None else options.seed
    texts = summarizer.sample(lines, options=sampling, seed=seed, numbers=range(first, first + len(lines)))
    if not options.json:
        return texts
    origins = (
        summarizer.origins(lines, texts)
        if summarizer.settings.copy and _knows_origins(options)
        else [None] * len(texts)
    )
    return [
        json.dumps({"document": line, "text": text, "seed": seed, **_marks(origin)}, ensure_ascii=False)
        for line, text, origin in zip(lines, texts, origins, strict=True)
    ]


def _format(line: str, summaries: list[Summary], number: int, options: argparse.Namespace) -> str:
    if options.json:
        entries = [
            {"text": found.text, "score": round(found.score, 4), "log_prob": round(found.log_prob, 4),
             **_marks(found.origin)}
            for found in summaries
        ]  # fmt: skip
        best = entries[0] if entries else {"text": "", "score": None, "log_prob": None, "copied": [], "places": []}
        extra = {"n_best": entries} if options.n_best > 1 else {}
        return json.dumps({"document": line, **best, **extra}, ensure_ascii=False)
    if options.n_best > 1:
        return "\n".join(f"{number} ||| {found.text} ||| {found.score:.4f}" for found in summaries) or (
            f"{number} |||  ||| "
        )
    return summaries[0].text if summaries else ""


def _knows_origins(options: argparse.Namespace) -> bool:
    """Whether the model says where characters were copied from: an export does not."""
    from nlpseq.onnx.folder import is_export

    return not is_export(options.run)


def _marks(origin: Origin | None) -> dict[str, Any]:
    if origin is None:
        return {}
    return {"copied": [round(share, 4) for share in origin.copied], "places": origin.places}
