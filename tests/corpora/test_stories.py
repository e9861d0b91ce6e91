"""The book of stories: its file, its language, its verse, and the templates that it is told with."""

from __future__ import annotations

import hashlib
import importlib
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

CORPORA = Path(__file__).resolve().parents[2] / "corpora"
TEXT = (CORPORA / "stories" / "stories.txt").read_text(encoding="utf-8")
PIECES = TEXT.rstrip("\n").split("\n\n\n")
PARAGRAPHS = [paragraph for piece in PIECES for paragraph in piece.split("\n\n")]


@pytest.fixture(scope="module", autouse=True)
def _generator_on_the_path() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(CORPORA))
        patch.setattr(sys, "dont_write_bytecode", True)
        yield


@pytest.fixture(scope="module")
def make() -> ModuleType:
    return importlib.import_module("make_stories")


@pytest.fixture(scope="module")
def grammar() -> ModuleType:
    return importlib.import_module("stories_grammar")


@pytest.fixture(scope="module")
def rhymes() -> ModuleType:
    return importlib.import_module("stories_rhymes")


@pytest.fixture(scope="module")
def verse() -> ModuleType:
    return importlib.import_module("stories_verse")


# The file


def test_the_book_comes_out_of_the_generator_byte_for_byte(make: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "SHA256SUMS").write_text("ab  prose/train.txt\ncd  stories/stories.txt\n")
    make.main(tmp_path)
    assert (tmp_path / "stories" / "stories.txt").read_bytes() == TEXT.encode()
    first, second = (tmp_path / "SHA256SUMS").read_text().splitlines()
    assert first == "ab  prose/train.txt"  # the lines of other corpora stay
    assert second in (CORPORA / "SHA256SUMS").read_text().splitlines()


def test_the_sum_is_that_of_the_file() -> None:
    rows = [line.split("  ") for line in (CORPORA / "SHA256SUMS").read_text().splitlines() if "  stories/" in line]
    assert rows == [[hashlib.sha256(TEXT.encode()).hexdigest(), "stories/stories.txt"]]


def test_another_seed_writes_another_book(make: ModuleType) -> None:
    assert make.book(seed=5) != TEXT


def test_the_book_is_a_few_hundred_kilobytes_of_printable_ascii() -> None:
    assert 400_000 <= len(TEXT.encode()) <= 600_000
    assert all(" " <= character <= "~" or character == "\n" for character in TEXT)
    assert TEXT.endswith("\n") and not TEXT.endswith("\n\n")


def test_the_readme_shows_a_page_of_the_book() -> None:
    section = (CORPORA / "README.md").read_text(encoding="utf-8").split("\n## stories:")[1].split("\n## ")[0]
    shown = section.split("```\n")[1]
    assert shown.count("\n") > 20
    assert all(f"{part.strip()}\n" in TEXT for part in shown.split("\n\n\n"))


# The page


def test_lines_are_as_long_as_in_a_book() -> None:
    lines = TEXT.split("\n")
    assert max(map(len, lines)) <= 68
    assert not any(line != line.rstrip() for line in lines)
    assert "\n\n\n\n" not in TEXT


def test_tales_scenes_and_poems_take_turns() -> None:
    scenes = [piece for piece in PIECES if piece.split("\n")[0].endswith(". A SCENE")]
    assert len(PIECES) > 300
    assert 0.2 < len(scenes) / len(PIECES) < 0.3
    assert all(piece.split("\n")[0].isupper() for piece in PIECES)


def test_every_scene_is_spoken_by_two_or_three(make: ModuleType) -> None:
    for piece in PIECES:
        if piece.split("\n")[0].endswith(". A SCENE"):
            speakers = re.findall(r"\n\n([A-Z][A-Z' -]*)(?: \([^)]*\))?:", piece)
            assert 2 <= len(set(speakers)) <= 3, piece
            assert len(speakers) >= 8, piece


def test_nobody_answers_himself() -> None:
    turns = re.findall(r"\n\n([A-Z][A-Z' -]*): (?=.*\n)(?:[^\n]|\n(?!\n))*(?=\n\n\1: )", TEXT)
    assert turns == []


def test_no_template_mark_is_left() -> None:
    assert set(TEXT) & set("[]{}<>|^/~_=*#") == set()
    assert " :: " not in TEXT
    assert re.findall(r"\b[ABC](?: \([^)]*\))?:", TEXT) == []


def test_quotation_marks_close_in_their_paragraph() -> None:
    prose = [paragraph for paragraph in PARAGRAPHS if paragraph.count("\n") != 3]
    assert [paragraph for paragraph in prose if paragraph.count('"') % 2] == []


def test_the_english_is_clean() -> None:
    flat = " ".join(TEXT.split())
    assert re.findall(r"\b([a-z]+) \1\b", flat) == ["had"] * len(re.findall(r"\bhad had\b", flat))
    assert re.findall(r"[.!?] [a-z]\w+", flat) == []
    assert re.findall(r"\b[Aa] [aeio]\w+", flat) in ([], ["a one"] * flat.count("a one"))
    assert re.findall(r"\b[Aa]n [bcdfgjklmnpqrstvwxyz]\w+", flat) == []
    assert re.findall(r" [.,;:!?]|,,|\.\.|;\.", flat) == []


def test_the_pages_do_not_repeat_one_another() -> None:
    long = Counter(" ".join(paragraph.split()) for paragraph in PARAGRAPHS if len(paragraph) > 150)
    assert sum(long.values()) - len(long) < 0.04 * sum(long.values())
    assert len(set(PIECES)) == len(PIECES)
    start = len(TEXT) * 9 // 10
    windows = [TEXT[place : place + 50] for place in range(start, len(TEXT) - 50, 53)]
    assert sum(window in TEXT[:start] for window in windows) < 0.5 * len(windows)


def test_a_person_is_he_or_she_to_the_end(make: ModuleType, grammar: ModuleType) -> None:
    teller = grammar.Teller(random.Random(1), {})
    girl, boy = grammar.woman("Tilda", "baker"), grammar.man("Otto", "carter")
    told = teller.tell(
        "{g.He} and {b.he}, {g.him} and {b.him}, {g.his} {b.his}: {g.himself} {b.himself}, {b.child}",
        {"g": girl, "b": boy},
    )
    assert told == "She and he, her and him, her his: herself himself, boy"
    names = make.lexicon
    assert not set(names.GIRLS) & set(names.BOYS)
    assert not set(names.OLD_WOMEN) & set(names.OLD_MEN)


# Verse


def test_last_words() -> None:
    rhymes = importlib.import_module("stories_rhymes")
    assert rhymes.last_word("There's such a draught in there.\"") == "there"
    assert rhymes.last_word("The clock had struck one o'clock;") == "o'clock"


def test_lines_rhyme_by_different_words_of_a_family(rhymes: ModuleType) -> None:
    assert rhymes.rhymes("a light", "the night")
    assert not rhymes.rhymes("the night", "a night")
    assert not rhymes.rhymes("the night", "the day")
    assert rhymes.in_rhyme(["a day", "the sea", "the hay", "a tree"], "abab")
    assert not rhymes.in_rhyme(["a day", "the sea", "the hay", "a tree"], "aabb")


def test_a_stanza_out_of_rhyme_is_refused(verse: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"not in rhyme \(aa\)"):
        verse.stanza(["the spoon", "the fork"], "aa")


def test_every_stanza_in_the_book_rhymes(rhymes: ModuleType) -> None:
    count = 0
    for piece in PIECES:
        _, *paragraphs = piece.split("\n\n")
        songs = [paragraph for paragraph in paragraphs if paragraph.startswith("    ")]
        is_poem = all(paragraph.count("\n") == 3 or paragraph.startswith("(") for paragraph in paragraphs)
        for paragraph in paragraphs if is_poem else songs:
            if not paragraph.startswith("("):
                lines = paragraph.split("\n")
                assert rhymes.in_rhyme(lines, "abab") or rhymes.in_rhyme(lines, "aabb"), paragraph
                count += 1
    assert count > 450


SYLLABLES = {  # words that the count by groups of vowels gets wrong
    **dict.fromkeys("clothes flour hour mayor smelled tower".split(), 1),
    **dict.fromkeys(
        "agnes beyond bridesmaids crooked evening every fox's going hedgehog homeward hundred lying".split(), 2
    ),
    **dict.fromkeys("saucepan scarecrow someone someone's something wilfred".split(), 2),
    **dict.fromkeys("anyone everyone everywhere somebody".split(), 3),
    **dict.fromkeys("everybody everybody's".split(), 4),
}


def syllables(line: str) -> int:
    """A count by groups of vowels, with the words that do not follow the rule in a table."""
    total = 0
    for word in re.findall(r"[a-z][a-z']*", line.lower()):
        bare = word.removesuffix("'s").replace("'", "")
        groups = len(re.findall(r"[aeiouy]+", bare))
        silent = re.search(r"(?<![^aeiouyl]l)(?:(?<=[^aeiouy])e|(?<=[^aeiouycgsxzh])es|(?<=[^aeiouytd])ed)$", bare)
        total += SYLLABLES.get(word, max(1, groups - bool(silent)))
    return total


@pytest.mark.parametrize(
    ("line", "count"),
    [("The moon has hung her hat up high", 8), ("And cannot find its chime", 6), ("A page of candles", 5)],
)
def test_syllables_are_counted(line: str, count: int) -> None:
    assert syllables(line) == count


def test_verse_keeps_its_metre(make: ModuleType, grammar: ModuleType, verse: ModuleType) -> None:
    teller = grammar.Teller(random.Random(3), make.lexicon.RULES)
    strayed: Counter[str] = Counter()
    for _ in range(150):
        cast = verse.verse_cast(teller, {**make.world(teller), "beast": make.beast(teller)})
        for kind in (verse.ballad, verse.lyric, verse.catalogue, verse.riddle):
            _, stanzas = kind(teller, cast)
            for lines in (stanza.split("\n") for stanza in stanzas if not stanza.startswith("(")):
                lengths = [syllables(line) for line in lines]
                short_first = min(lengths[1], lengths[3]) < 7
                wanted = [8, 6, 8, 6] if short_first else [8, 8, 8, 8]
                strayed.update(line for line, n, w in zip(lines, lengths, wanted, strict=True) if n != w)
    assert strayed == Counter()


def test_halves_of_lines_have_four_syllables(rhymes: ModuleType) -> None:
    couplets = importlib.import_module("stories_couplets")
    assert [half for halves in rhymes.ENDINGS for half in halves if syllables(half) != 4] == []
    assert [half for halves in couplets.SCENERY for half in halves if syllables(half) != 4] == []
    assert [line for lines in rhymes.CLOSES for line in lines if syllables(line) != 8] == []


def test_names_in_verse_are_names_of_the_book(make: ModuleType, verse: ModuleType) -> None:
    assert set(verse.GIRLS_IN_VERSE) <= set(make.lexicon.GIRLS)
    assert set(verse.BOYS_IN_VERSE) <= set(make.lexicon.BOYS)
    assert len(verse.GIRLS_IN_VERSE) + len(verse.BOYS_IN_VERSE) == len(verse._TWO_SYLLABLES)
    assert {syllables(name) for name in verse._TWO_SYLLABLES} == {2}


# Templates


def test_brackets_nest(grammar: ModuleType) -> None:
    assert grammar.alternatives("a|b [c|d]|") == ("a", "b [c|d]", "")
    teller = grammar.Teller(random.Random(2), {"tree": ("an [oak|elm]",), "sky in spring": ("blue",), "sky": ("grey",)})
    drawn = {teller.expand("<tree> [x|[y|z]]", "spring") for _ in range(100)}
    assert drawn == {f"an {tree} {letter}" for tree in ("oak", "elm") for letter in "xyz"}
    assert teller.expand("<sky>", "spring") + teller.expand("<sky>", "winter") == "bluegrey"
    assert {teller.expand("<3-5>", "") for _ in range(60)} == {"3", "4", "5"}


def test_a_bracket_that_stays_open_is_an_error(grammar: ModuleType) -> None:
    with pytest.raises(ValueError, match="a bracket stays open"):
        grammar.Teller(random.Random(2), {}).expand("a [b|c", "")


def test_articles_and_capitals(grammar: ModuleType) -> None:
    assert grammar.polished("a(n) owl, a(n)  hat, a(n) hour, A(n) uncle, a(n) user, a(n) unit") == (
        "an owl, a hat, an hour, An uncle, a user, a unit"
    )
    assert grammar.polished('it. he ^the "^old" one? yes') == 'it. He The "Old" one? Yes'


def test_packs_are_fair_and_keep_a_distance(grammar: ModuleType) -> None:
    teller = grammar.Teller(random.Random(2), {})
    options = tuple(range(12))
    drawn = [teller.draw(options) for _ in range(120)]
    assert set(Counter(drawn).values()) == {10}
    last: dict[int, int] = {}
    for place, card in enumerate(drawn):
        assert place - last.get(card, -12) > 3
        last[card] = place
    assert len({tuple(drawn[place : place + 12]) for place in range(0, 120, 12)}) == 10
    assert all(one != other for one, other in pairwise(drawn))
    assert [teller.draw(("only",)) for _ in range(3)] == ["only"] * 3


def test_a_pick_has_as_many_fields_as_its_heading(grammar: ModuleType) -> None:
    teller = grammar.Teller(random.Random(2), {})
    name, value = teller.pick("$p place why", ("a {t} :: because",), {"t": "hill"})
    assert (name, value.place, value.why) == ("p", "a hill", "because")
    assert teller.pick("$s", ("a [b|b]",), {}) == ("s", "a b")
    with pytest.raises(ValueError, match="zip"):
        teller.pick("$p place why", ("only one",), {})


def test_every_alternative_of_every_tale_and_scene_can_be_told(make: ModuleType, grammar: ModuleType) -> None:
    teller = grammar.Teller(random.Random(8), {**make.lexicon.RULES, "riddle": make.lexicon.RIDDLES, "song": ("~",)})
    for texts, tell in ((make.PLOTS, make.tale), (make.SCENES, make.scene)):
        for _ in range(12 * len(texts)):
            assert set(tell(teller)) & set("[]{}<>|^~") == set()
