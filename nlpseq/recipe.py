"""Reading a recipe: a YAML file with dotted overrides -> checked settings."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.config import TranslateSettings
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


def read_recipe(recipe: str | Path, overrides: Sequence[str] = (), *, prog: str = "nlpseq run") -> TranslateSettings:
    """Settings from a recipe file and options such as `["--train.lr", "1e-3"]`.

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
    parser = settings_parser(prog)
    try:
        return _instantiate(parser, ["--config", str(recipe), *overrides])
    except ArgumentError as error:
        raise UserError(_explain(str(error), str(recipe))) from None
    except UnicodeDecodeError:
        raise UserError(f"{recipe}: not UTF-8 text; a recipe is a YAML file") from None


def settings_parser(prog: str) -> ArgumentParser:
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
    parser.add_class_arguments(TranslateSettings, None)
    return parser


def write_settings(settings: TranslateSettings, path: Path) -> None:
    """Write all settings as a recipe that reads back equal."""
    import yaml

    write_text_atomically(path, yaml.safe_dump(asdict(settings), sort_keys=False, allow_unicode=True))


def _instantiate(parser: ArgumentParser, arguments: list[str]) -> TranslateSettings:
    values = parser.parse_args(arguments)
    for key in _sections():
        if not hasattr(values[key], "__dict__"):
            raise UserError(f"{key}: {values[key]!r} is not a section; write its settings below it, one a line")
    settings = parser.instantiate(values)
    return TranslateSettings(**{key: settings[key] for key in _names(TranslateSettings)})


def _names(settings_class: Any) -> list[str]:
    return [item.name for item in fields(settings_class)]


def _sections() -> dict[str, Any]:
    defaults = TranslateSettings()
    return {name: part for name in _names(TranslateSettings) if is_dataclass(part := getattr(defaults, name))}


def _explain(message: str, recipe: str) -> str:
    """Turn jsonargparse's message into one sentence with the mend."""
    in_group = re.search(r"Group '([\w.]+)' does not accept option '([\w.]+)'", message)
    at_top = re.search(r"(?:unrecognized arguments: --|Option ')([\w.]+)", message)
    if in_group or at_top:
        key = ".".join(in_group.groups()) if in_group else at_top[1]  # type: ignore[index]
        return f"unknown setting {key}{_nearest(key)}"
    wrong = re.search(r'Parser key "([\w.]+)":\s*Expected a (.*?)\. Got value: (.*)', message, re.DOTALL)
    if wrong:
        key, expected, value = wrong.groups()
        expected = _IN_WORDS.get(expected, expected.replace("typing.Literal", "one of "))
        return f"{key}: {value.strip()!r} is not {expected} (recipe {recipe} and its overrides)"
    if "Unexpected config" in message:
        return f"{recipe}: an empty file or section; write settings such as train: and, below it, lr: 1e-3"
    return f"{recipe}: {' '.join(message.split())}"


def _nearest(key: str) -> str:
    by_end = {name: f"{section}.{name}" for section, part in _sections().items() for name in _names(part)}
    end = key.rsplit(".", 1)[-1]
    near = [by_end[end]] if end in by_end else []  # the right name in the wrong section
    near = near or difflib.get_close_matches(key, [*_names(TranslateSettings), *by_end.values()], n=1, cutoff=0.5)
    near = near or [by_end[name] for name in difflib.get_close_matches(end, by_end, n=1)]
    return f"; did you mean {near[0]}?" if near else "; see nlpseq run --help for all settings"
