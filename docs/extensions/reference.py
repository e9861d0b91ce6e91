"""Pages of reference that are made, not written: a comment in a page is replaced while Sphinx reads it.

- `<!-- settings: classify -->`: every setting of a task, from its dataclasses, with what each recipe changes;
- `<!-- commands -->`: every command, from its parser;
- `<!-- api: Vocab, nlpseq.text.spans.token_spans -->`: classes and functions; a bare name is one of `nlpseq`;
- `<!-- file: CHANGELOG.md -->`: a file of the project, its links to what is no page as plain text.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator
from dataclasses import is_dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import nlpseq
from nlpseq import cli
from nlpseq.config import RECIPES
from nlpseq.config.types import setting_types
from nlpseq.recipe import read_recipe
from nlpseq.recipe.explain import explanations, type_words, value_words
from nlpseq.recipe.shipped import shipped_recipes

ROOT = Path(__file__).resolve().parents[2]
MARK = re.compile(r"^<!-- (settings|commands|api|file):? ?(.*?) -->$", re.MULTILINE | re.DOTALL)
# Commands whose options are a recipe's settings have no help of argparse's own.
OF_RECIPES = "RECIPE [--SECTION.KEY VALUE ...] [--print_config] [--help [SECTION]]"


def setup(app: Any) -> dict[str, bool]:
    """Tell Sphinx of the pages."""
    app.connect("source-read", _fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _fill(app: Any, name: str, source: list[str]) -> None:
    source[0] = MARK.sub(lambda found: "\n".join(MAKERS[found[1]](found[2])), source[0])


def settings(task: str) -> Iterator[str]:
    """The settings of a task, a heading a section."""
    kind = RECIPES[task]
    recipes = {made.name: read_recipe(made.path) for made in shipped_recipes() if made.task == task}
    words, default = explanations(kind), kind()
    sections = [name for name in words if is_dataclass(getattr(default, name, None))]
    yield from _section("", words, default, recipes)
    for name in sections:
        part = getattr(default, name)
        yield from ("", f"## {name}", "", _sentence(words[name]), "")
        inside = {recipe: getattr(found, name) for recipe, found in recipes.items()}
        yield from _section(f"{name}.", explanations(type(part)), part, inside)


def _section(prefix: str, words: dict[str, str], default: Any, recipes: dict[str, Any]) -> Iterator[str]:
    for name, kind in setting_types(type(default)).items():
        value = getattr(default, name)
        if is_dataclass(value) or name == "task":
            continue
        yield f"`{prefix}{name}` {type_words(kind)} = `{value_words(value)}`"
        others = [
            f"{recipe} `{value_words(getattr(found, name))}`"
            for recipe, found in recipes.items()
            if getattr(found, name) != value
        ]
        yield f": {_sentence(words.get(name, ''))}" + (f" In recipes: {', '.join(others)}." if others else "")
        yield ""


def _sentence(text: str) -> str:
    """With a capital and a full stop, `<unk>` and the like as they stand."""
    first = text.split(" ")[0]
    text = text if "_" in first else text[:1].upper() + text[1:]
    return re.sub(r"(<\w+>)", r"`\1`", text) + ("" if text.endswith(".") else ".")


def commands(_: str) -> Iterator[str]:
    """All commands, a heading each."""
    actions = next(part for part in cli.parser()._actions if isinstance(part, argparse._SubParsersAction))
    words = {choice.dest: choice.help for choice in actions._choices_actions}
    for name, parser in actions.choices.items():
        yield from ("", f"## nlpseq {name}", "", _sentence(parser.description or words[name] or ""), "")
        of_recipe = not parser.add_help
        usage = f"nlpseq {name} {OF_RECIPES}" if of_recipe else parser.format_usage().removeprefix("usage: ").strip()
        yield from ("```text", usage, "```", "")
        for option in parser._actions:
            if option.dest != "help" and option.help:
                yield from (_option(parser, option), f": {_sentence(option.help % vars(option))}", "")
        if parser.epilog:
            yield from (parser.epilog, "")


def _option(parser: argparse.ArgumentParser, option: argparse.Action) -> str:
    if not option.option_strings:
        return f"`{option.metavar or option.dest}`"
    value = "" if option.nargs == 0 else " " + parser._get_formatter()._format_args(option, option.dest.upper())
    return ", ".join(f"`{word}{value}`" for word in option.option_strings)


def api(names: str) -> Iterator[str]:
    """Classes and functions: a table of all, then each."""
    paths = [name if "." in name else f"nlpseq.{name}" for name in re.findall(r"[\w.]+", names)]
    yield from ("```{eval-rst}", ".. autosummary::", "   :nosignatures:", "")
    yield from (f"   {path}" for path in paths)
    yield ""
    for path in paths:
        module, _, name = path.rpartition(".")
        found = getattr(nlpseq if module == "nlpseq" else import_module(module), name)
        yield f".. auto{'class' if isinstance(found, type) else 'function'}:: {path}"
        # What a model does with texts stands on a protocol of ours, which an export has too.
        ours = [base for base in getattr(found, "__mro__", ())[1:] if base.__module__.startswith("nlpseq.answers")]
        yield from (["   :inherited-members: Protocol", ""] if ours else [""])
    yield "```"


def file(path: str) -> Iterator[str]:
    """A file of the project."""
    text = (ROOT / path).read_text(encoding="utf-8")
    text = re.sub(r"\]\(docs/", "](", text)
    yield re.sub(r"\[([^\]]+)\]\((?!https?://|#)[^)]*/[^)]*\)", r"\1", text)


MAKERS: dict[str, Callable[[str], Iterator[str]]] = {
    "settings": settings,
    "commands": commands,
    "api": api,
    "file": file,
}
