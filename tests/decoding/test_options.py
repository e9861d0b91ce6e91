from __future__ import annotations

import math

import numpy as np
import pytest

from nlpseq.decoding import DecodingOptions
from nlpseq.errors import UserError


@pytest.mark.parametrize(
    "settings",
    [
        {"beam_size": 0},
        {"n_best": 0},
        {"min_length": -1},
        {"alpha": -0.1},
        {"alpha": float("nan")},
        {"coverage_penalty": -1.0},
        {"no_repeat_ngram_size": -2},
        {"length_penalty": "gmnt"},
        {"n_best": 6, "beam_size": 5},
    ],
)
def test_values_out_of_range_are_named(settings):
    with pytest.raises(UserError, match=next(iter(settings))):
        DecodingOptions(**settings)


@pytest.mark.parametrize(
    ("kind", "alpha", "expected"),
    [("gnmt", 0.6, (12 / 6) ** 0.6), ("average", 0.5, 7**0.5), ("none", 2.0, 1.0)],
)
def test_normaliser_of_seven_tokens(kind, alpha, expected):
    found = DecodingOptions(length_penalty=kind, alpha=alpha).normaliser(np.array([7]))
    assert found.item() == pytest.approx(expected)


def test_coverage_penalty_is_that_of_gnmt():
    options = DecodingOptions(length_penalty="none", coverage_penalty=0.3)
    coverage = np.array([[[0.5, 1.7, 0.2]]])
    score = options.score(np.array([[-4.0]]), np.array([[2]]), coverage)
    assert score.item() == pytest.approx(-4.0 + 0.3 * (math.log(0.5) + math.log(0.2)))
