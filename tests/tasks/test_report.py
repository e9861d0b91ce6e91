"""Each task's report and comparison are made of the files of its runs alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from nlpseq.errors import UserError
from nlpseq.tasks import task_named

RUNS = ("tiny_run", "review_run", "story_run", "notice_run")


@pytest.mark.parametrize("name", RUNS)
def test_a_report_of_files(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    settings = request.getfixturevalue(name)
    run = shutil.copytree(settings.run_dir, tmp_path / "run")
    task = task_named(settings.task)
    for lost in ("model.safetensors", "config.json"):
        (run / lost).unlink()
    report = task.report(run)
    metrics = json.loads((run / "metrics.json").read_text(encoding="utf-8"))
    assert task.scores[0].show(metrics[task.scores[0].key]) in report.opening()
    assert report.facts["Command"] == "nlpseq evaluate . (in the folder of the run)" and report.facts["Seed"] == "1"
    assert report.curves == run / "curves.csv"


@pytest.mark.parametrize("name", RUNS)
def test_a_run_beside_itself(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    settings = request.getfixturevalue(name)
    run, task = Path(settings.run_dir), task_named(settings.task)
    pair = task.pair(run, Path(shutil.copytree(run, tmp_path / "copy")))
    assert pair.tests[0][0] == task.scores[0]
    for _, compare in pair.tests:
        assert compare().difference == 0.0 and not compare().differ
    headings = " ".join(section.heading for section in pair.differences(("a", "b")))
    assert "b is ahead" in headings or "wrong by a" in headings


def test_runs_on_other_texts_are_not_compared(request: pytest.FixtureRequest) -> None:
    translated, summarized = (Path(request.getfixturevalue(name).run_dir) for name in ("tiny_run", "notice_run"))
    with pytest.raises(UserError, match=r"were tested on different texts \(24 and 11\)"):
        task_named("summarize").pair(summarized, translated)
