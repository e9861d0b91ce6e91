"""The messages and their labels: the files, the split, and that words alone do not decide."""

from __future__ import annotations

import hashlib
import importlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CORPORA = Path(__file__).resolve().parents[2] / "corpora"
SIZES = {"train": 6_000, "validation": 500, "test": 500}
LABELS = ("account", "damaged", "exchange", "invoice", "late", "praise", "refund", "urgent", "wrong_item")
ROWS = {
    split: [json.loads(line) for line in (CORPORA / "messages" / f"{split}.jsonl").read_text().splitlines()]
    for split in SIZES
}
TEXTS = [row["text"] for rows in ROWS.values() for row in rows]


@pytest.fixture(scope="module", autouse=True)
def _generator_on_the_path() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(CORPORA))
        patch.setattr(sys, "dont_write_bytecode", True)
        yield


def test_the_files_come_out_of_the_generator_byte_for_byte(tmp_path: Path) -> None:
    make: Any = importlib.import_module("make_messages")
    (tmp_path / "SHA256SUMS").write_text("ab  prose/train.txt\ncd  messages/old.jsonl\n")
    make.main(tmp_path)
    for split in SIZES:
        name = f"messages/{split}.jsonl"
        assert (tmp_path / name).read_bytes() == (CORPORA / name).read_bytes(), name
    first, *others = (tmp_path / "SHA256SUMS").read_text().splitlines()
    assert first == "ab  prose/train.txt"  # the lines of other corpora stay
    assert len(others) == 3
    assert set(others) <= set((CORPORA / "SHA256SUMS").read_text().splitlines())


def test_the_sums_are_those_of_the_files() -> None:
    rows = [line.split("  ") for line in (CORPORA / "SHA256SUMS").read_text().splitlines() if "  messages/" in line]
    assert len(rows) == 3
    for digest, name in rows:
        assert hashlib.sha256((CORPORA / name).read_bytes()).hexdigest() == digest, name


@pytest.mark.parametrize(("split", "size"), SIZES.items())
def test_a_split_has_its_size_and_labels_in_order(split: str, size: int) -> None:
    assert len(ROWS[split]) == size
    for row in ROWS[split]:
        assert set(row) == {"text", "labels"}
        assert row["labels"] == sorted(set(row["labels"]) & set(LABELS))


@pytest.mark.parametrize("split", SIZES)
def test_labels_are_about_as_frequent_and_messages_have_none_to_three(split: str) -> None:
    counts = Counter(label for row in ROWS[split] for label in row["labels"])
    assert set(counts) == set(LABELS)
    assert all(0.1 < count / len(ROWS[split]) < 0.25 for count in counts.values())
    numbers = Counter(len(row["labels"]) for row in ROWS[split])
    assert set(numbers) == {0, 1, 2, 3} and min(numbers.values()) > len(ROWS[split]) / 20


def test_no_message_comes_twice() -> None:
    assert len(set(TEXTS)) == len(TEXTS)


def test_the_english_is_clean() -> None:
    for text in TEXTS:
        assert all(" " <= character <= "~" for character in text), text
        assert set(text) & set("[]{}<>|^~_=*") == set(), text
        assert not re.search(r"\b[Aa] [aeio]|\b[Aa]n [^aeiouh\W]|, ,|\.\.|  ", text), text


def test_contrasts_hold_the_words_of_their_label() -> None:
    """Of the words of a label's sentences its contrasts use some: a list of words is not enough."""
    clauses = importlib.import_module("stories_grammar").sections(importlib.import_module("messages_clauses").CLAUSES)
    assert set(clauses) == {*LABELS, *(f"not {label}" for label in LABELS), "plain"}
    for label in LABELS:
        own, other = (
            set(re.findall(r"[a-z]{4,}", " ".join(clauses[name]).lower())) for name in (label, f"not {label}")
        )
        assert len(own & other) >= 4, label
        assert len(clauses[label]) >= 10 and len(clauses[f"not {label}"]) >= 5


def test_the_same_words_in_another_order_earn_another_label() -> None:
    words = importlib.import_module("messages_clauses")
    for phrases, one in ((words.FAULTS, words.ONE_FAULT), (words.WISHES, words.ONE_WISH)):
        assert len(one) >= 10 and all(frame.count("{a}") == frame.count("{b}") == 1 for frame in one)
        first, second = list(phrases)[:2]
        for frame in one:
            told = [
                frame.format_map(
                    {"a": phrases[a][0], "b": phrases[b][0], "item": "x", "weeks": "y", "other": "z", "sum": "s"}
                )
                for a, b in ((first, second), (second, first))
            ]
            assert sorted(re.findall(r"\w+", told[0])) == sorted(re.findall(r"\w+", told[1]))


def test_the_readme_shows_messages_of_the_corpus() -> None:
    section = (CORPORA / "README.md").read_text(encoding="utf-8").split("\n## messages:")[1].split("\n## ")[0]
    shown = [json.loads(line) for line in section.split("```\n")[1].strip().split("\n")]
    assert len(shown) >= 3
    assert all(row in ROWS["train"] for row in shown)
