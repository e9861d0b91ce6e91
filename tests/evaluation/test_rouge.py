"""ROUGE against values worked out by hand and rouge-score's own tokenizer, in several scripts; leads and copies."""

from __future__ import annotations

import json
import sys
import unicodedata
from importlib.metadata import version

import numpy as np
import pytest
from rouge_score.rouge_scorer import RougeScorer

from nlpseq.errors import UserError
from nlpseq.evaluation.rouge import (
    copied_share,
    document_rouge,
    lead_words,
    score_copying,
    score_rouge,
    tokens,
)

ROUGE_CASES = [
    # 2 of 3 and 2 of 4 words; 1 of 2 and 1 of 3 pairs; "the cat" in order
    ("the cat sat", "the cat ate fish", (400 / 7, 40.0, 400 / 7)),
    # every word but the wrong way round
    ("b a", "a b", (100.0, 0.0, 50.0)),
    # a repeated word counts as often as the reference has it: 1 of 3 and 1 of 1
    ("the the the", "the", (50.0, 0.0, 50.0)),
    # the common subsequence has gaps: a c e
    ("a x c y e", "a b c d e", (60.0, 0.0, 60.0)),
    ("ÉCOLE fermée!", "École, fermée", (100.0, 100.0, 100.0)),
    # Chinese by character: 3 of 4 characters, 2 of 3 pairs
    ("我爱北京", "我爱北方", (75.0, 200 / 3, 75.0)),
    ("नमस्ते दुनिया", "नमस्ते, दुनिया।", (100.0, 100.0, 100.0)),
    ("привет мир", "прощай мир", (50.0, 0.0, 50.0)),
    ("", "a b", (0.0, 0.0, 0.0)),
    ("a b", "", (0.0, 0.0, 0.0)),
    ("?!", "...", (0.0, 0.0, 0.0)),
]


@pytest.mark.parametrize(("hyp", "ref", "expected"), ROUGE_CASES)
def test_rouge_equals_the_value_worked_out_by_hand(hyp: str, ref: str, expected: tuple[float, float, float]) -> None:
    scores = score_rouge([hyp], [ref])
    assert (scores["rouge1"], scores["rouge2"], scores["rougeL"]) == pytest.approx(expected, abs=1e-4)


def test_plain_english_scores_as_with_rouge_score_s_own_tokenizer() -> None:
    rng = np.random.default_rng(1)
    words = ["Oil", "prices", "rose,", "the", "U.S.", "bank", "said", "3.5", "pct", "(net)", "fell-back", "it's"]
    hyps, refs = ([" ".join(rng.choice(words, size=rng.integers(1, 14))) for _ in range(29)] for _ in range(2))
    theirs = RougeScorer(["rouge1", "rouge2", "rougeL"])
    expected = [theirs.score(ref, hyp) for hyp, ref in zip(hyps, refs, strict=True)]
    for name, values in document_rouge(hyps, refs).items():
        assert values == pytest.approx([100 * row[name].fmeasure for row in expected])


TOKEN_CASES = [
    ("Don't stop-me, 3.5%_now", ["don", "t", "stop", "me", "3", "5", "now"]),
    ("Größe ÉTÉ İzmir", ["größe", "été", "i̇zmir"]),
    ("हिन्दी में", ["हिन्दी", "में"]),  # vowel signs are marks, not the ends of words
    ("مُحَمَّد قال", ["مُحَمَّد", "قال"]),
    ("東京タワーは333mです。", ["東", "京", "タ", "ワ", "ー", "は", "333m", "で", "す"]),
    ("ｱｲｶﾞ ＡＢＣ１２", ["ア", "イ", "ガ", "abc12"]),  # half- and full-width forms
    ("ที่นี่", ["ที่", "นี่"]),  # Thai: a letter with its marks
    ("한국어 문장", ["한국어", "문장"]),
    ("a\u200bb\x00c", ["a", "b", "c"]),
    ("😀 ok 👍🏽", ["ok"]),
    ("\ud800x", ["x"]),  # half of a surrogate pair
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), TOKEN_CASES)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_composed_and_decomposed_accents_are_the_same_word() -> None:
    for text in ("café Ångström", "한국어", "がぎぐ"):
        assert tokens(unicodedata.normalize("NFD", text)) == tokens(unicodedata.normalize("NFC", text))


HYPS = ["a b c", "a c", "x", "b a c d"]
REFS = ["a b c", "a b c", "a", "a b c d"]


def test_score_rouge_has_everything_and_is_set_by_its_seed() -> None:
    scores = score_rouge(HYPS, REFS, bootstrap_samples=200, seed=3)
    documents = document_rouge(HYPS, REFS)
    for name in ("rouge1", "rouge2", "rougeL"):
        low, high = scores[f"{name}_interval"]
        assert low <= scores[name] <= high
        assert scores[name] == pytest.approx(sum(documents[name]) / 4, abs=1e-4)
    assert scores["rouge1"] == pytest.approx((100 + 80 + 0 + 100) / 4)
    assert scores["documents"] == 4
    assert scores["rouge_signature"] == (
        "nrefs:1|case:lc|norm:nfkc|tok:unicode|stem:no|score:f1|"
        f"version:rouge-score-{version('rouge-score')}|bs:200|seed:3"
    )
    assert score_rouge(HYPS, REFS, bootstrap_samples=200, seed=3) == scores
    assert score_rouge(HYPS, REFS, bootstrap_samples=200, seed=4) != scores
    assert json.loads(json.dumps(scores, allow_nan=False)) == scores


@pytest.mark.parametrize(
    ("document", "n", "expected"),
    [
        ("  One two,\nthree (U.S.) five. ", 4, "One two, three (U.S.)"),
        ("One two", 8, "One two"),
        ("今日は、雨です。", 3, "今日は、"),
        ("GDP 上昇 3.5%", 4, "GDP 上昇 3.5%"),
        ("GDP 上昇 3.5%", 2, "GDP 上"),
        ("NHKは報じた", 2, "NHKは"),
        ("", 3, ""),
        (" \n", 3, ""),
    ],
)
def test_lead_words(document: str, n: int, expected: str) -> None:
    assert lead_words(document, n) == expected


@pytest.mark.parametrize(
    ("summary", "n", "expected"),
    [
        ("Old King", 1, 1.0),
        ("the young king sang", 1, 3 / 4),
        ("the young king sang", 2, 1 / 3),
        ("king king king", 1, 1.0),
        ("the old king sang", 4, 1.0),
        ("sang the king", 2, 0.0),
        ("the king", 3, None),
        ("", 1, None),
        ("!", 1, None),
    ],
)
def test_copied_share_by_hand(summary: str, n: int, expected: float | None) -> None:
    assert copied_share("The old king sang.", summary, n) == expected


def test_nothing_can_be_copied_from_an_empty_document() -> None:
    assert copied_share("", "a b", 1) == 0.0


def test_copying_is_a_ratio_of_sums_over_documents() -> None:
    documents, summaries = ["a b c d", "x y", "k"], ["a b c q", "y", ""]
    scores = score_copying(documents, summaries, orders=[1, 2, 5])
    assert scores["copied_1grams"] == 0.8 and scores["novel_1grams"] == 0.2
    assert scores["copied_2grams"] == pytest.approx(2 / 3, abs=1e-6)
    assert scores["copied_2grams_interval"] is None  # of the one document that has pairs
    assert scores["copied_5grams"] is scores["copied_5grams_interval"] is scores["novel_5grams"] is None
    low, high = scores["copied_1grams_interval"]
    assert (low, high) == (0.75, 1.0)


@pytest.mark.parametrize(
    ("hyps", "refs", "message"),
    [
        (["a", "b"], ["a"], "2 hypotheses but 1 references"),
        ([], [], "no documents"),
        ("ab", ["a", "b"], "not one string"),
    ],
)
def test_bad_input(hyps: list[str], refs: list[str], message: str) -> None:
    for score in (score_rouge, document_rouge):
        with pytest.raises(ValueError, match=message):
            score(hyps, refs)


def test_bad_copying_and_leads() -> None:
    with pytest.raises(ValueError, match="2 documents but 1 summaries"):
        score_copying(["a", "b"], ["a"])
    with pytest.raises(ValueError, match="no documents"):
        score_copying([], [])
    for bad in (0, -1):
        with pytest.raises(ValueError, match="n must be at least 1"):
            copied_share("a", "a", bad)
        with pytest.raises(ValueError, match="n must be at least 1"):
            lead_words("a", bad)


def test_without_rouge_score_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rouge_score.rouge_scorer", None)
    with pytest.raises(UserError, match="pip install rouge-score"):
        score_rouge(["a"], ["a"])
