"""The embedded review corpus: its files, its split, its phenomena, and the grammar that it was generated with."""

from __future__ import annotations

import hashlib
import importlib
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

CORPORA = Path(__file__).resolve().parents[2] / "corpora"
SPLITS = {"train": 10_000, "validation": 600, "test": 600}
PHENOMENA = {
    "negation of the next word": r"(n't|not) \w+ (at all|in the least)",
    "negation from afar": r"At no point|anybody|[Nn]obody|Not once|be wrong to|in vain|a single|[Nn]either",
    "litotes": r"anything but|far from|by no means|hardly",
    "contrast": r", (but|yet|and yet) ",
    "concession": r"(?i)although|though|despite|in spite of",
    "contrast across sentences": r"\. (Even so|Still|Nevertheless|However|All the same|But)\b",
    "intensifier": r"\b(very|extremely|remarkably|absolutely|utterly|truly|simply) ",
    "diminisher": r"\b(rather|a little|a bit|slightly|quite|pretty|fairly) ",
    "too much": r"\btoo \w+",
    "expectation": r"expect|hopes were|feared|hoped",
    "comparison": r"better|worse|half as|less \w+ than",
    "reported opinion": r"told me that|called the|According to|warned me|recommended it|claims that|So did I",
    "final verdict": r"My verdict|On balance|All in all|In the end|in places|outweighs|counts more|matters more",
}


@pytest.fixture(scope="module", autouse=True)
def _generator_on_the_path() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(CORPORA))
        patch.setattr(sys, "dont_write_bytecode", True)
        yield


@pytest.fixture(scope="module")
def make() -> ModuleType:
    return importlib.import_module("make_reviews")


@pytest.fixture(scope="module")
def grammar() -> ModuleType:
    return importlib.import_module("reviews_grammar")


@pytest.fixture(scope="module")
def generated(make: ModuleType) -> dict[str, list]:
    return make.corpus()


def rows(split: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (CORPORA / "reviews" / f"{split}.jsonl").read_text().splitlines()]


def texts(split: str, label: str | None = None) -> list[str]:
    return [row["text"] for row in rows(split) if label in (None, row["label"])]


# The files


def test_the_files_come_out_of_the_generator_byte_for_byte(
    make: ModuleType, generated: dict[str, list], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "SHA256SUMS").write_text("ab  prose/train.txt\n")
    monkeypatch.setattr(make, "corpus", lambda: generated)
    make.main(tmp_path)
    for split in SPLITS:
        name = f"reviews/{split}.jsonl"
        assert (tmp_path / name).read_bytes() == (CORPORA / name).read_bytes(), name
    sums = (tmp_path / "SHA256SUMS").read_text().splitlines()
    assert sums[0] == "ab  prose/train.txt"  # the lines of other corpora stay


def test_the_sums_are_those_of_the_files() -> None:
    sums = [line.split("  ") for line in (CORPORA / "SHA256SUMS").read_text().splitlines() if "  reviews/" in line]
    assert len(sums) == 3
    for digest, name in sums:
        assert hashlib.sha256((CORPORA / name).read_bytes()).hexdigest() == digest, name


@pytest.mark.parametrize(("split", "count"), SPLITS.items())
def test_half_of_each_split_is_positive(split: str, count: int) -> None:
    assert all(row.keys() == {"text", "label"} for row in rows(split))
    assert Counter(row["label"] for row in rows(split)) == {"negative": count // 2, "positive": count // 2}


def test_no_review_comes_twice() -> None:
    everything = [text.lower() for split in SPLITS for text in texts(split)]
    assert len(set(everything)) == len(everything)


@pytest.mark.parametrize("split", SPLITS)
def test_reviews_are_written_like_text(make: ModuleType, split: str) -> None:
    for text in texts(split):
        assert re.fullmatch(r'["A-Z][A-Za-zé0-9 ,.;:?!"\'-]*[.?!]', text), text
        assert not re.search(r'  |[.?!] "?[a-z]| [,.;:?!]|\ba ([aeio]|un)|\ban [^aeiouh]', text), text
        assert 1 <= make.sentences(text) <= 5, text


def test_the_readme_shows_reviews_of_the_corpus() -> None:
    section = (CORPORA / "README.md").read_text(encoding="utf-8").split("\n## reviews: ")[1]
    shown = section.split("```\n")[1].splitlines()
    assert len(shown) == 6
    assert set(shown) <= set((CORPORA / "reviews" / "train.jsonl").read_text().splitlines())


# The split


@pytest.mark.parametrize("split", ["validation", "test"])
def test_every_word_is_in_training(make: ModuleType, split: str) -> None:
    known = {word for text in texts("train") for word in make.words(text)}
    assert {word for text in texts(split) for word in make.words(text)} <= known


def test_each_held_out_review_holds_a_pair_that_training_lacks(make: ModuleType, generated: dict[str, list]) -> None:
    trained = {pair for review in generated["train"] for pair in review.combinations}
    assert {make.owner(pair) for pair in trained} == {"train"}
    for split in ("validation", "test"):
        assert all({make.owner(pair) for pair in r.combinations} - {"train"} == {split} for r in generated[split])


def test_a_review_with_pairs_of_two_splits_is_left_out(make: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    owners = {("a", "b"): "validation", ("c", "d"): "test", ("e", "f"): "train"}
    monkeypatch.setattr(make, "owner", owners.__getitem__)
    assert make.split_of([]) == make.split_of([("e", "f")]) == "train"
    assert make.split_of([("a", "b"), ("e", "f")]) == "validation"
    assert make.split_of([("a", "b"), ("c", "d")]) is None


# What it asks of a model


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("phenomenon", PHENOMENA)
def test_each_phenomenon_is_in_both_classes(split: str, phenomenon: str) -> None:
    for label in ("negative", "positive"):
        found = [text for text in texts(split, label) if re.search(PHENOMENA[phenomenon], text)]
        assert len(found) >= SPLITS[split] // 200, label


@pytest.mark.parametrize("split", SPLITS)
def test_good_and_bad_words_are_in_both_classes_nearly_alike(make: ModuleType, split: str) -> None:
    adjectives = importlib.import_module("reviews_lexicon").ADJECTIVES
    sides = {word: side for (_, side), words in adjectives.items() for word in (*words.mild, *words.strong)}
    agreeing = Counter(
        sides[word] == ("good" if row["label"] == "positive" else "bad")
        for row in rows(split)
        for word in make.words(row["text"])
        if word in sides
    )
    assert 0.5 < agreeing[True] / agreeing.total() < 0.65


@pytest.mark.parametrize(("longest", "bound"), [(1, 0.79), (3, 0.85)])
def test_counts_of_words_do_not_decide(longest: int, bound: float) -> None:
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(CountVectorizer(ngram_range=(1, longest)), LogisticRegression(C=0.1))
    model.fit(texts("train"), [row["label"] for row in rows("train")])
    accuracy = model.score(texts("test"), [row["label"] for row in rows("test")])
    assert 0.6 < accuracy < bound


# The grammar


def expand(grammar: ModuleType, text: str, *, positive: bool, seed: int = 0) -> tuple[str, list]:
    pieces = grammar.Expansion(random.Random(seed), (), []).expand(text, positive=positive, key="k")
    return "".join(p for p in pieces if isinstance(p, str)), [p for p in pieces if not isinstance(p, str)]


def test_a_negative_review_swaps_signed_words(grammar: ModuleType) -> None:
    template = "I was (glad/sorry): {mild good} {bad part} {same treat} {item}"
    text, slots = expand(grammar, template, positive=True)
    assert text.startswith("I was glad: ")
    assert " ".join(f"{slot.manner}+{slot.name}" for slot in slots) == "mild+good bad+part same+treat +item"
    text, slots = expand(grammar, template, positive=False)
    assert text.startswith("I was sorry: ")
    assert " ".join(f"{slot.manner}+{slot.name}" for slot in slots) == "mild+bad good+part same+ordeal +item"
    assert {slot.key for slot in slots} == {"k"}


def test_an_opposite_rule_swaps_once_more(grammar: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    outer = grammar.Template("<-inner> but (yes/no)", 1, "", "outer 0")
    monkeypatch.setitem(grammar.RULES, "outer", [outer])
    monkeypatch.setitem(grammar.RULES, "inner", [grammar.Template("(yes/no)", 1, "", "inner 0")])
    assert expand(grammar, "<outer>", positive=True)[0] == "no but yes"
    assert expand(grammar, "<-outer>", positive=True)[0] == "yes but no"


def test_a_free_choice_is_free_in_both_classes(grammar: ModuleType) -> None:
    for positive in (True, False):
        drawn = {expand(grammar, "[a|b (c/d)|]", positive=positive, seed=seed)[0] for seed in range(40)}
        assert drawn == {"a", "b c" if positive else "b d", ""}


def test_a_rule_that_needs_a_visit_is_not_for_a_kettle(grammar: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [grammar.Template("came", 9, "visit", "x 0"), grammar.Template("bought", 1, "", "x 1")]
    monkeypatch.setitem(grammar.RULES, "x", lines)
    assert {expand(grammar, "<x>", positive=True, seed=seed)[0] for seed in range(20)} == {"bought"}


@pytest.mark.parametrize("broken", ["(glad", "[a|b", "(glad)", "(a/b/c)", "{good"])
def test_a_broken_template_is_refused(grammar: ModuleType, broken: str) -> None:
    with pytest.raises(ValueError, match="no . in|not one slash"):
        expand(grammar, broken, positive=True)


def test_everything_that_can_be_described_has_words(grammar: ModuleType) -> None:
    lexicon, domains = importlib.import_module("reviews_lexicon"), importlib.import_module("reviews_domains")
    for domain in domains.DOMAINS:
        assert len(domain.remarks) >= 15
        for thing in (*domain.parts, *domain.wholes, *domain.moments):
            assert {(thing.kind, "good"), (thing.kind, "bad")} <= lexicon.ADJECTIVES.keys(), thing
            assert lexicon.EXCESSES[thing.kind], thing
