"""Freeing a character for use as a mark, reversibly.

Word tokens mark joins with one character and subword pieces mark spaces with another; text that holds the
mark itself would be read back wrongly. `escape` rewrites such text so that the mark no longer occurs in it.
"""

from __future__ import annotations

SPACE = "▁"  # U+2581, SentencePiece's mark for a space

ESCAPE = "￮"  # U+FFEE halfwidth white circle: practically never written, visible in a vocabulary file


def escape(text: str, mark: str) -> str:
    """Rewrite `text` so that it holds no `mark`; nearly all text comes back as it is.

    >>> escape("plain", "_"), escape("snake_case", "_")
    ('plain', 'snake￮1case')
    """
    if mark not in text and ESCAPE not in text:
        return text
    return text.replace(ESCAPE, ESCAPE + "0").replace(mark, ESCAPE + "1")


def unescape(text: str, mark: str) -> str:
    """Undo `escape`; an escape character that `escape` did not write (a model may) stays as it is.

    >>> unescape(escape("snake_case ￮0", "_"), "_")
    'snake_case ￮0'
    """
    if ESCAPE not in text:
        return text
    return text.replace(ESCAPE + "1", mark).replace(ESCAPE + "0", ESCAPE)
