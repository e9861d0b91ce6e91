"""Nats, bits and perplexity on one scale, and intervals over chunks."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from nlpseq.evaluation.language_model import bits_per_character, perplexity, score_language_model


@pytest.mark.parametrize(("symbols", "bits"), [(1, 0.0), (2, 1.0), (32, 5.0), (65, 6.022367813)])
def test_a_uniform_model_by_hand(symbols: int, bits: float) -> None:
    nats = math.log(symbols)
    assert bits_per_character(nats) == pytest.approx(bits)
    assert perplexity(nats) == pytest.approx(symbols)
    scores = score_language_model([7 * nats, 3 * nats], [7, 3])
    assert scores["bits_per_character"] == pytest.approx(bits, abs=1e-6)
    assert scores["perplexity"] == pytest.approx(symbols, abs=1e-4)
    assert scores["perplexity_interval"] is scores["bits_per_character_interval"] is None  # both chunks are alike


def test_long_chunks_weigh_more() -> None:
    # 99 characters of 1 nat and one of 50: 149 nats over 100 characters
    scores = score_language_model([99.0, 50.0], [99, 1])
    assert scores["nats_per_character"] == 1.49
    assert scores["perplexity"] == pytest.approx(math.exp(1.49), abs=1e-4)
    assert (scores["characters"], scores["chunks"]) == (100, 2)


def test_all_three_scales_have_the_same_interval() -> None:
    rng = np.random.default_rng(2)
    characters = rng.integers(90, 131, size=47)
    scores = score_language_model(rng.gamma(1.5 * characters), characters, bootstrap_samples=300, seed=5)
    low, high = scores["nats_per_character_interval"]
    assert 1.4 < low < scores["nats_per_character"] < high < 1.6
    assert scores["bits_per_character_interval"] == pytest.approx([low / math.log(2), high / math.log(2)], abs=1e-5)
    assert scores["perplexity_interval"] == pytest.approx([math.exp(low), math.exp(high)], abs=1e-3)
    assert scores["language_model_signature"] == "unit:character|chunks:47|bs:300|seed:5"
    assert json.loads(json.dumps(scores, allow_nan=False)) == scores


def test_the_seed_repeats() -> None:
    chunks = ([110.0, 150.0, 90.0, 170.0], [100, 101, 99, 103])
    first, again, other = (score_language_model(*chunks, bootstrap_samples=9, seed=seed) for seed in (1, 1, 2))
    assert first == again != other


def test_one_chunk_has_no_interval() -> None:
    scores = score_language_model([3.0], [2])
    assert scores["nats_per_character"] == 1.5
    assert {scores[f"{name}_interval"] for name in ("nats_per_character", "bits_per_character", "perplexity")} == {None}


def test_huge_loss_is_an_infinite_perplexity() -> None:
    assert perplexity(710.0) == math.inf and perplexity(709.0) < math.inf


@pytest.mark.parametrize(
    ("nats", "characters", "message"),
    [
        ([], [], "no items"),
        ([1.0], [1, 2], "shape"),
        ([math.nan], [3], "finite"),
        ([math.inf], [3], "finite"),
        ([1.0, 0.0], [3, 0], "positive"),
        ([-1.0], [3], "negative log-likelihood"),
    ],
)
def test_bad_input(nats: list[float], characters: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        score_language_model(nats, characters)


def test_unknown_characters_are_counted_and_signed() -> None:
    counted = score_language_model([3.0, 5.0], [2, 2], unknown=1)
    assert (counted["unknown_characters"], counted["unknown_share"]) == (1, 0.25)
    assert "|unknown:escape|" in counted["language_model_signature"]
    old = score_language_model([3.0, 5.0], [2, 2])
    assert old["unknown_share"] is None and "unknown" not in old["language_model_signature"]
