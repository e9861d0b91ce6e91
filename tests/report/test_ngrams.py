"""N-grams that made the difference: of outputs by their references, of texts by who was right."""

from __future__ import annotations

import numpy as np

from nlpseq.report.blocks import Paragraph, Table
from nlpseq.report.ngrams import output_ngrams, telling_ngrams


def test_what_one_output_has_and_the_other_misses() -> None:
    refs = ["Der Hund läuft.", "Der Hund schläft.", "Die Katze läuft."]
    a = ["Der Hund läuft.", "Der Hund schläft.", "Die Katze."]
    b = ["Der Hut läuft.", "Der Hut schläft.", "Die Katze läuft."]
    better_a, better_b = output_ngrams(("a", "b"), (a, b), refs)
    assert isinstance(better_a, Table) and better_a.header == ["Better by a", "a", "b", "In the references"]
    assert better_a.rows[:2] == [["Hund", "2", "0", "2"], ["Der Hund", "2", "0", "2"]]
    assert better_b == Paragraph("No n-gram is much better by b.")  # one time is no evidence


def test_unspaced_text_is_cut_out_of_what_was_written() -> None:
    refs = ["我爱，北京"] * 2
    better, _ = output_ngrams(("a", "b"), (refs, ["我爱"] * 2), refs)
    assert isinstance(better, Table)
    assert ["爱，北京", "2", "0", "2"] in better.rows


def test_texts_on_which_one_is_right() -> None:
    texts = ["not bad", "not good", "very good", "so good"]
    better_a, better_b = telling_ngrams(("a", "b"), texts, np.array([1.0, 1.0, -1.0, -1.0]))
    assert isinstance(better_a, Table) and better_a.rows[0] == ["not", "2", "0", "2"]
    assert better_b == Paragraph("No n-gram is much better by b.")  # good helps both: twice and once
