"""Every command in README, guides and course parses, and sets settings that there are."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from nlpseq import cli
from nlpseq.recipe import is_file, read_recipe
from nlpseq.recipe.shipped import shipped

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`((?:nlpseq|make) [^`]+)`")
OPERATORS = ("<", ">", ">>")


def commands(page: Path) -> Iterator[list[str]]:
    """The words of each command of a page, those behind pipes too."""
    text = page.read_text(encoding="utf-8")
    lines = [line for block in BLOCK.findall(text) for line in block.replace("\\\n", " ").splitlines()]
    for line in [*lines, *(found.replace("\n", " ") for found in INLINE.findall(text) if "..." not in found)]:
        yield from _parts(line)


def _parts(line: str) -> Iterator[list[str]]:
    reader = shlex.shlex(line.replace('"|"', "PIPE"), posix=True, punctuation_chars="|<>;&")
    reader.wordchars += "[]{}*?=,+:@%"
    part: list[str] = []
    for word in reader:
        if word in ("|", ";", "&&"):
            yield part
            part = []
        else:
            part.append(word)
    if part:
        yield part


def check(words: list[str]) -> None:
    """Parse a command as it would be, and read the settings of its recipe."""
    for operator in OPERATORS:
        if operator in words:
            place = words.index(operator)
            del words[place : place + 2]
    if "--help" in words or len(words) == 2:
        return
    given, rest = cli.parser().parse_known_args(words[1:])
    for option in {"--seeds", "--processes"}.intersection(rest):
        del rest[rest.index(option) : rest.index(option) + 2]
    assert given.takes_settings or not rest, (words, rest)
    recipe = getattr(given, "recipe", None) or getattr(given, "source", None)
    if recipe is not None and (shipped(recipe) or is_file(ROOT / recipe)):
        read_recipe(recipe if shipped(recipe) else ROOT / recipe, [word for word in rest if word != "--print_config"])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_parse(page: Path) -> None:
    targets = re.findall(r"^([\w-]+)%?:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for words in commands(page):
        if words[0] == "make":
            goal = re.sub(r"^recipe-.*", "recipe-", words[1])
            assert goal in targets, words
            assert goal != "recipe-" or words[1] == "recipe-NAME" or shipped(words[1].removeprefix("recipe-"))
        elif words[0] == "nlpseq":
            check(words)


def test_a_wrong_command_would_be_seen() -> None:
    for line in ("nlpseq run classify --train.lrr 1", "nlpseq predict RUN --treshold 1", "nlpseq trane classify"):
        (words,) = _parts(line)
        with pytest.raises((cli.UserError, AssertionError)):
            check(words)


def test_there_is_something_to_check() -> None:
    assert sum(words[0] == "nlpseq" for page in PAGES for words in commands(page)) > 60
