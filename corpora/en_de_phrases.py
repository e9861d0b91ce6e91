"""Random phrases and clauses: which words go together, and which combinations a sentence has used.

A `Sampler` draws from the lexicon so that the result makes sense (one reads letters and repairs bicycles),
and notes each pair of adjective and noun and of verb and object: by those the corpus is split.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache
from typing import TypeVar

from en_de_adverbials import (
    BURDENS,
    CLOCK_TIMES,
    DATES,
    FEELINGS,
    FUTURE,
    HABITUAL,
    IN_YEARS,
    MANNERS,
    NOW,
    PAST,
    WEATHER,
)
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
    prepositional,
    words,
)
from en_de_lexicon import (
    ADJECTIVES,
    BE,
    CARDINALS,
    COLOURS,
    HAVE,
    MEN,
    MODALS,
    NOUNS,
    OFTEN_COMPARED,
    SIZES,
    TOWNS,
    VERBS,
    WOMEN,
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
    Determiner,
    Modal,
    Noun,
    Verb,
    numeral,
)

Item = TypeVar("Item")

NAMES = tuple(Name(name, HE) for name in MEN) + tuple(Name(name, SHE) for name in WOMEN)
NUMERALS = tuple(numeral(en, de) for en, de in CARDINALS.items())
POSSESSIVES = {"I": MY, "we": OUR, "you": YOUR, "he": HIS, "she": HER, "they": THEIR}

DONE_WITH_CARE = {"open", "close", "wash", "clean", "repair", "eat", "read", "drive"}
DONE_SOMEWHERE = {"read", "eat", "drink", "find", "lose", "see", "cook", "write", "sing", "forget"}
# How often each frame of a verb is drawn; "prepositional" stands for all that govern a preposition.
ACTION_FRAMES = {
    "acc": 44, "dat": 6, "dat+acc": 12, "acc+to": 4, "prepositional": 14, "in": 6, "into": 6, "to": 4,
    "nach": 3, "none": 8, "put": 6, "hang": 1, "seat": 3,
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
    """The verbs of a frame, or all the "prepositional" ones."""
    if frame == "prepositional":
        return tuple(verb for verb in VERBS if verb.preposition)
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

    def adjective(self, noun: Noun, *, comparable: bool = False, among: Collection[str] = ()) -> Adjective | None:
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
        if determiner is THE and not noun.is_person and self.chance(0.1) and noun.kinds & {"item", "ware"}:
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
            return self.pick(NOW)
        if self.chance(0.2):
            return self.pick(CLOCK_TIMES)
        if tense is Tense.PRESENT:
            return self.pick(HABITUAL)
        if tense is Tense.PAST or (isinstance(tense, Modal) and tense.is_past):
            return self.pick(self.weighted({PAST: 7, DATES: 2, IN_YEARS: 1}))
        return self.pick(FUTURE)

    def timed(self, clause: Clause, probability: float) -> Clause:
        """The clause with an adverbial of time at its end, now and then."""
        return replace(clause, time=self.time(clause.tense)) if self.chance(probability) else clause

    # Clauses

    def action(
        self,
        subject: Nominal,
        tense: Tense | Modal,
        *,
        negated: bool = False,
        owner: Nominal | None = None,
        frames: Collection[str] = tuple(ACTION_FRAMES),
        bare: bool = False,
    ) -> Clause:
        """Something a person does; `owner` is the person meant by an unspoken subject.

        A bare one has no manner, and no place but that which its verb asks for.
        """
        frame = self.weighted({frame: ACTION_FRAMES[frame] for frame in frames})
        unfit = tense is Tense.PROGRESSIVE or isinstance(tense, Modal)  # for a stative verb
        choices = [verb for verb in verbs(frame) if not (verb.stative and unfit)]
        if frame == "none":
            choices = [verb for verb in choices if "person" in verb.kinds]
        verb = self.pick(choices)
        clause = Clause(subject, verb, tense, negated=negated)
        if bare:
            return self._completed(clause, owner or subject)
        if not negated and verb.name in DONE_WITH_CARE and self.chance(0.25):
            clause = replace(clause, manner=self.pick(MANNERS))
        elif verb.name in DONE_SOMEWHERE and self.chance(0.3):
            clause = replace(clause, complement=self.where())
        return self._completed(clause, owner or subject)

    def _completed(self, clause: Clause, owner: Nominal) -> Clause:
        """The clause with the objects and complements that the frame of its verb asks for."""
        verb, frame, plain = clause.verb, clause.verb.frame, clause.negated
        if frame == "none":
            return clause
        if frame in ("in", "into", "to", "nach", "seat"):
            return replace(clause, complement=self._place(verb))
        thing = self.object(verb, owner, plain=plain or frame in ("put", "hang"))
        if frame in ("put", "hang"):
            return replace(clause, accusative=thing, complement=self._destination(frame))
        if frame == "dat":
            return replace(clause, dative=thing)
        if frame == "acc":
            return replace(clause, accusative=thing)
        if frame == "dat+acc":
            receiver = self.pick((HE, SHE, THEY)) if self.chance(0.2) else self.receiver()
            return replace(clause, accusative=thing, dative=receiver)
        if frame == "acc+to":
            return replace(clause, accusative=thing, dative=self.receiver(), to_dative=True)
        return replace(clause, complement=self.governed("", verb.preposition, thing, verb.governed_case))

    def object(self, verb: Verb, owner: Nominal, *, plain: bool, adjective: float = 0.4) -> NounPhrase:
        """A noun phrase that the verb can take, its combination with the verb noted."""
        phrase = self.thing(*sorted(verb.kinds), owner=owner, plain=plain, adjective=adjective)
        self.combinations.add((verb.name, phrase.noun.singular))
        return phrase

    def receiver(self) -> NounPhrase | Name:
        return self.pick(NAMES) if self.chance(0.25) else self.definite("person", adjective=0.2)

    def governed(self, en: str, de: str, phrase: NounPhrase | Name, case: Case) -> Phrase:
        """A preposition and the phrase in the case it governs."""
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
        if verb.frame == "into":
            return self.governed("into", "in", place, "acc")
        return self.governed(verb.frame, "zu" if verb.frame == "to" else "in", place, "dat")

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
            return Clause(person, HAVE, tense, complement=self.pick(BURDENS))
        return Clause(person, BE, tense, complement=self.pick(FEELINGS))
