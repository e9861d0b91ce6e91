"""The notices and their headlines: the files, the split, and that each headline follows from its document."""

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
SIZES = {"train": 6_000, "validation": 300, "test": 300}
ROWS = {
    split: [json.loads(line) for line in (CORPORA / "notices" / f"{split}.jsonl").read_text().splitlines()]
    for split in SIZES
}
EVERYTHING = [row for rows in ROWS.values() for row in rows]


@pytest.fixture(scope="module", autouse=True)
def _generator_on_the_path() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(CORPORA))
        patch.setattr(sys, "dont_write_bytecode", True)
        yield


@pytest.fixture(scope="module")
def make() -> ModuleType:
    return importlib.import_module("make_notices")


@pytest.fixture(scope="module")
def grammar() -> ModuleType:
    return importlib.import_module("notices_grammar")


@pytest.fixture(scope="module")
def names() -> ModuleType:
    return importlib.import_module("notices_names")


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def unigram_f1(hyp: str, ref: str) -> float:
    """ROUGE-1 F1, in per cent."""
    hyp_words, ref_words = Counter(words(hyp)), Counter(words(ref))
    return 200 * (hyp_words & ref_words).total() / (hyp_words.total() + ref_words.total())


# The files


def test_the_files_come_out_of_the_generator_byte_for_byte(make: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "SHA256SUMS").write_text("ab  prose/train.txt\ncd  notices/old.jsonl\n")
    make.main(tmp_path)
    for split in SIZES:
        name = f"notices/{split}.jsonl"
        assert (tmp_path / name).read_bytes() == (CORPORA / name).read_bytes(), name
    first, *others = (tmp_path / "SHA256SUMS").read_text().splitlines()
    assert first == "ab  prose/train.txt"  # the lines of other corpora stay
    assert set(others) <= set((CORPORA / "SHA256SUMS").read_text().splitlines())


def test_the_sums_are_those_of_the_files() -> None:
    rows = [line.split("  ") for line in (CORPORA / "SHA256SUMS").read_text().splitlines() if "  notices/" in line]
    assert len(rows) == 3
    for digest, name in rows:
        assert hashlib.sha256((CORPORA / name).read_bytes()).hexdigest() == digest, name


@pytest.mark.parametrize(("split", "size"), SIZES.items())
def test_every_line_is_a_document_and_a_summary(split: str, size: int) -> None:
    assert len(ROWS[split]) == size
    assert all(list(row) == ["document", "summary"] for row in ROWS[split])


@pytest.mark.parametrize("field", ["document", "summary"])
def test_nothing_comes_twice(field: str) -> None:
    assert len({row[field] for row in EVERYTHING}) == len(EVERYTHING)


def test_documents_and_summaries_have_their_sizes(grammar: ModuleType) -> None:
    for row in EVERYTHING:
        assert 300 <= len(row["document"]) <= 700
        assert 3 <= grammar.sentences(row["document"]) <= 7
        assert 5 <= len(row["summary"].split()) <= 12


def test_the_text_is_printable_and_holds_no_template_mark() -> None:
    for text in (row[field] for row in EVERYTHING for field in row):
        assert all(" " <= character <= "~" for character in text)
        assert set(text) & set("[]{}<>|^/~_=*") == set(), text
        assert text == " ".join(text.split())
        assert re.match(r"[A-Z\d\"]", text)
        assert not re.search(r"\b(\w+) \1\b|[.?!] [a-z]|\b[Aa] [aeio]|\b[Aa]n [^aeiouh\W]| [.,;:?!]|,,|\.\.", text), (
            text
        )
        assert text.count('"') % 2 == 0


def test_documents_end_and_headlines_do_not() -> None:
    assert all(re.search(r'[.?!]"?$', row["document"]) for row in EVERYTHING)
    assert not any(row["summary"].endswith(".") for row in EVERYTHING)


def test_the_readme_shows_pairs_of_the_corpus() -> None:
    section = (CORPORA / "README.md").read_text(encoding="utf-8").split("\n## notices:")[1].split("\n## ")[0]
    shown = section.split("```\n")[1].strip().split("\n\n")
    assert len(shown) >= 2
    for pair in shown:
        document, summary = " ".join(pair.split()).split(" => ")
        assert {"document": document, "summary": summary} in ROWS["train"]


# What a summary says


def test_every_name_and_number_of_a_summary_stands_in_its_document() -> None:
    for row in EVERYTHING:
        first, *others = re.findall(r"[\w'&-]+", row["summary"])
        for word in others:
            if word[0].isupper() or word[0].isdigit() or word == "&":
                copied = word.removesuffix("-year-old").removesuffix("-pound")
                assert re.search(rf"(?<!\w){re.escape(copied)}(?!\w)", row["document"]), row
        if first.lower() not in row["document"].lower():
            assert first in HEADLINE_WORDS, row


HEADLINE_WORDS = set(
    """Bus Burglars Coldest Ferry Fire Flu Frost Gardener Hottest Lightning Lorry Lost Missing Necklace Police River
    Storm Train Tram Wettest Windiest""".split()
)


def test_every_event_tells_all_that_the_headline_says(grammar: ModuleType) -> None:
    told_by = {"S": {"x"}, "T": {"t"}}
    for parts in grammar.KINDS:
        wanted = set(re.findall(r"\{(\w+)", parts["headline"][0]))
        for event in parts["event"]:
            while event.count("["):
                event = re.sub(r"\[([^\[\]|]*)(?:\|[^\[\]]*)?\]", r"\1", event)
            told = set(re.findall(r"\{(\w+)", event))
            told |= {name for key in told & set(told_by) for name in told_by[key]}
            fields = " ".join(line for heading, lines in parts.items() if heading[0] == "$" for line in lines)
            told |= set(re.findall(r"\{(\w+)\}", fields)) if told & {"x", "w", "d"} else set()
            assert wanted <= told, (parts["headline"], event)


def test_the_choice_of_words_in_a_headline_follows_from_words_of_the_event(grammar: ModuleType) -> None:
    for parts in grammar.KINDS:
        for heading, lines in parts.items():
            _, *fields = heading.split()
            in_headline = [i for i, field in enumerate(fields) if f"{heading[1]}.{field}}}" in parts["headline"][0]]
            for event in parts["event"] if heading[0] == "$" and in_headline else ():
                shown = event + ("{x.full}" if "{S}" in event else "")
                in_event = [i for i, field in enumerate(fields) if f"{heading[1]}.{field}}}" in shown]
                rows = [line.split(" :: ") for line in lines]
                meanings = {tuple(row[i] for i in in_event): tuple(row[i] for i in in_headline) for row in rows}
                assert all(meanings[tuple(r[i] for i in in_event)] == tuple(r[i] for i in in_headline) for r in rows), (
                    heading,
                    event,
                )


@pytest.mark.parametrize("split", SIZES)
@pytest.mark.parametrize("count", [8, 12])
def test_the_first_words_are_a_poor_summary(split: str, count: int) -> None:
    scores = [unigram_f1(" ".join(row["document"].split()[:count]), row["summary"]) for row in ROWS[split]]
    assert sum(scores) / len(scores) < 15


def test_no_sentence_of_the_document_will_do(grammar: ModuleType) -> None:
    best = [
        max(unigram_f1(sentence, row["summary"]) for sentence in re.split(r"(?<=[.?!]) ", row["document"]))
        for row in ROWS["test"]
    ]
    assert sum(best) / len(best) < 50


def test_the_news_is_often_not_in_the_first_sentence() -> None:
    later = 0
    for row in ROWS["test"]:
        scores = [unigram_f1(sentence, row["summary"]) for sentence in re.split(r"(?<=[.?!]) ", row["document"])]
        later += scores.index(max(scores)) > 0
    assert later > 0.6 * len(ROWS["test"])


def test_summaries_hold_words_that_their_document_lacks() -> None:
    novel = [len(set(words(row["summary"])) - set(words(row["document"]))) for row in ROWS["test"]]
    assert sum(novel) / len(novel) > 1.5


# The split


def made_up(rows: list[dict[str, str]]) -> set[str]:
    """Words of summaries that begin with a capital, do not begin the summary, and are no first name."""
    return {word for row in rows for word in re.findall(r"(?<= )[A-Z][a-z]{4,}", row["summary"])}


@pytest.mark.parametrize("split", ["validation", "test"])
def test_names_of_the_other_splits_are_new(names: ModuleType, split: str) -> None:
    ordinary = {
        *names.WOMEN,
        *names.MEN,
        *names._STREETS,
        *names._TEAMS,
        *importlib.import_module("notices_grammar").DAYS,
    }
    known = set(re.findall(r"\w+", " ".join(row["document"] for row in ROWS["train"])))
    new = made_up(ROWS[split]) - ordinary
    assert len(new) > 300
    assert len(new & known) < 0.15 * len(new), sorted(new & known)  # the rest are words such as Museum


def test_a_name_belongs_to_one_split(names: ModuleType) -> None:
    drawn = {split: names.Names(random.Random(3), split) for split in SIZES}
    for split, source in drawn.items():
        for name in (source.surname(), source.town(), source.pet(), source.person().last, source.street().split()[0]):
            assert names.owner(name) == split
    owners = Counter(names.owner(f"name {number}") for number in range(2_000))
    assert 0.75 < owners["train"] / 2_000 < 0.85
    assert 0.07 < owners["test"] / 2_000 < 0.13


def test_no_name_is_rude(names: ModuleType) -> None:
    rude = re.compile(r"\b(?:fuck|cunt|nigg|cock|dick|prick|fagg|piss|coon|semen|homo)", re.IGNORECASE)
    assert not [row for row in EVERYTHING if rude.search(row["document"])]


def test_people_keep_their_pronouns(names: ModuleType) -> None:
    source = names.Names(random.Random(3), "train")
    for _ in range(50):
        person = source.person()
        assert person.he == ("she" if person.name.split()[0] in names.WOMEN else "he")
        assert str(person) == f"{person.name.split()[0]} {person.last}"
    assert not set(names.WOMEN) & set(names.MEN)


# The kinds of news


def test_every_kind_is_told_equally_often(make: ModuleType, grammar: ModuleType, names: ModuleType) -> None:
    assert len(grammar.KINDS) >= 40
    teller, source = (
        importlib.import_module("stories_grammar").Teller(random.Random(3), {}),
        names.Names(random.Random(3), "train"),
    )
    counts = Counter(make.new_notice(teller, source, set()).kind for _ in range(10 * len(grammar.KINDS)))
    assert counts == Counter(10 * list(range(len(grammar.KINDS))))


def test_sentences_are_counted(grammar: ModuleType) -> None:
    assert grammar.sentences('One. "Two is it?" asked he. It ended 3-1 after 2.5 hours! Four.') == 4


def test_a_notice_out_of_size_does_not_fit(make: ModuleType, grammar: ModuleType) -> None:
    fitting = grammar.Notice("A sentence of news. " * 6 + "x" * 200 + ".", "One two three four five", 0)
    assert make.fits(fitting)
    assert not make.fits(grammar.Notice("Too short. " * 4, fitting.summary, 0))
    assert not make.fits(grammar.Notice(fitting.document, "Only four words here", 0))
    assert not make.fits(grammar.Notice("One sentence of news " * 20 + ".", fitting.summary, 0))
