"""Writes reviews: fills the slots of a template with words about one thing."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

import reviews_lexicon as lexicon
from reviews_domains import Domain, Part
from reviews_grammar import Expansion, Slot

EVERYBODY = (
    "my sister/she, my brother/he, a friend of mine/she, my neighbour/he, a colleague/he, my partner/she, "
    "most of my friends/they, my parents/they, my cousin/she, my uncle/he, my flatmate/he, my daughter/she, "
    "a former teacher of mine/she, a man on the bus/he, two of my friends/they"
).split(", ")
THEM = {"he": "him", "she": "her", "they": "them", "it": "it"}
COMMON = 0.3  # share of adjectives that would fit anything
STRONG = 0.35
CONTRACTIONS = (
    (r"\b(was|were|is|are|did|do|does|had|could|would|has|have) not\b(?= \w)", r"\1n't"),
    (r"\bcannot\b", "can't"),
    (r"\bI had (?=\w+ed\b)", "I'd "),
    (r"\bI have (?=(?:seldom|rarely|never|hardly|often|been|not|known)\b)", "I've "),
    (r"\bI would (?=\w)", "I'd "),
    (r"(^|[.,:;] )it is (?=\w)", r"\1it's "),
)


class Writer:
    """Writes one review of one thing; no part of it and, where others are left, no signed word comes twice.

    `combinations` holds the pairs that met: an adjective with what it describes, a signed word with its template.
    """

    def __init__(self, rng: random.Random, domain: Domain) -> None:
        self.rng, self.domain = rng, domain
        self.item, self.items = rng.choice(domain.items)
        self.past = rng.choice(domain.tenses) == "was"
        self.informal = rng.random() < 0.5
        self.now = Part(f"the {self.item}", domain.kind)  # the thing named last
        self.someone, self.he = "", "they"
        self.last: dict[str, str] = {}
        self.used: set[object] = set()
        self.combinations: set[tuple[str, str]] = set()

    def review(self, *, positive: bool) -> str:
        """One paragraph."""
        expansion = Expansion(self.rng, self.domain.traits, self.domain.remarks)
        pieces = expansion.expand("<review>", positive=positive)
        text = "".join(piece if isinstance(piece, str) else self._fill(piece) for piece in pieces)
        for formal, short in CONTRACTIONS if self.informal else ():
            text = re.sub(formal, short, text)
        text = re.sub(r"\b([Aa]) (?=[aeiou](?!se|ne\b))", r"\1n ", text)  # an evening, a useless lid, a one
        return re.sub(r"(^|[.!?] )(\"?[a-z])", lambda match: match[1] + match[2].upper(), " ".join(text.split()))

    def _fill(self, slot: Slot) -> str:
        if slot.name in ("good", "bad"):
            return self._adjective(slot.name, slot.manner, slot.key, self.now)
        if slot.manner in ("good", "bad"):
            thing = self._part() if slot.name == "part" else self.rng.choice(self.domain.moments)
            return f"{self._adjective(slot.manner, '', slot.key, thing)} {thing.phrase.removeprefix('the ')}"
        if slot.name in lexicon.OPPOSITES:
            return self.last[slot.name] if slot.manner == "same" else self._signed(slot)
        if slot.name == "pick":
            self._part()
            return ""
        if slot.name in ("part", "thing"):
            return self._part(priced=slot.name == "part").phrase
        if slot.name == "whole":
            self.now = self.rng.choice(self._wholes())
            return self.now.phrase
        if slot.name == "someone":
            self.someone, self.he = self._choose((*EVERYBODY, *self.domain.people)).split("/")
            return self.someone
        if slot.name == "excess":
            return self._choose(lexicon.EXCESSES[self.now.kind])
        if slot.name in ("span", "spend", "source"):
            phrases: tuple[str, ...] = getattr(self.domain, slot.name)
            return self.rng.choice(phrases)
        return self._plain(slot.name)

    def _plain(self, name: str) -> str:
        past, participle, again = self.domain.verb
        return {
            "this": self.now.phrase,
            "is": self._be(self.now.plural),
            "was": self._be(False),
            "are": self._be(True),
            "outweighs": "outweigh" if self.now.plural else "outweighs",
            "item": self.item,
            "items": self.items,
            "past": past,
            "participle": participle,
            "again": again,
            "he": self.he,
            "him": THEM[self.he],
            "were": "were" if self.he == "they" else "was",
        }[name]

    def _adjective(self, side: str, manner: str, key: str, thing: Part) -> str:
        common = manner == "common" or (thing.kind != "price" and manner != "rather" and self.rng.random() < COMMON)
        words = lexicon.ADJECTIVES["general" if common else thing.kind, side]
        strong = manner not in ("mild", "rather") and self.rng.random() < STRONG
        chosen = self._choose(words.strong if strong else words.mild)
        self.combinations |= {(key, chosen), (thing.phrase, chosen)}
        if manner == "very":
            degrees = lexicon.INTENSIFIERS.strong if strong else lexicon.INTENSIFIERS.mild
            return f"{self.rng.choice(degrees)} {chosen}"
        return f"{self.rng.choice(lexicon.DIMINISHERS[side])} {chosen}" if manner == "rather" else chosen

    def _signed(self, slot: Slot) -> str:
        chosen = self._choose(lexicon.WORDS[slot.name, self.domain.feelings])
        self.combinations.add((slot.key, chosen))
        self.last[slot.name] = f"a {chosen}" if slot.name in ("treat", "ordeal") else chosen
        return self.last[slot.name]

    def _choose(self, words: Sequence[str]) -> str:
        chosen = self.rng.choice([word for word in words if word not in self.used] or words)
        self.used.add(chosen)
        return chosen

    def _part(self, *, priced: bool = True) -> Part:
        parts = [part for part in self.domain.parts if part not in self.used]
        self.now = self.rng.choice([part for part in parts if priced or part.kind != "price"])
        self.used.add(self.now)
        return self.now

    def _wholes(self) -> list[Part]:
        names = (f"the {self.item}", f"the {self.item}", f"this {self.item}", f"the {self.item} as a whole")
        return [*(Part(name, self.domain.kind) for name in names), *self.domain.wholes]

    def _be(self, plural: bool) -> str:
        return ("were" if plural else "was") if self.past else ("are" if plural else "is")
