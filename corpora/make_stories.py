"""Write the book of stories: `python make_stories.py [FOLDER]`, this folder unless told otherwise.

Tales, scenes and poems take turns; their texts are templates, and a seed decides what fills them. The same book
comes out each time.
"""

from __future__ import annotations

import hashlib
import random
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import stories_journeys
import stories_lexicon as lexicon
import stories_village_tales
from stories_couplets import SONGS
from stories_grammar import Character, Teller, filled, man, paragraphs, sections, woman
from stories_scenes import SCENES
from stories_verse import poem, spoken, stanza

SEED = 4
MIN_CHARACTERS = 430_000
PLOTS = stories_village_tales.PLOTS + stories_journeys.PLOTS
TURN = re.compile(r"([ABC])( \([^)]*\))?:(?: |$)")
SONG = "~"  # where a scene has a song


def person(teller: Teller, taken: set[str], gender: str = "") -> Character:
    """Somebody whose name nobody else in the piece has."""
    make, names = (
        (woman, lexicon.GIRLS) if (gender or teller.draw(("woman", "man"))) == "woman" else (man, lexicon.BOYS)
    )
    name = teller.draw(names)
    while name in taken:
        name = teller.draw(names)
    taken.add(name)
    return make(name, teller.draw(lexicon.TRADES))


def beast(teller: Teller) -> Character:
    name = f"the {teller.draw(lexicon.BEASTS)}"
    return Character(name, "she", "her", "her") if teller.draw((True, False)) else Character(name, "he", "him", "his")


def village(teller: Teller) -> str:
    while True:
        beginning, ending = teller.draw(lexicon.VILLAGE_BEGINNINGS), teller.draw(lexicon.VILLAGE_ENDINGS)
        if beginning[-1] != ending[0] and beginning.lower() != ending:
            return beginning + ending


def world(teller: Teller) -> dict[str, object]:
    """What every piece has: a season, places, an old acquaintance."""
    old, names = teller.draw(((woman, lexicon.OLD_WOMEN), (man, lexicon.OLD_MEN)))
    return {
        "season": teller.draw(lexicon.SEASONS),
        "t": village(teller),
        "v": village(teller),
        "w": teller.draw(lexicon.WOODS),
        "r": teller.draw(lexicon.RIVERS),
        "x": teller.draw(lexicon.THINGS),
        "o": old(teller.draw(names)),
    }


def told(teller: Teller, parts: Mapping[str, tuple[str, ...]], cast: dict[str, object]) -> list[str]:
    """The sections of a plot or a scene in their order; those that begin with `$` only add to the cast."""
    texts = []
    for heading, options in parts.items():
        if heading.startswith("$"):
            name, value = teller.pick(heading, options, cast)
            cast[name] = value
        else:
            texts.append(teller.tell(teller.draw(options), cast))
    return texts


def tale(teller: Teller) -> str:
    """A title and a story in prose."""
    taken: set[str] = set()
    cast = {
        "h": person(teller, taken),
        "f": person(teller, taken),
        "b": beast(teller),
        "c": beast(teller),
        **world(teller),
    }
    parts = sections(teller.draw(PLOTS))
    titles = parts.pop("title")
    body = told(teller, parts, cast)
    return f"{teller.tell(teller.draw(titles), cast).upper()}\n\n{paragraphs('//'.join(body))}"


def actor(teller: Teller, role: str, taken: set[str]) -> Character:
    """`judge, man` is the judge, `man` somebody with a name."""
    *title, gender = role.split(", ")
    named = person(teller, taken, gender)
    return Character(f"the {title[0]}", named.he, named.him, named.his) if title else named


def turn(text: str, cast: Mapping[str, object]) -> str:
    """A paragraph of a scene: what somebody says, or a stage direction."""
    said = TURN.match(text)
    if not said:
        return filled(text)
    speaker = cast[said[1].lower()]
    assert isinstance(speaker, Character)
    return filled(f"{speaker.kind.upper()}{said[2] or ''}: {capital(text[said.end() :])}")


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def joined(turns: Iterable[str]) -> list[str]:
    """The turns, where somebody speaks on as one."""
    whole: list[str] = []
    for text in turns:
        said = TURN.match(text)
        if whole and said and not said[2] and whole[-1].startswith(said[0]):
            whole[-1] += f" {capital(text[said.end() :])}"
        else:
            whole.append(text)
    return whole


def scene(teller: Teller) -> str:
    """A title, a setting, and what they say."""
    parts = sections(teller.draw(SCENES))
    titles, casts = parts.pop("title"), parts.pop("cast")
    taken: set[str] = set()
    actors = (actor(teller, role, taken) for role in teller.draw(casts).split(" :: "))
    cast = {**dict(zip("abc", actors, strict=True)), "beast": beast(teller), **world(teller)}
    turns = joined(part.strip() for text in told(teller, parts, cast) for part in text.split("//"))
    lines = [song(teller, cast) if part == SONG else turn(part, cast) for part in turns]
    return "\n\n".join([f"{teller.tell(teller.draw(titles), cast).upper()}. A SCENE", *lines])


def song(teller: Teller, cast: Mapping[str, object]) -> str:
    lines = stanza(spoken(teller, teller.draw(SONGS), cast), "abab").split("\n")
    return "\n".join(f"    {line}" for line in lines)


def verse(teller: Teller) -> str:
    """A title and a poem."""
    return poem(teller, {**world(teller), "beast": beast(teller)})


ORDER = (tale, verse, scene, tale, verse, tale, scene, verse)  # of the pieces, over and over


def book(seed: int = SEED) -> str:
    """All pieces, none of them twice, two blank lines between two of them."""
    teller = Teller(random.Random(seed), {**lexicon.RULES, "riddle": lexicon.RIDDLES, "song": (SONG,)})
    pieces: list[str] = []
    length = 0
    while length < MIN_CHARACTERS:
        piece = ORDER[len(pieces) % len(ORDER)](teller)
        if piece not in pieces:
            pieces.append(piece)
            length += len(piece)
    return "\n\n\n".join(pieces) + "\n"


def main(folder: Path) -> None:
    """Write the book and its line of sums beside it."""
    path = folder / "stories" / "stories.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(book().encode())
    sums_path = folder / "SHA256SUMS"
    others = sums_path.read_text().splitlines(keepends=True) if sums_path.exists() else []
    kept = [line for line in others if "  stories/" not in line]
    sums_path.write_text("".join([*kept, f"{hashlib.sha256(path.read_bytes()).hexdigest()}  stories/stories.txt\n"]))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
