"""`--processes N` is the command in several processes, and still one command: one voice, one code, one Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from nlpseq.cli import main
from nlpseq.cli.launch import launched
from nlpseq.config import ClassifySettings
from nlpseq.errors import UserError
from nlpseq.program import place
from nlpseq.recipe import write_settings

ROOT = Path(__file__).resolve().parent.parent.parent


def take_ctrl_c() -> None:
    """Even where the tests themselves were started in the background, which ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_stops_all_and_the_same_command_goes_on(review_settings: ClassifySettings, tmp_path: Path) -> None:
    run, recipe = tmp_path / "run", tmp_path / "recipe.yaml"
    train = replace(review_settings.train, max_epochs=4, eval_every_steps=28, resume_every_steps=1)
    write_settings(replace(review_settings, run_dir=str(run), train=train), recipe)
    command = [sys.executable, "-m", "nlpseq", "train", str(recipe), "--processes", "2"]
    with subprocess.Popen(
        command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=take_ctrl_c
    ) as process:
        while not (run / "training" / "resume.ckpt").exists():
            assert process.poll() is None, process.stderr and process.stderr.read()
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal sends it
        _, said = process.communicate(timeout=600)
    assert process.returncode == 130 and said.count("nlpseq: stopped; ") == said.count("nlpseq:") == 1, said
    ended = subprocess.run(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, timeout=600)
    assert ended.returncode == 0 and "going on from" in ended.stderr, ended.stderr
    assert json.loads((run / "training.json").read_text())["processes"] == 2


@pytest.mark.parametrize("count", [0, 65])
def test_a_number_that_no_machine_has_is_refused(count: int) -> None:
    with pytest.raises(UserError, match=f"--processes must be from 1 to 64, not {count}"), launched(count, []):
        pytest.fail("it began")


def test_a_number_is_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "classify", "--processes", "all"]) == 2
    assert "--processes all: give the number of processes, as in --processes 5" in capsys.readouterr().err


def test_one_is_itself_and_what_was_started_starts_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    with launched(1, []):
        assert place() == (0, 1)
    for name, value in (("RANK", "1"), ("WORLD_SIZE", "3"), ("MASTER_ADDR", "localhost")):
        monkeypatch.setenv(name, value)
    with launched(3, []):
        assert place() == (1, 3)
