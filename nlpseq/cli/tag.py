"""`nlpseq tag`: the tags of each line of input, or its entities as JSON, or a prompt on a terminal."""

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
    from nlpseq.answers.tagging import Tagged, Taggings

# Sentences that come fast are tagged many at once, in batches of like lengths.
READ_BYTES = 1 << 19
FORMATS = ("slash", "json", "conll")


def add(commands: Any) -> None:
    """Tell argparse of the command."""
    tag = commands.add_parser(
        "tag",
        help="tag the tokens of standard input, one line of output per line; a prompt on a terminal",
        description="For each line of standard input print its tokens, each with a slash and its tag behind it.",
    )
    tag.add_argument("run", metavar="RUN", help="a run folder, a saved model or a hub name")
    tag.add_argument(
        "--format", choices=FORMATS, default="slash",
        help="slash: token/TAG; json: an object a line with tokens, tags, places, and entities with probabilities; "
        "conll: a token, a tab and its tag a line, an empty line behind each sentence",
    )  # fmt: skip
    tag.add_argument("--json", dest="format", action="store_const", const="json", help="the same as --format json")
    tag.add_argument("--pre-split", action="store_true", help="the tokens of a line are parted by blanks already")
    add_device(tag)
    tag.set_defaults(call=_tag, takes_settings=False)


def _tag(options: argparse.Namespace, rest: list[str]) -> None:
    tagger: Taggings = loaded(options, "tag")

    def answer(lines: list[str], number: int) -> Iterator[str]:
        texts = [line.split() for line in lines] if options.pre_split else lines
        found = tagger.tag(texts, entities=options.format == "json")
        return (_format(one, options.format) for one in found)

    answer_lines(answer, prompt="text> ", first=one_line(", ".join(tagger.labels), most=200), most_bytes=READ_BYTES)


def _format(found: Tagged, form: str) -> str:
    if form == "slash":
        return str(found)
    if form == "conll":
        return "".join(f"{token}\t{tag}\n" for token, tag in zip(found.tokens, found.tags, strict=True))
    entities = [vars(entity) | {"probability": round(entity.probability, 6)} for entity in found]
    return json.dumps({**vars(found), "entities": entities}, ensure_ascii=False)
