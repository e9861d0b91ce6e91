"""Every row lands in one part, and a stratified part has the shares of the whole."""

from __future__ import annotations

from collections import Counter

import pytest
from datasets import Dataset
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpseq.data import partition
from nlpseq.data.partition import folds, hold_out
from nlpseq.errors import UserError


def labelled(*labels: str) -> Dataset:
    return Dataset.from_dict({"text": [str(n) for n in range(len(labels))], "label": list(labels)})


def numbers(dataset: Dataset, column: str = "text") -> list[int]:
    return [int(text) for text in dataset[column]]


def test_hold_out_shares_every_row_out_once_and_repeats_itself() -> None:
    rows = Dataset.from_dict({"src": [str(n) for n in range(23)], "tgt": ["x"] * 23})
    parts = {
        name: numbers(part, "src") for name, part in hold_out(rows, validation_size=5, test_size=3, seed=7).items()
    }
    assert {name: len(part) for name, part in parts.items()} == {"train": 15, "validation": 5, "test": 3}
    assert sorted(sum(parts.values(), [])) == list(range(23))
    assert all(part == sorted(part) for part in parts.values())
    again = hold_out(rows, validation_size=5, test_size=3, seed=7)
    assert {name: numbers(part, "src") for name, part in again.items()} == parts
    assert numbers(hold_out(rows, validation_size=5, seed=8)["validation"], "src") != parts["validation"]


@pytest.mark.parametrize(
    ("rows", "sizes", "message"),
    [
        (
            Dataset.from_dict({"src": list("abc")}),
            (-1, 0),
            "held-out sizes must not be negative: validation -1, test 0",
        ),
        (
            Dataset.from_dict({"src": list("abc")}),
            (2, 1),
            "holding out 3 of 3 pairs leaves none to train on; set data.validation_size and data.test_size to",
        ),
        (labelled(*"aab"), (2, 1), "holding out 3 of 3 texts leaves none to train on"),
        (labelled(*"aab"), (1, 1), "holding out 2 of 3 texts leaves a label without any to train on"),
        (labelled(), (0, 0), "holding out 0 of 0 texts leaves none to train on"),
    ],
)
def test_hold_out_checks_its_sizes(rows: Dataset, sizes: tuple[int, int], message: str) -> None:
    stratify = "label" if "label" in rows.column_names else None
    with pytest.raises(UserError, match=message):
        hold_out(rows, validation_size=sizes[0], test_size=sizes[1], stratify=stratify)


def test_stratified_parts_have_the_shares_of_the_whole() -> None:
    rows = labelled(*["a"] * 60, *["b"] * 30, *["c"] * 10)
    parts = hold_out(rows, validation_size=20, test_size=10, stratify="label")
    assert {name: Counter(part["label"]) for name, part in parts.items()} == {
        "train": {"a": 42, "b": 21, "c": 7},
        "validation": {"a": 12, "b": 6, "c": 2},
        "test": {"a": 6, "b": 3, "c": 1},
    }
    assert sorted(sum((numbers(part) for part in parts.values()), [])) == list(range(100))
    assert all(numbers(part) == sorted(numbers(part)) for part in parts.values())
    assert numbers(parts["test"]) != list(range(54, 60)), "drawn at random within a label"


@settings(max_examples=60, deadline=None)
@given(counts=st.lists(st.integers(1, 12), min_size=1, max_size=6), data=st.data())
def test_every_label_stays_in_training(counts: list[int], data: st.DataObject) -> None:
    rows = labelled(*(str(label) for label, count in enumerate(counts) for _ in range(count)))
    held = data.draw(st.integers(0, len(rows) - len(counts)).filter(lambda held: held < len(rows)))
    validation_size = data.draw(st.integers(0, held))
    sizes = {"validation": validation_size, "test": held - validation_size}
    parts = hold_out(rows, validation_size=sizes["validation"], test_size=sizes["test"], stratify="label")
    assert {name: len(part) for name, part in parts.items() if name != "train"} == {n: s for n, s in sizes.items() if s}
    assert set(parts["train"]["label"]) == set(rows["label"])
    assert sorted(sum((numbers(part) for part in parts.values()), [])) == list(range(len(rows)))


@settings(max_examples=40)
@given(
    doubles=st.integers(0, 20),
    sizes=st.tuples(st.integers(1, 4), st.integers(0, 4)),
    stratify=st.sampled_from([None, "label"]),
)
def test_equal_rows_stay_together(doubles: int, sizes: tuple[int, int], stratify: str | None) -> None:
    numbers = [*range(12 + doubles), *range(12, 12 + doubles)]
    texts = [f" {number}" + " x" * (row % 2) * (number < 12) for row, number in enumerate(numbers)]
    labels = [str(number % 2) for number in numbers]
    rows = Dataset.from_dict({"text": texts, "label": labels})
    parts = hold_out(rows, validation_size=sizes[0], test_size=sizes[1], stratify=stratify)
    assert list(parts) == ["train", "validation", *(["test"] if sizes[1] else [])]
    assert sum(map(len, parts.values())) == len(rows)
    assert len(parts["validation"]) <= sizes[0]
    for text in set(texts):
        assert sum(text in part["text"][:] for part in parts.values()) == 1
    assert stratify is None or set(parts["train"]["label"]) == set(labels)


def test_parts_are_filled_where_equal_rows_allow_it() -> None:
    rows = Dataset.from_dict({"src": [str(number // 2) for number in range(100)], "tgt": ["x"] * 100})
    parts = hold_out(rows, validation_size=10, test_size=0.2)
    assert {name: len(part) for name, part in parts.items()} == {"train": 70, "validation": 10, "test": 20}
    assert not set(parts["train"]["src"]) & {*parts["validation"]["src"], *parts["test"]["src"]}


def test_equal_rows_are_parted_where_there_are_no_others() -> None:
    rows = Dataset.from_dict({"src": ["a"] * 9, "tgt": ["A"] * 9})
    assert {name: len(part) for name, part in hold_out(rows, validation_size=2).items()} == {
        "train": 7, "validation": 2
    }  # fmt: skip


@pytest.mark.parametrize("stratify", [None, "label"])
def test_equal_rows_are_in_one_fold(stratify: str | None) -> None:
    rows = Dataset.from_dict({"text": [str(n % 20) for n in range(60)], "label": ["ab"[n % 2] for n in range(60)]})
    tested = [set(fold["test"]["text"]) for fold in folds(rows, 4, stratify=stratify)]
    assert sum(map(len, tested)) == len(set.union(*tested)) == 20
    for fold in folds(rows, 4, stratify=stratify):
        assert not set(fold["train"]["text"]) & set(fold["test"]["text"])
        assert len(fold["test"]) == 15


@pytest.mark.parametrize("stratify", [None, "label"])
def test_each_row_is_tested_in_one_fold(stratify: str | None) -> None:
    rows = labelled(*"aaabbbbbbbccaab")
    parts = list(folds(rows, 4, seed=3, stratify=stratify))
    assert sorted(sum((numbers(fold["test"]) for fold in parts), [])) == list(range(15))
    for fold in parts:
        assert sorted(numbers(fold["train"]) + numbers(fold["test"])) == list(range(15))
        assert numbers(fold["train"]) == sorted(numbers(fold["train"]))
        assert stratify is None or set(fold["train"]["label"]) == set("abc")
    again = [numbers(fold["test"]) for fold in folds(rows, 4, seed=3, stratify=stratify)]
    assert again == [numbers(fold["test"]) for fold in parts]
    assert again != [numbers(fold["test"]) for fold in folds(rows, 4, seed=4, stratify=stratify)]


def test_stratified_folds_have_the_shares_of_the_whole() -> None:
    rows = labelled(*["a"] * 12, *["b"] * 6)
    assert [Counter(fold["test"]["label"]) for fold in folds(rows, 3, stratify="label")] == [{"a": 4, "b": 2}] * 3


@pytest.mark.parametrize(
    ("labels", "k", "message"),
    [
        ("aabb", 1, "1 folds cannot be made of 4 texts; choose from 2 to that many"),
        ("aabb", 5, "5 folds cannot be made of 4 texts"),
        ("aaab", 2, "2 folds: label 'b' comes once, and none is left"),
        ("aabbcc", 3, "3 folds: no label comes more than 2 times; choose fewer folds"),
    ],
)
def test_folds_are_checked_before_the_first_is_drawn(labels: str, k: int, message: str) -> None:
    with pytest.raises(UserError, match=message):
        folds(labelled(*labels), k, stratify="label")


@pytest.mark.parametrize("doubles", [2, 40])
def test_a_long_corpus_is_parted_as_a_short_one_is(doubles: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = Dataset.from_dict({"text": [str(number // doubles) for number in range(4000)]})
    monkeypatch.setattr(partition, "MOST_BY_DEFAULT", 0)
    few = hold_out(rows, validation_size=30, test_size=50, seed=3)
    monkeypatch.setattr(partition, "CANDIDATES", 4000)  # all of them
    every = hold_out(rows, validation_size=30, test_size=50, seed=3)
    assert {name: part[:] for name, part in few.items()} == {name: part[:] for name, part in every.items()}
