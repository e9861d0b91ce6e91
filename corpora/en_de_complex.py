"""Sentences of several clauses: subordination, infinitives, coordination, pronouns that take up a noun."""

from __future__ import annotations

from dataclasses import replace

from en_de_adverbials import WEATHER
from en_de_grammar import Clause, NounPhrase, Phrase, Tense, gap, subordinate
from en_de_lexicon import BE, CAN, FAULTS, KNOW, MUST, OPPOSITES, SHOULD, VIRTUES
from en_de_phrases import Sampler, nouns, pronoun_for, verbs
from en_de_relatives import with_relative
from en_de_simple import (
    NO_DEGREE,
    TOO,
    VERY,
    deed,
    finished,
    main,
    pointed_at,
    predicate,
    present_or_past,
    state,
)
from en_de_words import THE, THIS, A, Modal

_REASONS = (Phrase("because", "weil"), Phrase("although", "obwohl"))
_ERRANDS = {"buy", "fetch", "visit", "help", "look for", "invite", "repair", "sell"}
_AT_THE_SAME_TIME = (Phrase("while", "während"), Phrase("before", "bevor"), Phrase("until", "bis"))


def behind(clause: Clause, conjunction: Phrase, other: Clause) -> Phrase:
    return main(replace(clause, tail=subordinate(conjunction.en, conjunction.de, other)))


def joined(s: Sampler, clause: Clause, conjunction: Phrase, other: Clause) -> Phrase:
    """The subordinate clause behind, or in front: the German main clause then begins with its verb."""
    if s.chance(0.4):
        front = Phrase(other.en(conjunction.en) + ",", other.de_subordinate(conjunction.de) + ",")
        return main(clause, front)
    return behind(clause, conjunction, other)


def reason(s: Sampler) -> Phrase:
    """Because or although somebody is tired, or the weather is what it is."""
    tense = present_or_past(s)
    related = s.chance(0.3)
    clause = s.action(s.subject(tense), tense, negated=s.chance(0.25), bare=related)
    if related and isinstance(clause.accusative, NounPhrase) and clause.complement is None:
        clause = replace(clause, accusative=with_relative(s, clause.accusative, unlike=clause.verb))
    else:
        clause = s.timed(clause, 0.35)
    return joined(s, clause, s.pick(_REASONS), s.reason(pronoun_for(clause.subject), tense))


def condition(s: Sampler) -> Phrase:
    weights: dict[Tense | Modal, int] = {Tense.PRESENT: 2, Tense.FUTURE: 3, CAN: 2, MUST: 2, SHOULD: 2}
    tense = s.weighted(weights)
    clause = s.action(s.subject(tense), tense, negated=tense is not MUST and s.chance(0.2))
    clause = s.timed(clause, 0 if tense is Tense.PRESENT else 0.4)
    return joined(s, clause, Phrase("if", "wenn"), s.reason(pronoun_for(clause.subject), Tense.PRESENT))


def simultaneity(s: Sampler) -> Phrase:
    """While, before, until, and the "when" of the past, which is "als"."""
    tense = present_or_past(s)
    clause = s.timed(s.action(s.subject(tense), tense), 0.3)
    if tense is Tense.PAST and s.chance(0.5):
        other = s.action(s.person(), tense, frames=("none", "into"))
        return joined(s, clause, Phrase("when", "als"), other)
    return joined(s, clause, s.pick(_AT_THE_SAME_TIME), s.action(s.person(), tense))


def _fact(s: Sampler) -> Clause:
    kind = s.weighted({"weather": 1, "state": 3, "deed": 6})
    if kind == "weather":
        return replace(s.pick(WEATHER), tense=present_or_past(s))
    if kind == "state":
        noun = s.pick(nouns("vehicle", "building", "food", "text", "event", "question", "person"))
        return state(s, pointed_at(s, noun), present_or_past(s))
    tense = s.tense()
    tense = Tense.PAST if tense is Tense.PERFECT else tense  # English has no "knew that she has gone"
    return s.timed(s.action(s.person(), tense), 0.5)


def report(s: Sampler) -> Phrase:
    """Somebody says that, asks whether, knows that, does not know whether."""
    tense, negated, conjunction = present_or_past(s), False, Phrase("that", "dass")
    verb = s.pick((*verbs("that"), *verbs("whether"), KNOW, KNOW))
    if verb.frame == "whether" or (verb is KNOW and s.chance(0.5)):
        negated, conjunction = verb is KNOW, Phrase("whether", "ob")
    return behind(Clause(s.subject(tense), verb, tense, negated=negated), conjunction, _fact(s))


def attempt(s: Sampler) -> Phrase:
    """Somebody tries, forgets, begins or promises to do something."""
    tense = s.pick((Tense.PRESENT, Tense.PAST, Tense.PAST, Tense.FUTURE))
    subject = s.subject(tense)
    inner = deed(s, gap(subject.agreement), owner=pronoun_for(subject))
    tail = Phrase(inner.en_infinitive(), f", {inner.de_infinitive()}")
    return main(Clause(subject, s.pick(verbs("infinitive")), tense, tail=tail))


def purpose(s: Sampler) -> Phrase:
    """Somebody goes somewhere to do something: "um ... zu"."""
    tense = s.tense()
    clause = s.timed(s.action(s.subject(tense), tense, frames=("into", "to", "nach")), 0.5)
    while True:
        used = set(s.combinations)
        inner = deed(s, gap(clause.subject.agreement), owner=pronoun_for(clause.subject), frames=("acc", "dat"))
        if inner.verb.name in _ERRANDS:
            break
        s.combinations = used
    return main(replace(clause, tail=Phrase(inner.en_infinitive(), f", um {inner.de_infinitive()}")))


def sequence(s: Sampler) -> Phrase:
    """Two actions of one person, or of two: and, but; some of them because of a third thing."""
    tense = present_or_past(s)
    first = s.action(s.subject(tense), tense)
    person = pronoun_for(first.subject)
    if s.chance(0.5):
        second = s.timed(s.action(gap(first.subject.agreement), tense, owner=person), 0.2)
        front = Phrase("", "")
        if s.chance(0.4):
            conjunction, cause = s.pick(_REASONS), s.reason(person, tense)
            front = Phrase(cause.en(conjunction.en) + ",", cause.de_subordinate(conjunction.de) + ",")
        return finished(f"{first.en(front.en)} and {second.en()}", f"{first.de_main(front.de)} und {second.de_main()}")
    second = s.timed(s.action(s.person(), tense, negated=s.chance(0.4)), 0.3)
    en, de = s.pick(((" and", " und"), (", but", ", aber")))
    return finished(f"{first.en()}{en} {second.en()}", f"{first.de_main()}{de} {second.de_main()}")


def taken_up(s: Sampler) -> Phrase:
    """A pronoun takes up a thing: the German one has its gender."""
    kind = s.weighted({"reason": 4, "contrast": 3, "gift": 3, "answer": 2})
    return {"reason": _reason_of_it, "contrast": _contrast, "gift": _gift, "answer": _answer}[kind](s)


def _reason_of_it(s: Sampler) -> Phrase:
    """The boy buys the coat because it is new, although it is expensive."""
    tense = present_or_past(s)
    conjunction, among = s.pick(tuple(zip(_REASONS, (VIRTUES, FAULTS), strict=True)))
    adjective = None
    while adjective is None:
        s.combinations.clear()
        verb = s.pick([verb for verb in verbs("acc") if "person" not in verb.kinds])
        thing = s.object(verb, gap("3s"), plain=True, adjective=0)
        adjective = s.adjective(thing.noun, among=among)
    complement = predicate(adjective, VERY if s.chance(0.4) else NO_DEGREE)
    other = Clause(thing.it(), BE, tense, complement=complement)
    return behind(Clause(s.subject(tense), verb, tense, accusative=thing), conjunction, other)


def _contrast(s: Sampler) -> Phrase:
    """This coat is beautiful, but it is too expensive."""
    virtue, fault = None, None
    while virtue is None or fault is None or (virtue.positive, fault.positive) in OPPOSITES:
        s.combinations.clear()
        noun = s.pick(nouns("ware", "vehicle", "building", "text", "event"))
        virtue, fault = s.adjective(noun, among=VIRTUES), s.adjective(noun, among=FAULTS)
    thing, tense = pointed_at(s, noun), present_or_past(s)
    one = Clause(thing, BE, tense, complement=predicate(virtue))
    other = Clause(thing.it(), BE, tense, complement=predicate(fault, TOO))
    return finished(f"{one.en()}, but {other.en()}", f"{one.de_main()}, aber {other.de_main()}")


def _gift(s: Sampler) -> Phrase:
    """The woman finds the key and gives it to the boy."""
    tense = present_or_past(s)
    giving = s.pick([verb for verb in verbs("dat+acc") if "item" in verb.kinds])
    taking = s.pick([verb for verb in verbs("acc") if verb.name in ("buy", "find", "fetch")])
    noun = s.pick([noun for noun in nouns(*sorted(giving.kinds)) if noun.kinds & taking.kinds])
    s.combinations |= {(giving.name, noun.singular), (taking.name, noun.singular)}
    thing = NounPhrase(s.pick((THE, A, THIS)), noun)
    first = Clause(s.subject(tense), taking, tense, accusative=thing)
    second = Clause(
        gap(first.subject.agreement),
        giving,
        tense,
        dative=s.receiver(),
        accusative=thing.it(),
        to_dative=True,
    )
    return finished(f"{first.en()} and {second.en()}", f"{first.de_main()} und {second.de_main()}")


def _answer(s: Sampler) -> Phrase:
    """Where is the key? It is lying on the table."""
    verb = s.pick(verbs("location"))
    thing = s.described(NounPhrase(THE, s.pick(nouns(*sorted(verb.kinds))), plural=s.chance(0.2)), 0.3)
    s.combinations.add((verb.name, thing.noun.singular))
    question = Clause(thing, BE)
    answer = Clause(thing.it(), verb, Tense.PROGRESSIVE, complement=s.position("dat"))
    asked = finished(question.en_question("where"), question.de_question("wo"), "?")
    told = main(answer)
    return Phrase(f"{asked.en} {told.en}", f"{asked.de} {told.de}")
