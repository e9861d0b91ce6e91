"""Rows that were seen in training are counted, whatever stands between their words."""

from __future__ import annotations

import logging

import pytest
from datasets import Dataset
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpseq.data.overlap import log_overlap, overlap


def texts(*values: str) -> Dataset:
    return Dataset.from_dict({"text": list(values), "label": ["x"] * len(values)})


def pairs(*values: tuple[str, str]) -> Dataset:
    return Dataset.from_dict({"src": [src for src, _ in values], "tgt": [tgt for _, tgt in values]})


def test_texts_are_compared_apart_from_their_white_space() -> None:
    splits = {
        "train": texts("a b", "c", "d"),
        "validation": texts(" a  b\n", "ab", "A b"),
        "test": texts("c", "c", "e"),
    }
    assert overlap(splits) == {
        "validation": {"rows": 3, "in_training": 1}, "test": {"rows": 3, "in_training": 2}
    }  # fmt: skip


def test_pairs_are_compared_whole_and_by_their_sources() -> None:
    train = pairs(("a", "A"), ("b", "B"))
    assert overlap({"train": train, "test": pairs(("a", "A"), ("a", "x"), ("x", "B"), ("aA", ""))}) == {
        "test": {"rows": 4, "in_training": 1, "source_in_training": 2}
    }


def test_without_a_training_split_there_is_nothing_to_count() -> None:
    assert overlap({"test": texts("a")}) == {}


@settings(max_examples=30)
@given(*[st.lists(st.sampled_from(["a", "b b", "c", "d"]), min_size=1, max_size=8)] * 2)
def test_the_count_is_that_of_the_rows(train: list[str], test: list[str]) -> None:
    found = overlap({"train": texts(*train), "test": texts(*test)})["test"]
    assert found == {"rows": len(test), "in_training": sum(text in train for text in test)}


@pytest.mark.parametrize(
    ("counts", "line"),
    [
        ({"test": {"rows": 3, "in_training": 0}}, None),
        ({}, None),
        (
            {"validation": {"rows": 9, "in_training": 0}, "test": {"rows": 1200, "in_training": 1100}},
            "1,100 of 1,200 test pairs",
        ),
        (
            {
                "validation": {"rows": 9, "in_training": 2, "source_in_training": 5},
                "test": {"rows": 2, "in_training": 1},
            },
            "2 of 9 validation pairs and the sources of 3 more, 1 of 2 test pairs",
        ),
    ],
)
def test_it_is_said_in_one_line(
    counts: dict[str, dict[str, int]], line: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="nlpseq"):
        log_overlap(counts, "pairs")
    said = [record.getMessage() for record in caplog.records]
    assert said == ([] if line is None else [f"seen in training too, so that scores flatter: {line}"])
