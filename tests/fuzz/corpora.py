"""Corpora in every format, damaged, or with odd rows, or with something else where a file should be."""

from __future__ import annotations

import csv
import io
import json
import os
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import yaml

from .bases import COLUMNS, Base, values_of
from .driver import Case
from .values import JSON_VALUES, damaged, odd_text


def corpora(dice: random.Random, folder: Path, bases: dict[str, Base]) -> Case:
    """A small corpus with something wrong in it, prepared, or scored with a trained run."""
    base = bases[dice.choice(sorted(bases))]
    writer = dice.choice(FORMATS[base.task])
    rows, notes = list(base.rows), [writer.__name__.strip("_")]
    if dice.random() < 0.5:
        rows = odd_rows(rows, dice)
        notes.append("odd rows")
    corpus = folder / "corpus"
    corpus.mkdir()
    writer(corpus, rows, base.task)
    if dice.random() < 0.7 or len(notes) == 1:
        path = dice.choice(sorted(path for path in corpus.rglob("*") if path.is_file()))
        notes.append(f"{path.name}: {damage(path, dice)}")
    files = [path for path in corpus.iterdir() if path.is_file()]
    data = str(dice.choice(files)) if files and dice.random() < 0.3 else str(corpus)
    (folder / "recipe.yaml").write_text(yaml.safe_dump(base.recipe(folder, data=data)), encoding="utf-8")
    command = ["prepare", "recipe.yaml", "--data.path", data]
    way = dice.random()
    if way < 0.25:
        command = ["evaluate", str(base.run), "--data.path", data]
    elif way < 0.35:
        command = ["check", data, "--task", base.task]
    elif way < 0.4:
        command = ["init", base.task, data]
    elif way < 0.55 and files:
        form = dice.choice(["csv", "tsv", "jsonl", "parquet"])
        command = ["predict", str(base.run), str(dice.choice(files)), "-o", f"out.{form}"]
    return Case("corpora", command, f"{base.task} {', '.join(notes)}")


def odd_rows(rows: Sequence[tuple[str, ...]], dice: random.Random) -> list[tuple[str, ...]]:
    """The rows, some of whose texts are odd, empty, equal, very long or few."""
    way = dice.randrange(6)
    if way == 0:
        return [tuple("" if dice.random() < 0.3 else text for text in row) for row in rows]
    if way == 1:
        return [rows[0]] * len(rows)
    if way == 2:
        return list(rows[: dice.randint(0, 4)])
    if way == 3:
        return [*rows, tuple("word " * 20_000 for _ in rows[0])]
    return [tuple(odd_text(dice) if dice.random() < 0.2 else text for text in row) for row in rows]


def damage(path: Path, dice: random.Random) -> str:
    """Put something wrong in the place of a file, and say what."""
    other = dice.random()
    if other < 0.75:
        content, way = damaged(path.read_bytes(), dice)
        path.write_bytes(content)
        return way
    path.unlink()
    if other < 0.80:
        path.mkdir()
        return "a folder"
    if other < 0.84:
        os.mkfifo(path)
        return "a pipe"
    if other < 0.92:
        target = dice.choice(
            ["/dev/zero", "/dev/random", "/dev/null", "/proc/self/mem", path.name, "no/such", "/", "/etc/passwd"]
        )
        path.symlink_to(target)
        return f"a link to {target}"
    if other < 0.95:
        with path.open("wb") as file:
            file.truncate(900_000_000)
        return "900 MB of nothing"
    return "missing"


def _plain(corpus: Path, rows: Sequence[tuple[str, ...]], task: str) -> None:
    for side, column in enumerate(COLUMNS[task]):
        (corpus / f"train.{column}").write_text(
            "".join(row[side].replace("\n", " ") + "\n" for row in rows), encoding="utf-8"
        )


def _separated(separator: str, suffix: str) -> Callable[[Path, Sequence[tuple[str, ...]], str], None]:
    def write(corpus: Path, rows: Sequence[tuple[str, ...]], task: str) -> None:
        text = io.StringIO()
        csv.writer(text, delimiter=separator, lineterminator="\n").writerows([COLUMNS[task], *rows])
        (corpus / f"train.{suffix}").write_text(text.getvalue(), encoding="utf-8")

    write.__name__ = suffix
    return write


def _jsonl(corpus: Path, rows: Sequence[tuple[str, ...]], task: str) -> None:
    lines = [json.dumps(values_of(task, row)) for row in rows]
    (corpus / "train.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _conll(corpus: Path, rows: Sequence[tuple[str, ...]], task: str) -> None:
    pairs = ("\n".join(map(" ".join, zip(text.split(), tags.split(), strict=False))) for text, tags in rows)
    (corpus / "train.conll").write_text("\n\n".join(pairs) + "\n", encoding="utf-8", errors="replace")


def _jsonl_of_anything(corpus: Path, rows: Sequence[tuple[str, ...]], task: str) -> None:
    dice = random.Random(repr(rows[:2]))
    first, second = COLUMNS[task]
    lines = [json.dumps({first: dice.choice(JSON_VALUES), second: dice.choice([*JSON_VALUES, row[1]])}) for row in rows]
    (corpus / "train.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _parquet(corpus: Path, rows: Sequence[tuple[str, ...]], task: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    whole = [values_of(task, tuple(text.encode("utf-8", "replace").decode() for text in row)) for row in rows]
    columns = {name: [row[name] for row in whole] for name in COLUMNS[task]}
    pq.write_table(pa.table(columns), corpus / "train.parquet")


def _folders(corpus: Path, rows: Sequence[tuple[str, ...]], task: str) -> None:
    (corpus / "train").mkdir(parents=True)
    for number, (text, label) in enumerate(rows):
        home = corpus / "train" / ("good" if label == "good" else "bad")
        home.mkdir(parents=True, exist_ok=True)
        (home / f"{number}.txt").write_text(text, encoding="utf-8", errors="replace")
    (corpus / "train" / "odd.txt").touch()


def _text(corpus: Path, rows: Sequence[tuple[str, ...]], task: str) -> None:
    (corpus / "input.txt").write_text("".join(f"{row[0]}\n" for row in rows), encoding="utf-8", errors="replace")


def _texts(corpus: Path, rows: Sequence[tuple[str, ...]], task: str) -> None:
    for name, part in (("train", rows[:60]), ("valid", rows[60:80]), ("test", rows[80:])):
        (corpus / f"{name}.txt").write_text("".join(f"{row[0]}\n" for row in part), encoding="utf-8", errors="replace")


Writer = Callable[[Path, Sequence[tuple[str, ...]], str], None]
_TABLES: list[Writer] = [_separated(",", "csv"), _separated("\t", "tsv"), _jsonl, _jsonl_of_anything, _parquet]
FORMATS: dict[str, list[Writer]] = {
    "translate": [_plain, *_TABLES],
    "classify": [_folders, *_TABLES],
    "summarize": [_plain, *_TABLES],
    "generate": [_text, _texts],
    "tag": [_conll, _conll, _jsonl, _jsonl_of_anything, _parquet],
    "multilabel": _TABLES,
}
