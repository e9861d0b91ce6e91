"""`nlpseq runs`: a table that fits, JSON, and one sentence where there is nothing to list."""

from __future__ import annotations

import json
import os
import pty
import re
import struct
import sys
import termios
from contextlib import suppress
from dataclasses import replace
from fcntl import ioctl
from pathlib import Path

import pytest

from nlpseq.cli import main
from nlpseq.config import GenerateSettings, TranslateSettings
from nlpseq.recipe import write_settings


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A folder of two evaluated runs and one that has just begun."""
    own = TranslateSettings()
    for name, bleu in (("small", 30.16), ("z" * 72, 38.14)):
        folder = tmp_path / name
        write_settings(replace(own, data=replace(own.data, path="corpora/multi30k")), folder / "settings.yaml")
        scores = {"bleu": bleu, "bleu_interval": [bleu - 1, bleu + 1]}
        (folder / "metrics.json").write_text(json.dumps(scores))
        (folder / "training.json").write_text(json.dumps({"minutes": 34.02, "Date": "2026-11-21"}))
    write_settings(GenerateSettings(), tmp_path / "new" / "settings.yaml")
    return tmp_path


def test_a_line_a_run_where_no_terminal_is_too_narrow(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", str(runs)]) == 0
    header, _, *lines = capsys.readouterr().out.splitlines()
    assert header.split() == ["Task", "Data", "Score", "95%", "interval", "Minutes", "Date", "Folder"]
    assert [line.split()[0] for line in lines] == ["generate", "translate", "translate"]
    assert "unfinished" in lines[0]
    assert "multi30k (en-de)" in lines[1] and re.search(r"BLEU 38.1 +37.1 to 39.1 +34.0 ", lines[1])
    assert re.search(rf"2026-11-21 +{runs / 'small'}$", lines[2])


@pytest.mark.parametrize("columns", [50, 80, 100])
def test_a_table_fits_the_terminal(columns: int, runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of a long folder name is there, on more lines than one."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.chdir(runs)
    with open(theirs, "w", encoding="utf-8") as terminal, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", terminal)
        patch.setattr(sys, "__stdout__", terminal)
        assert main(["runs", "."]) == 0
    shown = read_all(ours)
    assert max(map(len, shown.splitlines())) <= columns
    assert "BLEU" in shown and "38.1" in shown and "2026-11-21" in shown
    assert shown.count("z") == 72


def read_all(descriptor: int) -> str:
    """What was written to a terminal that is closed by now."""
    found = b""
    with suppress(OSError):  # how its end is told
        while piece := os.read(descriptor, 65_536):
            found += piece
    os.close(descriptor)
    return found.decode()


def test_json_has_all_that_is_known(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", str(runs), "--json", "--sort", "name"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [Path(run["folder"]).name for run in found] == ["new", "small", "z" * 72]
    assert found[1] | {"folder": ""} == {
        "folder": "", "task": "translate", "data": "multi30k (en-de)", "state": "evaluated", "metric": "bleu",
        "score": 30.16, "interval": [29.16, 31.16], "spread": None, "minutes": 34.02, "date": "2026-11-21",
        "damaged": [], "cut": "",
    }  # fmt: skip


def test_an_empty_folder_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    assert out == "" and err == f"{tmp_path}: no runs below it; nlpseq run RECIPE makes one\n"
    assert main(["runs", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_a_missing_folder_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", str(tmp_path / "gone")]) == 2
    assert (
        capsys.readouterr().err
        == f"nlpseq: {tmp_path / 'gone'}: no such folder; name one that holds runs, such as runs\n"
    )


def test_a_name_cannot_move_the_cursor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_settings(GenerateSettings(), tmp_path / "[red]\x1b[2J" / "settings.yaml")
    assert main(["runs", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out and "[red]\N{REPLACEMENT CHARACTER}[2J" in out
