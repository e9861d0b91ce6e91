"""The types that a setting can have, and what a value must be to be one of them.

A setting is a bool, an int, a float, text, one of some words (Literal), a tuple or list of such, or nothing (None).
"""

from __future__ import annotations

import types
from dataclasses import fields
from typing import Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints

_IN_WORDS: dict[Any, str] = {int: "a whole number", float: "a number", str: "text", bool: "true or false"}


def setting_types(settings_class: type) -> dict[str, Any]:
    """Name -> type of each setting of a class, those that it takes over included.

    >>> from nlpseq.config import DecodeSettings
    >>> setting_types(DecodeSettings)["alpha"]
    <class 'float'>
    """
    hints = get_type_hints(settings_class)
    return {item.name: hints[item.name] for item in fields(settings_class) if get_origin(hints[item.name]) != ClassVar}


def options_of(kind: Any) -> tuple[Any, ...]:
    """The types of a union, or the type itself.

    >>> options_of(float | None)
    (<class 'float'>, <class 'NoneType'>)
    """
    return get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)


def is_of_type(value: object, kind: Any) -> bool:
    """Whether a setting of this type can have this value; a whole number is a number too, true and false are not.

    >>> is_of_type(1, float), is_of_type(True, int), is_of_type("gru", Literal["gru", "lstm"]), is_of_type(None, int)
    (True, False, True, False)
    """
    if len(options_of(kind)) > 1:
        return any(is_of_type(value, option) for option in options_of(kind))
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    if get_origin(kind) in (tuple, list):
        return isinstance(value, (tuple, list)) and all(is_of_type(item, get_args(kind)[0]) for item in value)
    if kind in (int, float):
        return isinstance(value, (int, kind)) and not isinstance(value, bool)
    return isinstance(value, kind)


def in_words(kind: Any) -> str:
    """What a value of this type is.

    >>> in_words(float | None), in_words(Literal["gru", "lstm"])
    ('a number or null', "one of ['gru', 'lstm']")
    """
    if len(options_of(kind)) > 1:
        return " or ".join(in_words(option) for option in options_of(kind))
    if kind is type(None):
        return "null"
    if get_origin(kind) is Literal:
        return f"one of {list(get_args(kind))}"
    if get_origin(kind) in (tuple, list):
        return f"a list, each {in_words(get_args(kind)[0])}"
    return _IN_WORDS[kind]
