"""A task has its three splits whatever the corpus has."""

from __future__ import annotations

import pytest
from datasets import Dataset, DatasetDict

from nlpseq.config import LabelledDataSettings, ParallelDataSettings, SummaryDataSettings
from nlpseq.tasks.splits import wanted_splits, with_all_splits


def rows(count: int) -> Dataset:
    return Dataset.from_dict({"src": [str(n) for n in range(count)], "label": ["ab"[n % 2] for n in range(count)]})


@pytest.mark.parametrize("kind", [ParallelDataSettings, LabelledDataSettings, SummaryDataSettings])
def test_a_validation_split_that_is_tested_on_is_not_looked_for(kind: type) -> None:
    assert wanted_splits(kind()) == {"train": "train", "validation": None, "test": None}
    for name in ("validation", "valid", "val", "dev"):
        assert wanted_splits(kind(test=name)) == {"train": "train", "test": name}
        assert wanted_splits(kind(test=name, validation=name))["validation"] == name


def test_what_is_missing_is_held_out_of_the_training_split() -> None:
    data = SummaryDataSettings(validation_size=4, test_size=6)
    corpus = with_all_splits(DatasetDict(train=rows(30)), data, seed=1, stratify="label")
    assert {name: len(split) for name, split in corpus.items()} == {"train": 20, "validation": 4, "test": 6}
    assert sorted(n for split in corpus.values() for n in split["src"]) == sorted(rows(30)["src"])
    assert list(corpus["validation"]["label"]).count("a") == 2
    again = with_all_splits(DatasetDict(train=rows(30)), data, seed=1, stratify="label")
    assert list(again["test"]["src"]) == list(corpus["test"]["src"])


def test_what_is_there_stays() -> None:
    whole = DatasetDict(train=rows(9), validation=rows(3), test=rows(2))
    assert with_all_splits(whole, SummaryDataSettings(), seed=1) is whole
    part = with_all_splits(DatasetDict(train=rows(9), test=rows(2)), SummaryDataSettings(validation_size=3), seed=1)
    assert {name: len(split) for name, split in part.items()} == {"train": 6, "validation": 3, "test": 2}
