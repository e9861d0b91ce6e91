"""A training is only done while its model is there and whole, and what it leaves is never taken for another one's."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from nlpseq.config import GenerateSettings
from nlpseq.tasks import verbs
from nlpseq.tasks.card import CARD_FILE
from nlpseq.training.folder import TrainingFolder
from nlpseq.training.state import TrainState


class Killed(BaseException):
    """Ends a training as SIGKILL would."""


@pytest.fixture(scope="module")
def short(story_settings: GenerateSettings, tmp_path_factory: pytest.TempPathFactory) -> GenerateSettings:
    """The settings of a short training that has ended; only to be read."""
    settings = replace(
        story_settings,
        run_dir=str(tmp_path_factory.mktemp("short") / "run"),
        train=replace(story_settings.train, max_epochs=1, eval_every_steps=9),
    )
    verbs.run(settings)
    return settings


@pytest.fixture
def copied(short: GenerateSettings, tmp_path: Path) -> GenerateSettings:
    """The same in a folder that a test may change."""
    shutil.copytree(short.run_dir, tmp_path / "run")
    return replace(short, run_dir=str(tmp_path / "run"))


def weights(settings: GenerateSettings) -> bytes:
    return (Path(settings.run_dir) / "model.safetensors").read_bytes()


@pytest.mark.parametrize(
    "damage",
    [
        Path.unlink,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-40]),
        lambda path: path.write_bytes(b"\xff" * 400),
    ],
    ids=["gone", "empty", "cut off", "overwritten"],
)
def test_damaged_weights_are_trained_again(
    damage: Callable[[Path], object], copied: GenerateSettings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="nlpseq")
    path = Path(copied.run_dir) / "model.safetensors"
    whole = path.read_bytes()
    damage(path)
    verbs.train(copied)
    assert f"{path}: missing or damaged; the model is trained again" in caplog.messages
    assert path.read_bytes() == whole
    caplog.clear()
    verbs.train(copied)
    assert f"trained already: {copied.run_dir}" in caplog.messages


def test_a_finished_model_stays_in_force_until_another_one_is_finished(
    copied: GenerateSettings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Killed after its first validation, the other training has left a model that must not pass for this one's."""
    caplog.set_level("INFO", logger="nlpseq")
    before = weights(copied)
    other = replace(copied, train=replace(copied.train, lr=1e-3))

    checkpoint = TrainingFolder.checkpoint

    def die(self: TrainingFolder, state: TrainState) -> None:
        checkpoint(self, state)
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(TrainingFolder, "checkpoint", die)
        verbs.train(other)
    assert weights(other) == before
    assert f"{copied.run_dir}: its settings change (train.lr 0.02 -> 0.001); a training begins beside it" in caplog.text
    caplog.clear()
    verbs.train(copied)
    assert f"trained already: {copied.run_dir}" in caplog.messages
    verbs.train(other)
    assert weights(copied) != before
    assert not (Path(copied.run_dir) / "training").exists()


def test_scores_of_an_earlier_model_go_with_it(copied: GenerateSettings) -> None:
    run_dir = Path(copied.run_dir)
    assert "## Scores" in (run_dir / CARD_FILE).read_text(encoding="utf-8")
    verbs.train(replace(copied, train=replace(copied.train, lr=1e-3)))
    assert not (run_dir / "metrics.json").exists()
    text = (run_dir / CARD_FILE).read_text(encoding="utf-8")
    assert "## Scores" not in text and "lr: 0.001" in text
    assert json.loads((run_dir / "training.json").read_text(encoding="utf-8"))["Software"].startswith("nlpseq ")


def test_the_caller_keeps_its_denormal_numbers(short: GenerateSettings) -> None:
    verbs.train(short)
    assert torch.tensor(1e-40).mul(0.5).item() > 0
