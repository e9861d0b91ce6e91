"""Random phrases and clauses: which words go together, and which combinations a sentence has used.

A `Sampler` draws from the lexicon so that the result makes sense (one reads letters and repairs bicycles), and
notes each pair of adjective and noun and each pair of verb and object. The split of the corpus is made of those.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache
from typing import TypeVar

from en_de_grammar import (
    HE,
    SHE,
    THEY,
    WE,
    YOU,
    Clause,
    I,
    Name,
    Nominal,
    NounPhrase,
    Pair,
    Phrase,
    Pronoun,
    Tense,
    gap,
    prepositional,
    relative,
    whose,
    words,
)
from en_de_lexicon import (
    ADJECTIVES,
    BE,
    CARDINALS,
    HAVE,
    HOURS,
    MEN,
    MODALS,
    MONTHS,
    NOUNS,
    TOWNS,
    VERBS,
    WEEKDAYS,
    WOMEN,
    YEARS,
)
from en_de_words import (
    ALL,
    BARE,
    EVERY,
    HER,
    HIS,
    MANY,
    MY,
    OUR,
    SOME,
    THE,
    THEIR,
    THIS,
    YOUR,
    A,
    Adjective,
    Case,
    Degree,
    Determiner,
    Modal,
    Noun,
    Verb,
    numeral,
)

Item = TypeVar("Item")

COLOURS = {"red", "blue", "black"}
SIZES = {"big", "small", "old", "new"}
UNGRADED = COLOURS | {"broken", "empty"}  # not "very" and not "too"
OFTEN_COMPARED = {"big", "small", "cheap", "good"}

NAMES = tuple(Name(name, HE) for name in MEN) + tuple(Name(name, SHE) for name in WOMEN)
NUMERALS = tuple(numeral(en, de) for en, de in CARDINALS.items())
POSSESSIVES = {"I": MY, "we": OUR, "you": YOUR, "he": HIS, "she": HER, "they": THEIR}

FREQUENCIES = (
    Phrase("often", "oft"),
    Phrase("always", "immer"),
    Phrase("sometimes", "manchmal"),
    Phrase("never", "nie"),
)
MANNERS = (Phrase("carefully", "vorsichtig"), Phrase("slowly", "langsam"), Phrase("quickly", "schnell"))
DONE_WITH_CARE = {"open", "close", "wash", "clean", "repair", "carry", "eat", "read", "drive", "run"}
DONE_SOMEWHERE = {
    "read",
    "eat",
    "drink",
    "find",
    "lose",
    "see",
    "cook",
    "write",
    "sing",
    "wait for",
    "talk to",
    "forget",
}
WEATHER = tuple(Clause(Pronoun("3s", "it", "", "es"), verb) for verb in VERBS if verb.frame == "weather") + tuple(
    Clause(Pronoun("3s", "it", "", "es"), BE, complement=Phrase(en, de))
    for en, de in (("late", "spät"), ("cold", "kalt"), ("very warm", "sehr warm"), ("already dark", "schon dunkel"))
)

ACTION_FRAMES = {
    "acc": 44, "dat": 6, "dat+acc": 12, "acc+to": 4, "prepositional": 14, "in": 6, "into": 6, "to": 4, "nach": 3,
    "none": 8, "put": 6, "hang": 1, "seat": 3,
}  # fmt: skip


@cache
def nouns(*kinds: str) -> tuple[Noun, ...]:
    """The nouns with one of the kinds at least."""
    return tuple(noun for noun in NOUNS if noun.kinds & set(kinds))


@cache
def adjectives_of(noun: Noun) -> tuple[Adjective, ...]:
    return tuple(adjective for adjective in ADJECTIVES if adjective.kinds & noun.kinds)


@cache
def verbs(frame: str) -> tuple[Verb, ...]:
    """The verbs of a frame; "prepositional" stands for all with a preposition of their own."""
    if frame == "prepositional":
        return tuple(verb for verb in VERBS if "+" in verb.frame and verb.frame.split("+")[1] in ("acc", "dat")
                     and verb.frame != "dat+acc")  # fmt: skip
    return tuple(verb for verb in VERBS if verb.frame == frame)


def pronoun_for(nominal: Nominal) -> Pronoun | None:
    """The personal pronoun that takes a person up, or None where the languages differ ("das Mädchen")."""
    if isinstance(nominal, Pronoun):
        return nominal
    if isinstance(nominal, Name):
        return nominal.pronoun
    if isinstance(nominal, Pair) or nominal.plural:
        return THEY
    return HE if "male" in nominal.noun.kinds else SHE if "female" in nominal.noun.kinds else None


class Sampler:
    """Draws words and phrases; `combinations` collects the pairs of words that meet in the sentence."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.combinations: set[tuple[str, str]] = set()

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def pick(self, items: Sequence[Item]) -> Item:
        return self.rng.choice(items)

    def weighted(self, weights: dict[Item, int]) -> Item:
        return self.rng.choices(tuple(weights), tuple(weights.values()))[0]

    # Noun phrases

    def adjective(
        self, noun: Noun, *, comparable: bool = False, among: Collection[str] = ()
    ) -> Adjective | None:
        """An adjective that suits the noun, or None where there is no such one."""
        choices = [adjective for adjective in adjectives_of(noun) if adjective.comparative or not comparable]
        if among:
            choices = [adjective for adjective in choices if adjective.positive in among]
        if not choices:
            return None
        adjective = self.pick(choices)
        self.combinations.add((adjective.positive, noun.singular))
        return adjective

    def described(self, phrase: NounPhrase, probability: float) -> NounPhrase:
        """The phrase with an adjective, now and then in the comparative ("ein größeres Haus")."""
        if not self.chance(probability):
            return phrase
        adjective = self.adjective(phrase.noun)
        if adjective is None:
            return phrase
        if phrase.determiner is A and adjective.positive in OFTEN_COMPARED and self.chance(0.3):
            return replace(phrase, adjectives=(adjective,), degree="comparative")
        if adjective.positive in SIZES and self.chance(0.2) and (colour := self.adjective(phrase.noun, among=COLOURS)):
            return replace(phrase, adjectives=(adjective, colour))
        return replace(phrase, adjectives=(adjective,))

    def determiner(self, noun: Noun, owner: Nominal | None, *, plain: bool) -> tuple[Determiner, bool]:
        """A determiner and whether the noun is plural; plain ones are those that a negation leaves clear."""
        weights = {(THE, False): 40}
        if not noun.is_person or "kin" in noun.kinds:
            pronoun = pronoun_for(owner) if owner else None
            weights[POSSESSIVES.get(pronoun.subject, MY) if pronoun else OUR, False] = 10
        if "mass" in noun.kinds:
            weights[BARE, False] = 30
        else:
            weights |= {(A, False): 26, (THE, True): 10, (BARE, True): 5}
        if not plain and "mass" not in noun.kinds:
            weights |= {(THIS, False): 5, (THIS, True): 2, (MANY, True): 3, (SOME, True): 3, (ALL, True): 2}
            weights[EVERY, False] = 1
            weights[self.pick(NUMERALS), True] = 6
        return self.weighted(weights)

    def thing(
        self, *kinds: str, owner: Nominal | None = None, plain: bool = False, adjective: float = 0.4
    ) -> NounPhrase:
        """A noun phrase of one of the kinds; `owner` is the person that "his" or "her" may point to."""
        noun = self.pick(nouns(*kinds))
        determiner, plural = self.determiner(noun, owner, plain=plain)
        phrase = NounPhrase(determiner, noun, plural)
        if determiner is THE and not noun.is_person and self.chance(0.1) and noun.kinds & {"item", "vehicle", "ware"}:
            phrase = replace(phrase, possessor=self.possessor())
        return self.described(phrase, adjective)

    def possessor(self) -> NounPhrase | Name:
        return self.pick(NAMES) if self.chance(0.5) else NounPhrase(THE, self.pick(nouns("job", "kin")))

    def definite(self, *kinds: str, adjective: float = 0.25) -> NounPhrase:
        return self.described(NounPhrase(THE, self.pick(nouns(*kinds))), adjective)

    def person_phrase(self, *, adjective: float = 0.25) -> NounPhrase:
        noun = self.pick(nouns("person"))
        weights = {(THE, False): 20, (THE, True): 4, (A, False): 4, (SOME, True): 1, (MANY, True): 1}
        weights[self.pick(NUMERALS[:4]), True] = 2
        if "kin" in noun.kinds:
            weights |= {(MY, False): 30, (OUR, False): 15}
        determiner, plural = self.weighted(weights)
        return self.described(NounPhrase(determiner, noun, plural), adjective)

    def person(self) -> NounPhrase | Name | Pair:
        if self.chance(0.2):
            return self.pick(NAMES)
        if self.chance(0.06):
            return Pair(self.pick(NAMES[:5]), self.pick(NAMES[5:]))
        return self.person_phrase()

    def subject(self, tense: Tense | Modal) -> Nominal:
        """A person, or a pronoun: "I" only where an auxiliary follows it, which keeps the verb forms few."""
        if not self.chance(0.2):
            return self.person()
        pronouns = [HE, SHE, THEY, WE]
        if tense not in (Tense.PRESENT, Tense.PROGRESSIVE):
            pronouns.append(I)
        if isinstance(tense, Modal):
            pronouns.append(YOU)
        return self.pick(pronouns)

    # Time

    def tense(self) -> Tense | Modal:
        weights: dict[Tense | Modal, int] = {
            Tense.PRESENT: 26, Tense.PROGRESSIVE: 12, Tense.PAST: 34, Tense.PERFECT: 6, Tense.FUTURE: 9,
            self.pick(MODALS): 20,
        }  # fmt: skip
        return self.weighted(weights)

    def time(self, tense: Tense | Modal) -> Phrase | None:
        """An adverbial that fits the tense."""
        if tense is Tense.PERFECT:
            return None
        if tense is Tense.PROGRESSIVE:
            return self.pick((Phrase("now", "jetzt"), Phrase("at the moment", "im Moment")))
        if self.chance(0.2):
            return self.clock_time()
        if tense is Tense.PRESENT:
            return self.pick(_HABITUAL)
        if tense is Tense.PAST or (isinstance(tense, Modal) and tense.is_past):
            return self.date() if self.chance(0.3) else self.pick(_PAST)
        return self.pick(_FUTURE)

    def timed(self, clause: Clause, probability: float) -> Clause:
        """The clause with an adverbial of time at its end, now and then."""
        return replace(clause, time=self.time(clause.tense)) if self.chance(probability) else clause

    def clock_time(self) -> Phrase:
        hour = self.rng.randrange(1, len(HOURS))
        (en, de), (en_before, _) = HOURS[hour], HOURS[hour - 1]
        if self.chance(0.3):
            return Phrase(f"at half past {en_before}", f"um halb {de}")
        return Phrase(f"at {en} o'clock", f"um {de} Uhr")

    def date(self) -> Phrase:
        if self.chance(0.3):
            year = self.pick(YEARS)
            return Phrase(f"in {year}", f"im Jahr {year}")
        day, month = self.rng.randint(1, 12), self.pick(tuple(MONTHS))
        return Phrase(f"on {day} {month}", f"am {day}. {MONTHS[month]}")

    # Clauses

    def action(
        self,
        subject: Nominal,
        tense: Tense | Modal,
        *,
        negated: bool = False,
        owner: Nominal | None = None,
        frames: Collection[str] = tuple(ACTION_FRAMES),
    ) -> Clause:
        """Something a person does; `owner` is the person meant by an unspoken subject."""
        frame = self.weighted({frame: ACTION_FRAMES[frame] for frame in frames})
        verb = self.pick([v for v in verbs(frame) if not (v.stative and (tense is Tense.PROGRESSIVE or isinstance(tense, Modal)))
                          and (frame != "none" or "person" in v.kinds)])  # fmt: skip
        clause = Clause(subject, verb, tense, negated=negated)
        if not negated and verb.name in DONE_WITH_CARE and self.chance(0.25):
            clause = replace(clause, manner=self.pick(MANNERS))
        return self._completed(clause, owner or subject)

    def _completed(self, clause: Clause, owner: Nominal) -> Clause:
        """The clause with the objects and complements that the frame of its verb asks for."""
        verb, frame, negated = clause.verb, clause.verb.frame, clause.negated
        if frame == "none":
            return clause
        if frame in ("in", "into", "to", "nach", "seat"):
            return replace(clause, complement=self._place(verb))
        if frame in ("put", "hang"):
            thing = self.object(verb, owner, plain=True)
            return replace(clause, accusative=thing, complement=self._destination(frame))
        if frame == "dat":
            return replace(clause, dative=self.object(verb, owner, plain=negated))
        if frame in ("acc", "dat+acc", "acc+to"):
            accusative = self.object(verb, owner, plain=negated)
            if frame == "acc":
                place = None if clause.manner or verb.name not in DONE_SOMEWHERE or self.chance(0.7) else self.where()
                return replace(clause, accusative=accusative, complement=place)
            dative = self.pick((HE, SHE, THEY)) if frame == "dat+acc" and self.chance(0.2) else self.receiver()
            return replace(clause, accusative=accusative, dative=dative, to_dative=frame == "acc+to")
        preposition, case = frame.split("+")
        thing = self.object(verb, owner, plain=True)
        return replace(clause, complement=self.governed("", preposition, thing, "acc" if case == "acc" else "dat"))

    def object(self, verb: Verb, owner: Nominal, *, plain: bool) -> NounPhrase:
        """A noun phrase that the verb can take, its combination with the verb noted."""
        phrase = self.thing(*sorted(verb.kinds), owner=owner, plain=plain)
        self.combinations.add((verb.name, phrase.noun.singular))
        return phrase

    def receiver(self) -> NounPhrase | Name:
        return self.pick(NAMES) if self.chance(0.25) else self.definite("person", adjective=0.2)

    def governed(self, en: str, de: str, phrase: NounPhrase, case: Case) -> Phrase:
        return Phrase(words(en, phrase.en()), prepositional(de, phrase.de(case)))

    def where(self) -> Phrase:
        return self.governed("in", "in", self.definite("room", "outdoors", "restaurant", "hotel", "town"), "dat")

    def _place(self, verb: Verb) -> Phrase:
        if verb.frame == "nach":
            town = self.pick(tuple(TOWNS))
            return Phrase(f"to {town}", f"nach {TOWNS[town]}")
        if verb.frame == "seat":
            return self.governed("on", "auf", self.thing("seat", plain=True), "acc")
        place = self.definite(*sorted(verb.kinds))
        self.combinations.add((verb.name, place.noun.singular))
        en, case = {"in": ("in", "dat"), "into": ("into", "acc"), "to": ("to", "dat")}[verb.frame]
        return self.governed(en, "zu" if verb.frame == "to" else "in", place, "acc" if case == "acc" else "dat")

    def _destination(self, frame: str) -> Phrase:
        if frame == "hang":
            return self.governed("on", "an", self.definite("wall"), "acc")
        return self.position("acc")

    def position(self, case: Case) -> Phrase:
        """A two-way preposition: with the accusative where something goes, with the dative where it is."""
        if self.chance(0.55):
            return self.governed("on", "auf", self.definite("surface"), case)
        en, de = self.pick((("under", "unter"), ("behind", "hinter"), ("next to", "neben"), ("in front of", "vor")))
        return self.governed(en, de, self.definite("furniture", "door"), case)

    def reason(self, person: Pronoun | None, tense: Tense) -> Clause:
        """A state that explains or hinders what the person does, or the weather."""
        if person is None or self.chance(0.3):
            return replace(self.pick(WEATHER), tense=tense)
        if self.chance(0.25):
            complement = self.pick((Phrase("no time", "keine Zeit"), Phrase("a lot of work", "viel Arbeit")))
            return Clause(person, HAVE, tense, complement=complement)
        return Clause(person, BE, tense, complement=self.pick(_FEELINGS))

    # Relative clauses

    def with_relative(self, phrase: NounPhrase, *, unlike: Verb | None = None) -> NounPhrase:
        """The phrase with a relative clause in one of the four cases, or with a preposition.

        `unlike` is the verb that the relative clause does not repeat.
        """
        phrase = replace(phrase, possessor=None)
        tense = self.pick((Tense.PRESENT, Tense.PAST, Tense.PAST))
        if not phrase.noun.is_person:
            return self._thing_relative(phrase, tense, unlike)
        role = self.weighted({"subject": 5, "object": 2, "dative": 2, "preposition": 2, "whose": 2})
        if role == "subject":
            clause = self.action(gap(phrase.agreement), tense, owner=pronoun_for(phrase))
            return relative(phrase, "nom", clause)
        if role == "whose":
            owned = NounPhrase(BARE, self.pick(nouns("car", "bicycle", "house", "dog", "coat")))
            adjective = self.adjective(owned.noun)
            assert adjective is not None
            state = Clause(gap("3s"), BE, tense, complement=Phrase(adjective.en(), adjective.de_positive))
            return whose(phrase, owned, state)
        person = self.subject(tense)
        if role == "object":
            verb = self.pick([verb for verb in verbs("acc") if "person" in verb.kinds and verb is not unlike])
            return relative(phrase, "acc", Clause(person, verb, tense))
        if role == "dative":
            verb = self.pick([verb for verb in verbs("dat") if not verb.particle and verb is not unlike])
            return relative(phrase, "dat", Clause(person, verb, tense))
        return self._prepositional_relative(phrase, person, tense)

    def _prepositional_relative(self, phrase: NounPhrase, person: Nominal, tense: Tense) -> NounPhrase:
        verb = self.pick([verb for verb in verbs("prepositional") if "person" in verb.kinds and verb.particle])
        preposition, case = verb.frame.split("+")
        clause = Clause(person, replace(verb, particle=""), tense)
        return relative(
            phrase, "acc" if case == "acc" else "dat", clause, preposition=Phrase(verb.particle, preposition)
        )

    def _thing_relative(self, phrase: NounPhrase, tense: Tense, unlike: Verb | None) -> NounPhrase:
        person = self.subject(tense)
        if "enclosed" in phrase.noun.kinds:
            inside = [verb for verb in verbs("in") if verb.kinds & phrase.noun.kinds]
            if inside and self.chance(0.7):
                clause = Clause(person, self.pick(inside), tense)
                return relative(phrase, "dat", clause, preposition=Phrase("in", "in"))
        choices = [verb for verb in verbs("acc") if verb.kinds & phrase.noun.kinds and verb is not unlike]
        if not choices:
            return phrase
        verb = self.pick(choices)
        self.combinations.add((verb.name, phrase.noun.singular))
        return relative(phrase, "acc", Clause(person, verb, tense))


_FEELINGS = (
    Phrase("tired", "müde"), Phrase("very tired", "sehr müde"), Phrase("hungry", "hungrig"), Phrase("ill", "krank"),
    Phrase("happy", "glücklich"), Phrase("very happy", "sehr glücklich"),
)  # fmt: skip
_ON_WEEKDAYS = tuple(Phrase(f"on {en}", f"am {de}") for en, de in WEEKDAYS.items())
_PAST = (
    Phrase("yesterday", "gestern"), Phrase("yesterday evening", "gestern Abend"), Phrase("last week", "letzte Woche"),
    Phrase("last year", "letztes Jahr"), Phrase("last summer", "letzten Sommer"), Phrase("this morning", "heute Morgen"),
    Phrase("two days ago", "vor zwei Tagen"), Phrase("three weeks ago", "vor drei Wochen"), *_ON_WEEKDAYS,
)  # fmt: skip
_HABITUAL = (
    Phrase("every day", "jeden Tag"), Phrase("every morning", "jeden Morgen"), Phrase("in the evening", "am Abend"),
    Phrase("in the morning", "am Morgen"), Phrase("in summer", "im Sommer"), Phrase("in winter", "im Winter"),
    *(Phrase(f"on {en}s", de.lower() + "s") for en, de in WEEKDAYS.items()),
)  # fmt: skip
_FUTURE = (
    Phrase("tomorrow", "morgen"), Phrase("next week", "nächste Woche"), Phrase("next year", "nächstes Jahr"),
    Phrase("this evening", "heute Abend"), Phrase("in three days", "in drei Tagen"), Phrase("soon", "bald"),
    *_ON_WEEKDAYS,
)  # fmt: skip
