"""Rules of templates, and how a template becomes a line of text and slots."""

from __future__ import annotations

import random
from collections.abc import Container, Sequence
from dataclasses import dataclass

from reviews_lexicon import OPPOSITES
from reviews_templates import SHEET

CLOSING = {"[": "]", "(": ")", "{": "}", "<": ">"}
TRAITS = ("time", "visit")


@dataclass(frozen=True)
class Template:
    """A line of a rule; no other has its `key`; a thing without the `trait`, if there is one, cannot have it."""

    text: str
    weight: int
    trait: str
    key: str


@dataclass(frozen=True)
class Slot:
    """A place for a word: `name` tells which, `manner` how ("very good"), `key` the template that it stands in."""

    name: str
    manner: str
    key: str


def _read(sheet: str) -> dict[str, list[Template]]:
    rules: dict[str, list[Template]] = {}
    for line in sheet.splitlines():
        if line.startswith("# "):
            name = line[2:]
            rules[name] = []
        elif line:
            weight, _, text = line.partition(" ")
            trait = next((trait for trait in TRAITS if text.startswith(f"{trait}: ")), "")
            text = text.removeprefix(f"{trait}: ")
            rules[name].append(Template(text, int(weight), trait, f"{name} {len(rules[name])}"))
    return rules


RULES = _read(SHEET)


@dataclass
class Expansion:
    """Chooses the branches of the templates of one review.

    `traits` and `remarks` are those of the reviewed thing. No remark comes twice, and a template only where its
    rule has no other left.
    """

    rng: random.Random
    traits: Container[str]
    remarks: Sequence[str]

    def __post_init__(self) -> None:
        self.used: set[str] = set()

    def expand(self, text: str, *, positive: bool, key: str = "") -> list[str | Slot]:
        """The text and the slots of a template in a positive or a negative review."""
        pieces: list[str | Slot] = []
        position = 0
        while position < len(text):
            if text[position] not in CLOSING:
                pieces.append(text[position])
                position += 1
                continue
            content = _inside(text, position)
            pieces += self._bracket(text[position], content, positive, key)
            position += len(content) + 2
        return pieces

    def _bracket(self, opening: str, content: str, positive: bool, key: str) -> list[str | Slot]:
        if opening == "[":
            return self.expand(self.rng.choice(content.split("|")), positive=positive, key=key)
        if opening == "(":
            return self.expand(_halves(content)[0 if positive else 1], positive=positive, key=key)
        if opening == "<":
            line = self._line(content.removeprefix("-"))
            return self.expand(line.text, positive=positive != content.startswith("-"), key=line.key)
        if content == "remark":
            return self.expand(self._remark(), positive=positive, key=key)
        *manner, name = content.split()
        if not positive:
            manner, name = [OPPOSITES.get(word, word) for word in manner], OPPOSITES.get(name, name)
        return [Slot(name, " ".join(manner), key)]

    def _line(self, rule: str) -> Template:
        fitting = [line for line in RULES[rule] if not line.trait or line.trait in self.traits]
        fresh = [line for line in fitting if line.key not in self.used] or fitting
        chosen = self.rng.choices(fresh, [line.weight for line in fresh])[0]
        if not chosen.text.startswith(("<", "{remark}")):
            self.used.add(chosen.key)
        return chosen

    def _remark(self) -> str:
        chosen = self.rng.choice([remark for remark in self.remarks if remark not in self.used])
        self.used.add(chosen)
        return chosen


def _inside(text: str, start: int) -> str:
    """What stands between the bracket at `start` and its partner."""
    opening, closing, depth = text[start], CLOSING[text[start]], 0
    for position in range(start, len(text)):
        depth += (text[position] == opening) - (text[position] == closing)
        if depth == 0:
            return text[start + 1 : position]
    raise ValueError(f"no {closing} in {text[start:]!r}")


def _halves(text: str) -> tuple[str, str]:
    """The two sides of the slash."""
    left, slash, right = text.partition("/")
    if not slash or "/" in right:
        raise ValueError(f"not one slash in {text!r}")
    return left, right
