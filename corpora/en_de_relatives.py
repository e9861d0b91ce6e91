"""Random relative clauses: the pronoun in each of the four cases, or behind a preposition."""

from __future__ import annotations

from dataclasses import replace

from en_de_grammar import Clause, NounPhrase, Phrase, Tense, gap, relative, whose
from en_de_lexicon import BE
from en_de_phrases import Sampler, nouns, pronoun_for, verbs
from en_de_words import BARE, Verb


def with_relative(s: Sampler, phrase: NounPhrase, *, unlike: Verb | None = None) -> NounPhrase:
    """The phrase with a relative clause; `unlike` is the verb that the clause does not repeat."""
    phrase = replace(phrase, possessor=None)
    tense = s.pick((Tense.PRESENT, Tense.PAST, Tense.PAST))
    if not phrase.noun.is_person:
        return _of_thing(s, phrase, tense, unlike)
    role = s.weighted({"subject": 5, "object": 2, "dative": 2, "preposition": 2, "whose": 2})
    if role == "subject":
        return relative(phrase, "nom", s.action(gap(phrase.agreement), tense, owner=pronoun_for(phrase)))
    if role == "whose":
        return _with_possession(s, phrase, tense)
    person = s.subject(tense)
    if role == "preposition":
        return _with_preposition(s, phrase, Clause(person, s.pick(_verbs_about_persons()), tense))
    if role == "object":
        choices = [verb for verb in verbs("acc") if "person" in verb.kinds and verb is not unlike]
        return relative(phrase, "acc", Clause(person, s.pick(choices), tense))
    choices = [verb for verb in verbs("dat") if not verb.particle and verb is not unlike]
    return relative(phrase, "dat", Clause(person, s.pick(choices), tense))


def _with_possession(s: Sampler, phrase: NounPhrase, tense: Tense) -> NounPhrase:
    """The man whose car is new."""
    owned = NounPhrase(BARE, s.pick(nouns("car", "bicycle", "house", "dog", "coat")))
    adjective = s.adjective(owned.noun)
    assert adjective is not None
    predicate = Phrase(adjective.en(), adjective.de_positive)
    return whose(phrase, owned, Clause(gap("3s"), BE, tense, complement=predicate))


def _verbs_about_persons() -> list[Verb]:
    return [verb for verb in verbs("prepositional") if "person" in verb.kinds and verb.particle]


def _with_preposition(s: Sampler, phrase: NounPhrase, clause: Clause) -> NounPhrase:
    """The man for whom the boy waits: both languages take the preposition to the front."""
    verb = clause.verb
    preposition = Phrase(verb.particle, verb.preposition)
    clause = replace(clause, verb=replace(verb, particle=""))
    return relative(phrase, verb.governed_case, clause, preposition=preposition)


def _of_thing(s: Sampler, phrase: NounPhrase, tense: Tense, unlike: Verb | None) -> NounPhrase:
    """The house in which we live, the book that the boy reads."""
    person = s.subject(tense)
    inside = [verb for verb in verbs("in") if verb.kinds & phrase.noun.kinds]
    if inside and s.chance(0.7):
        clause = Clause(person, s.pick(inside), tense)
        return relative(phrase, "dat", clause, preposition=Phrase("in", "in"))
    choices = [verb for verb in verbs("acc") if verb.kinds & phrase.noun.kinds and verb is not unlike]
    if not choices:
        return phrase
    verb = s.pick(choices)
    s.combinations.add((verb.name, phrase.noun.singular))
    return relative(phrase, "acc", Clause(person, verb, tense))
