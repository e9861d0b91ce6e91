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
    if role == "preposition":
        choices = [verb for verb in verbs("prepositional") if "person" in verb.kinds and verb.particle]
    elif role == "object":
        choices = [verb for verb in verbs("acc") if "person" in verb.kinds]
    else:
        choices = [verb for verb in verbs("dat") if not verb.particle]
    clause = _about(s, phrase, [verb for verb in choices if verb is not unlike], tense)
    if role == "preposition":
        return _with_preposition(phrase, clause)
    return relative(phrase, "acc" if role == "object" else "dat", clause)


def _about(s: Sampler, phrase: NounPhrase, choices: list[Verb], tense: Tense) -> Clause:
    """A clause that leaves the place of the noun open, the combination of verb and noun noted."""
    verb = s.pick(choices)
    s.combinations.add((verb.name, phrase.noun.singular))
    return Clause(s.subject(tense), verb, tense)


def _with_possession(s: Sampler, phrase: NounPhrase, tense: Tense) -> NounPhrase:
    """The man whose car is new."""
    owned = NounPhrase(BARE, s.pick(nouns("car", "bicycle", "house", "dog", "coat")))
    adjective = s.adjective(owned.noun)
    assert adjective is not None
    predicate = Phrase(adjective.en(), adjective.de_positive)
    return whose(phrase, owned, Clause(gap("3s"), BE, tense, complement=predicate))


def _with_preposition(phrase: NounPhrase, clause: Clause) -> NounPhrase:
    """The man for whom the boy waits: both languages take the preposition to the front."""
    verb = clause.verb
    preposition = Phrase(verb.particle, verb.preposition)
    clause = replace(clause, verb=replace(verb, particle=""))
    return relative(phrase, verb.governed_case, clause, preposition=preposition)


def _of_thing(s: Sampler, phrase: NounPhrase, tense: Tense, unlike: Verb | None) -> NounPhrase:
    """The house in which we live, the book that the boy reads."""
    inside = [verb for verb in verbs("in") if verb.kinds & phrase.noun.kinds]
    if inside and s.chance(0.7):
        clause = _about(s, phrase, inside, tense)
        return relative(phrase, "dat", clause, preposition=Phrase("in", "in"))
    choices = [verb for verb in verbs("acc") if verb.kinds & phrase.noun.kinds and verb is not unlike]
    return relative(phrase, "acc", _about(s, phrase, choices, tense)) if choices else phrase
