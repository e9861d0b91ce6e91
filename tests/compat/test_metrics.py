from __future__ import annotations

import pytest

from nlpseq.compat.torchtext.data.metrics import bleu_score

CAT = ["the", "cat", "sat", "on", "the", "mat"]


def test_the_same_is_one_and_other_words_are_nothing() -> None:
    assert bleu_score([CAT], [[CAT]]) == pytest.approx(1.0)
    assert bleu_score([CAT], [[["a", "dog", "slept", "here"]]]) == 0.0
    assert bleu_score([[]], [[CAT]]) == 0.0


def test_short_candidates_pay_for_it() -> None:
    assert bleu_score([CAT[:4]], [[CAT]]) == pytest.approx(2.718281828 ** (1 - 6 / 4), rel=1e-6)


def test_a_token_with_spaces_is_one_token() -> None:
    assert bleu_score([["New York", "is", "far"]], [[["New", "York", "is"]]], max_n=1, weights=[1]) == pytest.approx(
        1 / 3
    )


def test_lists_must_fit_each_other() -> None:
    with pytest.raises(AssertionError, match="weights: 4 numbers for n-grams of up to 2 tokens; give 2"):
        bleu_score([CAT], [[CAT]], max_n=2)
    with pytest.raises(AssertionError, match="1 candidates and 2 sets of references"):
        bleu_score([CAT], [[CAT], [CAT]])
