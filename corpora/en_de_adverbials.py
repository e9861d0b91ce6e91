"""Ready-made phrases of the English-German corpus: times, frequencies, manners, feelings, the weather."""

from __future__ import annotations

from en_de_grammar import IT, Clause, Phrase
from en_de_lexicon import BE, HOURS, MONTHS, VERBS, WEEKDAYS, YEARS


def _phrases(table: dict[str, str]) -> tuple[Phrase, ...]:
    return tuple(Phrase(en, de) for en, de in table.items())


FREQUENCIES = _phrases({"often": "oft", "always": "immer", "sometimes": "manchmal", "never": "nie"})
MANNERS = _phrases({"carefully": "vorsichtig", "slowly": "langsam", "quickly": "schnell"})

_ON_WEEKDAYS = {f"on {en}": f"am {de}" for en, de in WEEKDAYS.items()}
NOW = _phrases({"now": "jetzt", "at the moment": "im Moment"})
HABITUAL = _phrases({
    "every day": "jeden Tag", "every morning": "jeden Morgen", "in the morning": "am Morgen",
    "in the evening": "am Abend", "in summer": "im Sommer", "in winter": "im Winter",
} | {f"on {en}s": f"{de.lower()}s" for en, de in WEEKDAYS.items()})  # fmt: skip
PAST = _phrases({
    "yesterday": "gestern", "yesterday evening": "gestern Abend", "last week": "letzte Woche",
    "last year": "letztes Jahr", "last summer": "letzten Sommer", "this morning": "heute Morgen",
    "two days ago": "vor zwei Tagen", "three weeks ago": "vor drei Wochen",
} | _ON_WEEKDAYS)  # fmt: skip
FUTURE = _phrases({
    "tomorrow": "morgen", "next week": "nächste Woche", "next year": "nächstes Jahr",
    "this evening": "heute Abend", "in three days": "in drei Tagen", "soon": "bald",
} | _ON_WEEKDAYS)  # fmt: skip
DATES = _phrases({f"on {day} {en}": f"am {day}. {de}" for en, de in MONTHS.items() for day in range(1, 13)})
IN_YEARS = _phrases({f"in {year}": f"im Jahr {year}" for year in YEARS})
# "half past seven" is "halb acht": German names the coming hour.
CLOCK_TIMES = _phrases(
    {f"at {en} o'clock": f"um {de} Uhr" for en, de in HOURS}
    | {f"at half past {en}": f"um halb {de}" for (en, _), (_, de) in zip(HOURS, HOURS[1:], strict=False)}
)

FEELINGS = _phrases({
    "tired": "müde", "very tired": "sehr müde", "hungry": "hungrig", "ill": "krank", "happy": "glücklich",
    "very happy": "sehr glücklich",
})  # fmt: skip
BURDENS = _phrases({"no time": "keine Zeit", "a lot of work": "viel Arbeit"})  # what one has
_CONDITIONS = _phrases({
    "late": "spät", "cold": "kalt", "very warm": "sehr warm", "already dark": "schon dunkel",
})  # fmt: skip
WEATHER = (
    *(Clause(IT, verb) for verb in VERBS if verb.frame == "weather"),
    *(Clause(IT, BE, complement=condition) for condition in _CONDITIONS),
)
