"""What a translator's file leaves open, and the file once it is filled in; all else in it stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Gaps:
    """The texts of a file that have no translation.

    Attributes:
        texts: in the order of the file.
        filled: the file with a translation of each of `texts`, marked as to be reviewed; "" leaves its gap open.
        languages: of the texts and of the translations, as the file names them.
        without_codes: how many of the texts had inline codes, which are left out.
    """

    texts: Sequence[str]
    filled: Callable[[Sequence[str]], bytes]
    languages: tuple[str | None, str | None] = (None, None)
    without_codes: int = 0


def spaced_like(source: str, translation: str) -> str:
    r"""The translation between the spaces and line ends that the source stands between; programs rely on them.

    >>> spaced_like("Name: \n", "Name:"), spaced_like(" a", "")
    ('Name: \n', '')
    """
    inner = source.strip()
    start = source.index(inner)
    return source[:start] + translation.strip() + source[start + len(inner) :] if translation.strip() else ""
