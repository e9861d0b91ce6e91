"""Scores over groups of items: what stands out is told, what may be chance is not."""

from __future__ import annotations

import numpy as np
import pytest

from nlpseq.report.blocks import Bar
from nlpseq.report.facets import Facet, mean_scorer, share_scorer, text_facets, unknown_in, word_facet
from nlpseq.report.findings import findings


def test_texts_by_length_and_by_words_that_training_has() -> None:
    texts = ["a dog runs"] * 40 + ["the wug runs over a zorp"] * 40
    right = np.array([True] * 36 + [False] * 4 + [True] * 8 + [False] * 32)
    known = {"a": 100, "dog": 5, "runs": 7, "the": 50, "over": 9}
    facets = text_facets(texts, share_scorer(right), known, label="accuracy", items="texts", overall=55.0, unit="%")
    by_length, by_unknown, by_times = facets
    assert [(bar.label, bar.value, bar.items) for bar in by_length.rows] == [("3", 90.0, 40), ("6", 20.0, 40)]
    assert [bar.label for bar in by_unknown.rows] == ["0", "2"] and [bar.label for bar in by_times.rows] == ["7", "8"]
    good, fails, then = (sentence for _, sentence in findings(facets, advice=["", "do this"]))
    assert good == "Texts of 3 words: accuracy 90.0% on 40 of them, against 55.0% over all."
    assert fails == "Texts of 6 words: accuracy 20.0% on 40 of them, against 55.0% over all."
    assert then == "Do this."
    whole, _ = by_unknown.rows
    assert by_unknown.sentence(whole).startswith("texts of which training has every word: accuracy")
    of_one_length = text_facets(texts[:40], share_scorer(right[:40]), known, label="accuracy", items="t", overall=90.0)
    assert of_one_length == []  # a single group says nothing


def test_of_long_texts_the_share_of_new_words_is_told() -> None:
    texts = ["a dog runs " * 20] * 30 + ["a wug runs " * 20] * 30
    right = np.array([True] * 30 + [False] * 30)
    facets = text_facets(
        texts, share_scorer(right), {"a": 9, "dog": 9, "runs": 9}, label="accuracy", items="texts", overall=50.0
    )
    few, many = (facets[0].sentence(bar) for bar in facets[0].rows)
    assert few.startswith("texts with hardly a word that training does not have: accuracy 100.0")
    assert many.startswith("texts with 33% words that training does not have: accuracy 0.0")


@pytest.mark.parametrize(
    ("bar", "lead"),
    [
        (Bar("x", 60.0, 55.0, 65.0, 30), 0.2),
        (Bar("x", 60.0, 45.0, 75.0, 30), 0.0),  # may be chance
        (Bar("x", 60.0, 55.0, 65.0, 3), 0.0),  # of too few
        (Bar("x", 60.0, None, None, 30), 0.0),
        (Bar("x", 40.0, 35.0, 45.0, 30), -0.2),
    ],
)
def test_only_what_is_sure_stands_out(bar: Bar, lead: float) -> None:
    facet = Facet("t", ("a", "b", "c"), [bar, bar], 50.0, "{}")
    assert facet.lead(bar) == pytest.approx(lead)
    fewer = Facet("t", ("a", "b", "c"), [bar, bar], 50.0, "{}", higher_is_better=False)
    assert fewer.lead(bar) == pytest.approx(-lead)


def test_words_are_right_as_often_as_both_have_them() -> None:
    facet = word_facet(["a a a dog", "cat"], ["a a cat", "cat"], {"a": 1000, "dog": 1, "cat": 50})
    assert facet is not None
    figures = {bar.label: (round(bar.value, 1), bar.items) for bar in facet.rows}
    assert figures == {"10–99": (66.7, 2), "1,000 or more": (80.0, 2)}
    assert facet.overall == pytest.approx(100 * 6 / 9)
    new = word_facet(["a b"], ["a c"], {"a": 1})
    assert new is not None
    assert new.sentence(new.rows[0]).startswith("reference words that training does not have: F1 0.0%")
    assert word_facet(["!"], ["?"], {"a": 1}) is None


def test_unknown_words_stand_as_they_were_written() -> None:
    assert unknown_in("Rex barks at REX, Straße", {"barks": 1, "at": 2, "strasse": 1}) == ["Rex", "REX"]
    assert unknown_in("東京へ", {"東": 1}) == ["京", "へ"] and unknown_in("x", None) == []


def test_one_item_has_no_interval() -> None:
    assert mean_scorer([3.0])(np.array([0])) == (3.0, None, None)
