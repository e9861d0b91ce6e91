"""Reading a recipe: a YAML file with dotted overrides -> checked settings.

1. `document`: the file becomes a tree of texts that know their lines; what no recipe needs is refused.
2. Here: overrides are laid over the tree, and each key is looked up among the settings of the recipe's task.
3. `values`: each text becomes a value of its setting's type.
4. `nlpseq.config`: the settings' own checks, of each and of all together.

`explain` is the help, `shipped` finds the recipes that come with nlpseq.
"""

from __future__ import annotations

import difflib
import logging
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from nlpseq.config import RECIPES, Settings
from nlpseq.config.types import setting_types
from nlpseq.errors import UserError, one_line, shown_value
from nlpseq.files import write_text_atomically
from nlpseq.recipe.document import EMPTY, Node, Scalar, Section, parse, read_document
from nlpseq.recipe.explain import explain
from nlpseq.recipe.shipped import shipped, shipped_paths
from nlpseq.recipe.values import NOTHING, value_of

log = logging.getLogger("nlpseq")

HELP = ("-h", "--help")
PRINT_CONFIG = ("--print_config", "--print-config")
SETTINGS_FILE = "settings.yaml"
PAIRS = (".tmx", ".xlf", ".xliff", ".po")
NO_RECIPE = (".csv", ".tsv", ".jsonl", ".parquet", ".xlsx", *PAIRS, ".txt", ".gz")
# Settings that name a place which a recipe may bring along.
PLACES = (("data", "path"), ("text", "vectors"))
# What other programs call a setting.
OTHER_NAMES = {
    "learning_rate": "lr", "epochs": "max_epochs", "num_epochs": "max_epochs", "minutes": "max_minutes",
    "max_time": "max_minutes", "batchsize": "batch_size", "output": "run_dir", "output_dir": "run_dir",
    "save_dir": "run_dir", "out_dir": "run_dir", "hidden_dim": "hidden_size", "rnn_size": "hidden_size",
    "emb_size": "embedding_dim", "embedding_size": "embedding_dim", "layers": "num_layers",
    "n_layers": "num_layers", "beam": "beam_size", "num_beams": "beam_size", "wd": "weight_decay",
    "clip": "clip_norm", "max_grad_norm": "clip_norm", "gradient_clip_val": "clip_norm", "warmup": "warmup_steps",
    "early_stopping": "patience", "accumulate_grad_batches": "accumulate",
    "gradient_accumulation_steps": "accumulate", "train_file": "path",
}  # fmt: skip


def read_recipe(recipe: str | Path, overrides: Sequence[str] = (), *, prog: str = "nlpseq run") -> Settings:
    """Settings from a recipe and options such as `["--train.lr", "1e-3"]`.

    The recipe is a file, or the bare name of one that comes with nlpseq, such as classify.

    The recipe's `task` (translate, if it names none) says what kind of settings they are. A relative `data.path` or
    `text.vectors` of the recipe that is not below the working folder is looked for beside the recipe and one above.
    `--help`, perhaps with a section behind it, and `--print_config` among the overrides print and exit, as they do on
    the command line.

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
    path = Path(recipe)
    if not is_file(path):
        found = shipped(recipe)
        if found is None:
            raise UserError(_missing(path))
        path = found
    if (what := path.name.lower()).endswith(NO_RECIPE):
        task = "translate" if what.endswith(PAIRS) else "generate" if what.endswith(".txt") else "classify"
        raise UserError(
            f"{path}: data, not a recipe; nlpseq init {task} {path} > my.yaml writes one for it, and "
            f"nlpseq run {task} --data.path {path} takes one that there is"
        )
    document = read_document(path)
    words, wanted = _without_help(overrides)
    settings = _resolved(document, [word for word in words if word not in PRINT_CONFIG], str(recipe), file=path)
    if wanted:
        print(explain(prog, settings, *wanted[1:]))
        raise SystemExit(0)
    if set(words) & set(PRINT_CONFIG):
        print(as_yaml(settings), end="")
        raise SystemExit(0)
    return settings


def parse_recipe(text: str, overrides: Sequence[str] = (), *, name: str = "the recipe") -> Settings:
    """Settings from the text of a recipe, and options such as `["--train.lr", "1e-3"]`.

    Raises:
        UserError: as with `read_recipe`.

    >>> parse_recipe("task: classify", option_words({"train.lr": 1e-3, "data.text": None})).train.lr
    0.001
    """
    document = parse(text, name)
    assert isinstance(document, Section)
    return _resolved(document, overrides, name)


def option_words(settings: Mapping[str, Any]) -> list[str]:
    """Settings by their dotted names, as the command line has them.

    >>> option_words({"train.lr": 1e-3, "model.bidirectional": True, "sample.temperatures": (0.5, 1)})
    ['--train.lr=0.001', '--model.bidirectional=true', '--sample.temperatures=[0.5, 1]']
    """
    return [f"--{key}={_word(value)}" for key, value in settings.items()]


def write_settings(settings: Settings, path: Path) -> None:
    """Write `as_yaml`."""
    write_text_atomically(path, as_yaml(settings))


def _without_help(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The words without `--help`, and that with the section behind it, if it is among them."""
    at = next((place for place, word in enumerate(words) if word in HELP), None)
    if at is None:
        return list(words), []
    end = at + 2 if at + 1 < len(words) and not words[at + 1].startswith("-") else at + 1
    return [*words[:at], *words[end:]], list(words[at:end])


def _resolved(document: Section, overrides: Sequence[str], name: str, *, file: Path | None = None) -> Settings:
    for keys, node in _overrides(overrides):
        _lay_over(document, keys, node)
    for section, key in (*PLACES, ("", "run_dir"), ("", "init_from")):
        _take_home(document, section, key)
    if file is not None:
        for section, key in PLACES:
            _look_beside(file, document, section, key)
    settings: Settings = _settings(_task_settings(document, name), document, name)
    return settings


def _word(value: Any) -> str:
    if hasattr(value, "item"):  # numpy's numbers
        value = value.item()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_word, value))}]"
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def as_yaml(settings: Settings) -> str:
    """All settings as a recipe that reads back equal."""
    import yaml

    return yaml.safe_dump(_plain(asdict(settings)), sort_keys=False, allow_unicode=True)


def _plain(value: Any) -> Any:
    """The same without tuples, for which YAML has no word of its own."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (tuple, list)) else value


def _task_settings(document: Section, recipe: str) -> type:
    node = document.values.get("task", Scalar(recipe, "translate"))
    if not isinstance(node, Scalar) or node.text not in RECIPES:
        wrong = shown_value(node.text) if isinstance(node, Scalar) else "a list or section"
        near = difflib.get_close_matches(node.text[:100], RECIPES, n=1) if isinstance(node, Scalar) else []
        fix = f"did you mean {near[0]}?" if near else f"choose one of {', '.join(RECIPES)}"
        raise UserError(f"task: {wrong} is not a task (recipe {recipe}); {fix}")
    return RECIPES[node.text]


def _settings(settings_class: Any, section: Section, recipe: str, *, prefix: str = "", top: type | None = None) -> Any:
    """The settings of a section, of which those that are not given have their defaults."""
    kinds = setting_types(settings_class)
    values = {}
    for name, node in section.values.items():
        key = f"{prefix}{name}"
        if name not in kinds:
            first = next(iter(node.values), None) if isinstance(node, Section) else None
            raise UserError(_unknown(key if first is None else f"{key}.{first}", top or settings_class))
        if not is_dataclass(kinds[name]):
            values[name] = value_of(node, kinds[name], key)
        elif isinstance(node, Section):
            values[name] = _settings(kinds[name], node, recipe, prefix=f"{key}.", top=top or settings_class)
        else:
            raise UserError(_no_section(key, node, recipe, setting_types(kinds[name])))
    return settings_class(**values)


def _no_section(key: str, node: Node, recipe: str, inside: Collection[str]) -> str:
    if isinstance(node, Scalar) and node.plain and node.text in NOTHING:
        return f"{recipe}: {EMPTY}"
    found = one_line(node.text, most=60) if isinstance(node, Scalar) else "a list"
    if "path" in inside and isinstance(node, Scalar):
        return f"{key}: {found} is not a section ({node.place}); did you mean {key}.path?"
    return f"{key}: {found} is not a section ({node.place}); write its settings below it, one a line"


# ---- overrides


def _overrides(words: Sequence[str]) -> Iterator[tuple[list[str], Scalar]]:
    """The keys and the value of each `--SECTION.KEY VALUE` or `--SECTION.KEY=VALUE`.

    Raises:
        UserError: a word that is neither.
    """
    rest = iter(words)
    for word in rest:
        if not word.startswith("--") or word == "--":
            if _is_there(Path(word)):
                raise UserError(f"{word}: settings have names; did you mean --data.path {word}?")
            raise UserError(f"{shown_value(word)} is no setting; give settings as --SECTION.KEY VALUE: --train.lr 1e-3")
        key, equals, value = word[2:].partition("=")
        key = key.replace("-", "_")
        if not equals:
            value = next(rest, "--")
            if value.startswith("--"):
                raise UserError(f"--{key} has no value; give one behind it, as in --{key} VALUE or --{key}=VALUE")
        yield key.split("."), Scalar(f"--{one_line(key, most=100)}", value, plain=bool(value))


def _lay_over(section: Section, keys: list[str], node: Scalar) -> None:
    """Put a value of the command line in its place of the tree."""
    for place, key in enumerate(keys[:-1], start=1):
        below = section.values.setdefault(key, Section(node.place, {}))
        if not isinstance(below, Section):
            below = section.values[key] = Section(node.place, {})
        if place > 2:  # sections have no sections
            break
        section = below
    value = parse(node.text, node.place) if node.text.startswith("{") else node
    section.values[keys[-1]] = value


def _unknown(key: str, settings_class: Any) -> str:
    """The sentence for a key that is no setting, with the nearest that is one."""
    key = one_line(key, most=100)
    known = list(_keys(settings_class))
    section, _, end = key.rpartition(".")
    # A setting of two sections (train.lr, pretrain.lr) is looked for in the section that was written, and in those that
    # are changed first.
    usual = {name.rpartition(".")[0] for name in settings_class.main}
    known.sort(key=lambda name: (not name.startswith(f"{section}."), name.rpartition(".")[0] not in usual))
    if key in known:
        return f"{key}: not a key of the top level; write {section}: and, below it, {end}:"
    by_end = {name.rpartition(".")[2]: name for name in reversed(known)}
    end = OTHER_NAMES.get(end.lower(), end)
    near = [by_end[end]] if end in by_end else []  # the right name in the wrong section
    near = near or difflib.get_close_matches(key, [*setting_types(settings_class), *known], n=1, cutoff=0.5)
    near = near or [by_end[name] for name in difflib.get_close_matches(end, by_end, n=1)]
    return f"unknown setting {key}" + (f"; did you mean {near[0]}?" if near else "; see nlpseq run --help for all")


def _keys(settings_class: type) -> Iterator[str]:
    """Every setting by its dotted name."""
    for name, kind in setting_types(settings_class).items():
        yield from (f"{name}.{key}" for key in setting_types(kind)) if is_dataclass(kind) else [name]  # type: ignore[arg-type]


# ---- files


def is_file(path: Path) -> bool:
    """Whether there is a regular file; a name that no file can have is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _missing(path: Path) -> str:
    """The sentence for a recipe that is not there, with the nearest that is."""
    if is_file(path / SETTINGS_FILE):
        return f"{path}: no such recipe file, but a run folder; its recipe is {path / SETTINGS_FILE}"
    recipes: dict[str, str | Path] = {name: name for name in shipped_paths()}
    with suppress(OSError, ValueError):
        recipes |= {file.stem: file for home in (Path("recipes"), path.parent) for file in sorted(home.glob("*.y*ml"))}
    near = difflib.get_close_matches(path.stem[:100], recipes, n=1)
    if near:
        return f"{path}: no such recipe file; did you mean {recipes[near[0]]}?"
    return f"{path}: no such recipe file below {Path.cwd()}; nlpseq recipes lists those that come with it"


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _take_home(document: Section, section: str, key: str) -> None:
    """Let `~` stand for the user's folder where no shell has replaced it: in a recipe, behind "=", in Python."""
    settings = document.values.get(section) if section else document
    node = settings.values.get(key) if isinstance(settings, Section) else None
    if isinstance(settings, Section) and isinstance(node, Scalar) and node.text.startswith("~"):
        settings.values[key] = Scalar(node.place, os.path.expanduser(node.text), plain=False)


def _look_beside(recipe: Path, document: Section, section: str, key: str) -> None:
    """Let a recipe's relative path that is not below the working folder be one beside it, or one folder above."""
    settings = document.values.get(section)
    node = settings.values.get(key) if isinstance(settings, Section) else None
    if not isinstance(settings, Section) or not isinstance(node, Scalar) or not node.text or "://" in node.text:
        return
    if node.place.startswith("--"):  # of the command line
        return
    try:
        if Path(node.text).is_absolute() or Path(node.text).exists():
            return
        found = next((p for home in recipe.absolute().parents[:2] if (p := home / node.text).exists()), None)
    except (OSError, ValueError):  # no name of a file
        return
    if found is not None:
        log.info("%s.%s: %s, which stands beside the recipe", section, key, found)
        settings.values[key] = Scalar(node.place, str(found), plain=False)
