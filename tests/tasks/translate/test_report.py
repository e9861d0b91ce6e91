"""The translation report of a run: attention of the very outputs, baselines, unknown words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlpseq.config import TranslateSettings
from nlpseq.tasks.translate.outputs import read_translations
from nlpseq.tasks.translate.translator import Translator


def test_attention_is_that_of_the_outputs_shown(tiny_run: TranslateSettings) -> None:
    run_dir = Path(tiny_run.run_dir)
    rows = json.loads((run_dir / "attention.json").read_text(encoding="utf-8"))
    hyps = read_translations(run_dir, 11)
    translator = Translator.from_pretrained(run_dir)
    assert len(rows) == len(hyps) == 11  # all of so few are among the best and the worst
    for row in rows:
        assert translator.tgt.tokenizer.decode(row["tokens"]) == hyps[row["sentence"]]
        assert len(row["weights"]) == len(row["tokens"])
        for weights in row["weights"]:
            assert len(weights) == len(row["source_tokens"]) and sum(weights) == pytest.approx(1, abs=0.01)
    page = (run_dir / "report.html").read_text(encoding="utf-8")
    assert page.count("of its attention on one source token on average</figcaption>") == len(rows)


def test_figures_beside_the_model_stand_in_the_metrics(tiny_run: TranslateSettings) -> None:
    metrics = json.loads((Path(tiny_run.run_dir) / "metrics.json").read_text(encoding="utf-8"))
    assert [base["name"] for base in metrics["baselines"]] == ["source, copied", "nearest training pair"]
    assert metrics["wording"]["sources"]["unseen_words"] == 0.0
    text = (Path(tiny_run.run_dir) / "report.md").read_text(encoding="utf-8")
    assert "## Length, repeated, copied and unknown words" in text
    assert "By length of the source (words)." in text and "Reference words by how often training has them." in text
