"""How texts are written: whether spaces stand between words, and if not, what stands for a word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import regex

Writing = Literal["spaced", "chinese", "japanese", "korean", "unspaced"]

_SCRIPTS = {
    "han": r"[\p{Han}\p{Bopomofo}]",
    "kana": r"[\p{Hiragana}\p{Katakana}]",
    "hangul": r"\p{Hangul}",
    "unspaced": r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}\p{Tai_Le}\p{New_Tai_Lue}\p{Tai_Tham}\p{Tai_Viet}"
    r"\p{Javanese}\p{Balinese}]",
}
_LETTER = regex.compile(r"\p{L}")
_LETTERS = {name: regex.compile(rf"[{script}&&\p{{L}}]", regex.V1) for name, script in _SCRIPTS.items()}
# Less of it is names and quotations in another script.
_SHARE = 0.3
_KANA_SHARE = 0.1


def writing_of(texts: Iterable[str]) -> Writing | None:
    """How most of the letters of `texts` are written; None where there are no letters.

    >>> writing_of(["Ein Hund", "läuft"]), writing_of(["我爱北京"]), writing_of(["猫が好き"]), writing_of(["ฉันรัก"])
    ('spaced', 'chinese', 'japanese', 'unspaced')
    """
    counts = dict.fromkeys(_SCRIPTS, 0)
    letters = 0
    for text in texts:
        if text.isascii():
            letters += sum(map(str.isalpha, text))
            continue
        letters += len(_LETTER.findall(text))
        for name, pattern in _LETTERS.items():
            counts[name] += len(pattern.findall(text))
    if not letters:
        return None
    if sum(counts.values()) < _SHARE * letters:
        return "spaced"
    chinese = counts["han"] + counts["kana"]
    most = max(
        ("cjk", chinese), ("korean", counts["hangul"]), ("unspaced", counts["unspaced"]), key=lambda pair: pair[1]
    )
    if most[0] == "cjk":
        return "japanese" if counts["kana"] >= _KANA_SHARE * chinese else "chinese"
    return "korean" if most[0] == "korean" else "unspaced"


def writing_by_name(lang: str) -> Writing | None:
    """How a language is written by its name: an ISO 639 code, with or without a script or region, or in English.

    None for a name that is not known to be written without spaces.

    >>> writing_by_name("zh-CN"), writing_by_name("jpn_Jpan"), writing_by_name("Thai"), writing_by_name("de")
    ('chinese', 'japanese', 'unspaced', None)
    """
    parts = regex.split(r"[^\p{L}]+", lang.casefold())
    if len(parts) > 1 and parts[1] in ("latn", "cyrl", "arab"):
        return None
    return _BY_NAME.get(parts[0])


_NAMES: dict[Writing, str] = {
    "chinese": "zh zho chi cmn yue wuu nan hak gan hsn cdo lzh chinese mandarin cantonese",
    "japanese": "ja jpn japanese",
    "korean": "ko kor korean",
    "unspaced": "th tha thai lo lao km khm khmer my mya bur burmese shn bo bod tib tibetan dz dzo dzongkha ksw mnw",
}
_BY_NAME: dict[str, Writing] = {name: writing for writing, names in _NAMES.items() for name in names.split()}
