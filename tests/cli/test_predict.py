"""`nlpseq predict`: files and pipes, and what cannot be."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from nlpseq.cli import main
from nlpseq.config import ClassifySettings, TranslateSettings

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
        (
            ["in.csv", "-o", "out.csv", "--encoding", "cp1252"],
            "unknown option --encoding; did you mean --data.encoding?",
        ),
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
        (["in.txt", "-o", "out.csv"], "texts, a line each, are for a task's command: nlpseq classify RUN < FILE"),
        (["*.tsv", "-o", "out/"], "*.tsv: no tables there; one ends in .csv, .tsv, .xlsx"),
        (["in.csv", "-o", "out.csv", "--engine", "ray"], "--engine ray: tables are shared out, and go to a folder"),
        (["-", "-o", "out.jsonl", "--engine", "ray"], "--engine ray: tables are shared out, and go to a folder"),
        (["in.csv", "-o", "out/", "--workers", "2"], "--address and --workers are of Ray; add --engine ray"),
        (["in.csv", "-o", "out/", "--part-rows", "0"], "--part-rows must be 1 or more, not 0"),
        (
            ["in.csv", "-o", "out.po"],
            "out.po: made from a .po file that leaves something to be translated; write a .csv",
        ),
        (
            ["in.po", "-o", "out.po", "--all"],
            "out.po: --text and --all are of a table; leave them out, or write a .csv",
        ),
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


def test_a_translators_file_is_filled_in_or_is_a_table(
    tiny_run: TranslateSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "de.po", tmp_path / "out.po"
    source.write_text('msgid "nobody"\nmsgstr ""\n\nmsgid "a"\nmsgstr "ein"\n')
    assert main(["predict", tiny_run.run_dir, str(source), "-o", str(target)]) == 0
    assert capsys.readouterr().err.splitlines()[-1] == f"{target}: 1 new translation, to be reviewed"
    assert target.read_text(encoding="utf-8").startswith('#, fuzzy\nmsgid "nobody"\nmsgstr "')
    assert main(["predict", tiny_run.run_dir, str(source)]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["source"], row["target"]) for row in rows] == [("nobody", ""), ("a", "ein")]
    assert rows[0]["translation"]


def test_many_tables_go_to_a_folder(
    review_run: ClassifySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.csv", "b.csv"):
        Path(name).write_text(f"file,comment\n{name},fine\n")
    assert main(["predict", review_run.run_dir, "*.csv", "-o", "out.jsonl", "--text", "comment"]) == 2
    assert "*.csv: 2 tables, which go to a folder of parts; name one, as in -o out/" in capsys.readouterr().err
    command = ["predict", review_run.run_dir, "*.csv", "-o", "out", "--text", "comment"]
    assert main(command) == 0 and capsys.readouterr().err.endswith("out: 2 rows\n")
    parts = [path.read_text().splitlines()[1] for path in sorted(Path("out").glob("*.csv"))]
    assert [part.split(",")[:2] for part in parts] == [["a.csv", "fine"], ["b.csv", "fine"]]
    assert main(command) == 2 and "out: not empty; add --resume" in capsys.readouterr().err
    assert main([*command, "--resume"]) == 0
    assert main(["predict", review_run.run_dir, "b*.csv", "-o", "one.jsonl", "--text", "comment"]) == 0


def test_ray_that_is_not_there_is_said_in_a_sentence(
    review_run: ClassifySettings, table: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    assert main(["predict", review_run.run_dir, str(table), "-o", f"{table.parent}/out/", "--engine", "ray"]) == 2
    err = capsys.readouterr().err
    assert (
        "--engine ray: Ray is not installed; run " in err
        and '-m pip install "nlpseq[ray]"' in err
        and err.count("\n") == 1
    )
    assert [path.name for path in table.parent.iterdir()] == ["in.csv"]
