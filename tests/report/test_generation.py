"""The generation report: dynamic evaluation apart, samples as they were written."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest

from nlpseq.evaluation.language_model import score_language_model
from nlpseq.report import BaselineScores, ChunkLosses, GenerationReport, Sample, write_report


def test_lower_is_better(generation: GenerationReport) -> None:
    baselines = [
        BaselineScores("uniform", {"bits_per_character": 6.0}),
        BaselineScores("5-gram", {"bits_per_character": 2.75}),
    ]
    assert dataclasses.replace(generation, baselines=baselines).opening().endswith("(5-gram) reaches 2.750.")


def test_dynamic_evaluation_stands_apart(generation: GenerationReport, tmp_path: Path) -> None:
    assert generation.dynamic_metrics is not None
    dynamic = f"{generation.dynamic_metrics['bits_per_character']:.3f}"
    page = write_report(tmp_path, generation).read_text(encoding="utf-8")
    assert page.index("Here the model also learns") < page.index(dynamic)
    plain = dataclasses.replace(generation, dynamic_metrics=None, dynamic_losses=None)
    assert "ynamic" not in write_report(tmp_path, plain).read_text(encoding="utf-8")


def test_samples_keep_their_lines_and_show_their_prompt(generation: GenerationReport, tmp_path: Path) -> None:
    samples = [Sample(1.0, "To be", ",\n  or not", "top-k 5"), Sample(0.25, "", "y" * 2000)]
    page = write_report(tmp_path, dataclasses.replace(generation, samples=samples)).read_text(encoding="utf-8")
    assert '<mark class="prompt">To be</mark>,\n  or not</p>' in page
    assert "y" * 800 + " … 1,200 more characters</p>" in page
    assert page.index("temperature 0.25<") < page.index("temperature 1, top-k 5<")
    assert "- Text: **To be**,<br>or not\n" in (tmp_path / "report.md").read_text(encoding="utf-8")


def test_a_passage_that_is_cut_inside_of_a_word_says_so(tmp_path: Path) -> None:
    losses = ChunkLosses(np.array([9.0, 6.0, 3.0]), np.array([3, 3, 3]))
    report = GenerationReport(
        title="t", data="verse", metrics=score_language_model([9.0, 6.0, 3.0], [3, 3, 3], bootstrap_samples=2),
        losses=losses, passages=["The", " ca", "ts."],
    )  # fmt: skip
    page = write_report(tmp_path, report).read_text(encoding="utf-8")
    assert all(f'<p class="passage" dir="auto">{text}</p>' in page for text in ("The", " ca…", "…ts."))


def test_one_character_without_samples(tmp_path: Path) -> None:
    losses = ChunkLosses(np.array([5000.0]), np.array([1]))
    metrics = score_language_model([5000.0], [1], bootstrap_samples=2)
    assert metrics["perplexity"] == math.inf
    report = GenerationReport(title="t", data="verse", metrics=metrics, losses=losses)
    page = write_report(tmp_path, report).read_text(encoding="utf-8")
    assert "On 1 held-out character of verse" in page and "No samples were drawn." in page
    assert "the text is too short for a curve" in page


def test_bad_input(generation: GenerationReport) -> None:
    with pytest.raises(ValueError, match="give both or none"):
        dataclasses.replace(generation, dynamic_losses=None)
    with pytest.raises(ValueError, match="do not belong together"):
        dataclasses.replace(generation, losses=ChunkLosses(generation.losses.nats[1:], generation.losses.characters))
