"""Poems: ballads, couplets, riddles, and stanzas put together from halves of lines. All are checked for rhyme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stories_ballads import BALLADS
from stories_couplets import COUPLETS, RIDDLE_VERSES, SCENERY, TITLES
from stories_grammar import Teller, sections
from stories_lexicon import BOYS, GIRLS, SEASONS, VILLAGE_BEGINNINGS, VILLAGE_ENDINGS
from stories_rhymes import CLOSES, ENDINGS, in_rhyme

Cast = Mapping[str, object]

_TWO_SYLLABLES = frozenset(
    """Agnes Clara Dora Edith Elsie Esther Flora Greta Hester Hilda Ida Ingrid Ivy Lettice Lila Lucy Mabel Maren Marta
    Minna Molly Nora Pansy Petra Polly Prudence Rosie Sally Sigrid Tilda Wilma Abel Adam Albin Ambrose Anselm Arlo Bruno
    Casper Clement Conrad Cuthbert Edmund Emil Enoch Ernest Felix Fergus Gustav Henrik Hugo Ivo Jasper Jonas Joseph
    Lambert Laurence Linus Lorenz Magnus Martin Moritz Oscar Osric Otto Peter Quentin Robin Rufus Silas Simon Stephen
    Thomas Ulrich Victor Walter Wilfred""".split()
)
GIRLS_IN_VERSE = tuple(name for name in GIRLS if name in _TWO_SYLLABLES)
BOYS_IN_VERSE = tuple(name for name in BOYS if name in _TWO_SYLLABLES)
_ONE_SYLLABLE = frozenset(
    "Ash Bell Birch Crab Crow Fern Finch Fox Lark Marl Moss Oat Owl Pear Plum Reed Rook Rush Thorn Toad".split()
)
VILLAGES_IN_VERSE = tuple(
    beginning + ending
    for beginning in VILLAGE_BEGINNINGS
    if beginning in _ONE_SYLLABLE
    for ending in VILLAGE_ENDINGS
    if ending != "bury" and beginning[-1] != ending[0]
)


def verse_cast(teller: Teller, cast: Cast) -> Cast:
    """The cast with the two-syllable names that the metre asks for."""
    names = {"f": GIRLS_IN_VERSE, "m": BOYS_IN_VERSE, "p": VILLAGES_IN_VERSE}
    return {**cast, **{key: teller.draw(options) for key, options in names.items()}}


def stanza(lines: Sequence[str], scheme: str) -> str:
    """The lines of a stanza that rhymes as it should."""
    if not in_rhyme(lines, scheme):
        raise ValueError(f"not in rhyme ({scheme}): {lines}")
    return "\n".join(lines)


def spoken(teller: Teller, template: str, cast: Cast) -> list[str]:
    """A template with `/` between its lines, told."""
    return [line.strip() for line in teller.tell(template, cast).split(" / ")]


def poem(teller: Teller, cast: Cast) -> str:
    """A poem with its title, of any kind."""
    kinds = (ballad, ballad, ballad, ballad, lyric, lyric, lyric, lyric, catalogue, catalogue, riddle)
    title, stanzas = teller.draw(kinds)(teller, verse_cast(teller, cast))
    return "\n\n".join([title.upper(), *stanzas])


def ballad(teller: Teller, cast: Cast) -> tuple[str, list[str]]:
    """A story in stanzas."""
    text = teller.draw(tuple(BALLADS))
    parts = sections(text)
    titles = parts.pop("title")
    stanzas = [stanza(spoken(teller, teller.draw(options), cast), BALLADS[text]) for options in parts.values()]
    return teller.tell(teller.draw(titles), cast), stanzas


def lyric(teller: Teller, cast: Cast) -> tuple[str, list[str]]:
    """Stanzas of pictures, each with a close of its own."""
    scene, scheme = teller.draw(SCENERY), teller.draw(("abab", "aabb"))
    stanzas = [stanza(pictures(teller, scene, scheme), scheme) for _ in range(teller.draw((2, 3, 4)))]
    return teller.tell(teller.draw(TITLES["lyric"]), cast), stanzas


def pictures(teller: Teller, scene: Sequence[str], scheme: str) -> list[str]:
    """Three lines of two halves each, and a fourth that rhymes with the one that the scheme says."""
    first, second = (teller.draw(range(len(ENDINGS))) for _ in "ab")
    ends = {"a": [teller.draw(ENDINGS[first]) for _ in "aa"], "b": [teller.draw(ENDINGS[second])]}
    lines = [f"{teller.draw(scene)} {ends[letter].pop()}{mark}" for letter, mark in zip(scheme[:3], ",;,", strict=True)]
    lines.append(f"{teller.draw(CLOSES[second])}.")
    return lines if first != second and in_rhyme(lines, scheme) else pictures(teller, scene, scheme)


def catalogue(teller: Teller, cast: Cast) -> tuple[str, list[str]]:
    """Couplets on one theme."""
    theme = teller.draw(tuple(COUPLETS))
    titles = TITLES["season" if theme in SEASONS else theme]
    lines = []
    for _ in range(teller.draw((4, 6))):
        lines += stanza(spoken(teller, teller.draw(COUPLETS[theme]), cast), "aa").split("\n")
    lines = [*lines[:-1], lines[-1].rstrip(';."') + ('."' if lines[-1].endswith('"') else ".")]
    told_cast = {**cast, "season": theme} if theme in SEASONS else cast
    stanzas = ["\n".join(lines[place : place + 4]) for place in range(0, len(lines), 4)]
    return teller.tell(teller.draw(titles), told_cast), stanzas


def riddle(teller: Teller, cast: Cast) -> tuple[str, list[str]]:
    """A riddle in two couplets and its answer."""
    *lines, answer = spoken(teller, teller.draw(RIDDLE_VERSES), cast)
    return teller.tell(teller.draw(TITLES["riddle"]), cast), [stanza(lines, "aabb"), answer]
