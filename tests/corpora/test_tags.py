"""The tagged sentences: the files, the split, and that neither a memory of words nor of names is enough."""

from __future__ import annotations

import hashlib
import importlib
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from nlpseq.text.tokenizers import spacy_tokenizer

CORPORA = Path(__file__).resolve().parents[2] / "corpora"
SIZES = {"train": 6_000, "validation": 500, "test": 500}
LABELS = ("PER", "LOC", "ORG", "DATE", "MONEY")
Rows = list[tuple[str, str]]  # the tokens of a sentence with their tags


def read(split: str) -> list[Rows]:
    blocks = (CORPORA / "entities" / f"{split}.conll").read_text(encoding="utf-8").removesuffix("\n\n").split("\n\n")
    return [[(token, tag) for token, tag in (line.split("\t") for line in block.split("\n"))] for block in blocks]


ROWS = {split: read(split) for split in SIZES}
EVERYTHING = [rows for split in SIZES for rows in ROWS[split]]
TEXTS = {split: [" ".join(token for token, _ in rows) for rows in ROWS[split]] for split in SIZES}


def spans(tags: list[str]) -> set[tuple[int, int, str]]:
    """Entities as (start, end, label), read as conlleval reads them: an I- that continues nothing begins one."""
    found, start, label = set(), 0, ""
    for place, tag in enumerate([*tags, "O"]):
        if label and tag != f"I-{label}":
            found.add((start, place, label))
            label = ""
        if tag != "O" and not label:
            start, label = place, tag[2:]
    return found


def f1(refs: list[list[str]], hyps: list[list[str]]) -> float:
    """Entity F1 in per cent."""
    pairs = [(spans(ref), spans(hyp)) for ref, hyp in zip(refs, hyps, strict=True)]
    return 200 * sum(len(ref & hyp) for ref, hyp in pairs) / sum(len(ref) + len(hyp) for ref, hyp in pairs)


def tags_of(rows: Rows) -> list[str]:
    return [tag for _, tag in rows]


def entities(rows: Rows) -> list[tuple[tuple[str, ...], str]]:
    return [(tuple(token for token, _ in rows[start:end]), label) for start, end, label in spans(tags_of(rows))]


@pytest.fixture(scope="module", autouse=True)
def _generator_on_the_path() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(CORPORA))
        patch.setattr(sys, "dont_write_bytecode", True)
        yield


@pytest.fixture(scope="module")
def make() -> ModuleType:
    return importlib.import_module("make_tags")


@pytest.fixture(scope="module")
def drawn(make: ModuleType) -> dict[str, list[Any]]:
    """The sentences as they come out of the generator."""
    splits: dict[str, list[Any]] = make.corpus()
    return splits


@pytest.fixture(scope="module")
def grammar() -> ModuleType:
    return importlib.import_module("tags_grammar")


@pytest.fixture(scope="module")
def known() -> dict[str, str]:
    """The tag that each word of training has most often."""
    counts: dict[str, Counter[str]] = {}
    for rows in ROWS["train"]:
        for token, tag in rows:
            counts.setdefault(token, Counter())[tag] += 1
    return {token: tags.most_common(1)[0][0] for token, tags in counts.items()}


# The files


def test_the_files_come_out_of_the_generator_byte_for_byte(
    make: ModuleType, drawn: dict[str, list[Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make, "corpus", lambda: drawn)
    (tmp_path / "SHA256SUMS").write_text("ab  prose/train.txt\ncd  entities/old.conll\n")
    make.main(tmp_path)
    for split in SIZES:
        name = f"entities/{split}.conll"
        assert (tmp_path / name).read_bytes() == (CORPORA / name).read_bytes(), name
    first, *others = (tmp_path / "SHA256SUMS").read_text().splitlines()
    assert first == "ab  prose/train.txt"  # the lines of other corpora stay
    assert len(others) == 3
    assert set(others) <= set((CORPORA / "SHA256SUMS").read_text().splitlines())


def test_the_sums_are_those_of_the_files() -> None:
    rows = [line.split("  ") for line in (CORPORA / "SHA256SUMS").read_text().splitlines() if "  entities/" in line]
    assert len(rows) == 3
    for digest, name in rows:
        assert hashlib.sha256((CORPORA / name).read_bytes()).hexdigest() == digest, name


@pytest.mark.parametrize(("split", "size"), SIZES.items())
def test_a_split_has_its_size_and_ends_with_an_empty_line(split: str, size: int) -> None:
    assert len(ROWS[split]) == size
    assert (CORPORA / "entities" / f"{split}.conll").read_bytes().endswith(b"\n\n")


def test_every_line_is_a_token_and_a_tag_of_bio() -> None:
    assert {tag for rows in EVERYTHING for tag in tags_of(rows)} == {"O"} | {f"{b}-{n}" for b in "BI" for n in LABELS}
    for rows in EVERYTHING:
        assert not any(re.search(r"\s", token) for token, _ in rows)
        for (_, before), (_, tag) in zip([("", "O"), *rows], rows, strict=False):
            assert tag[0] != "I" or before[2:] == tag[2:], rows


def test_no_sentence_comes_twice() -> None:
    everything = [text for split in SIZES for text in TEXTS[split]]
    assert len(set(everything)) == len(everything)


def test_sentences_vary_in_length() -> None:
    lengths = [len(rows) for rows in EVERYTHING]
    assert min(lengths) == 5
    assert 30 <= max(lengths) <= 35
    assert 13 < sum(lengths) / len(lengths) < 18


def test_tokens_are_those_of_the_spacy_tokenizer(drawn: dict[str, list[Any]]) -> None:
    tokenize = spacy_tokenizer("en")
    for sentences in drawn.values():
        for sentence in sentences[:100]:
            assert tuple(token.text for token in tokenize(sentence.text)) == sentence.tokens


def test_the_english_is_clean() -> None:
    for text in (text for split in SIZES for text in TEXTS[split]):
        assert all(" " <= character <= "~" or character in "£€" for character in text), text
        assert set(text) & set("[]{}<>|^~_=*") == set(), text
        assert re.match(r"\W*[A-Z\d]|[£€$]", text), text
        assert not re.search(r"\b([a-z]+) \1\b|\b[Aa] [aeio]|\b[Aa]n [^aeiouh\W]|, ,|\. \.$", text), text
        assert text.count('"') % 2 == 0, text


def test_the_readme_shows_sentences_of_the_corpus() -> None:
    section = (CORPORA / "README.md").read_text(encoding="utf-8").split("\n## entities:")[1].split("\n## ")[0]
    shown = section.split("```\n")[1].strip().split("\n\n")
    assert len(shown) >= 3
    for block in shown:
        rows = [tuple(line.split("\t")) for line in block.split("\n")]
        assert rows in ROWS["train"]


# What it asks for


def test_entities_are_counted_as_conlleval_counts_them() -> None:
    assert spans("B-PER I-PER B-PER O I-LOC I-ORG O".split()) == {
        (0, 2, "PER"),
        (2, 3, "PER"),
        (4, 5, "LOC"),
        (5, 6, "ORG"),
    }
    assert f1([["B-PER", "I-PER", "O"]], [["B-PER", "O", "B-LOC"]]) == 0
    assert f1([["B-PER", "O", "B-LOC"]], [["B-PER", "O", "O"]]) == pytest.approx(200 / 3)


@pytest.mark.parametrize("split", ["validation", "test"])
def test_a_memory_of_the_words_of_training_is_not_enough(known: dict[str, str], split: str) -> None:
    hyps = [[known.get(token, "O") for token, _ in rows] for rows in ROWS[split]]
    assert 55 < f1([tags_of(rows) for rows in ROWS[split]], hyps) < 75


@pytest.mark.parametrize("split", ["validation", "test"])
def test_a_third_of_the_entities_hold_a_word_that_training_lacks(known: dict[str, str], split: str) -> None:
    found = [words for rows in ROWS[split] for words, _ in entities(rows)]
    unseen = [words for words in found if not set(words) <= known.keys()]
    assert 0.3 < len(unseen) / len(found) < 0.4


def test_words_outside_of_entities_are_nearly_all_in_training(known: dict[str, str]) -> None:
    outside = [token for rows in ROWS["test"] for token, tag in rows if tag == "O" and token.isalpha()]
    assert sum(token in known for token in outside) > 0.97 * len(outside)


def test_each_label_has_its_share() -> None:
    counts = Counter(label for rows in ROWS["train"] for _, label in entities(rows))
    assert counts.keys() == set(LABELS)
    assert min(counts.values()) > 0.08 * counts.total()
    assert sum(not entities(rows) for rows in ROWS["train"]) > 100  # sentences without any


@pytest.mark.parametrize(
    ("word", "labels"),
    [("May", {"PER", "DATE"}), ("Clay", {"PER"}), ("Frost", {"PER"}), ("Snow", {"PER"}), ("Barley", {"LOC"})],
)
def test_the_same_word_is_a_name_here_and_none_there(word: str, labels: set[str]) -> None:
    tags = Counter(tag[2:] or "O" for rows in ROWS["train"] for token, tag in rows if token == word)
    assert {label for label, count in tags.items() if count >= 3} >= {*labels, "O"}, tags


def test_a_place_is_a_team_a_person_and_part_of_a_name() -> None:
    tags: dict[str, set[str]] = {}
    for rows in ROWS["train"]:
        for words, label in entities(rows):
            for word in words:
                tags.setdefault(word, set()).add(label)
    towns = [word for word in tags if re.search("(?:ton|ham|by|ford)$", word)]
    assert len(towns) > 100
    assert sum(tags[town] >= {"LOC", "ORG"} for town in towns) > 0.7 * len(towns)
    assert sum(tags[town] >= {"LOC", "ORG", "PER"} for town in towns) > 0.2 * len(towns)


def test_a_firm_and_its_founder_share_a_name_in_one_sentence() -> None:
    shared = 0
    for rows in ROWS["train"]:
        labels = {(words[-1], label) for words, label in entities(rows)}
        shared += any((word, "PER") in labels for word, label in labels if label == "ORG")
    assert shared > 40


def test_headlines_are_in_capitals_now_and_then() -> None:
    shares = [text.upper() == text and not text.endswith(".") for text in TEXTS["train"]]
    assert 0.01 < sum(shares) / len(shares) < 0.05


# The grammar


def test_a_marked_text_is_cut_into_tokens_and_tags(grammar: ModuleType) -> None:
    drawn = grammar.cut("\"O'Hale-van_Dort/PER's £_4.2_million/MONEY,\" said J._R._Ek/PER (St_Ann's/ORG), 3-1.")
    assert list(zip(drawn.tokens, drawn.tags, strict=True))[:8] == [
        ('"', "O"),
        ("O'Hale", "B-PER"),
        ("-", "I-PER"),
        ("van", "I-PER"),
        ("Dort", "I-PER"),
        ("'s", "O"),
        ("£", "B-MONEY"),
        ("4.2", "I-MONEY"),
    ]
    assert drawn.text == "\"O'Hale-van Dort's £ 4.2 million,\" said J. R. Ek (St Ann's), 3-1."
    assert drawn.tokens[-5:] == (",", "3", "-", "1", ".")


def test_headlines_keep_their_marks(grammar: ModuleType) -> None:
    told = "Mayor of Upper_Ham/LOC to pay Di_Marco/PER £4_million/MONEY"
    assert grammar.headline(told, 0.1) == "MAYOR OF UPPER_HAM/LOC TO PAY DI_MARCO/PER £4_MILLION/MONEY"
    assert grammar.headline(told, 0.5) == "Mayor of Upper_Ham/LOC to Pay Di_Marco/PER £4_million/MONEY"
    assert grammar.headline(told, 0.9) == told


def test_names_and_patterns_of_a_held_out_split_are_not_drawn_for_training(grammar: ModuleType) -> None:
    owner = importlib.import_module("notices_names").owner
    plain = {split: set(grammar.Templates(split).plain) for split in SIZES}
    assert plain["train"] < plain["test"]
    assert {owner(line) for line in plain["test"] - plain["train"]} == {"test"}
    assert not (plain["test"] - plain["train"]) & plain["validation"]


def test_every_template_can_be_told(grammar: ModuleType) -> None:
    rng = random.Random(3)
    teller = importlib.import_module("stories_grammar").Teller(rng, {})
    names = importlib.import_module("tags_names").EntityNames(rng, "train")
    templates = grammar.Templates("test")
    lines = [*templates.plain, *templates.headlines, *(line for part in templates.ambiguous.values() for line in part)]
    for line in lines:
        told = grammar.cut(grammar.capital(teller.tell(line, grammar.Cast(names))))
        assert len(told.tokens) == len(told.tags)
        assert not set(told.text) & set("[]{}<>|_/") - {"/"}, told.text
