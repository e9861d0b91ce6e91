"""Scores by length: a difference is claimed only where intervals part."""

from __future__ import annotations

import pytest

from nlpseq.report.plots.drawing import Plot
from nlpseq.report.plots.lengths import LengthBucket, length_plot

SHORT = LengthBucket(2, 5, 30, 40.0, 36.0, 44.0)


def bleu_plot(*buckets: LengthBucket) -> Plot:
    return length_plot(buckets, score="BLEU", scale="0 to 100", texts="sources", unit="words")


@pytest.mark.parametrize(
    ("longer", "claim"),
    [
        ([LengthBucket(6, 9, 31, 30.0, 28.0, 32.0)], "10.0 lower on the longest sources (6–9 words)"),
        ([LengthBucket(6, 9, 31, 50.5, 48.0, 52.0)], "10.5 higher on the longest sources (6–9 words)"),
        ([LengthBucket(6, 9, 31, 39.0, 35.0, 43.0)], "no clear difference"),
        ([], "same length (2–5 words)"),
    ],
)
def test_titles(longer: list[LengthBucket], claim: str) -> None:
    assert claim in bleu_plot(SHORT, *longer).title


def test_an_interval_that_misses_its_score_is_drawn() -> None:
    assert "1,234 sources) 0.0" in bleu_plot(LengthBucket(0, 0, 1234, 0.0, 1.0, 2.0)).alt.replace("1234", "1,234")


@pytest.mark.parametrize(
    "buckets", [[LengthBucket(1, 5, 9, 99.0, 97.0, 100.0)], [LengthBucket(1, 5, 9, 60.0, 20.0, 100.0)]]
)
def test_the_axis_ends_where_scores_end(buckets: list[LengthBucket]) -> None:
    svg = length_plot(buckets, score="Accuracy", scale="%", texts="texts", unit="words").svg
    assert ">100<" in svg and ">110<" not in svg and ">105<" not in svg and ">102<" not in svg
