"""The loss that each task trains by is the loss that it is validated by, and that on the validation split."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import log_softmax

from nlpseq.config import ClassifySettings, GenerateSettings, SummarizeSettings, TranslateSettings
from nlpseq.data.characters import load_ids
from nlpseq.tasks import verbs


def without_dropout(settings: Any, run_dir: Path, **train: Any) -> Any:
    """Settings that train without noise and move the weights by nothing: both losses are of the same network."""
    names = [name for name in vars(settings.model) if name.endswith("dropout")]
    still: dict[str, Any] = {"lr": 1e-30, "average": "none", "max_epochs": 1, "label_smoothing": 0.0}
    known = {name: value for name, value in still.items() if name in vars(settings.train)}
    return replace(
        settings, run_dir=str(run_dir), model=replace(settings.model, **dict.fromkeys(names, 0.0)),
        train=replace(settings.train, **known, **train),
    )  # fmt: skip


def assert_losses(settings: Any, *, train: float, validation: float, rel: float = 1e-3) -> None:
    with open(Path(settings.run_dir) / "curves.csv", encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert abs(train - validation) > 1e-3  # or the test could not tell the splits apart
    assert float(row["train_loss"]) == pytest.approx(train, rel=rel)
    assert float(row["val_loss"]) == pytest.approx(validation, abs=1e-4)


@pytest.mark.parametrize("consistency", [0.0, 3.0])
def test_translation(consistency: float, tiny_settings: TranslateSettings, tmp_path: Path) -> None:
    settings = without_dropout(tiny_settings, tmp_path, consistency=consistency)
    translator, losses = verbs.train(settings), []
    for split in ("train", "val"):
        src, tgt = (
            Path(settings.data.path, f"{split}.{language}").read_text(encoding="utf-8").splitlines()
            for language in ("en", "de")
        )
        tokens = sum(len(ids) + 1 for ids in translator.tgt.encode_batch(tgt))
        losses.append(-float(translator.score(src, tgt).sum()) / tokens)
    assert_losses(settings, train=losses[0], validation=losses[1])


def test_summarization(notice_settings: SummarizeSettings, tmp_path: Path) -> None:
    settings = without_dropout(notice_settings, tmp_path)
    summarizer, losses = verbs.train(settings), []
    for split in ("train", "validation"):
        lines = Path(settings.data.path, f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        scores = summarizer.score([row["document"] for row in rows], [row["summary"] for row in rows])
        losses.append(-float(scores.sum()) / sum(len(row["summary"]) + 1 for row in rows))
    assert_losses(settings, train=losses[0], validation=losses[1])


@pytest.mark.parametrize("adversarial", [0.0, 1.0])
def test_classification(adversarial: float, review_settings: ClassifySettings, tmp_path: Path) -> None:
    settings = without_dropout(review_settings, tmp_path, adversarial=adversarial)
    classifier, losses = verbs.train(settings), []
    for split in ("train", "validation"):
        with open(Path(settings.data.path, f"{split}.csv"), encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        log_probs = log_softmax(classifier.logits([row["text"] for row in rows]).astype(np.float64), axis=1)
        labels = [classifier.labels.index(row["label"]) for row in rows]
        losses.append(-float(log_probs[range(len(rows)), labels].mean()))
    assert_losses(settings, train=losses[0], validation=losses[1])


def test_a_language_model(story_settings: GenerateSettings, tmp_path: Path) -> None:
    """Nearly: in training the text is a ring that is read from elsewhere on, in several tracks."""
    settings = without_dropout(story_settings, tmp_path)
    writer = verbs.train(settings)
    ids = load_ids(tmp_path / "data")
    train, validation = (float(writer.nats(ids[split]).mean()) for split in ("train", "validation"))
    assert_losses(settings, train=train, validation=validation, rel=1e-2)
