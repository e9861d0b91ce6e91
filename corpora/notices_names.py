"""Made-up names of people, towns, streets, firms and teams, each of which belongs to one split."""

from __future__ import annotations

import hashlib
import random
import re
from dataclasses import dataclass

from stories_grammar import Character, man, woman

SPLIT_SALT = "7"
HELD_OUT_PERCENT = {"validation": 10, "test": 10}

WOMEN = tuple(
    """Ada Alice Amelia Bella Carla Clara Diana Edith Elena Emma Eva Greta Hanna Helen Irene Iris Jane Julia Karin Laura
    Lena Lucy Maria Martha Mona Nadia Nina Nora Olga Paula Petra Rita Rosa Ruth Sara Sonia Vera""".split()
)
MEN = tuple(
    """Adam Albert Anton Arthur Boris Carl Daniel David Eric Felix Frank George Harold Henry Hugo Ivan Jacob James John
    Karl Leon Louis Mark Martin Max Oscar Otto Paul Peter Ralph Robert Simon Stefan Thomas Victor Walter""".split()
)
_STARTS = tuple(
    """B Br C Ch Cl Cr D Dr F Fl Fr G Gl Gr H J K Kl L M N P Pl Pr Qu R S Sh Sk Sl St Str T Th Tr V W Wh Z""".split()
)
_MIDDLES = tuple("ll rr nd rn st ck lm rv nt mp dd gg ss lt rk sk v n m l r b d".split())
_ENDS = tuple("ow er en ey ick ett and am iss ock ane ell ard ent ison aby over ury".split())
_TOWN_STARTS = tuple(
    """Al Ash Bar Bel Bran Cal Car Cor Dal Der El Far Fen Gar Hal Har Hol Kel Kin Lan Lim Mar Mel Mor Nor Or Pel Pen Ral
    Ros Sel Sol Tal Tor Ul Val Wal Wen Win Yar""".split()
)
_TOWN_MIDDLES = tuple(
    """ben ber bra car cen den der dra fen gen ger lan len lin men mer min nor ran ren rin sen ster tan ter tin ver
    von""".split()
)
_TOWN_ENDS = tuple("ford ham stead bury mouth wick combe field bridge stow thorpe by ley ton".split())
# Syllables that must not come together in anybody's name.
_RUDE = re.compile(
    "anal|arse|bast|bugg|boob|clit|cock|coon|crap|cum|cunt|damn|dick|fagg|fart|fuck|gook|hitl|homo|hoor|jew|knob|negr"
    "|nigg|penis|piss|poof|porn|prick|queer|semen|sex|shag|shit|slag|slut|spast|suck|tard|tit|turd|twat|wank|whor|wog",
    re.IGNORECASE,
)
_STREETS = ("Street", "Lane", "Road", "Square", "Avenue", "Hill")
_TEAMS = ("Rovers", "United", "Athletic", "Wanderers", "Rangers", "City")


def owner(name: str) -> str:
    """The split that a made-up name belongs to, by its hash."""
    bucket = int(hashlib.sha256(f"{SPLIT_SALT}+{name}".encode()).hexdigest(), 16) % 100
    for split, percent in HELD_OUT_PERCENT.items():
        if bucket < percent:
            return split
        bucket -= percent
    return "train"


@dataclass(frozen=True)
class Person(Character):
    """Somebody with a made-up surname."""

    last: str = ""


@dataclass(frozen=True)
class Names:
    """Draws names of one split."""

    rng: random.Random
    split: str

    def made_up(self, *parts: tuple[str, ...]) -> str:
        while True:
            name = "".join(self.rng.choice(options) for options in parts)
            if owner(name) == self.split and not _RUDE.search(name):
                return name

    def surname(self) -> str:
        return self.made_up(_STARTS, ("a", "e", "i", "o", "u", "ai", "ea", "oa", "oo"), _MIDDLES, _ENDS)

    def pet(self) -> str:
        return self.made_up(_STARTS, ("a", "e", "i", "o", "u"), _MIDDLES, ("o", "a", "y"))

    def town(self) -> str:
        return self.made_up(_TOWN_STARTS, _TOWN_MIDDLES, _TOWN_ENDS)

    def street(self) -> str:
        return f"{self.surname()} {self.rng.choice(_STREETS)}"

    def team(self) -> str:
        return f"{self.surname()} {self.rng.choice(_TEAMS)}"

    def person(self) -> Person:
        make, names = self.rng.choice(((woman, WOMEN), (man, MEN)))
        model, last = make(self.rng.choice(names)), self.surname()
        return Person(f"{model.name} {last}", model.he, model.him, model.his, last=last)
