"""Word classes of the English-German corpus and their inflection.

A noun, adjective or verb carries only what German and English do not let us derive; the tables of endings in
this file do the rest. Nothing here knows about sentences: phrases and clauses are in `en_de_grammar.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Case = Literal["nom", "acc", "dat", "gen"]
Column = Literal["m", "f", "n", "p"]  # the gender in the singular, "p" for every plural
Agreement = Literal["1s", "3s", "1p", "2", "3p"]  # "2" is the polite German "Sie"
Degree = Literal["positive", "comparative", "superlative"]
Endings = Mapping[Column, tuple[str, str, str, str]]  # nominative, accusative, dative, genitive

CASES: tuple[Case, ...] = ("nom", "acc", "dat", "gen")


def ending(endings: Endings, column: Column, case: Case) -> str:
    """The ending for a gender or the plural, in a case."""
    return endings[column][CASES.index(case)]


DEFINITE: Endings = {
    "m": ("er", "en", "em", "es"),
    "f": ("ie", "ie", "er", "er"),
    "n": ("as", "as", "em", "es"),
    "p": ("ie", "ie", "en", "er"),
}
DEMONSTRATIVE: Endings = {
    "m": ("er", "en", "em", "es"),
    "f": ("e", "e", "er", "er"),
    "n": ("es", "es", "em", "es"),
    "p": ("e", "e", "en", "er"),
}
INDEFINITE: Endings = {
    "m": ("", "en", "em", "es"),
    "f": ("e", "e", "er", "er"),
    "n": ("", "", "em", "es"),
    "p": ("e", "e", "en", "er"),
}
UNINFLECTED: Endings = {"m": ("",) * 4, "f": ("",) * 4, "n": ("",) * 4, "p": ("",) * 4}

# Adjective endings: weak after der, dieser, alle; mixed after ein, kein, mein; strong without an article.
WEAK: Endings = {
    "m": ("e", "en", "en", "en"),
    "f": ("e", "e", "en", "en"),
    "n": ("e", "e", "en", "en"),
    "p": ("en", "en", "en", "en"),
}
MIXED: Endings = {
    "m": ("er", "en", "en", "en"),
    "f": ("e", "e", "en", "en"),
    "n": ("es", "es", "en", "en"),
    "p": ("en", "en", "en", "en"),
}
STRONG: Endings = {
    "m": ("er", "en", "em", "en"),
    "f": ("e", "e", "er", "er"),
    "n": ("es", "es", "em", "en"),
    "p": ("e", "e", "en", "er"),
}

RELATIVE_PRONOUNS: Endings = {
    "m": ("der", "den", "dem", "dessen"),
    "f": ("die", "die", "der", "deren"),
    "n": ("das", "das", "dem", "dessen"),
    "p": ("die", "die", "denen", "deren"),
}
REFLEXIVE_PRONOUNS: Mapping[Agreement, str] = {
    "1s": "mich",
    "3s": "sich",
    "1p": "uns",
    "2": "sich",
    "3p": "sich",
}


@dataclass(frozen=True)
class Noun:
    """A noun; `kinds` are the meanings that decide which verbs and adjectives it goes with."""

    singular: str
    plural: str  # empty for a mass noun such as "milk"
    de_singular: str
    gender: Column
    de_genitive: str
    de_plural: str
    kinds: frozenset[str]

    def en(self, *, plural: bool = False) -> str:
        return self.plural if plural else self.singular

    def de(self, case: Case, *, plural: bool = False) -> str:
        if plural:
            takes_n = case == "dat" and not self.de_plural.endswith(("n", "s"))
            return self.de_plural + "n" * takes_n
        # Weak masculines (der Junge, den Jungen) have a genitive without -s: it is their oblique form.
        weak = self.gender == "m" and not self.de_genitive.endswith("s")
        if case == "gen" or (weak and case != "nom"):
            return self.de_genitive
        return self.de_singular

    @property
    def is_person(self) -> bool:
        return "person" in self.kinds


@dataclass(frozen=True)
class Adjective:
    """An adjective; comparison forms are empty where the meaning has no degrees ("red")."""

    positive: str
    comparative: str
    superlative: str
    de_positive: str  # the predicate form: teuer, hoch, dunkel
    de_stem: str  # what takes the endings: teur-, hoh-, dunkl-
    de_comparative: str
    de_superlative: str
    kinds: frozenset[str]

    def en(self, degree: Degree = "positive") -> str:
        return {"positive": self.positive, "comparative": self.comparative, "superlative": self.superlative}[degree]

    def de_attributive(self, degree: Degree, suffix: str) -> str:
        stems = {
            "positive": self.de_stem,
            "comparative": self.de_comparative,
            "superlative": self.de_superlative,
        }
        return stems[degree] + suffix


@dataclass(frozen=True)
class Verb:
    """A verb with its English principal parts, its German principal parts and its frame.

    `particle` follows every English form ("wait for", "switch on"); `prefix` is the separable German one
    ("auf" of "aufmachen"). `preterite` is set for the few verbs whose English past is not a German perfect.
    """

    base: str
    third: str
    past: str
    participle: str
    ing: str
    particle: str
    prefix: str
    de_base: str  # the infinitive without its prefix
    de_third: str
    de_participle: str
    auxiliary: Literal["haben", "sein"]
    frame: str
    kinds: frozenset[str]
    reflexive: bool = False
    stative: bool = False  # no English progressive
    de_irregular: tuple[str, str] = ("", "")  # first person singular, plural: only of sein, haben, wissen
    preterite: tuple[str, str] = ("", "")  # singular, plural

    @property
    def name(self) -> str:
        return f"{self.base} {self.particle}".strip()

    @property
    def preposition(self) -> str:
        """The German preposition of the object ("auf" of "warten auf"), empty where there is none."""
        preposition, _, case = self.frame.partition("+")
        return preposition if case in ("acc", "dat") and preposition != "dat" else ""

    @property
    def governed_case(self) -> Case:
        return "acc" if self.frame.endswith("+acc") else "dat"

    @property
    def infinitive(self) -> str:
        return self.prefix + self.de_base

    @property
    def zu_infinitive(self) -> str:
        return f"{self.prefix}zu{self.de_base}" if self.prefix else f"zu {self.de_base}"

    def de_present(self, agreement: Agreement) -> str:
        """The finite form without the separable prefix."""
        first, plural = self.de_irregular
        if agreement == "3s":
            return self.de_third
        if agreement == "1s":
            return first or self.de_base.removesuffix("n")
        return plural or self.de_base


@dataclass(frozen=True)
class Modal:
    """A modal verb: English ones stand alone ("can") or need do-support and a link ("does not want to")."""

    aux_third: str
    aux_other: str
    link: str
    plain_third: str
    plain_other: str
    de_singular: str
    de_plural: str
    is_past: bool = False


@dataclass(frozen=True, eq=False)  # compared by identity: the tables of endings have no hash
class Determiner:
    """An article or its like: its own endings and the declension of the adjective behind it."""

    en: str
    stem: str
    endings: Endings
    declension: Endings
    en_plural: str = ""  # where it differs: this, these

    def de(self, column: Column, case: Case) -> str:
        return self.stem + ending(self.endings, column, case)


THE = Determiner("the", "d", DEFINITE, WEAK)
A = Determiner("a", "ein", INDEFINITE, MIXED)
BARE = Determiner("", "", UNINFLECTED, STRONG)
NO = Determiner("no", "kein", INDEFINITE, MIXED)
THIS = Determiner("this", "dies", DEMONSTRATIVE, WEAK, en_plural="these")
EVERY = Determiner("every", "jed", DEMONSTRATIVE, WEAK)
ALL = Determiner("all", "all", DEMONSTRATIVE, WEAK)
MANY = Determiner("many", "viel", DEMONSTRATIVE, STRONG)
SOME = Determiner("some", "einig", DEMONSTRATIVE, STRONG)
MY = Determiner("my", "mein", INDEFINITE, MIXED)
OUR = Determiner("our", "unser", INDEFINITE, MIXED)
HIS = Determiner("his", "sein", INDEFINITE, MIXED)
HER = Determiner("her", "ihr", INDEFINITE, MIXED)
THEIR = Determiner("their", "ihr", INDEFINITE, MIXED)
YOUR = Determiner("your", "Ihr", INDEFINITE, MIXED)


def numeral(en: str, de: str) -> Determiner:
    """A cardinal above one: uninflected, with strong adjectives ("zwei rote Äpfel")."""
    return Determiner(en, de, UNINFLECTED, STRONG)
