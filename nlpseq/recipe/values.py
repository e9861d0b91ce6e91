"""From what is written to what is meant: a setting's type decides, the same in a file and on the command line."""

from __future__ import annotations

import difflib
import re
from typing import Any, Literal, get_args, get_origin

from nlpseq.config.types import in_words, options_of
from nlpseq.errors import UserError, shown_value
from nlpseq.recipe.document import Items, Node, Scalar, parse

NOTHING = ("", "~", "null", "Null", "NULL")
_SWITCH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_WHOLE = re.compile(r"[-+]?[0-9](_?[0-9]){0,29}")
_NUMBER = re.compile(r"[-+]?([0-9](_?[0-9])*\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]+)?|[-+]?\.?(inf|nan)", re.IGNORECASE)
_INFINITY = re.compile(r"\.(inf|nan)", re.IGNORECASE)  # YAML writes .inf what Python writes inf
MOST_DIGITS = 100
_UNREADABLE: Any = object()


def value_of(node: Node, kind: Any, key: str) -> Any:
    """What the node says, as a value of the type `kind`.

    Raises:
        UserError: it says nothing of that type; the message names the key and the place.

    >>> place = "small.yaml, line 2"
    >>> value_of(Scalar(place, "1e-3"), float, "train.lr"), value_of(Scalar(place, "no"), str, "data.src")
    (0.001, 'no')
    >>> value_of(Scalar(place, ""), float, "train.lr")
    Traceback (most recent call last):
    ...
    nlpseq.errors.UserError: train.lr: no value (small.yaml, line 2); write one behind it, or take the line out
    """
    found = _reading(node, kind, key)
    if found is not _UNREADABLE:
        return found
    if isinstance(node, Scalar):
        if node.plain and node.text in NOTHING:
            raise UserError(f"{key}: no value ({node.place}); write one behind it, or take the line out")
        wrong, near = shown_value(node.text), _nearest(node.text, kind)
    else:
        wrong, near = ("a list" if isinstance(node, Items) else "a section"), ""
    raise UserError(f"{key}: {wrong} is not {in_words(kind)} ({node.place}){near}")


def _reading(node: Node, kind: Any, key: str) -> Any:
    """The node's value as the first that fits of the types that it can be: nothing, then numbers, then text."""
    kinds = sorted(options_of(kind), key=lambda kind: (kind is not type(None), kind is str))
    for option in kinds:
        if get_origin(option) in (tuple, list):
            found = _list(node, option, key)
        else:
            # A number in quotes is text where text can be meant.
            quoted = isinstance(node, Scalar) and not node.plain and str in kinds and option is not str
            found = _UNREADABLE if quoted else _single(node, option)
        if found is not _UNREADABLE:
            return found
    return _UNREADABLE


def _list(node: Node, kind: Any, key: str) -> Any:
    if isinstance(node, Scalar) and node.text.startswith("["):  # on the command line
        node = parse(node.text, node.place)
    if not isinstance(node, Items):
        return _UNREADABLE
    return get_origin(kind)(value_of(item, get_args(kind)[0], key) for item in node.values)


def _single(node: Node, kind: Any) -> Any:
    if not isinstance(node, Scalar):
        return _UNREADABLE
    text, nothing = node.text, node.plain and node.text in NOTHING
    if get_origin(kind) is Literal:
        return next((choice for choice in get_args(kind) if str(choice) == text), _UNREADABLE)
    if kind is type(None):
        return None if nothing else _UNREADABLE
    if kind is str:
        return _UNREADABLE if nothing else text
    if kind is bool:
        return _SWITCH.get(text.lower(), _UNREADABLE)
    if kind is int and _WHOLE.fullmatch(text):
        return int(text)
    if kind is float and len(text) < MOST_DIGITS and _NUMBER.fullmatch(text):
        return float(_INFINITY.sub(r"\1", text.replace("_", "")))
    return _UNREADABLE


def _nearest(text: str, kind: Any) -> str:
    choices = [
        str(choice) for option in options_of(kind) for choice in get_args(option) if get_origin(option) is Literal
    ]
    near = difflib.get_close_matches(text[:100], choices, n=1)
    return f"; did you mean {near[0]}?" if near else ""
