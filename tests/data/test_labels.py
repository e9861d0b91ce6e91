"""One label has one name, whatever its type in the table."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from datasets import Dataset
from hypothesis import given
from hypothesis import strategies as st

from nlpseq.data.labels import NO_LABEL, check_known, check_trainable, label_name, label_order, look_alikes
from nlpseq.errors import UserError


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("pos", "pos"),
        ("  très\tbon\n", "très bon"),
        ("1.0", "1"),
        ("5.00", "5"),
        ("+1", "1"),
        ("-1.0", "-1"),
        ("-0", "0"),
        ("0.5", "0.5"),
        ("3.10", "3.10"),  # a version
        ("007", "007"),
        ("1.0.0", "1.0.0"),
        ("TRUE", "true"),
        ("False", "false"),
        ("None", "None"),
        ("NA", "NA"),
        (b"very  good", "very good"),
        (Decimal("5.0"), "5"),
        (Decimal("2.5"), "2.5"),
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
        ([1], "a.csv, line 2: 'stars' holds a list; give each text one label, or use task: multilabel"),
        ({"a": 1}, "'stars' holds a dict; give each text one label"),
        (date(2026, 1, 1), "a.csv, line 2: 'stars' must be a string or a number, not date"),
        (b"\xff", "'stars' holds bytes that are not UTF-8"),
        ("\ud83d", "'stars' holds half of a surrogate pair"),
    ],
)
def test_what_cannot_be_a_label(value: object, message: str) -> None:
    with pytest.raises(UserError) as caught:
        label_name("a.csv, line 2", "stars", value)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "value", [None, "", " \u3000", float("nan"), "nan", "NaN", "NULL", "null", "<NA>", "#N/A", b""]
)
def test_what_is_no_label_is_none_in_all_formats(value: object) -> None:
    assert label_name("a.csv, line 2", "stars", value) == NO_LABEL


@given(st.one_of(st.integers(), st.booleans()))
def test_a_label_is_the_same_as_a_number_and_as_text(value: int) -> None:
    name = label_name("row 1", "label", value)
    assert label_name("row 1", "label", str(value)) == name
    assert label_name("row 1", "label", str(value).upper()) == name
    if not isinstance(value, bool):
        assert label_name("row 1", "label", f"{value}.0") == name
        assert value < 0 or label_name("row 1", "label", f"+{value}") == name
        assert abs(value) > 2**53 or label_name("row 1", "label", float(value)) == name


@given(st.lists(st.sampled_from(["nan", "NaN", "inf", "1", "10", "9", "-1", "1e3", "b", "a", "é"]), max_size=8))
def test_the_order_of_labels_does_not_depend_on_how_they_come(labels: list[str]) -> None:
    ordered = sorted(labels, key=label_order)
    assert sorted(labels[::-1], key=label_order) == ordered
    assert sorted(sorted(labels), key=label_order) == ordered
    numbers = [label for label in ordered if label in ("-1", "1", "9", "10", "1e3", "inf")]
    assert ordered[: len(numbers)] == numbers == sorted(numbers, key=float)


@pytest.mark.parametrize(
    ("labels", "groups"),
    [
        (["pos", "neg"], []),
        (["pos", "POS", "Pos", "neg"], [["POS", "Pos", "pos"]]),
        (["caf\u00e9", "cafe\u0301", "cafe"], [["cafe\u0301", "caf\u00e9"]]),
        (["a", "a\u200b", "\ufeffa"], [["a", "a\u200b", "\ufeffa"]]),
        (["\uff41", "a"], [["a", "\uff41"]]),
        (["Strasse", "Stra\u00dfe"], [["Strasse", "Stra\u00dfe"]]),
    ],
)
def test_labels_that_look_alike(labels: list[str], groups: list[list[str]]) -> None:
    assert look_alikes(labels) == groups


def test_labels_that_look_alike_are_listed_once(caplog: pytest.LogCaptureFixture) -> None:
    splits = {"train": labelled("pos", "Pos", "neg", "ne\u200bg"), "test": labelled("pos")}
    check_trainable(splits, origins={"train": "train.csv", "test": "test.csv"})
    assert [record.getMessage() for record in caplog.records] == [
        "train.csv: labels that look alike are classes of their own: 'neg' and 'ne\\u200bg', 'Pos' and 'pos'"
    ]


def test_a_label_for_each_text_is_no_class() -> None:
    with pytest.raises(UserError, match="a.csv: 50 labels for 50 texts, hardly one of them twice; set data.label"):
        check_trainable({"train": labelled(*map(str, range(50)))}, origins={"train": "a.csv"})
    check_trainable({"train": labelled(*map(str, range(49)))}, origins={"train": "a.csv"})


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
    with pytest.raises(
        UserError, match=r"t\.csv: all its labels are kept back \(-1 or nothing\); set data\.test to a split"
    ):
        check_known(labelled(label, label), origin="t.csv", split="test")
    check_known(labelled(label, "1"), origin="t.csv", split="test")


@pytest.mark.parametrize(
    ("train", "test", "message"),
    [
        ("aa", "aa", "train.csv: 'a' is the only label; a classifier needs two or more"),
        ("abb", "abc", "test.csv: row 3 of test has label 'c', never seen in training; the labels are a, b"),
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
