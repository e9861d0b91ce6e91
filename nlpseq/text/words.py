"""What a word is wherever words are counted or compared, in any script; what a network reads is up to its tokenizer."""

from __future__ import annotations

import re

import regex

# Scripts that set no spaces between words: there each character, with the marks on it, is a word.
UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
LETTER = r"[\p{L}\p{M}\p{N}]"
# A pattern of the package regex, to be compiled with its flag V1.
WORD = rf"[{UNSPACED}&&{LETTER}]\p{{M}}*|[{LETTER}--{UNSPACED}]+"
# The same, and each other character that is seen by itself.
WORD_OR_MARK = rf"{WORD}|[\S--{LETTER}]"

WORDS = regex.compile(WORD, regex.V1)
# The same words of a text in ASCII, found many times faster.
_ASCII_WORDS = re.compile(r"[A-Za-z0-9]+")
WORDS_AND_MARKS = regex.compile(WORD_OR_MARK, regex.V1)


def words(text: str) -> list[str]:
    """The words of `text`: runs of letters, marks and digits; single characters in scripts that set no spaces.

    >>> words("Das ist's: 東京 7ème!")
    ['Das', 'ist', 's', '東', '京', '7ème']
    """
    return _ASCII_WORDS.findall(text) if text.isascii() else WORDS.findall(text)


def words_and_marks(text: str) -> list[str]:
    """`words` with punctuation and symbols between them, a token each.

    >>> words_and_marks("isn't it?")
    ['isn', "'", 't', 'it', '?']
    """
    return WORDS_AND_MARKS.findall(text)
