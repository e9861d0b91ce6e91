"""The texts that a user gives, whatever holds them, as a list of strings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nlpseq.errors import UserError

Texts = str | Iterable[str]


class TextTypeError(UserError, TypeError):
    """What was given as a text is none: a mistake that the user can fix, and one of types."""


def as_texts(texts: Any, *, name: str = "texts") -> list[str]:
    """One string, or the strings of a list, tuple, array, Series, column, generator or the like, in their order.

    A Series is read by its rows, whatever its index says.

    Args:
        name: what the caller calls them, for messages.

    Raises:
        TextTypeError: an item that is no string, such as None, NaN, a number or bytes; or something that holds no
            texts in an order, such as a set or a whole table.

    >>> as_texts("ein Text"), as_texts(word for word in ("a", "b"))
    (['ein Text'], ['a', 'b'])
    >>> as_texts(["a", None])
    Traceback (most recent call last):
    ...
    nlpseq.text.texts.TextTypeError: texts[1] is None, not a string; leave it out, or give '' in its place (fillna('') \
of a Series)
    """
    if isinstance(texts, str):
        return [_plain(texts)]
    if isinstance(texts, Mapping) or hasattr(texts, "columns") or hasattr(texts, "column_names"):
        raise TextTypeError(f"{name}: {_kind(texts)} is a table, not texts; give one column of it, as in table['text']")
    if isinstance(texts, bytes | bytearray | memoryview | set | frozenset) or not _iterable(texts):
        raise TextTypeError(f"{name} must be a string or a list of strings, not {_kind(texts)}")
    items = texts.to_pylist() if hasattr(texts, "to_pylist") else texts  # pyarrow's items are no strings
    return [_checked(item, f"{name}[{place}]") for place, item in enumerate(items)]


def _checked(item: Any, where: str) -> str:
    if isinstance(item, str):
        return _plain(item)
    missing = str(item) in ("None", "nan", "<NA>", "NaT")
    shown = f"{item}" if missing else f"of type {type(item).__name__}"
    left_out = "leave it out, or give '' in its place (fillna('') of a Series)"
    fix = left_out if missing else "decode it" if isinstance(item, bytes) else "give text"
    raise TextTypeError(f"{where} is {shown}, not a string; {fix}")


def _plain(text: str) -> str:
    """Without the class of numpy's and other strings, which not every library takes."""
    return text if type(text) is str else str.__str__(text)


def _iterable(texts: Any) -> bool:
    try:
        iter(texts)
    except TypeError:
        return False
    return True


def _kind(texts: Any) -> str:
    return "None" if texts is None else type(texts).__name__


def without_breaks(text: str) -> str:
    """The text without line breaks, so that one sentence stays one line of output.

    >>> without_breaks("zwei\\nZeilen")
    'zwei Zeilen'
    """
    return " ".join(text.splitlines())
