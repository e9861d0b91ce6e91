"""Schemes of tags for spans of tokens: recognised from data, read into spans, written from spans.

A tag of a scheme is "O", outside, or a prefix and a label, as in B-PER:

- IOB1 (Ramshaw and Marcus 1995): I inside; B only where a span begins right behind another of its label.
- BIO, also called IOB2: every span begins with B.
- BIOES, also written BILOU, BMEWO or BMES: E ends a span, S is one of a single token.
- plain: any other tags, a label of its own for each token, such as parts of speech.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple, cast, get_args

Scheme = Literal["iob1", "bio", "bioes", "plain"]

# As they are said.
SCHEME_NAMES: dict[Scheme, str] = {
    "iob1": "IOB1 (B only between neighbours)",
    "bio": "BIO",
    "bioes": "BIOES",
    "plain": "plain, a label of its own for each token",
}
OUTSIDE = "O"
TAG = re.compile(r"([BIESLUMW])(?:[-_](.+))?", re.DOTALL)
# L and U are of BILOU, M and W of BMEWO.
PREFIXES = {"L": "E", "U": "S", "M": "I", "W": "S"}
# Which prefixes open a span after any tag, and which let none go on behind them.
BEGINS, ENDS = "BS", "ES"


class Span(NamedTuple):
    """The tokens from `start` to before `end` that have one label; "" where the tags are bare prefixes."""

    start: int
    end: int
    label: str


def recognise_scheme(sentences: Iterable[Sequence[str]]) -> Scheme:
    """The scheme of the tags of a corpus, of which a mistaken tag or two change nothing.

    >>> recognise_scheme([["I-PER", "B-PER", "O", "I-LOC"]]), recognise_scheme([["B-PER", "I-PER", "O"]])
    ('iob1', 'bio')
    >>> recognise_scheme([["S-PER", "O"]]), recognise_scheme([["U-PER", "O"]]), recognise_scheme([["NOUN", "VERB"]])
    ('bioes', 'bioes', 'plain')
    """
    counts: Counter[str] = Counter()
    tags: set[str] = set()
    for sentence in sentences:
        tags.update(sentence)
        previous: str | None = None
        for tag in sentence:
            prefix, label = split_tag(tag)
            if label != previous:  # the first token of a span: I in IOB1, B in BIO
                counts[prefix] += 1
            previous = label if prefix else None
    if not _are_of_a_scheme(tags):
        return "plain"
    if any(split_tag(tag)[0] in ("E", "S") for tag in tags):
        return "bioes"
    return "iob1" if counts["I"] > counts["B"] else "bio"


@lru_cache(maxsize=10_000)
def split_tag(tag: str) -> tuple[str, str]:
    """The prefix, one of B, I, E, S, and the label of a tag; two empty strings where it has no prefix.

    >>> split_tag("B-PER"), split_tag("L-creative-work"), split_tag("I"), split_tag("O"), split_tag("NOUN")
    (('B', 'PER'), ('E', 'creative-work'), ('I', ''), ('', ''), ('', ''))
    """
    match = TAG.fullmatch(tag)
    return (PREFIXES.get(match[1], match[1]), match[2] or "") if match else ("", "")


def tag_spans(tags: Sequence[str]) -> list[Span]:
    """The spans of a sentence's tags in any scheme but plain, whatever order they are in: as conlleval reads them.

    A span goes on as long as the label does, up to an E or S and to before a B or S.

    >>> tag_spans(["B-PER", "I-PER", "O", "I-LOC", "I-ORG"])
    [Span(start=0, end=2, label='PER'), Span(start=3, end=4, label='LOC'), Span(start=4, end=5, label='ORG')]
    """
    spans: list[Span] = []
    open_ = False
    for place, tag in enumerate(tags):
        prefix, label = split_tag(tag)
        if prefix and open_ and prefix not in BEGINS and spans[-1].label == label:
            spans[-1] = spans[-1]._replace(end=place + 1)
        elif prefix:
            spans.append(Span(place, place + 1, label))
        open_ = bool(prefix) and prefix not in ENDS
    return spans


def known_scheme(name: object) -> Scheme:
    """The scheme of this name; ValueError if there is none."""
    for scheme in get_args(Scheme):
        if scheme == name:
            return cast(Scheme, scheme)
    raise ValueError(f"no scheme is called {name!r}")


def network_scheme(scheme: Scheme) -> Scheme:
    """What a network's tags for a corpus are in: BIOES says most of where a span begins and ends."""
    return "plain" if scheme == "plain" else "bioes"


def scheme_spans(tags: Sequence[str], scheme: Scheme) -> list[Span]:
    """The spans of a sentence's tags; of plain ones each token is one.

    >>> scheme_spans(["NOUN", "VERB"], "plain"), scheme_spans(["O", "B-PER"], "bio")
    ([Span(start=0, end=1, label='NOUN'), Span(start=1, end=2, label='VERB')], [Span(start=1, end=2, label='PER')])
    """
    return [Span(place, place + 1, tag) for place, tag in enumerate(tags)] if scheme == "plain" else tag_spans(tags)


def span_tags(spans: Iterable[Span], length: int, scheme: Scheme) -> list[str]:
    """The tags of a sentence of `length` tokens.

    Raises:
        ValueError: the scheme is plain, or spans are empty, overlap or leave the sentence.

    >>> spans = [Span(0, 2, "PER"), Span(2, 3, "PER")]
    >>> span_tags(spans, 4, "bioes"), span_tags(spans, 4, "iob1")
    (['B-PER', 'E-PER', 'S-PER', 'O'], ['I-PER', 'I-PER', 'B-PER', 'O'])
    """
    if scheme == "plain":
        raise ValueError("plain tags have no spans")
    tags = [OUTSIDE] * length
    previous = Span(0, 0, "")
    for span in sorted(spans):
        if not previous.end <= span.start < span.end <= length:
            raise ValueError(f"{span} is empty, or overlaps {previous}, or leaves the sentence of {length} tokens")
        touches = previous.end == span.start > 0 and previous.label == span.label
        for place, prefix in enumerate(_prefixes(span.end - span.start, scheme, touches), span.start):
            tags[place] = f"{prefix}-{span.label}" if span.label else prefix
        previous = span
    return tags


def convert_tags(tags: Sequence[str], scheme: Scheme) -> list[str]:
    """A sentence's tags of any scheme in another one; in the same one they come out corrected. Plain tags stay.

    >>> convert_tags(["I-PER", "I-PER", "O", "I-LOC"], "bioes"), convert_tags(["NOUN"], "plain")
    (['B-PER', 'E-PER', 'O', 'S-LOC'], ['NOUN'])
    """
    if scheme == "plain" or set(tags) <= {OUTSIDE}:
        return list(tags)
    return span_tags(tag_spans(tags), len(tags), scheme)


def scheme_tags(labels: Iterable[str], scheme: Scheme) -> list[str]:
    """All tags that spans of these labels can have, "O" first; of plain tags the labels are the tags.

    >>> scheme_tags(["PER"], "bioes"), scheme_tags(["NOUN"], "plain")
    (['O', 'B-PER', 'I-PER', 'E-PER', 'S-PER'], ['NOUN'])
    """
    if scheme == "plain":
        return list(labels)
    prefixes = "BIES" if scheme == "bioes" else "BI"
    return [OUTSIDE, *(f"{prefix}-{label}" if label else prefix for label in labels for prefix in prefixes)]


def allowed_transitions(tags: Sequence[str], scheme: Scheme) -> list[list[bool]]:
    """Whether the second tag may follow the first, (K + 1, K + 1): number K is the edge of a sentence.

    >>> allowed_transitions(["O", "B-PER", "I-PER"], "bio")[0]  # behind O: O, B-PER, no I-PER, the end
    [True, True, False, True]
    """
    parts = [*map(split_tag, tags), ("", "")]
    return [[scheme == "plain" or _may_follow(one, other, scheme) for other in parts] for one in parts]


def _may_follow(one: tuple[str, str], other: tuple[str, str], scheme: Scheme) -> bool:
    goes_on = one[0] in ("B", "I") and one[1] == other[1]
    if scheme == "bioes":
        return goes_on if other[0] in ("I", "E") else one[0] not in ("B", "I")
    needed = "I" if scheme == "bio" else "B"
    return goes_on or other[0] != needed


def _prefixes(length: int, scheme: Scheme, touches: bool) -> Iterator[str]:
    """The prefixes of one span; `touches` says whether one of its label stands right before it."""
    for place in range(length):
        first, last = place == 0, place == length - 1
        if scheme == "bioes":
            yield ("S" if last else "B") if first else ("E" if last else "I")
        else:
            yield "B" if first and (scheme == "bio" or touches) else "I"


def _are_of_a_scheme(tags: set[str]) -> bool:
    """Whether all tags are of a scheme; bare prefixes are one only where there is more than one and B among them."""
    inside = [match for tag in tags - {OUTSIDE} if (match := TAG.fullmatch(tag))]
    if len(inside) < len(tags - {OUTSIDE}):
        return False
    bare = {match[1] for match in inside if match[2] is None}
    return not bare or (len(bare) == len(inside) and len(tags) > 1 and bool(bare & {"B", "I"}))
