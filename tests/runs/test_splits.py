"""A task has its three splits whatever the corpus has."""

from __future__ import annotations

import logging

import pytest
from datasets import Dataset, DatasetDict

from nlpseq.config import LabelledDataSettings, ParallelDataSettings, SummaryDataSettings
from nlpseq.errors import UserError
from nlpseq.runs.splits import wanted_splits, with_all_splits


def rows(count: int) -> Dataset:
    return Dataset.from_dict({"src": [str(n) for n in range(count)], "label": ["ab"[n % 2] for n in range(count)]})


@pytest.mark.parametrize("kind", [ParallelDataSettings, LabelledDataSettings, SummaryDataSettings])
def test_a_validation_split_that_is_tested_on_is_not_looked_for(kind: type) -> None:
    assert wanted_splits(kind()) == {"train": "train", "validation": None, "test": None}
    for name in ("validation", "valid", "val", "dev"):
        assert wanted_splits(kind(test=name)) == {"train": "train", "test": name}
        assert wanted_splits(kind(test="test_b", validation=name))["validation"] == name


@pytest.mark.parametrize("kind", [ParallelDataSettings, LabelledDataSettings, SummaryDataSettings])
@pytest.mark.parametrize(
    ("named", "message"),
    [
        ({"validation": "val", "test": "val"}, "data.validation and data.test are both 'val'"),
        ({"test": "train"}, "data.train and data.test are both 'train'"),
        ({"train": "a", "validation": "a"}, "data.train and data.validation are both 'a'"),
    ],
)
def test_one_split_serves_one_purpose(kind: type, named: dict[str, str], message: str) -> None:
    with pytest.raises(UserError, match=message):
        wanted_splits(kind(**named))


@pytest.mark.parametrize(
    ("total", "sizes", "held"),
    [
        (900, {}, (90, 90)),
        (1200, {}, (120, 120)),
        (20_000, {}, (500, 500)),
        (10, {}, (1, 1)),
        (1200, {"validation_size": 0.1, "test_size": 0.25}, (120, 300)),
        (1200, {"validation_size": 7}, (7, 120)),
        (9, {"validation_size": 0.01, "test_size": 4}, (1, 4)),
    ],
)
def test_a_held_out_size_is_a_number_or_a_share_and_a_tenth_by_default(
    total: int, sizes: dict[str, float], held: tuple[int, int], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="nlpseq"):
        corpus = with_all_splits(DatasetDict(train=rows(total)), LabelledDataSettings(**sizes), seed=1)
    assert (len(corpus["validation"]), len(corpus["test"])) == held
    left = total - sum(held)
    assert [record.getMessage() for record in caplog.records] == [
        f"held out of the training split at random: {held[0]:,} pairs for validation and {held[1]:,} pairs for test; "
        f"{left:,} are left"
    ]


def test_by_default_each_label_keeps_a_text_to_train_on() -> None:
    labels = [str(n % 25) for n in range(30)]
    train = Dataset.from_dict({"text": [str(n) for n in range(30)], "label": labels})
    corpus = with_all_splits(DatasetDict(train=train), LabelledDataSettings(), seed=1, stratify="label")
    assert {name: len(split) for name, split in corpus.items()} == {"train": 26, "validation": 2, "test": 2}
    assert set(corpus["train"]["label"]) == set(labels)


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
