"""Each token is found in its text, whatever the tokenizer made of it."""

from __future__ import annotations

import pytest

from nlpseq.text.spans import token_spans
from nlpseq.text.subword import SubwordTokenizer
from nlpseq.text.tokenizers import BasicEnglishTokenizer, CharTokenizer, WordTokenizer, spacy_tokenizer

TEXT = 'It ISN\'T <br />"Bad"; Straße ΟΔΟΣ İzmir (both): 漢字 e\u0301!'


@pytest.mark.parametrize(
    ("tokenizer", "pieces"),
    [
        (BasicEnglishTokenizer(), "It ISN ' T Bad Straße ΟΔΟΣ İzmir ( both ) 漢字 e\u0301 !".split()),
        (WordTokenizer("en"), [word.text for word in spacy_tokenizer("en")(TEXT)]),
        (CharTokenizer(), list(TEXT.replace(" ", ""))),
    ],
)
def test_tokens_in_the_writers_own_spelling(tokenizer: BasicEnglishTokenizer, pieces: list[str]) -> None:
    spans = token_spans(TEXT, tokenizer.encode(TEXT))
    assert len(spans) == len(tokenizer.encode(TEXT))
    assert [TEXT[start:end] for start, end in spans if start < end] == pieces


def test_bytes_have_no_place_and_what_follows_has_one() -> None:
    subwords = SubwordTokenizer.train([f"the cat sat on mat number {i}" for i in range(50)], vocab_size=300)
    text = "the 漢 cat sat"
    tokens = subwords.encode(text)
    shown = [text[start:end] for start, end in token_spans(text, tokens)]
    assert "<0xE6>" in tokens and shown[tokens.index("<0xE6>")] == ""
    assert "".join(shown) == "thecatsat"


def test_what_is_not_there_moves_nothing() -> None:
    assert token_spans("a c", ["a", "b", "c", ""]) == [(0, 1), (1, 1), (2, 3), (3, 3)]
    assert token_spans("", ["a"]) == [(0, 0)] and token_spans("a", []) == []
