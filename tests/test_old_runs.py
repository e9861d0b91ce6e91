"""Runs made by the release of commit 9a4b34f load, are scored, reported, compared and listed, and are not made again.

Each has learnt next to nothing from a few lines of the embedded corpora, which lie beside them.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nlpseq.recipe import read_recipe
from nlpseq.runs.saved_model import model_settings
from nlpseq.tasks import task_named, verbs
from nlpseq.tasks.compare import report_pair
from nlpseq.tasks.evaluate import evaluate, report_run
from nlpseq.tasks.listing import find_runs

OLD = Path(__file__).parent / "old_runs"
# Since then a summary neither begins nor ends with a blank.
SEARCHED_OTHERWISE = "summarize"
USES: dict[str, Callable[[Any], object]] = {
    "translate": lambda translator: translator.translate("A dog runs."),
    "classify": lambda classifier: classifier.predict("A fine film.").label,
    "generate": lambda writer: writer.score("At noon").characters,
    "summarize": lambda summarizer: summarizer.summarize("The board met at noon."),
}


@pytest.fixture(params=sorted(path.name for path in (OLD / "runs").iterdir()))
def run_dir(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of an old run, seen from the folder that it was made in."""
    shutil.copytree(OLD, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return Path("runs") / request.param


def metrics_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    return found


def test_it_is_loaded_and_used(run_dir: Path) -> None:
    task = task_named(model_settings(run_dir).task)
    model = task.load(run_dir)
    assert isinstance(USES[task.name](model), str | int)
    model.save_pretrained(run_dir.parent / "saved")
    again = task.load(run_dir.parent / "saved")
    assert USES[task.name](again) == USES[task.name](model)
    assert "## Scores" in (run_dir.parent / "saved" / "README.md").read_text(encoding="utf-8")


def test_it_is_scored_as_it_was(run_dir: Path) -> None:
    before = metrics_of(run_dir)
    assert evaluate(run_dir) == before  # nothing to do
    (run_dir / "metrics.json").unlink()
    found = evaluate(run_dir)
    for score in task_named(model_settings(run_dir).task).scores:
        assert found[score.signature].partition("|version")[0] == before[score.signature].partition("|version")[0]
        if run_dir.name != SEARCHED_OTHERWISE:
            assert found[score.key] == pytest.approx(before[score.key], rel=1e-3), score.key


def test_it_is_reported_alone_and_beside_another(run_dir: Path) -> None:
    before = metrics_of(run_dir)
    assert report_run(run_dir).is_file()
    found = metrics_of(run_dir)
    assert before.keys() <= found.keys()
    first = task_named(model_settings(run_dir).task).scores[0].key
    assert found[first] == pytest.approx(before[first])
    shutil.copytree(run_dir, run_dir.parent / "other")
    assert report_pair(run_dir, run_dir.parent / "other").is_file()


def test_it_is_listed_with_its_score(run_dir: Path) -> None:
    (line,) = find_runs(run_dir)
    assert line.state == "evaluated" and line.task == run_dir.name and line.score is not None
    assert line.date == "2026-01-01" and line.minutes is not None


def test_it_is_not_made_again(run_dir: Path, caplog: pytest.LogCaptureFixture) -> None:
    before = (run_dir / "model.safetensors").read_bytes()
    caplog.set_level("INFO", logger="nlpseq")
    verbs.run(read_recipe(run_dir / "settings.yaml"))
    assert "trained already" in caplog.text and "prepared already" in caplog.text
    assert (run_dir / "model.safetensors").read_bytes() == before
