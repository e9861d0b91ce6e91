"""One label has one name, whatever its type in the table."""

from __future__ import annotations

import pytest
from datasets import Dataset

from nlpseq.data.labels import NO_LABEL, check_known, check_trainable, label_name
from nlpseq.errors import UserError


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("pos", "pos"),
        ("  très\tbon\n", "très bon"),
        ("1.0", "1.0"),
        (0, "0"),
        (-1, "-1"),
        (False, "false"),
        (True, "true"),
        (5.0, "5"),
        (-0.0, "0"),
        (2.5, "2.5"),
        (1e20, "100000000000000000000"),
        (float("inf"), "inf"),
    ],
)
def test_a_value_has_a_name(value: object, name: str) -> None:
    assert label_name("a.csv, line 2", "label", value) == name


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "a.csv, line 2: 'stars' holds no label; give the text one or take it out"),
        ("", "'stars' holds no label"),
        (" \u3000", "'stars' holds no label"),
        (float("nan"), "'stars' holds no label"),
        ([1], "a.csv, line 2: 'stars' must be a string or a number, not list"),
        ("\ud83d", "'stars' holds half of a surrogate pair"),
    ],
)
def test_what_is_no_label(value: object, message: str) -> None:
    with pytest.raises(UserError) as caught:
        label_name("a.csv, line 2", "stars", value)
    assert message in str(caught.value)


def test_class_numbers_have_names() -> None:
    names = ["neg", "pos"]
    assert [label_name("row 1", "label", value, names) for value in (0, 1, -1)] == ["neg", "pos", NO_LABEL]
    for value in (2, -2):
        with pytest.raises(UserError, match=f"row 1: 'label' is {value}, but there are 2 classes"):
            label_name("row 1", "label", value, names)


def labelled(*labels: str) -> Dataset:
    return Dataset.from_dict({"text": ["x"] * len(labels), "label": list(labels)})


@pytest.mark.parametrize("label", [NO_LABEL, "-1"])
def test_a_split_whose_labels_are_kept_back(label: str) -> None:
    with pytest.raises(UserError, match=r"t\.csv: all its labels are kept back \(-1\); set data\.test to a split"):
        check_known(labelled(label, label), origin="t.csv", split="test")
    check_known(labelled(label, "1"), origin="t.csv", split="test")


@pytest.mark.parametrize(
    ("train", "test", "message"),
    [
        ("aa", "aa", "train.csv: 'a' is the only label; a classifier needs two or more"),
        ("abb", "abc", "test.csv: row 3 of test has label 'c', never seen in training; the labels are a, b"),
        ("ab", ["b", NO_LABEL], "test.csv: row 2 of test has no label (-1); the labels are a, b"),
        ("abcdefghijklm", "z", "the labels are a, b, c, d, e, f, g, h, i, j and 3 more"),
    ],
)
def test_labels_that_a_classifier_cannot_learn(train: str, test: str | list[str], message: str) -> None:
    with pytest.raises(UserError) as caught:
        check_trainable(
            {"train": labelled(*train), "test": labelled(*test)}, origins={"train": "train.csv", "test": "test.csv"}
        )
    assert message in str(caught.value)


def test_a_split_may_lack_labels_of_the_training_text() -> None:
    check_trainable({"train": labelled(*"abc"), "test": labelled("b")}, origins={})
