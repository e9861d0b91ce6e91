"""Training from end to end: an interrupted one ends exactly as an uninterrupted one does, and each stop is clean."""

from __future__ import annotations

import csv
import functools
import shutil
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from nlpseq.config import TextSettings, TranslateSettings
from nlpseq.errors import UserError
from nlpseq.tasks import translate
from nlpseq.training import folder as training_folder
from nlpseq.training import loop, validation
from nlpseq.training.folder import TrainingFolder

VARIANTS: dict[str, dict[str, Any]] = {
    "moving average, patience, accumulation, sampling, time left": {
        "average": "ema", "accumulate": 2, "eval_every_steps": 3, "resume_every_steps": 2, "max_epochs": 9,
        "patience": 3, "lr": 1.0, "max_minutes": 60.0, "monitor": "loss",
    },
    "plateau, mean of the best, accumulation over the end of epochs": {
        "average": "best", "keep_best": 3, "monitor": "loss", "schedule": "plateau", "optimizer": "sgd", "lr": 40.0,
        "warmup_steps": 4, "accumulate": 3, "eval_every_steps": 2, "resume_every_steps": 1, "max_epochs": 8,
    },
    "consistency, no average, an end between validations": {
        "average": "none", "consistency": 1.0, "schedule": "inverse_sqrt", "optimizer": "rmsprop", "lr": 3e-3,
        "eval_every_steps": 5, "resume_every_steps": 2, "monitor": "loss", "max_epochs": 2,
    },
}  # fmt: skip
# (class or module, method or function, number of its call in this process after which the process dies)
Kill = tuple[Any, str, int]
KILLS: dict[str, list[Kill]] = {
    "after each checkpoint": [(TrainingFolder, "checkpoint", 1)] * 30,
    "between checkpoints": [(loop, "train_step", n) for n in (1, 3, 5, 2, 6, 4, 7)],
    "in a validation": [(validation, "candidate", 1), (TrainingFolder, "keep", 2)] * 2,
    "after a validation, before its checkpoint": [
        (loop, "validation", 1), (loop, "validation", 2),
        (training_folder, "save_checkpoint", 2), (training_folder, "save_checkpoint", 1),
    ],
    "after a checkpoint, before its model": [(training_folder, "write_text_atomically", n) for n in (1, 2, 2)],
    "after the last model, before it is noted": [(TrainingFolder, "average", 1), (TrainingFolder, "_show", 99)],
}  # fmt: skip


class Killed(BaseException):
    """Ends a training as SIGKILL would: nothing of ours cleans up after it."""


@pytest.fixture(scope="module")
def uninterrupted(
    tmp_path_factory: pytest.TempPathFactory, tiny_settings: TranslateSettings
) -> dict[str, TranslateSettings]:
    """A finished run of each variant."""
    runs = {}
    for name, train in VARIANTS.items():
        settings = variant(tiny_settings, tmp_path_factory.mktemp("whole"), name)
        assert settings.train.accumulate == train.get("accumulate", 1)
        translate.train(settings)
        runs[name] = settings
    return runs


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize("kills", KILLS.values(), ids=KILLS)
def test_an_interrupted_training_ends_as_an_uninterrupted_one(
    name: str, kills: list[Kill], uninterrupted: dict[str, TranslateSettings], tmp_path: Path
) -> None:
    whole = uninterrupted[name]
    settings = replace(whole, run_dir=str(tmp_path / "run"))
    prepare_like(whole, settings)

    deaths = sum(die(settings, *kill) for kill in kills)
    translate.train(settings)

    assert deaths >= 1 or kills[0][1] == "average"
    assert model_bytes(settings) == model_bytes(whole)
    assert curves(settings) == curves(whole)
    assert best_files(settings) == best_files(whole)
    assert not (tmp_path / "run" / "resume.ckpt").exists()


def test_the_variants_stop_and_step_as_they_should(uninterrupted: dict[str, TranslateSettings]) -> None:
    """What the comparisons above rely on, so that none of them is empty."""
    patient, plateau, odd = (curves(settings) for settings in uninterrupted.values())
    assert [row["step"] for row in patient] == ["3", "6", "9", "12"]  # it only gets worse: one best, three without
    assert [row["lr"] for row in plateau][:2] == ["30.0", "40.0"] and float(plateau[-1]["lr"]) < 40  # warm-up, plateau
    assert [row["step"] for row in odd] == ["5", "10", "14"]
    assert len(best_files(list(uninterrupted.values())[1])) == 3


def test_a_checkpoint_holds_no_pickled_objects(uninterrupted: dict[str, TranslateSettings], tmp_path: Path) -> None:
    for whole in uninterrupted.values():
        settings = replace(whole, run_dir=str(tmp_path / Path(whole.run_dir).parent.name))
        prepare_like(whole, settings)
        assert die(settings, TrainingFolder, "_show", 2)
        torch.load(Path(settings.run_dir) / "resume.ckpt", weights_only=True)


@pytest.mark.parametrize("damage", ["truncated", "garbage", "empty", "other"])
def test_a_damaged_checkpoint_is_named_with_the_fix(
    damage: str, uninterrupted: dict[str, TranslateSettings], tmp_path: Path
) -> None:
    whole = next(iter(uninterrupted.values()))
    settings = replace(whole, run_dir=str(tmp_path / "run"))
    prepare_like(whole, settings)
    assert die(settings, TrainingFolder, "checkpoint", 2)
    path = tmp_path / "run" / "resume.ckpt"
    if damage == "other":
        torch.save({"state_dict": {}}, path)
    else:
        path.write_bytes({"truncated": path.read_bytes()[:-999], "garbage": b"no checkpoint", "empty": b""}[damage])

    with pytest.raises(UserError, match=r"run/resume\.ckpt: cannot be resumed from; delete it"):
        translate.train(settings)

    path.unlink()
    translate.train(settings)  # the fix works
    assert model_bytes(settings) == model_bytes(whole)


def test_a_spent_time_budget_ends_training_after_one_last_validation(
    tiny_settings: TranslateSettings, tmp_path: Path
) -> None:
    train = replace(tiny_settings.train, max_minutes=1e-6, eval_every_steps=1000, max_epochs=500, accumulate=1)
    translator = translate.train(replace(tiny_settings, run_dir=str(tmp_path), train=train))
    settings = replace(tiny_settings, run_dir=str(tmp_path))
    assert [row["step"] for row in curves(settings)] == ["1"]
    assert isinstance(translator.translate("A dog sleeps."), str)


@pytest.mark.parametrize(("every", "steps"), [(0, [7, 14]), (4, [4, 8, 12, 14]), (7, [7, 14]), (99, [14])])
def test_training_ends_in_exactly_one_validation(
    every: int, steps: list[int], tiny_settings: TranslateSettings, tmp_path: Path
) -> None:
    train = replace(tiny_settings.train, max_epochs=2, eval_every_steps=every)
    settings = replace(tiny_settings, run_dir=str(tmp_path), train=train)
    translate.train(settings)
    assert [int(row["step"]) for row in curves(settings)] == steps
    assert [float(row["epoch"]) for row in curves(settings)] == [round(step / 7, 2) for step in steps]


def test_the_best_are_averaged_and_the_curves_hold_their_losses(uninterrupted: dict[str, TranslateSettings]) -> None:
    settings = next(settings for settings in uninterrupted.values() if settings.train.average == "best")
    run_dir = Path(settings.run_dir)
    rows = curves(settings)
    kept = sorted(rows, key=lambda row: float(row["val_loss"]))[:3]
    models = [load_file(run_dir / "best" / f"step-{int(row['step']):07d}.safetensors") for row in kept]
    for name, weight in load_file(run_dir / "model.safetensors").items():
        torch.testing.assert_close(weight, sum(model[name] for model in models) / 3, msg=name)
    header = (run_dir / "curves.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header == "step,epoch,minutes,train_loss,val_loss,val_bleu,lr,tokens_per_second"


@pytest.mark.parametrize(
    "train",
    [
        {"optimizer": "adam", "schedule": "constant", "l1": 1e-6, "average": "none"},
        {"optimizer": "adamw", "precision": "bf16", "clip_norm": 0.0},
        {"optimizer": "rmsprop", "lr": 3e-3, "schedule": "plateau", "warmup_steps": 0, "label_smoothing": 0.0},
    ],
    ids=lambda train: "-".join(map(str, train.values())),
)
def test_other_optimizers_schedules_and_precisions_learn(
    train: dict[str, Any], tiny_settings: TranslateSettings, tmp_path: Path
) -> None:
    settings = replace(tiny_settings, run_dir=str(tmp_path), train=replace(tiny_settings.train, **train))
    translate.train(settings)
    first, last = (float(curves(settings)[place]["val_loss"]) for place in (0, -1))
    assert last < first - 0.1


def test_a_loss_that_is_not_finite_is_the_users_to_fix(tiny_settings: TranslateSettings, tmp_path: Path) -> None:
    train = replace(tiny_settings.train, optimizer="sgd", lr=1e30, clip_norm=0.0, max_epochs=3)
    with pytest.raises(UserError, match=r"not finite; lower train\.lr"):
        translate.train(replace(tiny_settings, run_dir=str(tmp_path), train=train))


def variant(tiny_settings: TranslateSettings, folder: Path, name: str) -> TranslateSettings:
    text = tiny_settings.text
    if "sampling" in name:
        text = TextSettings(vocab_size=text.vocab_size, sampling_alpha=0.2, sampling_copies=3)
    return replace(
        tiny_settings, run_dir=str(folder / "run"), text=text, train=replace(tiny_settings.train, **VARIANTS[name])
    )


def prepare_like(prepared: TranslateSettings, settings: TranslateSettings) -> None:
    """Copy the prepared text of another run, and nothing else."""
    source, target = Path(prepared.run_dir), Path(settings.run_dir)
    for folder in ("data", "text"):
        shutil.copytree(source / folder, target / folder)
    shutil.copy(source / "stages.json", target)
    (target / "stages.json").write_text(f'{{"prepare": "{translate.prepare(prepared).mark}"}}')


def die(settings: TranslateSettings, owner: Any, name: str, call: int) -> bool:
    """Train until the `call`-th call of a method or function is over; whether it came to that."""
    original, calls = getattr(owner, name), count(1)

    @functools.wraps(original)
    def method(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        if next(calls) == call:
            raise Killed
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, method)
        try:
            translate.train(settings)
        except Killed:
            return True
    return False


def model_bytes(settings: TranslateSettings) -> bytes:
    return (Path(settings.run_dir) / "model.safetensors").read_bytes()


def best_files(settings: TranslateSettings) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path(settings.run_dir, "best").glob("*")}


def curves(settings: TranslateSettings) -> list[dict[str, str]]:
    """The rows of `curves.csv` without what depends on the clock."""
    with open(Path(settings.run_dir) / "curves.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [{name: row[name] for name in row if name not in ("minutes", "tokens_per_second")} for row in rows]
