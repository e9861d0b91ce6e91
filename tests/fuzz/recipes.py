"""Recipes with odd values, odd structure, or odd settings that are allowed."""

from __future__ import annotations

import random
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import yaml

from .bases import Base
from .driver import Case
from .values import YAML_VALUES, damaged

SMALL_NUMBERS = ["0", "1", "2", "3", "5", "7", "16", "33", "100"]
SMALL_SHARES = ["0", "1e-9", "0.1", "0.5", "0.99", "1", "2", "1000"]
# What makes a training long or a network large stays as it is in the small recipe.
KEPT = (
    "max_epochs", "max_minutes", "path", "hidden_size", "embedding_dim", "task", "run_dir", "vectors",
    "sampling_copies", "folds",
)  # fmt: skip
STRUCTURES = [
    "a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\ntrain: {lr: *c}\n",
    "train: &t {lr: 1}\npretrain: *t\n", "<<: {lr: 1}\n", "train: {<<: {lr: 1}}\n", "[" * 5000, "{a: " * 3000,
    "- " * 3000 + "x", "? " * 3000, "train:\n" + "".join(f"{' ' * n}a:\n" for n in range(1, 300)),
    "!!python/object/apply:os.system [true]\n", "task: [translate]\n", "task: {a: b}\n", "task:\n", "task: ''\n",
    "task: translate2\n", "task: " + "t" * 200_000 + "\n", "config: other.yaml\n", "train: other.yaml\n",
    "--- {}\n--- {}\n", "%YAML 9.9\n---\ntrain: {}\n", "%TAG ! x\n---\na: 1\n", "train: {lr: 1}\ntrain: {lr: 2}\n",
    "train: {lr: 1, lr: 2}\n", "train.lr: 1\n", "", "\n\n", "# nothing\n", "null\n", "1\n", "text\n", "[]\n", "{}\n",
    "- a\n", "\x00", "\ufeff{}", "\t\n", "a\n: b\n", "'", '"', "|", ">", "key: |\n", "? [a]\n: b\n",
    "train:\n\tlr: 1\n", "train: {lr: 1\n", "x" * 2_000_000, "a: " + "b" * 2_000_000,
    "\n".join(f"k{n}: {n}" for n in range(20_000)), "{? , ? }", ": : :", "&a", "*a", "!", "\x1b[31mkey: 1\n",
    "train: {'\\x1b[31m': 1}\n", 'train: {"\\x1b[31m": 1}\n', "\u202e: 1\n", "train: {" + "k" * 100_000 + ": 1}\n",
    "data: []\n", "data: {path: {a: b}}\n",
]  # fmt: skip


def values(dice: random.Random, folder: Path, bases: dict[str, Base]) -> Case:
    """One or two settings with odd values, in the file or on the command line."""
    base = bases[dice.choice(sorted(bases))]
    recipe = base.recipe(folder)
    keys = [dice.choice(settings_of(base.task)) for _ in range(dice.choice((1, 1, 1, 2)))]
    chosen = [(section, name, dice.choice(YAML_VALUES)) for section, name, _ in keys]
    text, words = yaml.safe_dump(recipe), []
    for section, name, value in chosen:
        if dice.random() < 0.5:
            words += [f"--{section}.{name}={value}" if section else f"--{name}={value}"]
        else:
            text = _written(text, section, name, value)
    (folder / "recipe.yaml").write_text(text, encoding="utf-8")
    command = dice.choice(
        [["run", "recipe.yaml", "--print_config"], ["prepare", "recipe.yaml"], ["prepare", "recipe.yaml"]]
    )
    words = [word.replace("\0", "") for word in words]  # no program is given a NUL
    return Case("recipe: values", [*command, *words], f"{base.task} {chosen}"[:300])


def structure(dice: random.Random, folder: Path, bases: dict[str, Base]) -> Case:
    """A recipe of an odd structure, or a right one damaged."""
    base = bases[dice.choice(sorted(bases))]
    right = yaml.safe_dump(base.recipe(folder)).encode()
    if dice.random() < 0.5:
        content, note = dice.choice(STRUCTURES).encode(), "a structure"
        if dice.random() < 0.4:
            content, note = right + content, "a structure behind a recipe"
    else:
        content, note = damaged(right, dice)
    (folder / "other.yaml").write_text("lr: 1\n", encoding="utf-8")
    (folder / "recipe.yaml").write_bytes(content)
    diagnosis = ["diagnose", "gradients", "recipe.yaml", "--steps", "0", "--length", "2", "--batch-size", "1"]
    command = dice.choice([["run", "recipe.yaml", "--print_config"], ["prepare", "recipe.yaml"], diagnosis])
    if note == "a structure" and dice.random() < 0.3:
        (folder / "settings.yaml").write_bytes(content)
        command = dice.choice([["evaluate", "."], ["report", "."], ["runs", "."], ["compare", ".", "."]])
    return Case("recipe: structure", command, f"{note}: {content[:100]!r}")


def allowed(dice: random.Random, folder: Path, bases: dict[str, Base]) -> Case:
    """A few settings with values that may be meant, trained and evaluated."""
    base = bases[dice.choice(sorted(bases))]
    recipe = base.recipe(folder)
    words = []
    for section, name, kind in dice.sample(settings_of(base.task), dice.randint(1, 4)):
        if name not in KEPT:
            words.append(f"--{section}.{name}={_meant(kind, dice)}" if section else f"--{name}={_meant(kind, dice)}")
    (folder / "recipe.yaml").write_text(yaml.safe_dump(recipe), encoding="utf-8")
    return Case("recipe: allowed", ["run", "recipe.yaml", *words], f"{base.task} {' '.join(words)}")


def settings_of(task: str) -> list[tuple[str, str, Any]]:
    """(section, name, type) of each setting of a task; the section of one that stands at the top is empty."""
    from nlpseq.config import RECIPES
    from nlpseq.config.types import setting_types

    found: list[tuple[str, str, Any]] = []
    for name, kind in setting_types(RECIPES[task]).items():
        if is_dataclass(kind):
            found += [(name, inner, of) for inner, of in setting_types(kind).items()]  # type: ignore[arg-type]
        else:
            found.append(("", name, kind))
    return found


def _meant(kind: Any, dice: random.Random) -> str:
    from nlpseq.config.types import options_of

    kind = dice.choice(options_of(kind))
    if get_origin(kind) is Literal:
        return str(dice.choice(get_args(kind)))
    if get_origin(kind) in (tuple, list):
        return f"[{', '.join(_meant(get_args(kind)[0], dice) for _ in range(dice.randint(0, 3)))}]"
    numbers = {bool: ["true", "false"], int: SMALL_NUMBERS, float: SMALL_SHARES, type(None): ["null"]}
    return dice.choice(numbers.get(kind, ["en", "de", "test", "train", "validation", "xx", "a b", "é"]))


def _written(text: str, section: str, name: str, value: str) -> str:
    """The recipe with a line for the setting, in its section if there is one."""
    if not section:
        return f"{text}{name}: {value}\n"
    if f"\n{section}:\n" in text:
        kept = [line for line in text.split("\n") if not line.startswith(f"  {name}: ")]
        return "\n".join(kept).replace(f"\n{section}:\n", f"\n{section}:\n  {name}: {value}\n", 1)
    return f"{text}{section}:\n  {name}: {value}\n"
