"""A word is one thing for ROUGE, for what is copied, and for the n-grams of the baselines."""

from __future__ import annotations

import pytest

from nlpseq.report.copied import words_of
from nlpseq.text.words import words, words_and_marks

SCRIPTS = [
    ("東京の 株価", ["東", "京", "の", "株", "価"]),
    ("ラーメン", ["ラ", "ー", "メ", "ン"]),
    ("สวัสดี", ["ส", "วั", "ส", "ดี"]),  # a mark belongs to the letter that it is on
    ("မြန်မာ", ["မြ", "န်", "မာ"]),
    ("iPhone手機 2台", ["iphone", "手", "機", "2", "台"]),
    ("हिन्दी में", ["हिन्दी", "में"]),  # vowel signs are no punctuation
    ("cafe\u0301 naïve", ["cafe\u0301", "naïve"]),
    ("한국어 문장", ["한국어", "문장"]),
]


@pytest.mark.parametrize(("text", "expected"), SCRIPTS)
def test_all_that_count_words_cut_a_text_alike(text: str, expected: list[str]) -> None:
    from sklearn.feature_extraction.text import CountVectorizer

    from nlpseq.models.nb_svm import ngram_vectorizer

    analyze = ngram_vectorizer(1 << 10).build_analyzer()
    assert [ngram for ngram in analyze(text) if " " not in ngram] == expected
    assert words(text.lower()) == words_of(text) == words_and_marks(text.lower()) == expected
    assert CountVectorizer(tokenizer=words_and_marks, token_pattern=None).build_analyzer()(text) == expected


def test_rouge_has_the_same_words() -> None:
    from nlpseq.evaluation.rouge import tokens

    assert [tokens(text) for text, _ in SCRIPTS if "\u0301" not in text] == [
        expected for text, expected in SCRIPTS if "\u0301" not in text
    ]


def test_marks_stand_alone_and_spaces_are_nothing() -> None:
    assert words_and_marks("a_b, (c)\u3000…!!\n") == ["a", "_", "b", ",", "(", "c", ")", "…", "!", "!"]
    assert words_and_marks(" \t\n") == words("?!") == []
