"""What people call a language or a side in file and column names: en, EN, en_US, eng, English, source."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

# ISO 639-1, then ISO 639-2 and -3, the English name and the language's own.
LANGUAGES = """
af afr afrikaans|am amh amharic|ar ara arb arabic|az aze azerbaijani|be bel belarusian|bg bul bulgarian|bn ben bengali
bs bos bosnian bosanski|ca cat catalan català|cs ces cze czech čeština|cy cym wel welsh cymraeg|da dan danish dansk
de deu ger german deutsch|el ell gre greek|en eng english englisch anglais inglés
eo epo esperanto|es spa spanish español spanisch|et est estonian eesti
eu eus baq basque euskara|fa fas per pes persian farsi|fi fin finnish suomi
fr fra fre french français französisch|ga gle irish
gl glg galician galego|gu guj gujarati|he heb hebrew|hi hin hindi|hr hrv croatian hrvatski|hu hun hungarian magyar
hy hye arm armenian|id ind indonesian|is isl ice icelandic íslenska|it ita italian italiano|ja jpn japanese 日本語
ka kat geo georgian|kk kaz kazakh|km khm khmer|kn kan kannada|ko kor korean 한국어|la lat latin
lt lit lithuanian lietuvių|lv lav latvian latviešu
mk mkd mac macedonian|ml mal malayalam|mr mar marathi|ms msa may malay|my mya bur burmese
nb nob|ne nep nepali|nl nld dut dutch nederlands|no nor norwegian norsk|pa pan punjabi|pl pol polish polski
pt por portuguese português|ro ron rum romanian română|ru rus russian русский|si sin sinhala
sk slk slo slovak slovenčina|sl slv slovenian slovene|sq sqi alb albanian|sr srp serbian српски|sv swe swedish svenska
sw swa swh swahili|ta tam tamil
te tel telugu|th tha thai|tl tgl tagalog|tr tur turkish türkçe|uk ukr ukrainian українська|ur urd urdu|uz uzb uzbek
vi vie vietnamese|zh zho chi cmn chinese mandarin 中文|yue cantonese
"""
CODE_OF = {name: names[0] for names in map(str.split, re.split(r"[|\n]", LANGUAGES)) if names for name in names}
# What the two sides of parallel text are called where their languages are not.
SIDES = {
    "src": (
        "src", "source", "source_text", "src_text", "source_sentence", "source text", "source segment", "original",
        "quelle", "quelltext", "ausgangstext", "ausgangssprache", "origen", "texte source",
    ),
    "tgt": (
        "tgt", "trg", "target", "target_text", "tgt_text", "target_sentence", "target text", "target segment",
        "translation", "ziel", "zieltext", "zielsprache", "übersetzung", "destino", "traducción", "traduction",
    ),
}  # fmt: skip


def language_key(name: str) -> str:
    """The same for all names of a language: its code, or the name in small letters where none is known.

    >>> [language_key(name) for name in ("EN", " en_US", "deu", "German", "zh-Hans", "src", "My column")]
    ['en', 'en', 'de', 'de', 'zh', 'src', 'my column']
    """
    plain = name.strip().casefold()
    if plain in CODE_OF:
        return CODE_OF[plain]
    return CODE_OF.get(re.split(r"[_-]", plain)[0], plain)


def is_language(name: str) -> bool:
    """Whether a name is that of a language."""
    return language_key(name) in CODE_OF


def find_name(wanted: str, found: Collection[str]) -> str | None:
    """The one of `found` that is `wanted`: as it stands, else without regard to case, else as a language's name.

    None where there is none, or more than one.

    >>> find_name("en", ["id", "EN", "de"]), find_name("en", ["en_US", "en_GB"]), find_name("en", ["English", "German"])
    ('EN', None, 'English')
    """
    if wanted in found:
        return wanted
    for key in (lambda name: name.strip().casefold(), language_key):
        same = [name for name in found if key(name) == key(wanted)]
        if same:
            return same[0] if len(same) == 1 else None
    return None


def find_pair(src: str, tgt: str, found: Sequence[str]) -> tuple[str | None, str | None]:
    """The names of the two sides among `found`, None for one that is not there: by language, else as source and target.

    >>> find_pair("en", "de", ["DE", "EN"]), find_pair("en", "de", ["target", "source"]), find_pair("en", "de", ["en"])
    (('EN', 'DE'), ('source', 'target'), ('en', None))
    """
    names = find_name(src, found), find_name(tgt, found)
    if names != (None, None):
        return names
    sides = [[name for name in found if name.strip().casefold() in SIDES[side]] for side in ("src", "tgt")]
    return (sides[0][0], sides[1][0]) if len(sides[0]) == len(sides[1]) == 1 else names
