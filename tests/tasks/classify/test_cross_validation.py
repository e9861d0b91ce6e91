"""Cross-validation is k ordinary runs: each text is tested once, and never by a model that has seen it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from statistics import mean, stdev

import pytest

from nlpseq.config import ClassifySettings
from nlpseq.tasks import verbs
from nlpseq.tasks.evaluate import evaluate


def test_every_training_text_is_tested_once(
    review_settings: ClassifySettings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = replace(
        review_settings,
        run_dir=str(tmp_path / "cv"),
        data=replace(review_settings.data, folds=3),
        train=replace(review_settings.train, max_epochs=2),
        baselines=False,
    )
    metrics = verbs.run(settings)
    tested: list[str] = []
    for number in (1, 2, 3):
        splits = {
            path.stem: [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
            for path in (tmp_path / "cv" / "folds").glob(f"*/{number}/*.jsonl")
        }
        assert set(splits) == {"train", "validation", "test"}
        assert not set(splits["test"]) & set(splits["train"] + splits["validation"])
        assert not set(splits["train"]) & set(splits["validation"])
        tested += splits["test"]
        assert (tmp_path / "cv" / f"fold-{number}" / "report.html").exists()
    assert len(tested) == len(set(tested)) == 103
    assert len(metrics["accuracy_folds"]) == 3
    assert metrics["accuracy"] == pytest.approx(mean(metrics["accuracy_folds"]))
    assert metrics["accuracy_deviation"] == pytest.approx(stdev(metrics["accuracy_folds"]))
    assert json.loads((tmp_path / "cv" / "metrics.json").read_text()) == metrics == evaluate(tmp_path / "cv")

    caplog.set_level("INFO", logger="nlpseq")
    caplog.clear()
    assert verbs.run(settings) == metrics
    assert caplog.messages == [f"evaluated already: {tmp_path / 'cv' / 'metrics.json'}"]
