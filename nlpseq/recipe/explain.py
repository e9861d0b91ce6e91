"""All settings of a recipe explained, for `--help`: what each is, its type and its value."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, Literal, get_args, get_origin

from nlpseq.config.types import options_of, setting_types

WIDTH = 110
_TYPES = {int: "WHOLE_NUMBER", float: "NUMBER", str: "TEXT", bool: "true|false", type(None): "null"}


def explain(prog: str, settings: Any) -> str:
    """What `prog RECIPE --help` prints, with the values that `settings` have.

    >>> from nlpseq.config import TranslateSettings
    >>> print(*explain("nlpseq run", TranslateSettings()).splitlines()[:3], sep="\\n")
    usage: nlpseq run RECIPE [--SECTION.KEY VALUE ...] [--print_config]
    <BLANKLINE>
    RECIPE is a YAML file of the settings below; each can be set on the command line too.
    """
    lines = [
        f"usage: {prog} RECIPE [--SECTION.KEY VALUE ...] [--print_config]",
        "",
        "RECIPE is a YAML file of the settings below; each can be set on the command line too.",
        "--print_config prints all of them as YAML. In brackets stands each setting's value.",
        *_section(settings, ""),
    ]
    for item in fields(settings):
        part = getattr(settings, item.name)
        if is_dataclass(part):
            lines += ["", f"{item.name}: {_explanations(type(settings))[item.name]}", *_section(part, f"{item.name}.")]
    return "\n".join(lines)


def _section(settings: Any, prefix: str) -> Iterator[str]:
    words, kinds = _explanations(type(settings)), setting_types(type(settings))
    for name, kind in kinds.items():
        if is_dataclass(kind) or name == "task":
            continue
        yield f"  --{prefix}{name} {_type(kind)}"
        text = f"{words.get(name, '')} ({_value(getattr(settings, name))})"
        yield from textwrap.wrap(text, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6)


def _explanations(settings_class: type) -> dict[str, str]:
    """Setting -> what stands under Args in the docstring of its class, or of the class that it is taken over from."""
    found: dict[str, str] = {}
    for home in reversed(settings_class.__mro__):
        _, _, arguments = (home.__doc__ or "").partition("Args:\n")
        found |= {name: text for name, text in re.findall(r"^ +(\w+): (.*)", arguments, re.MULTILINE)}
    return found


def _type(kind: Any) -> str:
    if len(options_of(kind)) > 1:
        return "|".join(_type(option) for option in options_of(kind))
    if get_origin(kind) is Literal:
        return "|".join(map(str, get_args(kind)))
    if get_origin(kind) in (tuple, list):
        return f"[{_type(get_args(kind)[0])}, ...]"
    return _TYPES[kind]


def _value(value: Any) -> str:
    if isinstance(value, (bool, type(None))):
        return str(value).lower().replace("none", "null")
    return str(list(value)) if isinstance(value, (tuple, list)) else str(value) or "empty"
