"""Where the tokens of a text stand in it, in the spelling that its writer gave it."""

from __future__ import annotations

from collections.abc import Sequence

from nlpseq.text.escape import unescape
from nlpseq.text.subword import SPACE
from nlpseq.text.tokenizers import JOINER


def token_spans(text: str, tokens: Sequence[str]) -> list[tuple[int, int]]:
    """(first character, end) in `text` of each of its `tokens`, in their order.

    Case does not count, and marks of joins and spaces are not looked for. A token that is not in the text as it
    stands, such as one of a single byte, gets an empty span behind the one before.

    >>> token_spans("It isn't: BAD!", ["it", "isn", "'", "t", "bad", "!"])
    [(0, 2), (3, 6), (6, 7), (7, 8), (10, 13), (13, 14)]
    >>> token_spans("the bat", ["▁the", "▁", "b", "at"])
    [(0, 3), (3, 3), (4, 5), (5, 7)]
    """
    folded, places = "", []
    if text.isascii():
        folded, places = text.lower(), list(range(len(text) + 1))
    else:
        parts = [character.casefold() for character in text]
        folded = "".join(parts)
        places = [place for place, part in enumerate(parts) for _ in part] + [len(text)]
    spans, end = [], 0
    for token in tokens:
        wanted = _letters(token).casefold()
        found = folded.find(wanted, end) if wanted else -1
        if found < 0:
            spans.append((places[end], places[end]))
            continue
        end = found + len(wanted)
        spans.append((places[found], places[end - 1] + 1))
    return spans


def _letters(token: str) -> str:
    """What of a token stands in the text."""
    return unescape(token.replace(SPACE, " ").strip(f" {JOINER}"), JOINER)
