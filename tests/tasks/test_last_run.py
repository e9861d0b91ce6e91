"""What a run stands beside: the newest other one on its texts, found once, and no seed or fold of one recipe."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from nlpseq.tasks import task_named
from nlpseq.tasks.last_run import write_last_run

OLD = Path(__file__).parent.parent / "old_runs"
TASK = task_named("classify")


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(OLD, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "runs"


def last(run: Path) -> dict | None:
    path = run / "last_run.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def test_the_newest_neighbour_on_the_same_texts(runs: Path) -> None:
    for age, name in enumerate(("older", "newer", "this")):
        shutil.copytree(runs / "classify", runs / name)
        os.utime(runs / name / "metrics.json", (1000 + age, 1000 + age))
    os.utime(runs / "classify" / "metrics.json", (900, 900))
    os.utime(runs / "generate" / "metrics.json", (2000, 2000))  # of another task
    write_last_run(TASK, runs / "this", "")
    found = last(runs / "this")
    assert found is not None and found["name"] == "newer" and not found["real"] and found["difference"] == 0.0
    shutil.rmtree(runs / "newer")
    write_last_run(TASK, runs / "this", "")
    assert last(runs / "this") == found  # what was found stays
    assert TASK.report(runs / "this").metrics["last_run"] == found


def test_the_run_before_in_its_own_folder_comes_first(runs: Path) -> None:
    shutil.copytree(runs / "classify", runs / "classify" / "training")
    write_last_run(TASK, runs / "classify" / "training", "of other settings")
    assert (last(runs / "classify" / "training") or {})["name"] == "classify before"


def test_alone_or_one_of_many(runs: Path) -> None:
    write_last_run(TASK, runs / "classify", "")
    for seed in ("seed-1", "seed-2"):
        shutil.copytree(runs / "classify", runs / seed)
    write_last_run(TASK, runs / "seed-2", "")
    assert last(runs / "classify") is None and last(runs / "seed-2") is None
