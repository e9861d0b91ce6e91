"""Schemes are recognised as one reads them, and spans and tags are each other, in every scheme."""

from __future__ import annotations

from itertools import product

import pytest

from nlpseq.text.tag_scheme import (
    Scheme,
    Span,
    allowed_transitions,
    convert_tags,
    recognise_scheme,
    scheme_tags,
    span_tags,
    tag_spans,
)

# The same two sentences in each scheme.
SAME: dict[Scheme, list[str]] = {
    "iob1": ["I-PER I-PER B-PER O I-LOC", "O I-ORG I-ORG I-ORG I-LOC B-LOC"],
    "bio": ["B-PER I-PER B-PER O B-LOC", "O B-ORG I-ORG I-ORG B-LOC B-LOC"],
    "bioes": ["B-PER E-PER S-PER O S-LOC", "O B-ORG I-ORG E-ORG S-LOC S-LOC"],
}
SPANS = [
    [Span(0, 2, "PER"), Span(2, 3, "PER"), Span(4, 5, "LOC")],
    [Span(1, 4, "ORG"), Span(4, 5, "LOC"), Span(5, 6, "LOC")],
]


@pytest.mark.parametrize("scheme", SAME)
def test_spans_and_tags_of_each_scheme(scheme: Scheme) -> None:
    sentences = [sentence.split() for sentence in SAME[scheme]]
    assert recognise_scheme(sentences) == scheme
    assert [tag_spans(sentence) for sentence in sentences] == SPANS
    assert [span_tags(spans, len(tags), scheme) for spans, tags in zip(SPANS, sentences, strict=True)] == sentences
    for other in SAME:
        assert [convert_tags(tags, other) for tags in sentences] == [sentence.split() for sentence in SAME[other]]


@pytest.mark.parametrize(
    ("sentences", "scheme"),
    [
        (["O O", "O"], "bio"),
        (["B-X O", "B-Y"], "bio"),
        (["I-X O", "O I-Y I-Y"], "iob1"),
        (["B-X B-X O B-X I-X", "B-Y I-Y", "I-Y"], "bio"),  # a mistake in it
        (["I-X O I-X I-X", "I-Y B-Y", "O B-Y"], "iob1"),  # a mistake in it
        (["B-X I-X L-X O U-Y"], "bioes"),
        (["B-X M-X E-X O W-Y"], "bioes"),
        (["B_X I_X O"], "bio"),
        (["B M E S S"], "bioes"),
        (["B I O", "O B"], "bio"),
        (["I O I I B"], "iob1"),
        (["NOUN VERB O"], "plain"),
        (["PER O LOC PER"], "plain"),
        (["B-X O NOUN"], "plain"),
        (["S E"], "plain"),
        (["b-x i-x"], "plain"),
        ([], "bio"),
    ],
)
def test_schemes_are_recognised(sentences: list[str], scheme: Scheme) -> None:
    assert recognise_scheme(sentence.split() for sentence in sentences) == scheme


@pytest.mark.parametrize(
    ("tags", "spans"),
    [  # as conlleval.pl reads tags that break the rules
        ("I-X I-Y B-Y", [Span(0, 1, "X"), Span(1, 2, "Y"), Span(2, 3, "Y")]),
        ("O E-X E-X I-X", [Span(1, 2, "X"), Span(2, 3, "X"), Span(3, 4, "X")]),
        ("S-X I-X", [Span(0, 1, "X"), Span(1, 2, "X")]),
        ("B-X S-X E-X", [Span(0, 1, "X"), Span(1, 2, "X"), Span(2, 3, "X")]),
        ("B-X E-Y", [Span(0, 1, "X"), Span(1, 2, "Y")]),
        ("B-a-b I-a-b L-a-b", [Span(0, 3, "a-b")]),
        ("B I O I", [Span(0, 2, ""), Span(3, 4, "")]),
        ("O O", []),
        ("", []),
    ],
)
def test_broken_tags_are_read_as_conlleval_reads_them(tags: str, spans: list[Span]) -> None:
    assert tag_spans(tags.split()) == spans


@pytest.mark.parametrize("scheme", SAME)
@pytest.mark.parametrize("labels", [["X", "Y"], [""]])
def test_the_allowed_sequences_are_those_that_spans_can_have(scheme: Scheme, labels: list[str]) -> None:
    tags = scheme_tags(labels, scheme)
    allowed, edge = allowed_transitions(tags, scheme), len(tags)
    for length in (1, 2, 3, 4)[: 4 if len(labels) == 1 else 3]:
        for path in product(range(edge), repeat=length):
            sentence = [tags[number] for number in path]
            is_allowed = all(allowed[one][other] for one, other in zip((edge, *path), (*path, edge), strict=True))
            assert is_allowed == (convert_tags(sentence, scheme) == sentence), sentence


def test_plain_tags_may_stand_anywhere_and_stay() -> None:
    assert allowed_transitions(["B-X", "E-X"], "plain") == [[True] * 3] * 3
    assert convert_tags(["NOUN", "I-X"], "plain") == ["NOUN", "I-X"]
    with pytest.raises(ValueError, match="no spans"):
        span_tags([], 3, "plain")


@pytest.mark.parametrize("spans", [[Span(0, 2, "X"), Span(1, 3, "X")], [Span(1, 1, "X")], [Span(2, 4, "X")]])
def test_spans_that_are_none_of_a_sentence(spans: list[Span]) -> None:
    with pytest.raises(ValueError, match="sentence of 3"):
        span_tags(spans, 3, "bio")
