"""Folders of runs and exports with one thing damaged, and folders of models as strangers might hand them on."""

from __future__ import annotations

import json
import random
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .bases import Base
from .corpora import damage
from .driver import Case
from .values import JSON_VALUES

LINES = b"the cat sees a house\n\nnobody waits\n"


def runs(dice: random.Random, folder: Path, bases: dict[str, Base]) -> Case:
    """A trained run of which one file is damaged, used."""
    base = bases[dice.choice(sorted(bases))]
    shutil.copytree(base.run, folder / "run")
    path = dice.choice(sorted(path for path in (folder / "run").rglob("*") if path.is_file()))
    way = _change_json(path, dice) if path.suffix == ".json" and dice.random() < 0.5 else damage(path, dice)
    right, recipe = str(base.run), str(base.run.parent / "recipe.yaml")
    commands = [
        [base.task, "run"], [base.task, "run", "--json"], ["evaluate", "run"],
        ["evaluate", "run", "--split", "validation"], ["report", "run"], ["runs", "."], ["compare", "run", right],
        ["report", "run", right], ["run", recipe, "--run_dir", "run"], ["train", recipe, "--run_dir", "run"],
    ]  # fmt: skip
    if base.task == "generate":
        commands += [["score", "run"], ["generate", "run", "--length", "5"]]
    name = path.relative_to(folder / "run")
    return Case("run folders", dice.choice(commands), f"{base.task} {name}: {way}", LINES)


def models(dice: random.Random, folder: Path, bases: dict[str, Base]) -> Case:
    """A model of which the configuration, the weights or a tokenizer are a stranger's."""
    base = bases[dice.choice(sorted(bases))]
    model = folder / "model"
    model.mkdir()
    for path in base.run.rglob("*"):
        name = path.relative_to(base.run)
        kept = name.parts[0] == "text" or name.name in (
            "config.json",
            "model.safetensors",
            "nb_svm.npz",
            "linear.safetensors",
        )
        if path.is_file() and (kept or (len(name.parts) == 1 and name.suffix in (".npz", ".json", ".safetensors"))):
            (model / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, model / name)
    part = dice.random()
    if part < 0.5:
        path = model / "config.json"
        way = _change_json(path, dice)
    elif part < 0.7:
        path = model / "model.safetensors"
        way = _change_weights(path, dice)
    else:
        path = dice.choice(sorted(path for path in model.rglob("*") if path.is_file()))
        way = _change_json(path, dice) if path.suffix == ".json" and dice.random() < 0.6 else damage(path, dice)
    command = [base.task, "model"] + (["--json"] if dice.random() < 0.3 else [])
    if base.task == "generate":
        command = dice.choice([["score", "model"], ["generate", "model", "--length", "5"]])
    return Case("models", command, f"{base.task} {path.relative_to(model)}: {way}", LINES)


def exports(dice: random.Random, folder: Path, bases: dict[str, Base]) -> Case:
    """An export of which one file is damaged, used."""
    base = bases[dice.choice(sorted(bases))]
    shutil.copytree(base.export, folder / "export")
    path = dice.choice(sorted(path for path in (folder / "export").rglob("*") if path.is_file()))
    way = _change_json(path, dice) if path.suffix == ".json" and dice.random() < 0.6 else damage(path, dice)
    commands = [[base.task, "export"], [base.task, "export", "--json"], ["predict", "export", "-o", "out.jsonl"]]
    if base.task == "generate":
        commands = [["score", "export"], ["generate", "export", "--length", "5"]]
    command = dice.choice(commands)
    rows = b"".join(b'{"text": "%s", "tokens": ["a"]}\n' % line for line in LINES.splitlines())
    name = path.relative_to(folder / "export")
    return Case("exports", command, f"{base.task} {name}: {way}", rows if command[0] == "predict" else LINES)


def _change_json(path: Path, dice: random.Random) -> str:
    """Put an odd value, or none, at some place of a file of JSON."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return damage(path, dice)
    places = list(_places(content))
    if not places or dice.random() < 0.05:
        path.write_text(json.dumps(value := dice.choice(JSON_VALUES)), encoding="utf-8")
        return f"all of it {str(value)[:40]!a}"
    holder, key = dice.choice(places)
    if dice.random() < 0.15:
        del holder[key]
        way = f"{key!a} missing"
    elif dice.random() < 0.1 and isinstance(holder, dict):
        holder["\x1b[31mnew"] = holder.pop(key)
        way = f"{key!a} by another name"
    else:
        holder[key] = value = dice.choice(JSON_VALUES)
        way = f"{key!a} is {str(value)[:40]!a}"
    path.write_text(json.dumps(content), encoding="utf-8")
    return way


def _places(content: Any) -> Iterator[tuple[Any, Any]]:
    """Every (holder, key) of a tree of JSON; of long lists the first few."""
    if isinstance(content, dict):
        keys: list[Any] = list(content)
    else:
        keys = list(range(min(len(content), 5))) if isinstance(content, list) else []
    for key in keys:
        yield content, key
        yield from _places(content[key])


def _change_weights(path: Path, dice: random.Random) -> str:
    """Change the header of a safetensors file, or its numbers."""
    content = path.read_bytes()
    length = struct.unpack("<Q", content[:8])[0]
    header, data = json.loads(content[8 : 8 + length]), content[8 + length :]
    way = dice.randrange(6)
    if way == 0:
        path.write_bytes(struct.pack("<Q", dice.choice([0, 1, 2**63, 2**64 - 1, length + 1, 10**9])) + content[8:])
        return "another length of the header"
    if way == 1:
        value = dice.choice([0x7F, 0xFF, 0x00])
        path.write_bytes(content[: 8 + length] + bytes([value]) * len(data))
        return f"every byte {value}"
    name = dice.choice([name for name in header if name != "__metadata__"])
    if way == 2:
        header[name]["shape"] = dice.choice(
            [[], [0], [2**40], [-1], "x", [1.5], header[name]["shape"][::-1], [10**6, 10**6]]
        )
    elif way == 3:
        header[name]["dtype"] = dice.choice(["F16", "F64", "I32", "BOOL", "x", None, "U8", "BF16"])
    elif way == 4:
        header[name]["data_offsets"] = dice.choice([[0, 0], [0, 2**62], [-1, 4], "x", [], [0, len(data)]])
    else:
        header[dice.choice(["x", "\x1b[31m", "y" * 5000])] = header.pop(name)
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return f"header of {name}, way {way}"
