"""A sentence of tokens and tags: a template is told with its names marked, then cut at the marks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from notices_names import owner
from stories_grammar import Teller, sections
from tags_ambiguous import AMBIGUOUS
from tags_headlines import HEADLINES
from tags_names import LABELS, Cast, EntityNames
from tags_news import NEWS
from tags_notices import NOTICES

ENTITY = re.compile(rf"""([^\s"(]+?)/({"|".join(LABELS)})\b""")
TOKEN = re.compile(
    r"""\d+(?:st|nd|rd|th|s)\b|\d+(?:[.,:/]\d+)*  # 12th, 1920s, 9:30, 250,000
    |(?:Mr|Mrs|Ms|Dr|St|Co|Prof|Rev)\.|[ap]\.m\.|[A-Z]\.(?=\ )  # full stops that belong to a word
    |[^\W\d_]+(?=n't\b)|n't\b|'(?:s|S|ll|ve|re)\b  # did n't, Ada 's
    |O'[A-Z][^\W\d_]+|[^\W\d_]+  # O'Hale
    |\S""",
    re.VERBOSE,
)
CAPITALS_SHARE, TITLE_SHARE = 0.4, 0.3  # of the headlines
HEADLINES_SHARE, AMBIGUOUS_SHARE = 0.06, 0.2  # of the sentences
_SMALL_WORDS = {"a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "over", "the", "to", "with"}


@dataclass(frozen=True)
class Sentence:
    """Tokens as spaCy parts English, one tag a token, and the text that they were cut from."""

    tokens: tuple[str, ...]
    tags: tuple[str, ...]
    text: str


class Templates:
    """The templates of a split: those of news and notices belong to one split each, like names; the others to all."""

    def __init__(self, split: str) -> None:
        self.plain = tuple(line for line in (*NEWS, *NOTICES) if owner(line) in {split, "train"})
        self.headlines = HEADLINES
        self.ambiguous = sections(AMBIGUOUS)


def cut(told: str) -> Sentence:
    """Tokens and tags of a marked text.

    >>> cut("Mr de_Witt/PER left.").tags
    ('O', 'B-PER', 'I-PER', 'O', 'O')
    """
    tokens: list[str] = []
    tags: list[str] = []
    place = 0
    for mark in ENTITY.finditer(told):
        name = TOKEN.findall(mark[1].replace("_", " "))
        outside = TOKEN.findall(told[place : mark.start()])
        tokens += [*outside, *name]
        tags += ["O"] * len(outside) + [f"B-{mark[2]}"] + [f"I-{mark[2]}"] * (len(name) - 1)
        place = mark.end()
    rest = TOKEN.findall(told[place:])
    text = ENTITY.sub(lambda mark: mark[1].replace("_", " "), told)
    return Sentence((*tokens, *rest), (*tags, *["O"] * len(rest)), text)


def capital(told: str) -> str:
    """The first letter as a capital, also behind a quotation mark."""
    return re.sub(r"^(\W?)([a-z])", lambda match: match[1] + match[2].upper(), told)


def _word_of_a_title(match: re.Match[str]) -> str:
    word = match[0]
    return word if word in _SMALL_WORDS else word[0].upper() + word[1:]


def headline(told: str, rng_value: float) -> str:
    """A headline all in capitals, with capitals at its words, or as it is."""
    if rng_value < CAPITALS_SHARE:
        return re.sub(r"(?<!/)\b[^\s/]+", lambda match: match[0].upper(), told)
    if rng_value < CAPITALS_SHARE + TITLE_SHARE:
        return re.sub(r"(?<![\w'/.,])[a-z]+(?![\w/])", _word_of_a_title, told)
    return told


def sentence(teller: Teller, names: EntityNames, templates: Templates) -> Sentence:
    """One sentence: a headline, one with an ambiguous name, or plain news."""
    kind, cast = teller.rng.random(), Cast(names)
    if kind < HEADLINES_SHARE:
        told = capital(teller.tell(teller.draw(templates.headlines), cast))
        return cut(headline(told, teller.rng.random()))
    if kind < HEADLINES_SHARE + AMBIGUOUS_SHARE:
        template = teller.draw(templates.ambiguous[teller.draw(tuple(templates.ambiguous))])
    else:
        template = teller.draw(templates.plain)
    return cut(capital(teller.tell(template, cast)))
