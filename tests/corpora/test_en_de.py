"""The embedded English-German corpus: its files, its split, and the grammar that it was generated with."""

from __future__ import annotations

import hashlib
import importlib
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path
from types import ModuleType

import pytest

CORPORA = Path(__file__).resolve().parents[2] / "corpora"
SPLITS = {"train": 12_000, "val": 500, "test": 500}


@pytest.fixture(scope="module", autouse=True)
def _generator_on_the_path() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(CORPORA))
        patch.setattr(sys, "dont_write_bytecode", True)
        yield


@pytest.fixture(scope="module")
def make() -> ModuleType:
    return importlib.import_module("make_en_de")


@pytest.fixture(scope="module")
def grammar() -> ModuleType:
    return importlib.import_module("en_de_grammar")


@pytest.fixture(scope="module")
def lexicon() -> ModuleType:
    return importlib.import_module("en_de_lexicon")


@pytest.fixture(scope="module")
def inflection() -> ModuleType:
    return importlib.import_module("en_de_words")


def lines(split: str, language: str) -> list[str]:
    return (CORPORA / "en-de" / f"{split}.{language}").read_text(encoding="utf-8").splitlines()


# The files


def test_the_files_come_out_of_the_generator_byte_for_byte(make: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "SHA256SUMS").write_text("ab  prose/train.txt\n")
    make.main(tmp_path)
    for split in SPLITS:
        for language in ("en", "de"):
            name = f"en-de/{split}.{language}"
            assert (tmp_path / name).read_bytes() == (CORPORA / name).read_bytes(), name
    sums = (tmp_path / "SHA256SUMS").read_text().splitlines()
    assert sums[-1] == "ab  prose/train.txt"  # the lines of other corpora stay


def test_the_sums_are_those_of_the_files() -> None:
    rows = [line.split("  ") for line in (CORPORA / "SHA256SUMS").read_text().splitlines() if "  en-de/" in line]
    assert len(rows) == 6
    for digest, name in rows:
        assert hashlib.sha256((CORPORA / name).read_bytes()).hexdigest() == digest, name


@pytest.mark.parametrize(("split", "count"), SPLITS.items())
def test_the_two_sides_of_a_split_have_its_size(split: str, count: int) -> None:
    assert len(lines(split, "en")) == len(lines(split, "de")) == count


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_sentence_comes_twice(language: str) -> None:
    everything = [line for split in SPLITS for line in lines(split, language)]
    assert len(set(everything)) == len(everything)


def test_sentences_are_of_ordinary_length(make: ModuleType) -> None:
    lengths = [len(make.tokens(line)) for line in lines("train", "en")]
    assert min(lengths) >= 4
    assert max(lengths) <= 25
    assert 9 < sum(lengths) / len(lengths) < 12


def test_the_readme_shows_pairs_of_the_corpus() -> None:
    shown = (CORPORA / "README.md").read_text(encoding="utf-8").split("```\n")[1].splitlines()
    assert len(shown) == 8
    assert set(zip(shown[::2], shown[1::2], strict=True)) <= set(
        zip(lines("train", "en"), lines("train", "de"), strict=True)
    )


# The split


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("split", ["val", "test"])
def test_every_word_is_in_training(make: ModuleType, split: str, language: str) -> None:
    known = {word for line in lines("train", language) for word in make.tokens(line)}
    assert {word for line in lines(split, language) for word in make.tokens(line)} <= known


@pytest.mark.parametrize(("language", "share"), [("en", 0.7), ("de", 0.8)])
def test_most_test_sentences_hold_a_bigram_that_training_lacks(make: ModuleType, language: str, share: float) -> None:
    known = {pair for line in lines("train", language) for pair in pairwise(make.tokens(line))}
    new = [not known.issuperset(pairwise(make.tokens(line))) for line in lines("test", language)]
    assert sum(new) / len(new) > share


def test_adjectives_and_nouns_of_test_pairs_never_meet_in_training(make: ModuleType, lexicon: ModuleType) -> None:
    held_out = [
        f" {adjective.positive} {noun.singular} "
        for adjective in lexicon.ADJECTIVES
        for noun in lexicon.NOUNS
        if adjective.kinds & noun.kinds and make.owner((adjective.positive, noun.singular)) != "train"
    ]
    assert len(held_out) > 30
    nouns_of_two_words = {noun.singular.split()[0] for noun in lexicon.NOUNS if " " in noun.singular}
    text = "\n".join(lines("train", "en"))
    found = [pair for pair in held_out if pair in text and pair.split()[-1] not in nouns_of_two_words]
    assert found == []


def test_a_sentence_with_pairs_of_two_splits_is_left_out(make: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "owner", {("a", "b"): "val", ("c", "d"): "test", ("e", "f"): "train"}.__getitem__)
    assert make.split_of([]) == make.split_of([("e", "f")]) == "train"
    assert make.split_of([("a", "b"), ("e", "f")]) == "val"
    assert make.split_of([("a", "b"), ("c", "d")]) is None


def test_english_fixes_the_german(make: ModuleType) -> None:
    german: dict[str, str] = {}
    for example in islice(make.examples(seed=1), 30_000):
        pair = example.pair
        assert german.setdefault(pair.en, pair.de) == pair.de


# The grammar, by literal sentences


@pytest.fixture(scope="module")
def lex(grammar: ModuleType, lexicon: ModuleType, inflection: ModuleType) -> Lexicon:
    return Lexicon(grammar, lexicon, inflection)


class Lexicon:
    """Looks words up by their English, and builds phrases of them."""

    def __init__(self, grammar: ModuleType, lexicon: ModuleType, inflection: ModuleType) -> None:
        self.g, self.lexicon, self.words = grammar, lexicon, inflection

    def verb(self, name: str, german: str = ""):
        return next(verb for verb in self.lexicon.VERBS if verb.name == name and german in verb.infinitive)

    def np(self, determiner: str, *english: str, plural: bool = False, **fields: object):
        *adjectives, noun = english
        return self.g.NounPhrase(
            getattr(self.words, determiner),
            next(entry for entry in self.lexicon.NOUNS if entry.singular == noun),
            plural,
            tuple(entry for name in adjectives for entry in self.lexicon.ADJECTIVES if entry.positive == name),
            **fields,
        )

    def clause(self, subject, verb: str, tense: str = "PRESENT", **fields: object):
        return self.g.Clause(subject, self.verb(verb), self.g.Tense[tense], **fields)


@pytest.mark.parametrize(
    ("determiner", "noun", "plural", "forms"),
    [
        ("THE", "key", False, "der alte Schlüssel, den alten Schlüssel, dem alten Schlüssel, des alten Schlüssels"),
        ("A", "lamp", False, "eine alte Lampe, eine alte Lampe, einer alten Lampe, einer alten Lampe"),
        ("A", "house", False, "ein altes Haus, ein altes Haus, einem alten Haus, eines alten Hauses"),
        ("BARE", "bread", False, "altes Brot, altes Brot, altem Brot, alten Brotes"),
        ("MANY", "apple", True, "viele alte Äpfel, viele alte Äpfel, vielen alten Äpfeln, vieler alter Äpfel"),
        ("ALL", "child", True, "alle alten Kinder, alle alten Kinder, allen alten Kindern, aller alten Kinder"),
        ("THIS", "boy", False, "dieser alte Junge, diesen alten Jungen, diesem alten Jungen, dieses alten Jungen"),
        ("OUR", "car", True, "unsere alten Autos, unsere alten Autos, unseren alten Autos, unserer alten Autos"),
    ],
)
def test_articles_adjectives_and_nouns_agree(
    lex: Lexicon, determiner: str, noun: str, plural: bool, forms: str
) -> None:
    phrase = lex.np(determiner, "old", noun, plural=plural)
    assert ", ".join(phrase.de(case) for case in ("nom", "acc", "dat", "gen")) == forms


def test_stems_change_before_an_ending(lex: Lexicon) -> None:
    assert lex.np("A", "dark", "room").de("nom") == "ein dunkles Zimmer"
    assert lex.np("A", "expensive", "coat").de("acc") == "einen teuren Mantel"
    assert lex.np("A", "big", "house", degree="comparative").de("dat") == "einem größeren Haus"


def test_possessors_are_genitives(lex: Lexicon) -> None:
    teachers_car = lex.np("THE", "new", "car", possessor=lex.np("THE", "teacher"))
    assert (teachers_car.en(), teachers_car.de("acc")) == ("the teacher's new car", "das neue Auto des Lehrers")
    annas_car = lex.np("THE", "new", "car", possessor=lex.g.Name("Anna", lex.g.SHE))
    assert (annas_car.en(), annas_car.de("dat")) == ("Anna's new car", "Annas neuem Auto")
    door = lex.np("THE", "door", possessor=lex.np("THE", "house"))
    assert (door.en(), door.de("nom")) == ("the door of the house", "die Tür des Hauses")


def test_masculine_accusative_and_the_perfect(lex: Lexicon) -> None:
    clause = lex.clause(lex.np("THE", "boy"), "buy", "PAST", accusative=lex.np("A", "apple"))
    assert (clause.en(), clause.de_main()) == ("the boy bought an apple", "der Junge hat einen Apfel gekauft")


def test_the_perfect_with_sein(lex: Lexicon) -> None:
    clause = lex.clause(lex.g.I, "arrive", "PAST")
    assert (clause.en(), clause.de_main("gestern")) == ("I arrived", "gestern bin ich angekommen")


def test_the_verb_stays_second_behind_an_adverbial(lex: Lexicon) -> None:
    clause = lex.clause(lex.np("THE", "woman"), "read", accusative=lex.np("THE", "letter"))
    assert clause.en("in the evening") == "in the evening the woman reads the letter"
    assert clause.de_main("am Abend") == "am Abend liest die Frau den Brief"


def test_separable_verbs_split_and_join(lex: Lexicon) -> None:
    clause = lex.clause(lex.g.SHE, "open", accusative=lex.np("THE", "front door"))
    assert clause.de_main() == "sie macht die Haustür auf"
    assert clause.de_subordinate("weil") == "weil sie die Haustür aufmacht"
    assert replace(clause, tense=lex.g.Tense.PAST).de_subordinate("dass") == "dass sie die Haustür aufgemacht hat"
    assert replace(clause, tense=lex.lexicon.MUST).de_main() == "sie muss die Haustür aufmachen"
    assert replace(clause, subject=lex.g.gap("3s")).de_infinitive() == "die Haustür aufzumachen"
    assert replace(clause, subject=lex.g.YOU).de_main("bitte") == "bitte machen Sie die Haustür auf"


def test_reflexive_verbs(lex: Lexicon) -> None:
    assert lex.clause(lex.g.WE, "rest", "PAST").de_main() == "wir haben uns ausgeruht"
    clause = lex.clause(lex.np("THE", "guest"), "rest")
    assert (clause.de_main("jetzt"), clause.de_main()) == ("jetzt ruht sich der Gast aus", "der Gast ruht sich aus")


def test_negation_is_kein_or_nicht(lex: Lexicon) -> None:
    clause = lex.clause(lex.g.HE, "find", accusative=lex.np("A", "key"), negated=True)
    assert (clause.en(), clause.de_main()) == ("he does not find a key", "er findet keinen Schlüssel")
    clause = replace(clause, accusative=lex.np("THE", "key"))
    assert (clause.en(), clause.de_main()) == ("he does not find the key", "er findet den Schlüssel nicht")
    clause = lex.clause(lex.np("THE", "bus"), "arrive", "PAST", negated=True)
    assert (clause.en_question(), clause.de_question()) == ("did the bus not arrive", "ist der Bus nicht angekommen")


def test_a_two_way_preposition_tells_place_from_direction(lex: Lexicon) -> None:
    assert lex.g.prepositional("in", lex.np("THE", "garden").de("acc")) == "in den Garten"
    assert lex.g.prepositional("in", lex.np("THE", "garden").de("dat")) == "im Garten"
    assert lex.g.prepositional("in", lex.np("THE", "old", "house").de("acc")) == "ins alte Haus"
    assert lex.g.prepositional("zu", lex.np("THE", "school").de("dat")) == "zur Schule"


def test_the_passive(lex: Lexicon) -> None:
    clause = lex.clause(lex.np("THE", "car"), "repair", "PAST", passive=True)
    assert (clause.en(), clause.de_main()) == ("the car was repaired", "das Auto wurde repariert")
    clause = replace(clause, tense=lex.lexicon.MUST)
    assert (clause.en(), clause.de_main()) == ("the car must be repaired", "das Auto muss repariert werden")


def test_relative_pronouns_agree(lex: Lexicon) -> None:
    helping, buying = lex.clause(lex.np("THE", "boy"), "help"), lex.clause(lex.g.WE, "buy", "PAST")
    waiting = replace(lex.clause(lex.g.WE, "wait for"), verb=replace(lex.verb("wait for"), particle=""))
    woman = lex.g.relative(lex.np("THE", "woman"), "dat", helping)
    assert (woman.en(), woman.de("nom")) == ("the woman whom the boy helps", "die Frau, der der Junge hilft,")
    cakes = lex.g.relative(lex.np("THE", "cake"), "acc", buying)
    assert (cakes.en(), cakes.de("dat")) == ("the cake that we bought", "dem Kuchen, den wir gekauft haben,")
    children = lex.np("THE", "child", plural=True)
    waited_for = lex.g.relative(children, "acc", waiting, preposition=lex.g.Phrase("for", "auf"))
    assert waited_for.en() == "the children for whom we wait"
    assert waited_for.de("nom") == "die Kinder, auf die wir warten,"
    assert lex.g.relative(children, "dat", helping).de("acc") == "die Kinder, denen der Junge hilft,"


def test_a_relative_clause_waits_behind_the_right_bracket(lex: Lexicon) -> None:
    book = lex.g.relative(lex.np("THE", "book"), "acc", lex.clause(lex.g.SHE, "need"))
    clause = lex.clause(lex.g.HE, "find", "PAST", accusative=book)
    assert lex.g.sentence(clause.de_main()) == "Er hat das Buch gefunden, das sie braucht."


@pytest.mark.parametrize(
    ("noun", "plural", "pronoun"),
    [("coat", False, "er"), ("cup", False, "sie"), ("car", False, "es"), ("car", True, "sie")],
)
def test_a_pronoun_has_the_gender_of_its_noun(lex: Lexicon, noun: str, plural: bool, pronoun: str) -> None:
    phrase = lex.np("THE", noun, plural=plural)
    assert phrase.it().en(subject=True) == ("they" if plural else "it")
    assert phrase.it().de("nom") == pronoun


def test_one_english_verb_has_the_german_of_its_object(lex: Lexicon) -> None:
    laid, stood = lex.verb("put", "legen"), lex.verb("put", "stellen")
    assert not laid.kinds & stood.kinds
    assert not any(noun.kinds & laid.kinds and noun.kinds & stood.kinds for noun in lex.lexicon.NOUNS)


def test_english_that_leaves_the_tense_open_is_refused(lex: Lexicon) -> None:
    with pytest.raises(lex.g.AmbiguousEnglish, match='"read" is present or past'):
        lex.clause(lex.g.THEY, "read", "PAST")
