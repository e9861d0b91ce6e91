"""Noun phrases and clauses, each realised in English and in German from one structure.

A `Clause` holds what is said; `en`, `de_main` (verb second), `de_subordinate` (verb last), the question, the
imperative and the infinitive are its readings. The German verb is a pair around the middle field: the finite
form in front and the right bracket (separable prefix, participle, infinitive) behind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum

from en_de_lexicon import BE
from en_de_words import (
    BARE,
    NO,
    REFLEXIVE_PRONOUNS,
    RELATIVE_PRONOUNS,
    STRONG,
    A,
    Adjective,
    Agreement,
    Case,
    Column,
    Degree,
    Determiner,
    Modal,
    Noun,
    Verb,
    ending,
)

CONTRACTIONS = {
    "in dem": "im", "in das": "ins", "an dem": "am", "zu dem": "zum", "zu der": "zur",
    "von dem": "vom", "bei dem": "beim",
}  # fmt: skip


def words(*parts: str) -> str:
    """The non-empty parts with one space between them."""
    return " ".join(part for part in parts if part)


def prepositional(preposition: str, phrase: str) -> str:
    """German preposition and noun phrase, contracted with a definite article: "im", "zum"."""
    article, _, rest = phrase.partition(" ")
    pair = f"{preposition} {article}"
    return words(CONTRACTIONS.get(pair, pair), rest)


def sentence(text: str, mark: str = ".") -> str:
    """A sentence from running text: a capital first, one mark last, no comma before another mark."""
    text = re.sub(r",(?=\s*,|\s*$)", "", text)
    return text[0].upper() + text[1:] + mark


@dataclass(frozen=True)
class Phrase:
    """A constituent without inflection: an adverbial, a predicate, a finished clause or sentence."""

    en: str
    de: str


@dataclass(frozen=True)
class Pronoun:
    """A personal pronoun; an empty one leaves a place open, as the subject of an infinitive does."""

    agreement: Agreement
    subject: str = ""
    object: str = ""
    nom: str = ""
    acc: str = ""
    dat: str = ""

    def en(self, *, subject: bool = False) -> str:
        return self.subject if subject else self.object

    def de(self, case: Case) -> str:
        forms: dict[Case, str] = {"nom": self.nom, "acc": self.acc, "dat": self.dat}
        return forms[case]


I = Pronoun("1s", "I", "me", "ich", "mich", "mir")  # noqa: E741
WE = Pronoun("1p", "we", "us", "wir", "uns", "uns")
YOU = Pronoun("2", "you", "you", "Sie", "Sie", "Ihnen")
HE = Pronoun("3s", "he", "him", "er", "ihn", "ihm")
SHE = Pronoun("3s", "she", "her", "sie", "sie", "ihr")
THEY = Pronoun("3p", "they", "them", "sie", "sie", "ihnen")
# "it" and "they" for things: German follows the gender of the noun they stand for.
THING: dict[Column, Pronoun] = {
    "m": Pronoun("3s", "it", "it", "er", "ihn", "ihm"),
    "f": Pronoun("3s", "it", "it", "sie", "sie", "ihr"),
    "n": Pronoun("3s", "it", "it", "es", "es", "ihm"),
    "p": THEY,
}
IT = THING["n"]  # of the weather too


def gap(agreement: Agreement) -> Pronoun:
    """An unspoken subject that the verb still agrees with."""
    return Pronoun(agreement)


@dataclass(frozen=True)
class Name:
    """A person's first name."""

    text: str
    pronoun: Pronoun
    agreement: Agreement = "3s"

    def en(self, *, subject: bool = False) -> str:
        return self.text

    def de(self, case: Case) -> str:
        return self.text + "s" * (case == "gen")


@dataclass(frozen=True)
class NounPhrase:
    """Determiner, adjectives and noun, with a possessor or a relative clause where there is one.

    A name stands before its noun in both languages ("Annas Auto"); any other possessor is a German genitive
    behind it. The relative clause is a finished phrase: `Relative` in this file builds it.
    """

    determiner: Determiner
    noun: Noun
    plural: bool = False
    adjectives: tuple[Adjective, ...] = ()
    degree: Degree = "positive"
    possessor: NounPhrase | Name | None = None
    relative: Phrase | None = None

    @property
    def column(self) -> Column:
        return "p" if self.plural else self.noun.gender

    @property
    def agreement(self) -> Agreement:
        return "3p" if self.plural else "3s"

    def en(self, *, subject: bool = False) -> str:
        core = words(*(adjective.en(self.degree) for adjective in self.adjectives), self.noun.en(plural=self.plural))
        determiner = (self.plural and self.determiner.en_plural) or self.determiner.en
        tail = ""
        if isinstance(self.possessor, Name) or (self.possessor is not None and self.possessor.noun.is_person):
            determiner = self.possessor.en() + "'s"
        elif self.possessor is not None:
            tail = "of " + self.possessor.en()
        elif determiner == "a":
            determiner = "" if self.plural else "an" if core[0] in "aeiou" else "a"
        return words(determiner, core, tail, self.relative.en if self.relative else "")

    def de_core(self, case: Case) -> str:
        """Everything but the relative clause."""
        determiner, declension, genitive = (
            self.determiner.de(self.column, case),
            self.determiner.declension,
            "",
        )
        if isinstance(self.possessor, Name):
            determiner, declension = self.possessor.de("gen"), STRONG
        elif self.possessor is not None:
            genitive = self.possessor.de("gen")
        suffix = ending(declension, self.column, case)
        adjectives = (adjective.de_attributive(self.degree, suffix) for adjective in self.adjectives)
        return words(determiner, *adjectives, self.noun.de(case, plural=self.plural), genitive)

    def de(self, case: Case) -> str:
        return self.de_core(case) + (self.relative.de if self.relative else "")

    def it(self) -> Pronoun:
        """The pronoun that takes up a thing or an animal: German keeps its gender."""
        return THING[self.column]

    def denied(self) -> NounPhrase | None:
        """With "kein", where the determiner allows it: German says "keinen Apfel" for "not ... an apple"."""
        if self.possessor is None and self.determiner in (A, BARE):
            return replace(self, determiner=NO)
        return None


@dataclass(frozen=True)
class Pair:
    """Two persons joined by "and"."""

    first: NounPhrase | Name
    second: NounPhrase | Name
    agreement: Agreement = "3p"

    def en(self, *, subject: bool = False) -> str:
        return f"{self.first.en()} and {self.second.en()}"

    def de(self, case: Case) -> str:
        return f"{self.first.de(case)} und {self.second.de(case)}"


Nominal = Pronoun | Name | NounPhrase | Pair


class Tense(Enum):
    """English tenses; German has the present, the future with "werden", and the perfect for both pasts."""

    PRESENT = 1
    PROGRESSIVE = 2
    PAST = 3
    PERFECT = 4
    FUTURE = 5


class AmbiguousEnglish(ValueError):
    """An English clause that could be present or past ("they read")."""


@dataclass(frozen=True)
class Clause:
    """Who does what to whom, where, when and how: the slots are in the order of neither language.

    Raises AmbiguousEnglish where the English would leave the German tense open.
    """

    subject: Nominal
    verb: Verb
    tense: Tense | Modal = Tense.PRESENT
    dative: Nominal | None = None
    accusative: Nominal | None = None
    to_dative: bool = False  # English says "explains the problem to the student"
    manner: Phrase | None = None
    complement: Phrase | None = None  # predicate, direction, place, prepositional object
    frequency: Phrase | None = None  # "often": before the English main verb
    time: Phrase | None = None
    tail: Phrase | None = None  # a clause behind the right bracket
    negated: bool = False
    passive: bool = False

    def __post_init__(self) -> None:
        unchanged = self.verb.past == self.verb.base and self.subject.agreement != "3s"
        if unchanged and self.tense is Tense.PAST and not self.passive:
            raise AmbiguousEnglish(f'"{self.verb.base}" is present or past')

    # English

    def _en_verb(self) -> tuple[str, str, str]:
        """The auxiliary, what follows it, and the form of a plain statement without a support."""
        verb, agreement = self.verb, self.subject.agreement
        third, particle = agreement == "3s", self.verb.particle
        if self.passive:
            verb, particle = BE, words(self.verb.participle, self.verb.particle)
        if isinstance(self.tense, Modal):
            modal = self.tense
            rest = words(verb.base, particle)
            aux = modal.aux_third if third else modal.aux_other
            plain = modal.plain_third if third else modal.plain_other
            return aux, words(modal.link, rest), words(plain, rest)
        if self.tense is Tense.FUTURE:
            aux, rest = "will", verb.base
        elif self.tense is Tense.PERFECT:
            aux, rest = ("has" if third else "have"), verb.participle
        elif self.tense is Tense.PROGRESSIVE:
            aux, rest = self._en_be(past=False), verb.ing
        elif verb.base == "be":
            aux, rest = self._en_be(past=self.tense is Tense.PAST), ""
        elif self.tense is Tense.PAST:
            return "did", words(verb.base, particle), words(verb.past, particle)
        else:
            form = verb.third if third else verb.base
            return ("does" if third else "do"), words(verb.base, particle), words(form, particle)
        return aux, words(rest, particle), words(aux, rest, particle)

    def _en_be(self, *, past: bool) -> str:
        present: dict[Agreement, str] = {"1s": "am", "3s": "is"}
        if past:
            return "was" if self.subject.agreement in present else "were"
        return present.get(self.subject.agreement, "are")

    def _en_verb_group(self) -> str:
        """The verb with "not" and the adverb of frequency in their places."""
        aux, rest, plain = self._en_verb()
        frequency = self.frequency.en if self.frequency else ""
        if self.negated:
            return words("cannot" if aux == "can" else f"{aux} not", frequency, rest)
        if plain.startswith(aux + " ") or plain == aux:
            return words(aux, frequency, rest)
        return words(frequency, plain)

    def _en_objects(self) -> str:
        dative = self.dative.en() if self.dative else ""
        accusative = self.accusative.en() if self.accusative else ""
        if self.to_dative:
            return words(accusative, dative and f"to {dative}")
        return words(dative, accusative)

    def _en_rest(self) -> str:
        slots = (self.manner, self.complement, self.time, self.tail)
        return words(self._en_objects(), *(slot.en for slot in slots if slot))

    def en(self, front: str = "") -> str:
        return words(front, self.subject.en(subject=True), self._en_verb_group(), self._en_rest())

    def en_question(self, question_word: str = "") -> str:
        aux, rest, _ = self._en_verb()
        frequency = self.frequency.en if self.frequency else ""
        negation = "not" if self.negated else ""
        subject = self.subject.en(subject=True)
        return words(question_word, aux, subject, negation, frequency, rest, self._en_rest())

    def en_imperative(self) -> str:
        return words("do not" if self.negated else "", self.verb.name, self._en_rest())

    def en_infinitive(self) -> str:
        return words("to", self.verb.name, self._en_rest())

    # German

    def _de_verb(self) -> tuple[str, str]:
        """The finite form and the right bracket of a main clause."""
        verb, agreement = self.verb, self.subject.agreement
        singular = agreement in ("1s", "3s")
        infinitive = f"{verb.de_participle} werden" if self.passive else verb.infinitive
        if isinstance(self.tense, Modal):
            return (self.tense.de_singular if singular else self.tense.de_plural), infinitive
        become: dict[Agreement, str] = {"1s": "werde", "3s": "wird"}
        if self.tense is Tense.FUTURE:
            return become.get(agreement, "werden"), infinitive
        past = self.tense in (Tense.PAST, Tense.PERFECT)
        if self.passive:
            finite = ("wurde" if singular else "wurden") if past else become.get(agreement, "werden")
            return finite, verb.de_participle
        if past and verb.preterite[0]:
            return verb.preterite[0 if singular else 1], ""
        if past:
            return _PERFECT_AUXILIARIES[verb.auxiliary].get(agreement, _PERFECT_PLURALS[verb.auxiliary]), (
                verb.de_participle
            )
        return verb.de_present(agreement), verb.prefix

    def _de_middle(self) -> str:
        """The middle field: pronouns, time, dative, accusative, "nicht", manner, complement."""
        accusative, negated = self.accusative, self.negated
        if negated and isinstance(accusative, NounPhrase) and (denied := accusative.denied()):
            accusative, negated = denied, False
        pronouns: list[str] = []
        nouns: list[str] = []
        objects: tuple[tuple[Nominal | None, Case], ...] = ((self.dative, "dat"), (accusative, "acc"))
        for nominal, case in objects:
            if isinstance(nominal, Pronoun):
                pronouns.insert(0, nominal.de(case))  # the accusative pronoun precedes the dative one
            elif nominal is not None:
                nouns.append(nominal.de_core(case) if isinstance(nominal, NounPhrase) else nominal.de(case))
        adverbs = (slot.de for slot in (self.time, self.frequency) if slot)
        closing = (slot.de for slot in (self.manner, self.complement) if slot)
        return words(*pronouns, *adverbs, *nouns, "nicht" if negated else "", *closing)

    def _de_subject_and_middle(self) -> str:
        """After the finite verb or a conjunction: "sich" goes before a full subject, after a pronoun."""
        subject = self.subject.de("nom")
        reflexive = REFLEXIVE_PRONOUNS[self.subject.agreement] if self.verb.reflexive else ""
        pair = (subject, reflexive) if isinstance(self.subject, Pronoun) else (reflexive, subject)
        return words(*pair, self._de_middle())

    def _de_behind(self) -> str:
        """What stands behind the right bracket: an object's relative clause, a subordinate clause."""
        objects = (self.dative, self.accusative)
        relatives = [nominal.relative.de for nominal in objects if isinstance(nominal, NounPhrase) and nominal.relative]
        return "".join(relatives) + (self.tail.de if self.tail else "")

    def de_main(self, front: str = "") -> str:
        finite, right = self._de_verb()
        if front:
            return words(front, finite, self._de_subject_and_middle(), right) + self._de_behind()
        reflexive = REFLEXIVE_PRONOUNS[self.subject.agreement] if self.verb.reflexive else ""
        body = words(self.subject.de("nom"), finite, reflexive, self._de_middle(), right)
        return body + self._de_behind()

    def de_subordinate(self, introducer: str) -> str:
        finite, right = self._de_verb()
        verb = right + finite if right and right == self.verb.prefix else words(right, finite)
        return words(introducer, self._de_subject_and_middle(), verb) + self._de_behind()

    def de_question(self, question_word: str = "") -> str:
        finite, right = self._de_verb()
        return words(question_word, finite, self._de_subject_and_middle(), right) + self._de_behind()

    def de_infinitive(self) -> str:
        return words(self._de_subject_and_middle(), self.verb.zu_infinitive) + self._de_behind()


_PERFECT_AUXILIARIES: dict[str, dict[Agreement, str]] = {
    "haben": {"1s": "habe", "3s": "hat"},
    "sein": {"1s": "bin", "3s": "ist"},
}
_PERFECT_PLURALS = {"haben": "haben", "sein": "sind"}


def subordinate(en_conjunction: str, de_conjunction: str, clause: Clause) -> Phrase:
    """A subordinate clause behind its main clause; German sets it off by a comma."""
    return Phrase(clause.en(en_conjunction), f", {clause.de_subordinate(de_conjunction)},")


def relative(antecedent: NounPhrase, role: Case, clause: Clause, *, preposition: Phrase | None = None) -> NounPhrase:
    """The noun phrase with a relative clause; `clause` leaves open the place that the pronoun fills.

    English takes "who" and "whom" for persons and "that" for things; the German pronoun has the gender and
    number of the noun and the case of its `role` in the clause.
    """
    pronoun = ending(RELATIVE_PRONOUNS, antecedent.column, role)
    person = antecedent.noun.is_person
    if preposition:
        en_pronoun = f"{preposition.en} {'whom' if person else 'which'}"
    else:
        en_pronoun = ("who" if role == "nom" else "whom") if person else "that"
    de = clause.de_subordinate(words(preposition.de if preposition else "", pronoun))
    return replace(antecedent, relative=Phrase(clause.en(en_pronoun), f", {de},"))


def whose(antecedent: NounPhrase, owned: NounPhrase, clause: Clause) -> NounPhrase:
    """The noun phrase with a genitive relative clause; the open subject of `clause` is the thing owned."""
    pronoun = ending(RELATIVE_PRONOUNS, antecedent.column, "gen")
    de = clause.de_subordinate(words(pronoun, owned.de("nom")))
    return replace(antecedent, relative=Phrase(clause.en(words("whose", owned.en())), f", {de},"))
