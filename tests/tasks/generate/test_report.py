"""The report of a character model shows its samples."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nlpseq.config import GenerateSettings, SampleSettings
from nlpseq.decoding.processors import SamplingOptions
from nlpseq.recipe import write_settings
from nlpseq.report import ChunkLosses, write_report
from nlpseq.tasks.generate.char_rnn import CharRNN
from nlpseq.tasks.generate.outputs import write_losses, write_samples
from nlpseq.tasks.generate.report import report


def test_the_report_shows_the_samples_that_generate_gives(story_run: GenerateSettings) -> None:
    run_dir = Path(story_run.run_dir)
    page, text = ((run_dir / f"report.{kind}").read_text(encoding="utf-8") for kind in ("html", "md"))
    writer = CharRNN.from_pretrained(run_dir)
    assert "# Generation: story.txt" in text and "story.txt (test split)" in text
    for number, temperature in enumerate(sorted(story_run.sample.temperatures), start=1):
        options = SamplingOptions(temperature=temperature)
        sample = "".join(writer.generate("Zoë: ", length=40, options=options, seed=1)).removeprefix("Zoë: ")
        assert f"### Sample {number} at temperature {temperature:g}, seed 1" in text
        for line in sample.strip().split("\n"):
            assert line.strip() in text and line.strip() in page
    for part in ("uniform", "unigram", "5-gram", "characters a second", "Parameters", "SHA-256 of story.txt"):
        assert part in text and part in page
    assert "<svg" in page and "Learning curves" in page


def test_a_report_on_the_current_folder_is_named_after_it(
    story_run: GenerateSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "texts").mkdir()
    monkeypatch.chdir(tmp_path / "texts")
    run_dir = shutil.copytree(story_run.run_dir, tmp_path / "run")
    (run_dir / "curves.csv").unlink()
    metrics = json.loads((run_dir / "metrics.json").read_text(encoding="utf-8"))
    settings = replace(story_run, data=replace(story_run.data, path="."), sample=SampleSettings(temperatures=()))
    write_settings(settings, run_dir / "settings.yaml")
    write_losses(run_dir, ChunkLosses(np.array([9.0]), np.array([metrics["characters"]])), None)
    write_samples(run_dir, CharRNN.from_pretrained(run_dir), settings.sample)
    write_report(run_dir, report(run_dir))
    text = (run_dir / "report.md").read_text(encoding="utf-8")
    assert "# Generation: texts\n" in text and "No samples were drawn." in text
