"""Every score is a metric of `evaluate`: alone, combined, by batches, with several references, offline."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import evaluate
import numpy as np
import pytest

from nlpseq.errors import UserError
from nlpseq.evaluation.classification import score_predictions
from nlpseq.evaluation.language_model import score_language_model
from nlpseq.evaluation.metric import SCORES, as_metric
from nlpseq.evaluation.rouge import score_rouge
from nlpseq.evaluation.translation import score_bleu, score_chrf, score_ter, score_translations

ROOT = Path(__file__).resolve().parents[2]
HYPS = ["der Hund rennt im Park .", "eine Katze schläft", "ein Auto"]
REFS = ["der Hund läuft im Park .", "eine Katze schläft", "ein Haus"]
INPUTS: dict[str, tuple[list[Any], list[Any]]] = {
    "bleu": (HYPS, REFS),
    "chrf": (HYPS, REFS),
    "ter": (HYPS, REFS),
    "translation": (HYPS, REFS),
    "rouge": (HYPS, REFS),
    "classification": ([0, 2, 1, 1], [0, 1, 1, 2]),
    "language_model": ([12.5, 9.25, 3.0], [11, 7, 4]),
}
FUNCTIONS = {
    "bleu": score_bleu,
    "chrf": score_chrf,
    "ter": score_ter,
    "translation": score_translations,
    "rouge": score_rouge,
    "classification": score_predictions,
    "language_model": score_language_model,
}


@pytest.mark.parametrize("name", SCORES)
def test_a_metric_gives_what_its_function_gives_at_once_and_by_batches(name: str) -> None:
    predictions, references = INPUTS[name]
    expected = FUNCTIONS[name](predictions, references, bootstrap_samples=50, seed=3)
    metric = as_metric(name, bootstrap_samples=50)
    assert isinstance(metric, evaluate.Metric)
    assert metric.compute(predictions=predictions, references=references, seed=3) == expected
    metric.add_batch(predictions=predictions[:2], references=references[:2])
    for prediction, reference in zip(predictions[2:], references[2:], strict=True):
        metric.add(prediction=prediction, reference=reference)
    assert metric.compute(seed=3) == expected


@pytest.mark.parametrize("name", ["bleu", "chrf", "ter", "translation"])
def test_one_sentence_has_more_references_than_another(name: str) -> None:
    hyps, refs = ["a b c d e", "k l m n o"], [["x", "a b c d e", "b c"], ["k l m n o"]]
    result = as_metric(name).compute(predictions=hyps, references=refs)
    assert result == FUNCTIONS[name](hyps, refs)
    assert result.get("ter", 0.0) == 0.0 and result.get("bleu", 100.0) == 100.0 and result.get("chrf2", 100.0) == 100.0


def test_metrics_combine_and_keys_of_one_name_are_told_apart() -> None:
    metrics = evaluate.combine([as_metric(name) for name in ("bleu", "chrf", "ter", "rouge")])
    result = metrics.compute(predictions=["a b c d e"], references=["a b c d e"])
    assert [result[key] for key in ("bleu", "chrf2", "ter", "rougeL")] == [100.0, 100.0, 0.0, 100.0]
    prefixed = evaluate.combine([as_metric("bleu"), as_metric("translation")])
    result = prefixed.compute(predictions=HYPS, references=REFS)
    assert result["bleu_bleu"] == result["translation_bleu"] and "chrf2" in result


def test_names_of_classes_and_arrays() -> None:
    named = as_metric("classification").compute(predictions=["good", "bad"], references=["good", "good"])
    assert named["accuracy"] == 0.5
    numbers = as_metric("classification").compute(predictions=np.array([1, 0]), references=np.array([1, 1]))
    assert numbers["accuracy"] == 0.5


def test_without_keeping_in_memory_nothing_is_left_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluate.config.HF_METRICS_CACHE", tmp_path)
    scores = as_metric("chrf", keep_in_memory=False).compute(predictions=HYPS, references=REFS)
    assert scores == score_chrf(HYPS, REFS)
    assert not list(tmp_path.rglob("*.arrow"))


@pytest.mark.parametrize("name", SCORES)
def test_nothing_to_score_is_said(name: str) -> None:
    with pytest.raises(ValueError, match="there is nothing to score"):
        as_metric(name).compute(predictions=[], references=[])
    with pytest.raises(ValueError, match="there is nothing to score"):
        evaluate.combine([as_metric(name)]).compute(predictions=[], references=[])
    with pytest.raises(ValueError, match="there is nothing to score"):
        as_metric(name).compute()


def test_an_unknown_score_or_tokenizer_names_the_nearest() -> None:
    with pytest.raises(UserError, match="no score is called 'blue'; did you mean 'bleu'"):
        as_metric("blue")
    metric = as_metric("bleu")
    with pytest.raises(UserError, match="did you mean '13a'"):
        metric.compute(predictions=["a"], references=["a"], tokenize="v13a")
    assert metric.compute(predictions=["a b c d"], references=["a b c d"])["bleu"] == 100.0


def test_no_network_no_home_no_noise() -> None:
    code = (
        "from nlpseq import as_metric; texts = ['a b c d'];"
        "print(as_metric('bleu').compute(predictions=texts, references=texts)['bleu']);"
        "print(as_metric('classification').compute(predictions=[1, 0], references=[1, 1])['accuracy'])"
    )
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("HF_", "XDG_"))}
    kept |= {"HOME": "/dev/null/nowhere", "HF_HUB_OFFLINE": "1", "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    done = subprocess.run([sys.executable, "-c", code], env=kept, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("100.0\n0.5\n", "")


def test_scoring_itself_needs_no_evaluate() -> None:
    code = (
        "import sys, nlpseq.evaluation.translation, nlpseq.evaluation.rouge, nlpseq.evaluation.classification;"
        "print({'evaluate', 'datasets', 'torch'} & set(sys.modules))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "set()\n", done.stderr
