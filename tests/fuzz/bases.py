"""A small corpus, a small recipe, a small trained run and its export of each task, which the cases start from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import yaml

from .driver import Case, Ended, run

SMALL = {"max_epochs": 1, "warmup_steps": 2, "precision": "fp32", "device": "cpu"}
RECIPES = {
    "translate": {
        "data": {"path": ""}, "text": {"vocab_size": 300},
        "model": {"embedding_dim": 6, "hidden_size": 8}, "train": SMALL | {"batch_tokens": 900},
        "decode": {"beam_size": 2, "max_length_ratio": 0.5},
    },
    "classify": {
        "data": {"path": ""}, "text": {"min_freq": 1}, "model": {"embedding_dim": 6, "hidden_size": 5},
        "train": SMALL | {"batch_size": 32}, "ensemble": "nb_svm",
    },
    "generate": {
        "data": {"path": ""}, "model": {"embedding_dim": 6, "hidden_size": 12},
        "train": SMALL | {"batch_size": 8, "window": 32}, "sample": {"length": 20, "temperatures": [0.5]},
    },
    "summarize": {
        "data": {"path": ""}, "text": {"min_freq": 1},
        "model": {"embedding_dim": 6, "hidden_size": 8, "encoder_layers": 1},
        "train": SMALL | {"batch_tokens": 4000, "validation_documents": 4},
        "decode": {"beam_size": 2, "max_length": 20},
    },
    "tag": {
        "data": {"path": ""},
        "model": {"embedding_dim": 6, "hidden_size": 5, "char_embedding_dim": 3, "char_hidden_size": 3},
        "train": SMALL | {"batch_size": 32},
    },
    "multilabel": {
        "data": {"path": "", "label_separator": "|"}, "text": {"min_freq": 1},
        "model": {"embedding_dim": 6, "hidden_size": 5}, "train": SMALL | {"batch_size": 32},
    },
}  # fmt: skip
WORDS = "the cat sees a small house and nobody waits here by the sea".split()


@dataclass(frozen=True)
class Base:
    """What cases of a task start from.

    `export` is the run's, for onnxruntime. `rows` are the corpus's: (text, text), (text, label), (text,), (text, labels
    between bars), or (text, tags), both of as many words.
    """

    task: str
    corpus: Path
    run: Path
    export: Path
    rows: list[tuple[str, ...]]

    def recipe(
        self, folder: Path, *, data: str | None = None, run_dir: str | None = None
    ) -> dict[str, dict[str, object]]:
        """The small recipe, for a run in the case's folder."""
        own = json.loads(json.dumps(RECIPES[self.task]))
        own["data"]["path"] = str(self.corpus) if data is None else data
        return {"task": self.task, "run_dir": run_dir or "out", **own}


def rows_of(task: str) -> list[tuple[str, ...]]:
    """About a hundred short rows of a task, all different."""
    texts = [
        " ".join(WORDS[(i * step + step) % len(WORDS)] for i in range(4 + step % 4)) + f" {step}." for step in range(96)
    ]
    if task == "translate":
        return [(text, text[::-1]) for text in texts]
    if task == "classify":
        return [(text, "good" if number % 3 else "bad") for number, text in enumerate(texts)]
    if task == "multilabel":
        return [(text, "|".join(word for word in ("cat", "sea", "house") if word in text)) for text in texts]
    if task == "tag":
        return [(text, " ".join("B-X" if word in ("cat", "sea") else "O" for word in text.split())) for text in texts]
    if task == "summarize":
        return [(text, text.split()[0].upper()) for text in texts]
    return [(text,) for text in texts]


COLUMNS = {
    "translate": ("en", "de"),
    "classify": ("text", "label"),
    "summarize": ("document", "summary"),
    "tag": ("tokens", "tags"),
    "multilabel": ("text", "labels"),
}


def values_of(task: str, row: tuple[str, ...]) -> dict[str, object]:
    """A row as jsonl and parquet have it: a tagged sentence in lists."""
    return {name: text.split() if task == "tag" else text for name, text in zip(COLUMNS[task], row, strict=True)}


def make_bases(folder: Path) -> dict[str, Base]:
    """Write the corpora, train the runs and export them, each in a process of its own.

    Raises:
        RuntimeError: one of them cannot be trained or exported.
    """
    return {task: _make_base(task, folder / task) for task in RECIPES}


def _make_base(task: str, folder: Path) -> Base:
    corpus, rows = folder / "corpus", rows_of(task)
    corpus.mkdir(parents=True)
    parts = {"train": rows[:64], "validation": rows[64:80], "test": rows[80:]}
    for split, part in parts.items():
        if task == "generate":
            name = corpus / f"{'valid' if split == 'validation' else split}.txt"
            name.write_text("".join(f"{text}\n" for (text,) in part), encoding="utf-8")
        else:
            lines = [json.dumps(values_of(task, row)) for row in part]
            (corpus / f"{split}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    base = Base(task, corpus, folder / "run", folder / "export", rows)
    (folder / "recipe.yaml").write_text(yaml.safe_dump(base.recipe(folder, run_dir=str(base.run))), encoding="utf-8")
    for command in ["run", str(folder / "recipe.yaml")], ["export", str(base.run), "-o", str(base.export)]:
        ended: Ended = run(Case("base", command, ""), folder)
        if ended.code:
            raise RuntimeError(f"{task}: no base by {command[0]}: {ended}")
    return base
