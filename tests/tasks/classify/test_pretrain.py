"""The encoder is pretrained on the training texts; such a training goes on exactly where it was left."""

from __future__ import annotations

import csv
import math
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from nlpseq.config import ClassifySettings
from nlpseq.errors import UserError
from nlpseq.models.classifier import ClassifierModel
from nlpseq.models.word_predictor import WordPredictor
from nlpseq.tasks import classify, verbs
from nlpseq.tasks.classify.classifier import Classifier
from nlpseq.tasks.classify.pretrain import validator
from nlpseq.training import folder as training_folder
from nlpseq.training import loop, validation
from nlpseq.training.folder import TrainingFolder


def rows(run_dir: Path | str) -> list[dict[str, str]]:
    with open(Path(run_dir) / "curves.csv", encoding="utf-8") as file:
        return [
            {k: v for k, v in row.items() if k not in ("minutes", "tokens_per_second")} for row in csv.DictReader(file)
        ]


class Killed(BaseException):
    """Ends a training as SIGKILL would."""


def die(settings: ClassifySettings, home: Any, method: str, call: int) -> bool:
    """Train until the given call of the method or function; whether it came to that."""
    calls = 0
    original = getattr(home, method)

    def counting(*arguments: Any, **keywords: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            raise Killed
        return original(*arguments, **keywords)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(home, method, counting)
        try:
            verbs.train(settings)
        except Killed:
            return True
    return False


@pytest.fixture(scope="module")
def pretrained(review_settings: ClassifySettings, tmp_path_factory: pytest.TempPathFactory) -> ClassifySettings:
    """A finished run with all that a training can have: pretraining, adversary, dropouts, batch norm, accumulation."""
    settings = replace(
        review_settings,
        run_dir=str(tmp_path_factory.mktemp("pretrained") / "whole"),
        model=replace(
            review_settings.model, norm="batch", word_dropout=0.2, recurrent_dropout=0.2, embedding_dropout=0.2
        ),
        pretrain=replace(
            review_settings.pretrain, max_epochs=4, batch_tokens=300, sampled_words=9, lr=1e-2, warmup_steps=2,
            resume_every_steps=2, precision="fp32", device="cpu",
        ),
        train=replace(
            review_settings.train, adversarial=0.5, label_smoothing=0.1, accumulate=2, resume_every_steps=1, l1=1e-5,
            eval_every_steps=4,
        ),
    )  # fmt: skip
    verbs.train(settings)
    return settings


def test_a_sample_larger_than_the_vocabulary_is_all_of_it(review_settings: ClassifySettings, tmp_path: Path) -> None:
    """A thousand million samples of thirty words would take all memory."""
    settings = replace(
        review_settings,
        run_dir=str(tmp_path / "run"),
        pretrain=replace(review_settings.pretrain, max_epochs=1, sampled_words=10**9, precision="fp32", device="cpu"),
        train=replace(review_settings.train, max_epochs=1),
    )
    verbs.train(settings)
    assert float(rows(tmp_path / "run" / "pretrain")[0]["val_loss"]) > 0


def test_pretraining_learns_the_language_and_gives_the_encoder_its_start(pretrained: ClassifySettings) -> None:
    run_dir = Path(pretrained.run_dir)
    curve = rows(run_dir / "pretrain")
    losses = [float(row["val_loss"]) for row in curve]
    words = len(Classifier.from_pretrained(run_dir).text.vocab)
    assert len(losses) == 4 and losses[-1] < losses[0] < math.log(words) + 0.5
    assert "classifier.embedding.weight" in load_file(run_dir / "pretrain" / "model.safetensors")
    assert (run_dir / "pretrain" / "training.json").exists()


def test_the_start_is_the_pretrained_one(pretrained: ClassifySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = verbs.prepare(pretrained)
    classifier = classify.stages._untrained(pretrained, prepared)
    path = Path(pretrained.run_dir) / "pretrain" / "model.safetensors"
    classify.stages._give_start(classifier, pretrained, prepared, path)
    wanted = load_file(path)
    assert np.array_equal(classifier.model.embedding.weight.detach(), wanted["classifier.embedding.weight"])
    assert np.array_equal(
        classifier.model.encoder.layers[0].weight_hh_l0_reverse.detach(),
        wanted["classifier.encoder.layers.0.weight_hh_l0_reverse"],
    )


@pytest.mark.parametrize(
    "kills",
    [
        [(TrainingFolder, "checkpoint", 1)] * 12,
        [
            (loop, "train_step", 3),
            (loop, "train_step", 5),
            (loop, "train_step", 2),
        ],
        [
            (validation, "candidate", 1),
            (training_folder, "write_text_atomically", 2),
            (validation, "candidate", 2),
        ],
    ],
    ids=["at checkpoints", "between them", "in validations"],
)
def test_an_interrupted_training_ends_as_an_uninterrupted_one(
    kills: list[tuple[Any, str, int]], pretrained: ClassifySettings, tmp_path: Path
) -> None:
    settings = replace(pretrained, run_dir=str(tmp_path / "run"))
    deaths = sum(die(settings, *kill) for kill in kills)
    verbs.train(settings)
    assert deaths >= 2
    for name in ("pretrain/model.safetensors", "model.safetensors"):
        assert (tmp_path / "run" / name).read_bytes() == (Path(pretrained.run_dir) / name).read_bytes()
    assert rows(tmp_path / "run") == rows(pretrained.run_dir)
    assert rows(tmp_path / "run" / "pretrain") == rows(Path(pretrained.run_dir) / "pretrain")


def test_other_training_settings_keep_the_pretraining(pretrained: ClassifySettings, tmp_path: Path) -> None:
    shutil.copytree(pretrained.run_dir, tmp_path / "run")
    settings = replace(
        pretrained, run_dir=str(tmp_path / "run"), train=replace(pretrained.train, max_epochs=2, adversarial=0.0)
    )
    before = (tmp_path / "run" / "pretrain" / "model.safetensors").stat().st_mtime_ns
    verbs.train(settings)
    assert (tmp_path / "run" / "pretrain" / "model.safetensors").stat().st_mtime_ns == before
    assert (tmp_path / "run" / "model.safetensors").read_bytes() != (
        Path(pretrained.run_dir) / "model.safetensors"
    ).read_bytes()


# ---- how good it is at its task


@pytest.fixture
def predictor() -> WordPredictor:
    """One that gives every one of its 7 words the same probability."""
    found = WordPredictor(ClassifierModel(7, 2, embedding_dim=3, hidden_size=4))
    with torch.no_grad():
        for weight in found.projections.parameters():
            weight.zero_()
    return found


def test_the_loss_is_that_of_a_word(predictor: WordPredictor) -> None:
    assert validator(predictor, [[4, 5, 6], [4], [5, 5]], pad_id=0)() == {"loss": pytest.approx(math.log(7))}


@pytest.mark.parametrize("rows", [[], [[4], [5]]])
def test_texts_of_one_word_have_no_loss_and_not_one_of_zero(rows: list[list[int]], predictor: WordPredictor) -> None:
    with pytest.raises(UserError, match=r"pretrain\.max_epochs: no validation text has two words.*; set it to 0"):
        validator(predictor, rows, pad_id=0)
