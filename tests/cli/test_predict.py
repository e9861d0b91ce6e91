"""`nlpseq predict`: files and pipes, and what cannot be."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from nlpseq.cli import main
from nlpseq.config import ClassifySettings

CP1252 = ["--data.encoding", "cp1252"]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    (tmp_path / "in.csv").write_bytes('id;comment\n1;"warm,\nbut cold"\n2;schön\n'.encode("cp1252"))
    return tmp_path / "in.csv"


def test_from_file_to_file(
    review_run: ClassifySettings, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "out.jsonl"
    command = ["predict", review_run.run_dir, str(table), "-o", str(target), "--data.encoding", "cp1252"]
    assert main([*command, "--text", "comment", "--threshold", "1", "--else", "?"]) == 0
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [(row["id"], row["comment"], row["label"]) for row in rows] == [
        ("1", "warm,\nbut cold", "?"),
        ("2", "schön", "?"),
    ]
    out, err = capsys.readouterr()
    assert out == "" and f"{target}: 2 rows" in err


def test_through_a_pipe(review_run: ClassifySettings) -> None:
    lines = ['{"id": 1, "text": "fine\\nfine"}', "", '{"text": "cold", "id": null}']
    found = subprocess.run(
        [sys.executable, "-m", "nlpseq", "predict", review_run.run_dir],
        input="\n".join(lines), capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    first, second = map(json.loads, found.stdout.splitlines())
    assert list(first) == ["id", "text", "label", "probability"] and first["text"] == "fine\nfine"
    assert (second["id"], second["label"]) == (None, "bad")


def test_from_a_file_to_a_pipe(review_run: ClassifySettings, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", review_run.run_dir, str(table), "--text", "comment", "--data.encoding", "cp1252"]) == 0
    assert [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()] == ["1", "2"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["in.csv", "-o", "out.xlsx"], "out.xlsx: a table is written as .csv, .tsv, .jsonl, .parquet"),
        (["in.csv", "-o", "out.csv", "--text", "coment", *CP1252], "no column 'coment' (did you mean 'comment'?)"),
        (
            ["in.csv", "-o", "out.csv"],
            "in.csv, line 4, byte 35: not valid UTF-8; save the file as UTF-8, or set data.",
        ),
        (["in.csv", "--else", "x"], "--else is what to give below a threshold; add --threshold 0.8"),
        (["in.csv", "--threshold", "2"], "--threshold must be at most 1, not 2.0"),
        (["in.csv", "--resume"], "--resume is for a table that goes from a file to a file"),
        (["in.csv", "--data.encoding", "klingon"], "data.encoding: no encoding is called 'klingon'"),
        (["none.csv", "-o", "out.csv"], "none.csv: cannot be read"),
        (["-", "-o", "out.csv"], "out.csv: what comes from a pipe is written to a .jsonl file; name one"),
    ],
)
def test_what_cannot_be(
    review_run: ClassifySettings,
    table: Path,
    words: list[str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(table.parent)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert main(["predict", review_run.run_dir, *words]) == 2
    out, err = capsys.readouterr()
    assert message in err and err.count("\n") == 1 and out == ""
    assert [path.name for path in table.parent.iterdir()] == ["in.csv"]
