"""Reading a recipe: a YAML file with dotted overrides -> checked settings."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.config import RECIPES, Settings
from nlpseq.errors import UserError
from nlpseq.files import write_text_atomically

if TYPE_CHECKING:
    from jsonargparse import ArgumentParser

_IN_WORDS = {
    "<class 'float'>": "a number",
    "<class 'int'>": "a whole number",
    "<class 'str'>": "text; put it in quotes",
    "<class 'bool'>": "true or false",
}


def read_recipe(recipe: str | Path, overrides: Sequence[str] = (), *, prog: str = "nlpseq run") -> Settings:
    """Settings from a recipe file and options such as `["--train.lr", "1e-3"]`.

    The recipe's `task` (translate, if it names none) says what kind of settings they are.
    `--help` and `--print_config` among the overrides print and exit, as they do on the command line.

    Raises:
        UserError: a missing or broken file, an unknown key (the message names the nearest known one), a value
            of the wrong type or out of range.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "small.yaml"
    >>> _ = path.write_text("train:\\n  lr: 1e-3\\n")
    >>> read_recipe(path, ["--model.cell", "lstm"]).train.lr
    0.001
    >>> read_recipe(path, ["--train.lrr", "1"])
    Traceback (most recent call last):
    ...
    nlpseq.errors.UserError: unknown setting train.lrr; did you mean train.lr?
    """
    from jsonargparse import ArgumentError

    if not Path(recipe).is_file():
        raise UserError(f"{recipe}: no such recipe file; recipes are YAML files such as recipes/translate.yaml")
    try:
        task = _task(Path(recipe).read_text(encoding="utf-8"), str(recipe))
    except UnicodeDecodeError:
        raise UserError(f"{recipe}: not UTF-8 text; a recipe is a YAML file") from None
    try:
        return _instantiate(settings_parser(prog, task), RECIPES[task], ["--config", str(recipe), *overrides])
    except ArgumentError as error:
        raise UserError(_explain(str(error), str(recipe), RECIPES[task])) from None


def settings_parser(prog: str, task: str) -> ArgumentParser:
    """The parser behind `read_recipe`, for `--help`."""
    from jsonargparse import ArgumentParser

    parser = ArgumentParser(
        prog=prog,
        exit_on_error=False,
        allow_abbrev=False,
        usage=f"{prog} RECIPE [--SECTION.KEY VALUE ...] [--print_config]",
        description="RECIPE is a YAML file of the settings below; each can be set on the command line too.",
    )
    parser.add_argument("--config", action="config", help="the recipe (the first argument names it)")
    parser.add_class_arguments(RECIPES[task], None)
    return parser


def write_settings(settings: Settings, path: Path) -> None:
    """Write all settings as a recipe that reads back equal."""
    import yaml

    write_text_atomically(path, yaml.safe_dump(asdict(settings), sort_keys=False, allow_unicode=True))


def _task(text: str, recipe: str) -> str:
    import yaml

    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError:
        content = None  # the parser of the settings says it better
    task = content.get("task", "translate") if isinstance(content, dict) else "translate"
    if task not in RECIPES:
        raise UserError(f"task: {task!r} is not a task (recipe {recipe}); choose one of {', '.join(RECIPES)}")
    return str(task)


def _instantiate(parser: ArgumentParser, settings_class: type, arguments: list[str]) -> Any:
    values = parser.parse_args(arguments)
    for key in _sections(settings_class):
        if not hasattr(values[key], "__dict__"):
            raise UserError(f"{key}: {values[key]!r} is not a section; write its settings below it, one a line")
    settings = parser.instantiate(values)
    return settings_class(**{key: settings[key] for key in _names(settings_class)})


def _names(settings_class: Any) -> list[str]:
    return [item.name for item in fields(settings_class)]


def _sections(settings_class: type) -> dict[str, Any]:
    defaults = settings_class()
    return {name: part for name in _names(settings_class) if is_dataclass(part := getattr(defaults, name))}


def _explain(message: str, recipe: str, settings_class: type) -> str:
    """Turn jsonargparse's message into one sentence with the mend."""
    in_group = re.search(r"Group '([\w.]+)' does not accept option '([\w.]+)'", message)
    at_top = re.search(r"(?:unrecognized arguments: --|Option ')([\w.]+)", message)
    if in_group or at_top:
        key = ".".join(in_group.groups()) if in_group else at_top[1]  # type: ignore[index]
        return f"unknown setting {key}{_nearest(key, settings_class)}"
    wrong = re.search(r'Parser key "([\w.]+)":\s*Expected a (.*?)\. Got value: (.*)', message, re.DOTALL)
    if wrong:
        key, expected, value = wrong.groups()
        expected = _IN_WORDS.get(expected, expected.replace("typing.Literal", "one of "))
        return f"{key}: {value.strip()!r} is not {expected} (recipe {recipe} and its overrides)"
    if "Unexpected config" in message:
        return f"{recipe}: an empty file or section; write settings such as train: and, below it, lr: 1e-3"
    return f"{recipe}: {' '.join(message.split())}"


def _nearest(key: str, settings_class: type) -> str:
    known = [f"{section}.{name}" for section, part in _sections(settings_class).items() for name in _names(part)]
    section, _, end = key.rpartition(".")
    # A setting of two sections (train.lr, pretrain.lr) is looked for in the section that was written.
    known.sort(key=lambda name: not name.startswith(f"{section}."))
    by_end = {name.rpartition(".")[2]: name for name in reversed(known)}
    near = [by_end[end]] if end in by_end else []  # the right name in the wrong section
    near = near or difflib.get_close_matches(key, [*_names(settings_class), *known], n=1, cutoff=0.5)
    near = near or [by_end[name] for name in difflib.get_close_matches(end, by_end, n=1)]
    return f"; did you mean {near[0]}?" if near else "; see nlpseq run --help for all settings"
