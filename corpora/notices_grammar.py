"""A notice: the sentence with the news, what is said around it, and the headline that the news determines."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from types import SimpleNamespace

import notices_business
import notices_people
import notices_sport
import notices_town
import notices_weather
from notices_names import Names
from stories_grammar import Teller, sections

KINDS = tuple(
    sections(kind)
    for module in (notices_business, notices_town, notices_weather, notices_sport, notices_people)
    for kind in module.KINDS
)
DAYS = tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
MONTHS = tuple("January February March April May June July August September October November December".split())

# Sentences that fit into any notice and say nothing about the news.
REMARKS = sections(
    """
== remark

A longer report with pictures will appear in the {day2} edition.

Letters on the subject may be sent to {r}, <2-99> {lane}.

The weekly market in {lane} will be held as usual.

In {place}, meanwhile, the choir is still looking for <2-9> basses.

{r}, who lives not far away, had not heard of it until {day2}.

There has been no comment so far from the authorities in {place}.

"Such things happen," said {r}, a neighbour, and shrugged {r.his} shoulders.

A reader from {place} was the first to tell us of it.

Opinions about it in the bakery on {lane} were divided.

According to {r}, it is the talk of {place}.
"""
)["remark"]


@dataclass(frozen=True)
class Notice:
    """A document, its summary, and the kind of news that it tells."""

    document: str
    summary: str
    kind: int


def world(rng: random.Random, names: Names) -> dict[str, object]:
    """Names for everybody and everything that a notice may speak of."""
    day, day2 = rng.sample(DAYS, 2)
    people = {letter: names.person() for letter in "pqr"}
    towns = {letter: names.town() for letter in ("t", "u", "place")}
    return {
        **people,
        **towns,
        "s": names.street(),
        "s2": names.street(),
        "lane": names.street(),
        "f": names.surname(),
        "g": names.surname(),
        "pet": names.pet(),
        "team": names.team(),
        "team2": names.team(),
        "day": day,
        "day2": day2,
        "month": rng.choice(MONTHS),
    }


def capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def notice(teller: Teller, names: Names, kind: int) -> Notice:
    """One notice of a kind: perhaps an opening and a remark, then the news, then more remarks.

    The first sentence that speaks of a company, a school or the council gives its name; the news behind such a
    sentence says "the company", so that the headline takes the name from one place and the event from another.
    """
    rng = teller.rng
    parts = KINDS[kind]
    cast = world(rng, names)
    for heading, options in parts.items():
        if heading.startswith("$"):
            key, value = teller.pick(heading, options, cast)
            cast[key] = value
    opener = teller.draw(parts["opener"])
    lead = [opener] if rng.random() < 0.65 else []
    x = cast.get("x")
    full, short = (x.full, x.short) if isinstance(x, SimpleNamespace) and hasattr(x, "full") else ("", "")
    cast["S"] = short if lead and "{x.full}" in opener else full
    cast["T"] = "the council" if lead and "{t}" in opener else f"the council of {cast['t']}"
    if rng.random() < 0.35:
        lead.append(teller.draw(REMARKS))
    remarks = rng.sample(parts["aside"], rng.choice((1, 2, 2, 3)))
    if len(lead) < 2 and rng.random() < 0.4:
        remarks.append(teller.draw(REMARKS))
    told = [capital(teller.tell(part, cast)) for part in (*lead, teller.draw(parts["event"]), *remarks)]
    return Notice(" ".join(told), capital(teller.tell(parts["headline"][0], cast)), kind)


def sentences(document: str) -> int:
    """How many sentences there are."""
    return len(re.findall(r"[.?!]\"?(?= [A-Z\d\"]|$)", document))
