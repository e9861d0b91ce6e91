"""Label lists, strings of labels, columns of yes and no: all the same to a training."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from datasets import ClassLabel, Dataset, Features, Value

from nlpseq.data.multilabelled import load_multilabelled
from nlpseq.errors import UserError

ROWS = [("so cold", ["bad", "weather"]), ("hm", []), ("fine", ["good"]), ("10 of 10", ["10", "good"])]


def write(folder: Path, kind: str, rows: list[tuple[str, list[str]]] = ROWS) -> tuple[str, dict[str, str]]:
    """A file of the rows, and how to read it."""
    if kind == "jsonl":
        lines = [json.dumps({"text": text, "labels": labels, "id": 1}) for text, labels in rows]
        (folder / "a.jsonl").write_text("\n".join(lines))
        return str(folder / "a.jsonl"), {}
    if kind == "csv":
        lines = [f'"{text}",{" | ".join(labels + labels)}' for text, labels in rows]
        (folder / "a.csv").write_text("comment,Topics\n" + "\n".join(lines) + "\n")
        return str(folder / "a.csv"), {"label_separator": "|"}
    if kind == "columns":
        names = ["10", "bad", "good", "weather"]
        cells = {True: ["1", "TRUE", "yes", "1.0"], False: ["0", "", "False", "0.0"]}
        lines = [
            ",".join([text, *(cells[name in labels][n % 4] for name in names)]) for n, (text, labels) in enumerate(rows)
        ]
        (folder / "a.csv").write_text(f"text,{','.join(names)}\n" + "\n".join(lines) + "\n")
        return str(folder / "a.csv"), {"labels": "+".join(names)}
    if kind == "fasttext":
        lines = ["".join(f"__label__{label} " for label in labels) + text for text, labels in rows]
        (folder / "a.txt").write_text("\n".join(lines))
        return str(folder / "a.txt"), {}
    names = ["weather", "good", "bad", "10"]
    features = Features({"text": Value("string"), "labels": [ClassLabel(names=names)]})
    numbers = [[names.index(label) for label in labels] for _, labels in rows]
    table = Dataset.from_dict({"text": [text for text, _ in rows], "labels": numbers}, features=features)
    table.to_parquet(folder / "a.parquet")
    return str(folder / "a.parquet"), {}


@pytest.mark.parametrize("kind", ["jsonl", "csv", "columns", "fasttext", "parquet"])
def test_all_forms_are_one(kind: str, tmp_path: Path) -> None:
    path, how = write(tmp_path, kind)
    found = load_multilabelled(path, cache_dir=tmp_path / "cache", **how)["train"]  # type: ignore[arg-type]
    assert list(zip(found["text"], found["labels"], strict=True)) == ROWS


def test_labels_that_training_lacks_are_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "nlpseq")
    for name, rows in (("train", ROWS), ("test", [("x", ["good", "new"]), ("", ["Good"])])):
        lines = [json.dumps({"text": text, "labels": labels}) for text, labels in rows]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines))
    found = load_multilabelled(tmp_path, cache_dir=tmp_path / "cache")
    assert found["test"]["labels"][:] == [["good"], []] and found["test"]["text"][:] == ["x", ""]
    assert "left out of test, as training does not have them: Good, new" in caplog.text


@pytest.mark.parametrize(
    ("content", "how", "message"),
    [
        ("text,labels\na,\n", {}, "no training text has a label; check data.labels and data.label_separator"),
        ("x,y\na,b\n", {}, "not obvious which column holds the text; set data.text to one of x, y"),
        ("text,y\na,b\n", {}, "not obvious which column holds the labels; set data.labels to one of text, y"),
        (
            "text,a,b\nx,1,maybe\n",
            {"labels": "a+b"},
            "line 2: 'b' is 'maybe', and should say whether the label",
        ),
        ("text,labels\na,b\n", {"labels": "lable"}, "no column 'lable'"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, content: str, how: dict[str, Any], message: str) -> None:
    (tmp_path / "a.csv").write_text(content)
    with pytest.raises(UserError, match=message):
        load_multilabelled(tmp_path / "a.csv", cache_dir=tmp_path / "cache", **how)


def test_folders_of_classes_have_one_label_a_text(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.txt").write_text("x")
    with pytest.raises(UserError, match="a folder for each class gives a text one label; use task: classify for it"):
        load_multilabelled(tmp_path)
