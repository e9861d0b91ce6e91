"""Templates and the teller that fills them, with every alternative as often as its neighbours.

`[one|other]` draws an alternative, `<rule>` a line of that rule, `<2-9>` a number, `{h.he}` is a word about somebody
in the cast, `a(n)` fits the word behind it, `^` makes the next letter a capital, `//` begins a paragraph.
"""

from __future__ import annotations

import random
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TypeVar

WIDTH = 68  # of a line of prose, in characters
_OPENING = re.compile(r"[\[<]")  # of an alternative or of a rule

Option = TypeVar("Option")
Sections = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Character:
    """Somebody in a story: `{h}` is the name, `{h.his}` and the like the words that stand for it."""

    name: str
    he: str
    him: str
    his: str
    child: str = ""
    trade: str = ""

    def __str__(self) -> str:
        return self.name

    @property
    def He(self) -> str:
        return self.he.capitalize()

    @property
    def His(self) -> str:
        return self.his.capitalize()

    @property
    def himself(self) -> str:
        return f"{self.him}self"

    @property
    def kind(self) -> str:
        """The name without its article: "the heron" is a heron."""
        return self.name.removeprefix("the ")

    @property
    def sir(self) -> str:
        return "sir" if self.he == "he" else "madam"


def woman(name: str, trade: str = "") -> Character:
    return Character(name, "she", "her", "her", "girl", trade)


def man(name: str, trade: str = "") -> Character:
    return Character(name, "he", "him", "his", "boy", trade)


def sections(text: str) -> Sections:
    """Read `== name` headings with alternatives below them, a blank line between two alternatives.

    >>> sections("== title\\n\\nTHE WELL\\n\\nA WELL\\nFOR {h}")
    {'title': ('THE WELL', 'A WELL FOR {h}')}
    """
    found: dict[str, list[str]] = {}
    name = ""
    for block in re.split(r"\n\s*\n", text.strip()):
        if block.startswith("== "):
            name = block[3:].strip()
            found[name] = []
        else:
            found[name].append(" ".join(block.split()))
    return {name: tuple(alternatives) for name, alternatives in found.items()}


def closing(template: str, opening: int) -> int:
    """Where the bracket that opens at `opening` closes."""
    depth = 0
    for place in range(opening, len(template)):
        depth += {"[": 1, "]": -1}.get(template[place], 0)
        if depth == 0:
            return place
    raise ValueError(f"a bracket stays open in {template!r}")


def alternatives(inside: str) -> tuple[str, ...]:
    """The parts between the bars that stand in no further brackets."""
    parts, depth = [""], 0
    for character in inside:
        depth += {"[": 1, "]": -1}.get(character, 0)
        if character == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return tuple(parts)


def polished(text: str) -> str:
    """Articles that fit, capitals where asked for, single spaces."""
    text = re.sub(r"\b([Aa])\(n\) (?=(hour|honest|heir|[aeio]|u(?!n[ai]|se))?)", _article, text, flags=re.IGNORECASE)
    text = re.sub(r"(?<=[.!?] )[a-z]", lambda match: match[0].upper(), text)
    text = re.sub(r"\^([\"']?)([a-z])", lambda match: match[1] + match[2].upper(), text).replace("^", "")
    return re.sub(r" +", " ", text).strip()


def _article(match: re.Match[str]) -> str:
    return f"{match[1]}n " if match[2] else f"{match[1]} "


class Teller:
    """Fills templates. A choice draws from a pack of cards, so that one that was just drawn stays away for a while."""

    def __init__(self, rng: random.Random, rules: Mapping[str, Sequence[str]]) -> None:
        self.rng = rng
        self.rules = rules
        self.packs: dict[Sequence[object], tuple[list[int], list[int]]] = {}

    def draw(self, options: Sequence[Option]) -> Option:
        """One of the options; as often as each other in the long run."""
        size = len(options)
        if options not in self.packs:
            self.packs[options] = ([], self.rng.sample(range(size), size))
        left, last_round = self.packs[options]
        if not left:
            late = {card: place + self.rng.random() * (size / 2 + 2) for place, card in enumerate(last_round)}
            last_round.sort(key=late.__getitem__)
            left.extend(reversed(last_round))
        return options[left.pop()]

    def expand(self, template: str, season: str) -> str:
        """All brackets and rules replaced."""
        out, place = "", 0
        while mark := _OPENING.search(template, place):
            start = mark.end()
            if mark[0] == "[":
                end = closing(template, mark.start())
                drawn = self.expand(self.draw(alternatives(template[start:end])), season)
            else:
                end = template.index(">", start)
                drawn = self.ruled(template[start:end], season)
            out += template[place : mark.start()] + drawn
            place = end + 1
        return out + template[place:]

    def ruled(self, name: str, season: str) -> str:
        """A line of the rule; for `sky` of the rule `sky in spring` where there is one."""
        if bounds := re.fullmatch(r"(\d+)-(\d+)", name):
            return str(self.rng.randint(int(bounds[1]), int(bounds[2])))
        seasonal = f"{name} in {season}"
        return self.expand(self.draw(self.rules[seasonal if seasonal in self.rules else name]), season)

    def tell(self, template: str, cast: Mapping[str, object]) -> str:
        """The template in words."""
        return polished(self.expand(template, str(cast.get("season"))).format_map(cast))

    def pick(self, heading: str, options: Sequence[str], cast: Mapping[str, object]) -> tuple[str, object]:
        """What a section `$name`, or `$name field field`, adds to the cast: one of its lines, told."""
        name, *fields = heading.removeprefix("$").split()
        told = self.tell(self.draw(options), cast)
        if not fields:
            return name, told
        return name, SimpleNamespace(**dict(zip(fields, told.split(" :: "), strict=True)))


def paragraphs(text: str) -> str:
    """Prose as in a book: paragraphs with a blank line between them, lines of at most `WIDTH` characters."""
    return "\n\n".join(filled(part.strip()) for part in text.split("//"))


def filled(paragraph: str) -> str:
    return textwrap.fill(paragraph, WIDTH, break_long_words=False, break_on_hyphens=False)
