"""The report of a run written again: from its saved outputs alone, for every task, with a word on what is damaged."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nlpseq.config import ClassifySettings, GenerateSettings, SummarizeSettings, TranslateSettings
from nlpseq.errors import UserError
from nlpseq.recipe import write_settings
from nlpseq.tasks import TASKS
from nlpseq.tasks.evaluate import report_run

RUNS = ("tiny_run", "review_run", "story_run", "notice_run")
Run = TranslateSettings | ClassifySettings | GenerateSettings | SummarizeSettings


@pytest.fixture(params=RUNS)
def run_dir(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a finished run of each task, of the same name."""
    settings: Run = request.getfixturevalue(request.param)
    return Path(shutil.copytree(settings.run_dir, tmp_path / Path(settings.run_dir).name))


def metrics_of(run_dir: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((run_dir / "metrics.json").read_text(encoding="utf-8"))
    return found


def test_it_is_written_again_without_the_model(run_dir: Path) -> None:
    pages = [run_dir / "report.html", run_dir / "report.md"]
    before, metrics = [page.read_text(encoding="utf-8") for page in pages], metrics_of(run_dir)
    for gone in (*pages, run_dir / "model.safetensors"):
        gone.unlink()
    assert report_run(run_dir) == pages[0]
    assert [page.read_text(encoding="utf-8") for page in pages] == before
    assert metrics_of(run_dir) == metrics


def test_scores_are_computed_from_the_outputs(tiny_run: TranslateSettings, tmp_path: Path) -> None:
    run_dir = Path(shutil.copytree(tiny_run.run_dir, tmp_path / "run"))
    (run_dir / "translations.txt").write_text("\n" * metrics_of(run_dir)["sentences"], encoding="utf-8")
    before = metrics_of(run_dir)
    report_run(run_dir)
    after = metrics_of(run_dir)
    assert before["bleu"] > 0 == after["bleu"] and after["wording"]["empty"] == after["sentences"]
    assert after["perplexity"] == before["perplexity"] and after["baselines"] == before["baselines"]
    assert "scores 0.0 of 100 BLEU" in (run_dir / "report.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("fixture", "lost"),
    [("review_run", "probabilities.npz"), ("story_run", "samples.json"), ("notice_run", "summaries.txt")],
)
def test_what_is_lost_is_made_again(
    fixture: str, lost: str, request: pytest.FixtureRequest, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings: Run = request.getfixturevalue(fixture)
    run_dir = Path(shutil.copytree(settings.run_dir, tmp_path / "run"))
    (run_dir / lost).unlink()
    caplog.set_level("INFO", logger="nlpseq")
    assert report_run(run_dir).is_file() and (run_dir / lost).is_file()
    assert f"{lost} not there; the run is evaluated again" in caplog.text


def test_damaged_outputs(run_dir: Path) -> None:
    task = metrics_of(run_dir)["task"]
    task = task if task in TASKS else "translate"
    broken = {
        "translate": {"attention.json": "[", "translations.txt": "one\n"},
        "classify": {"explanations.json": "[1]", "probabilities.npz": "PK"},
        "generate": {"samples.json": '[{"a": 1}]', "losses.npz": ""},
        "summarize": {"summaries.txt": "one\n"},
    }[task]
    for name, text in broken.items():
        kept = (run_dir / name).read_bytes()
        (run_dir / name).write_text(text, encoding="utf-8")
        with pytest.raises(UserError, match=rf"{name}: damaged \(.*\); delete it, and nlpseq report makes it anew"):
            report_run(run_dir)
        (run_dir / name).write_bytes(kept)


def test_what_a_run_was_made_of(run_dir: Path) -> None:
    page = (run_dir / "report.md").read_text(encoding="utf-8")
    for fact in ("Parameters", "Training time", "Padded share", "Peak memory", "CPU", "PyTorch", "Seed", "Network"):
        assert f"| {fact} |" in page
    assert "MiB" in page and "| SHA-256 of " in page and "Learning curves" in page
    assert "Training reads " in page and "The learning rate is " in page


def test_a_cross_validation_has_no_report(review_run: ClassifySettings, tmp_path: Path) -> None:
    write_settings(replace(review_run, data=replace(review_run.data, folds=3)), tmp_path / "settings.yaml")
    with pytest.raises(UserError, match="a cross-validation; report one of its folds, as in .*fold-1"):
        report_run(tmp_path)


def test_no_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not a run folder"):
        report_run(tmp_path)
