"""Marked words: the text of any tokenizer comes back, long texts are cut around what matters."""

from __future__ import annotations

import pytest

from nlpseq.report.weighted import readable_pieces, strongest_words, weighted_spans
from nlpseq.text.tokenizers import BasicEnglishTokenizer, CharTokenizer


@pytest.mark.parametrize(
    ("tokenizer", "shown"),
    [
        (CharTokenizer(), 'They (both) "ran", didn\'t they?'),
        (BasicEnglishTokenizer(), "they ( both ) ran , didn ' t they ?"),
    ],
)
def test_tokens_read_as_text(tokenizer: CharTokenizer | BasicEnglishTokenizer, shown: str) -> None:
    assert "".join(readable_pieces(tokenizer.encode('They (both) "ran", didn\'t they?'))) == shown


def test_weak_words_are_not_marked_and_strength_is_relative() -> None:
    spans = weighted_spans([("a", 0.01), ("b", -0.5), ("c", 1.0), ("d", 0.0)])
    assert [(span.text, span.mark, span.strength) for span in spans if span.mark] == [
        ("b", "against", 0.5),
        ("c", "for", 1.0),
    ]
    assert "".join(span.text for span in spans) == "a b c d"


@pytest.mark.parametrize("weights", [[], [("a", 0.0), ("b", 0.0)], [("", 1.0)], [(" ", 1.0)], [("▁", 0.5)]])
def test_nothing_to_mark(weights: list[tuple[str, float]]) -> None:
    assert not any(span.mark for span in weighted_spans(weights))
    assert strongest_words(weights) == ""


def test_a_long_text_is_cut_around_its_strongest_words() -> None:
    weights = [(f"w{place}", 1.0 if place == 1500 else 0.0001) for place in range(3000)]
    text = "".join(span.text for span in weighted_spans(weights))
    assert len(text.split()) < 150
    assert text.startswith("w0 w1 ") and " w1499 w1500 w1501 " in text and text.endswith(" […]")
