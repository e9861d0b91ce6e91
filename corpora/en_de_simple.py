"""Sentences of one clause, alone or with a relative clause: one function draws one kind of sentence."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from en_de_adverbials import FREQUENCIES
from en_de_grammar import YOU, Clause, Nominal, NounPhrase, Phrase, Pronoun, Tense, gap, sentence, words
from en_de_lexicon import BE, CAN, HAD_TO, LIKE, MUST, PRICES, UNGRADED
from en_de_phrases import ACTION_FRAMES, Sampler, nouns, verbs
from en_de_relatives import with_relative
from en_de_words import THE, THIS, A, Adjective, Determiner, Modal, Noun

NO_DEGREE, VERY, TOO = Phrase("", ""), Phrase("very", "sehr"), Phrase("too", "zu")
# What nobody asks another person to do.
_UNWANTED = {"lose", "forget", "find", "dream of", "arrive", "fall asleep"}


def finished(en: str, de: str, mark: str = ".") -> Phrase:
    """A sentence pair from running text."""
    return Phrase(sentence(en, mark), sentence(de, mark))


def main(clause: Clause, front: Phrase | None = None, mark: str = ".") -> Phrase:
    """A main clause, with something in front of its verb where given."""
    if front:
        return finished(clause.en(front.en), clause.de_main(front.de), mark)
    return finished(clause.en(), clause.de_main(), mark)


def deed(
    s: Sampler,
    subject: Nominal,
    *,
    owner: Nominal | None = None,
    frames: Collection[str] = tuple(ACTION_FRAMES),
    negated: bool = False,
) -> Clause:
    """A present-tense action that one can set about: verbs that allow no English progressive are out."""
    while True:
        used = set(s.combinations)
        clause = s.action(subject, Tense.PROGRESSIVE, negated=negated, owner=owner, frames=frames)
        if clause.verb.name not in _UNWANTED:
            return replace(clause, tense=Tense.PRESENT)
        s.combinations = used


def state(s: Sampler, subject: NounPhrase, tense: Tense) -> Clause:
    """A copula clause with an adjective that fits the noun."""
    adjective = s.adjective(subject.noun)
    assert adjective is not None
    graded = adjective.positive not in UNGRADED and s.chance(0.4)
    degree = s.weighted({VERY: 3, TOO: 1}) if graded else NO_DEGREE
    return Clause(subject, BE, tense, complement=predicate(adjective, degree), negated=s.chance(0.15))


def pointed_at(s: Sampler, noun: Noun) -> NounPhrase:
    """The noun with "the" or "this", singular or plural."""
    weights: dict[tuple[Determiner, bool], int] = {(THE, False): 6, (THIS, False): 3}
    if noun.plural:
        weights |= {(THE, True): 2, (THIS, True): 2}
    determiner, plural = s.weighted(weights)
    return NounPhrase(determiner, noun, plural)


def predicate(adjective: Adjective, degree: Phrase = NO_DEGREE) -> Phrase:
    """The adjective as a predicate, which takes no ending in German."""
    return Phrase(words(degree.en, adjective.en()), words(degree.de, adjective.de_positive))


def present_or_past(s: Sampler) -> Tense:
    return s.pick((Tense.PRESENT, Tense.PAST))


def statement(s: Sampler) -> Phrase:
    """A main clause: every tense, modal verbs, negation, time in front or behind."""
    tense = s.tense()
    clause = s.action(s.subject(tense), tense, negated=tense is not MUST and s.chance(0.15))
    if not clause.negated and tense is Tense.PRESENT and s.chance(0.3):
        return main(replace(clause, frequency=s.pick(FREQUENCIES)))
    time = s.time(tense) if s.chance(0.6) else None
    if time and s.chance(0.5):
        return main(clause, time)
    return main(replace(clause, time=time))


def liking(s: Sampler) -> Phrase:
    """The English verb "like to" is the German adverb "gern"."""
    clause = deed(s, s.subject(Tense.PRESENT), frames=("acc", "in", "into", "dat"))
    clause = replace(clause, manner=None)
    german = replace(clause, frequency=Phrase("", "gern"))
    return finished(replace(clause, tense=LIKE).en(), german.de_main())


def related_object(s: Sampler) -> Phrase:
    """A statement whose object has a relative clause, behind the right bracket in German."""
    tense = s.tense()
    clause = s.action(s.subject(tense), tense, frames=("acc", "dat"), bare=True)
    if isinstance(clause.accusative, NounPhrase):
        return main(replace(clause, accusative=with_relative(s, clause.accusative, unlike=clause.verb)))
    assert isinstance(clause.dative, NounPhrase)
    return main(replace(clause, dative=with_relative(s, clause.dative, unlike=clause.verb)))


def related_subject(s: Sampler) -> Phrase:
    """A statement whose subject has a relative clause."""
    if s.chance(0.3):
        subject = with_relative(s, s.person_phrase(adjective=0))
        return main(state(s, subject, present_or_past(s)))
    subject = with_relative(s, s.person_phrase())
    return main(s.timed(s.action(subject, s.tense()), 0.35))


def description(s: Sampler) -> Phrase:
    """What something is like; some with a genitive ("the door of the house"), some with a relative clause."""
    kind = s.weighted({"part": 3, "possession": 2, "thing": 4, "related": 2})
    if kind == "part":
        whole = s.definite("house", "hotel", "school", "church", "museum", "town hall")
        subject = NounPhrase(THE, s.pick(nouns("part", "room")), possessor=whole)
    elif kind == "possession":
        owned = NounPhrase(THE, s.pick(nouns("car", "bicycle", "clothing", "device", "house", "animal")))
        subject = replace(s.described(owned, 0.2), possessor=s.possessor())
    else:
        kinds = ("vehicle", "clothing", "text", "event", "building", "question", "food", "town")
        subject = pointed_at(s, s.pick(nouns(*kinds)))
        subject = with_relative(s, subject) if kind == "related" else subject
    return main(state(s, subject, present_or_past(s)))


def comparison(s: Sampler) -> Phrase:
    """Faster than, as fast as: the two nouns share the adjective."""
    kinds = ("vehicle", "clothing", "furniture", "building", "town", "person", "animal", "event")
    while True:
        s.combinations.clear()
        noun = s.pick(nouns(*kinds))
        adjective = s.adjective(noun, comparable=True)
        shared = nouns(*sorted(adjective.kinds & noun.kinds)) if adjective else ()
        others = [other for other in shared if other is not noun and other.plural]
        if adjective and others:
            break
    standard = NounPhrase(s.pick((THE, THE, A)), s.pick(others))
    if s.chance(0.3):
        link = Phrase(f"as {adjective.en()} as", f"so {adjective.de_positive} wie")
    else:
        link = Phrase(f"{adjective.en('comparative')} than", f"{adjective.de_comparative} als")
    complement = Phrase(words(link.en, standard.en()), words(link.de, standard.de("nom")))
    return main(Clause(pointed_at(s, noun), BE, present_or_past(s), complement=complement))


def superlative(s: Sampler) -> Phrase:
    """This is the oldest church in the city."""
    adjective = None
    while adjective is None:
        noun = s.pick(nouns("building", "town", "vehicle", "event", "text", "tale"))
        adjective = s.adjective(noun, comparable=True)
    best = NounPhrase(THE, noun, adjectives=(adjective,), degree="superlative")
    place = s.governed("in", "in", s.definite("town"), "dat") if "building" in noun.kinds else Phrase("", "")
    complement = Phrase(words(best.en(), place.en), words(best.de("nom"), place.de))
    subject = Pronoun("3s", s.pick(("this", "that")), "", "das")
    return main(Clause(subject, BE, present_or_past(s), complement=complement))


def price(s: Sampler) -> Phrase:
    (verb,) = verbs("cost")
    subject = s.described(pointed_at(s, s.pick(nouns(*sorted(verb.kinds)))), 0.5)
    if s.chance(0.2):
        clause = Clause(subject, verb)
        return finished(clause.en_question("how much"), clause.de_question("wie viel"), "?")
    en, de = s.pick(tuple(PRICES.items()))
    return main(Clause(subject, verb, present_or_past(s), complement=Phrase(f"{en} euros", f"{de} Euro")))


def position(s: Sampler) -> Phrase:
    """Where something lies, stands or hangs, where someone sits: the dative of place."""
    frame = s.weighted({"location": 6, "wall": 1, "sit": 2})
    verb = s.pick(verbs(frame))
    tense = s.pick((Tense.PRESENT, Tense.PAST, Tense.PROGRESSIVE))
    if frame == "sit":
        place = s.governed("on", "auf", s.definite("seat"), "dat")
        return main(Clause(s.subject(tense), verb, tense, complement=place))
    place = s.governed("on", "an", s.definite("wall"), "dat") if frame == "wall" else s.position("dat")
    return main(Clause(s.object(verb, YOU, plain=False), verb, tense, complement=place))


def belonging(s: Sampler) -> Phrase:
    (verb,) = verbs("belong")
    owner = s.receiver()
    subject = s.described(pointed_at(s, s.pick(nouns(*sorted(verb.kinds)))), 0.4)
    clause = Clause(subject, verb, present_or_past(s), complement=Phrase(f"to {owner.en()}", owner.de("dat")))
    if s.chance(0.2):
        question = replace(clause, tense=Tense.PRESENT, complement=Phrase("to", ""))
        return finished(question.en_question("whom"), question.de_question("wem"), "?")
    return main(clause)


def timetable(s: Sampler) -> Phrase:
    """Trains and buses come and go by the clock."""
    subject = s.described(pointed_at(s, s.pick(nouns("public"))), 0.5)
    verb = s.pick([verb for verb in verbs("none") if "public" in verb.kinds])
    clause = Clause(subject, verb, s.pick((Tense.PRESENT, Tense.PAST, Tense.FUTURE)))
    if s.chance(0.15):
        return finished(clause.en_question("when"), clause.de_question("wann"), "?")
    clause, time = replace(clause, negated=s.chance(0.15)), s.time(clause.tense)
    return main(clause, time) if s.chance(0.4) else main(replace(clause, time=time))


def existence(s: Sampler) -> Phrase:
    """In the village there is a museum."""
    place = s.governed("in", "in", s.definite("town", "building"), "dat")
    noun = s.pick(nouns("furniture", "device", "animal") if s.chance(0.5) else nouns("goal", "outdoors"))
    thing = s.described(NounPhrase(A, noun), 0.5)
    en, de = s.pick((("is", "gibt"), ("was", "gab")))
    return finished(f"{place.en} there {en} {thing.en()}", f"{place.de} {de} es {thing.de('acc')}")


def yes_no_question(s: Sampler) -> Phrase:
    tense = s.tense()
    subject = YOU if s.chance(0.35) else s.subject(tense)
    clause = s.action(subject, tense)
    clause = replace(clause, time=s.time(tense) if s.chance(0.4) else None)
    return finished(clause.en_question(), clause.de_question(), "?")


def open_question(s: Sampler) -> Phrase:
    """When, why, where, where to, what, whom, who."""
    word = s.weighted({"when": 3, "why": 3, "where": 3, "what": 3, "whom": 1, "who": 3})
    tenses: tuple[Tense | Modal, ...] = (Tense.PRESENT, Tense.PAST, Tense.FUTURE, CAN, MUST)
    tense = s.pick(tenses)
    if word == "who":
        asked = Pronoun("3s", "who", "", "wer")
        return main(s.action(asked, tense), mark="?")
    subject = YOU if s.chance(0.2) else s.subject(tense)
    if word in ("when", "why"):
        clause, de = s.action(subject, tense), {"when": "wann", "why": "warum"}[word]
    elif word == "where":
        verb = s.pick((*verbs("in"), *verbs("to")))
        clause, de = Clause(subject, verb, tense), "wo" if verb.frame == "in" else "wohin"
    elif word == "what":
        verb = s.pick([verb for verb in verbs("acc") if "person" not in verb.kinds])
        clause, de = Clause(subject, verb, tense), "was"
    else:
        verb = s.pick([verb for verb in verbs("dat") if not verb.particle])
        clause, de = Clause(subject, verb, tense), "wem"
    return finished(clause.en_question(word), clause.de_question(de), "?")


def command(s: Sampler) -> Phrase:
    """The polite imperative, with and without "please"."""
    frames = ("acc", "dat", "dat+acc", "acc+to", "put", "hang", "seat", "to", "prepositional")
    clause = deed(s, YOU, frames=frames, negated=s.chance(0.25))
    if not clause.negated and s.chance(0.7):
        return finished("please " + clause.en_imperative(), clause.de_main("bitte"))
    return finished(clause.en_imperative(), clause.de_question(), "!")


def passive(s: Sampler) -> Phrase:
    """The passive, by someone or without an agent."""
    verb = s.pick([verb for verb in verbs("acc") if not verb.stative and verb.particle != "for"])
    weights: dict[Tense | Modal, int] = {
        Tense.PRESENT: 3, Tense.PAST: 5, Tense.FUTURE: 2, MUST: 2, CAN: 1, HAD_TO: 1,
    }  # fmt: skip
    tense = s.weighted(weights)
    clause = Clause(s.object(verb, gap("3s"), plain=False), verb, tense, passive=True)
    if tense is Tense.PRESENT or s.chance(0.4):  # "the window is closed" alone would be its state
        agent = s.receiver()
        clause = replace(clause, complement=s.governed("by", "von", agent, "dat"))
    time = s.time(tense) if s.chance(0.5) else None
    if time and s.chance(0.5):
        return main(clause, time)
    return main(replace(clause, time=time))
