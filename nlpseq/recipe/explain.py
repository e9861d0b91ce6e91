"""All settings of a recipe explained, for `--help`: what each is, its type and its value."""

from __future__ import annotations

import difflib
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import is_dataclass
from typing import Any, Literal, get_args, get_origin

from nlpseq.config.types import options_of, setting_types
from nlpseq.errors import UserError, one_line

WIDTH = 110
_TYPES = {int: "WHOLE_NUMBER", float: "NUMBER", str: "TEXT", bool: "true|false", type(None): "null"}


def explain(prog: str, settings: Any, section: str | None = None) -> str:
    """What `prog RECIPE --help [SECTION]` prints, with the values that `settings` have.

    Args:
        section: one of the settings' sections, or "all"; None is the settings that matter most.

    Raises:
        UserError: there is no such section.

    >>> from nlpseq.config import TranslateSettings
    >>> print(*explain("nlpseq run", TranslateSettings()).splitlines()[:3], sep="\\n")
    usage: nlpseq run RECIPE [--SECTION.KEY VALUE ...] [--print_config] [--help [SECTION]]
    <BLANKLINE>
    RECIPE is a YAML file, or the name of one that comes with it. In brackets stands each setting's value.
    """
    words = explanations(type(settings))
    sections = {name: part for name in words if is_dataclass(part := getattr(settings, name, None))}
    head = [
        f"usage: {prog} RECIPE [--SECTION.KEY VALUE ...] [--print_config] [--help [SECTION]]",
        "",
        "RECIPE is a YAML file, or the name of one that comes with it. In brackets stands each setting's value.",
        "",
    ]
    if section is None:
        lines = ["What is changed first:", *_named(settings, type(settings).main), "", "All others:"]
        lines += [f"  --help {name:<9} {words[name]}" for name in sections]
        return "\n".join([*head, *lines, "  --help all       every setting of every section"])
    if section == "all":
        lines = [*_section(settings, "")]
        for name, part in sections.items():
            lines += ["", f"{name}: {words[name]}", *_section(part, f"{name}.")]
        return "\n".join([*head, *lines])
    if section not in sections:
        near = difflib.get_close_matches(section[:100], sections, n=1)
        fix = f"did you mean {near[0]}?" if near else f"it is one of {', '.join(sections)} or all"
        raise UserError(f"--help {one_line(section, most=60)}: no such section; {fix}")
    return "\n".join([f"{section}: {words[section]}", *_section(sections[section], f"{section}.")])


def _named(settings: Any, keys: Sequence[str]) -> Iterator[str]:
    """The settings with these dotted names."""
    for key in keys:
        section, dot, name = key.rpartition(".")
        yield from _section(getattr(settings, section) if section else settings, section + dot, name)


def _section(settings: Any, prefix: str, only: str | None = None) -> Iterator[str]:
    words, kinds = explanations(type(settings)), setting_types(type(settings))
    for name, kind in kinds.items():
        if is_dataclass(kind) or name == "task" or only not in (None, name):
            continue
        yield f"  --{prefix}{name} {type_words(kind)}"
        text = f"{words.get(name, '')} ({value_words(getattr(settings, name))})"
        yield from textwrap.wrap(text, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6)


def explanations(settings_class: type) -> dict[str, str]:
    """Setting -> what stands under Args in the docstring of its class, or of the class that it is taken over from."""
    found: dict[str, str] = {}
    for home in reversed(settings_class.__mro__):
        _, _, arguments = (home.__doc__ or "").partition("Args:\n")
        named = re.findall(r"^ +(\w+): (.*(?:\n {12}.*)*)", arguments, re.MULTILINE)
        found |= {name: " ".join(text.split()) for name, text in named}
    return found


def type_words(kind: Any) -> str:
    """The type of a setting as help and reference have it.

    >>> type_words(float | None), type_words(Literal["gru", "lstm"])
    ('NUMBER|null', 'gru|lstm')
    """
    if len(options_of(kind)) > 1:
        return "|".join(type_words(option) for option in options_of(kind))
    if get_origin(kind) is Literal:
        return "|".join(map(str, get_args(kind)))
    if get_origin(kind) in (tuple, list):
        return f"[{type_words(get_args(kind)[0])}, ...]"
    return _TYPES[kind]


def value_words(value: Any) -> str:
    """The value of a setting as a recipe has it.

    >>> value_words(None), value_words(True), value_words((0.5, 1)), value_words("")
    ('null', 'true', '[0.5, 1]', 'empty')
    """
    if isinstance(value, (bool, type(None))):
        return str(value).lower().replace("none", "null")
    return str(list(value)) if isinstance(value, (tuple, list)) else str(value) or "empty"
