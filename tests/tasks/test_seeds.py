"""A recipe over seeds: runs like any others, and what they say together."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from scipy.stats import ttest_1samp

from nlpseq.cli import main
from nlpseq.config import ClassifySettings
from nlpseq.errors import UserError
from nlpseq.recipe import write_settings
from nlpseq.tasks.seeds import over_seeds, run_seeds


def test_the_interval_is_students() -> None:
    values = [0.91, 0.93, 0.9, 0.95, 0.92]
    low, high = ttest_1samp(values, 0).confidence_interval(0.95)
    assert over_seeds(values)["interval"] == [pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4)]


def test_runs_over_seeds(review_settings: ClassifySettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = replace(review_settings, run_dir=str(tmp_path / "run"), train=replace(review_settings.train, seed=5))
    write_settings(settings, tmp_path / "small.yaml")
    assert main(["run", str(tmp_path / "small.yaml"), "--train.max_epochs", "1", "--seeds", "2"]) == 0
    out = capsys.readouterr().out
    assert "2 seeds, 5 to 6: mean ± standard deviation" in out and "  Accuracy  " in out
    found = json.loads((tmp_path / "run" / "seeds.json").read_text())
    each = [json.loads((tmp_path / "run" / f"seed-{seed}" / "metrics.json").read_text()) for seed in (5, 6)]
    assert found["seeds"] == [5, 6]
    assert found["scores"]["accuracy"]["values"] == [metrics["accuracy"] for metrics in each]
    page = (tmp_path / "run" / "report.md").read_text(encoding="utf-8")
    assert "Over 2 seeds the recipe reaches" in page and "Seed by seed" in page
    models = [(tmp_path / "run" / f"seed-{seed}" / "model.safetensors").read_bytes() for seed in (5, 6)]
    assert models[0] != models[1]


def test_mistakes_are_named(review_settings: ClassifySettings, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UserError, match="--seeds must be from 2 to 1,000, not 1"):
        run_seeds(review_settings, 1)
    folds = replace(review_settings, data=replace(review_settings.data, folds=2))
    with pytest.raises(UserError, match="--seeds and data.folds are two ways to repeat a training; choose one"):
        run_seeds(folds, 3)
    for words, message in (
        (["run", "classify", "--seeds"], "--seeds : give the number of seeds, as in --seeds 5"),
        (["run", "classify", "--seeds=many"], "--seeds many: give the number of seeds"),
        (["train", "classify", "--seeds", "3"], "--seeds is for nlpseq run"),
    ):
        assert main(words) == 2
        assert message in capsys.readouterr().err
