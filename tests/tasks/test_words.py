"""The last lines of a run say its scores and show what it made of the test split."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nlpseq.tasks import task_named


def last_lines(settings: Any) -> str:
    run_dir = Path(settings.run_dir)
    metrics = json.loads((run_dir / "metrics.json").read_text(encoding="utf-8"))
    return "\n".join(task_named(settings.task).words.last_lines(run_dir, metrics))


@pytest.mark.parametrize(
    ("run", "parts", "shown"),
    [
        ("tiny_run", ("en-de, 11 test sentences, beam ", "  BLEU   ", "95% interval ", "perplexity "), "  reference  "),
        ("review_run", ("20 test texts", "  accuracy  ", "  majority  ", "calibration error "), "  label      "),
        ("story_run", ("test split, ", "  nats per character  ", "  5-gram", "perplexity "), "--- sample "),
        ("notice_run", ("24 test documents, beam ", "  ROUGE-1  ", "lead-8 ", "  ROUGE-L  "), "  output     "),
    ],
)
def test_scores_and_examples(run: str, parts: tuple[str, ...], shown: str, request: pytest.FixtureRequest) -> None:
    text = last_lines(request.getfixturevalue(run))
    assert all(part in text for part in parts), text
    assert 2 <= text.count(shown) <= 4


def test_folds_are_told_one_by_one() -> None:
    metrics = {
        "folds": 2, "accuracy": 0.9, "accuracy_deviation": 0.02, "accuracy_folds": [0.88, 0.92],
        "macro_f1": 0.85, "macro_f1_deviation": 0.01,
    }  # fmt: skip
    lines = task_named("classify").words.last_lines(Path("none"), metrics)
    assert lines[1:] == ["  accuracy  90.00 ± 2.00  (88.00  92.00)", "  macro F1  85.00 ± 1.00"]
