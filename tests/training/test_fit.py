"""Training from end to end: an interrupted one ends exactly as an uninterrupted one does, and each stop is clean."""

from __future__ import annotations

import csv
import functools
import io
import json
import logging
import os
import signal
import sys
import warnings
from dataclasses import replace
from functools import partial
from itertools import count, takewhile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from nlpseq.config import TextSettings, TrainSettings, TranslateSettings, TranslateTrainSettings
from nlpseq.data.batch import collate_pairs
from nlpseq.errors import UserError
from nlpseq.runs.stages import Stages
from nlpseq.runs.swap import TRAINING, copy_version
from nlpseq.runs.training import bucketed
from nlpseq.tasks import verbs
from nlpseq.tasks.translate.objective import TranslationObjective
from nlpseq.tasks.translate.stages import validator
from nlpseq.tasks.translate.translator import Translator
from nlpseq.training import fit as fit_module
from nlpseq.training import folder as training_folder
from nlpseq.training import loop, validation
from nlpseq.training.fit import Outcome, fit
from nlpseq.training.folder import TrainingFolder
from nlpseq.training.ranks import Ranks

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
        verbs.train(settings)
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

    deaths = len(list(takewhile(bool, (die(settings, *kill) for kill in kills))))
    verbs.train(settings)

    assert deaths >= 1 or kills[0][1] == "average"
    assert model_bytes(settings) == model_bytes(whole)
    assert curves(settings) == curves(whole)
    assert best_files(settings) == best_files(whole)


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
        torch.load(Path(settings.run_dir) / "training" / "resume.ckpt", weights_only=True)


@pytest.mark.parametrize("damage", ["truncated", "garbage", "empty", "other"])
def test_a_damaged_checkpoint_is_named_with_the_fix(
    damage: str, uninterrupted: dict[str, TranslateSettings], tmp_path: Path
) -> None:
    whole = next(iter(uninterrupted.values()))
    settings = replace(whole, run_dir=str(tmp_path / "run"))
    prepare_like(whole, settings)
    assert die(settings, TrainingFolder, "checkpoint", 2)
    path = tmp_path / "run" / "training" / "resume.ckpt"
    if damage == "other":
        torch.save({"state_dict": {}}, path)
    else:
        path.write_bytes({"truncated": path.read_bytes()[:-999], "garbage": b"no checkpoint", "empty": b""}[damage])

    with pytest.raises(UserError, match=r"run/training/resume\.ckpt: cannot be resumed from; delete it"):
        verbs.train(settings)

    path.unlink()
    verbs.train(settings)  # the fix works
    assert model_bytes(settings) == model_bytes(whole)


def test_a_spent_time_budget_ends_training_after_one_last_validation(
    tiny_settings: TranslateSettings, tmp_path: Path
) -> None:
    train = replace(tiny_settings.train, max_minutes=1e-6, eval_every_steps=1000, max_epochs=500, accumulate=1)
    translator = verbs.train(replace(tiny_settings, run_dir=str(tmp_path), train=train))
    settings = replace(tiny_settings, run_dir=str(tmp_path))
    assert [row["step"] for row in curves(settings)] == ["1"]
    assert isinstance(translator.translate("A dog sleeps."), str)


@pytest.mark.parametrize(("every", "steps"), [(0, [7, 14]), (4, [4, 8, 12, 14]), (7, [7, 14]), (99, [14])])
def test_training_ends_in_exactly_one_validation(
    every: int, steps: list[int], tiny_settings: TranslateSettings, tmp_path: Path
) -> None:
    train = replace(tiny_settings.train, max_epochs=2, eval_every_steps=every)
    settings = replace(tiny_settings, run_dir=str(tmp_path), train=train)
    verbs.train(settings)
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
    verbs.train(settings)
    first, last = (float(curves(settings)[place]["val_loss"]) for place in (0, -1))
    assert last < first - 0.1


def test_a_loss_that_is_not_finite_is_the_users_to_fix(tiny_settings: TranslateSettings, tmp_path: Path) -> None:
    train = replace(tiny_settings.train, optimizer="sgd", lr=1000.0, weight_decay=1000.0, clip_norm=0.0, max_epochs=3)
    with pytest.raises(UserError, match=r"^the training diverged: .*; lower train\.lr or set train\.clip_norm$"):
        verbs.train(replace(tiny_settings, run_dir=str(tmp_path), train=train))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_a_signal_leaves_a_checkpoint_of_the_step_under_way(
    number: signal.Signals, uninterrupted: dict[str, TranslateSettings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, whole = next(iter(uninterrupted.items()))
    settings = replace(whole, run_dir=str(tmp_path / "run"))
    prepare_like(whole, settings)
    usual = [signal.signal(signal.SIGINT, signal.default_int_handler), signal.signal(signal.SIGTERM, signal.SIG_DFL)]
    original, calls = loop.average, count(1)

    def signalled(*args: Any) -> None:
        if next(calls) == 5:
            os.kill(os.getpid(), number)  # within a step
        original(*args)

    try:
        with monkeypatch.context() as patch, pytest.raises((KeyboardInterrupt, SystemExit)) as stopped:
            patch.setattr(loop, "average", signalled)
            verbs.train(settings)
    finally:
        signal.signal(signal.SIGINT, usual[0])
        signal.signal(signal.SIGTERM, usual[1])
    assert isinstance(stopped.value, KeyboardInterrupt) if number == signal.SIGINT else stopped.value.code == 143
    checkpoint = torch.load(tmp_path / "run" / "training" / "resume.ckpt", weights_only=True)
    assert (checkpoint["step"], checkpoint["saved"]) == (5, 5)  # not one of the usual ones, every second step
    verbs.train(settings)
    assert model_bytes(settings) == model_bytes(whole)
    assert curves(settings) == curves(whole)


def loss_of_one() -> dict[str, float]:
    return {"loss": 1.0}


def test_a_training_that_is_stopped_before_it_has_a_best_model_leaves_that_of_its_last_step(
    tmp_path: Path, fit_slope: Any
) -> None:
    def stopped() -> dict[str, float]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit_slope(tmp_path, stopped, max_epochs=3, eval_every_steps=2)
    assert load_file(tmp_path / "model.safetensors")["weight"].item() == pytest.approx(2.9)


def test_a_second_signal_is_not_waited_for(tmp_path: Path, fit_slope: Any) -> None:
    reached: list[int] = []

    def interrupted(_: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        reached.append(1)
        os.kill(os.getpid(), signal.SIGINT)
        reached.append(2)

    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            fit_slope(tmp_path, loss_of_one, max_epochs=3, watch=interrupted)
    finally:
        signal.signal(signal.SIGINT, usual)
    assert reached == [1] and not (tmp_path / "resume.ckpt").exists()


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_steps_and_validations_have_their_mode_and_their_precision(
    precision: str, tmp_path: Path, fit_slope: Any
) -> None:
    steps, validations = [], []
    models: list[Any] = []

    def step(model: Any) -> None:
        models.append(model)
        steps.append((model.training, torch.is_autocast_enabled("cpu")))

    def validate() -> dict[str, float]:
        validations.append((models[-1].training, torch.is_autocast_enabled("cpu")))
        return {"loss": 1.0}

    fit_slope(tmp_path, validate, max_epochs=2, precision=precision, watch=step)
    assert steps == [(True, precision == "bf16")] * 2 and validations == [(False, False)] * 2


def test_the_line_of_progress_makes_room_for_a_validation(
    tmp_path: Path, fit_slope: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream, seen = Terminal(), []
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("NO_COLOR", "1")

    def validate() -> dict[str, float]:
        seen.append(stream.getvalue().split("\r"))
        return {"loss": 1.0}

    fit_slope(tmp_path, validate, max_epochs=1)
    assert [(first, line[:29], line[-4:], rest) for first, line, rest in seen] == [
        ("", "step 1  epoch 1.0/1  0 s left", "\x1b[2K", "")
    ]


def test_the_rate_has_come_down_when_the_last_step_is_done(tmp_path: Path, fit_slope: Any) -> None:
    fit_slope(tmp_path, loss_of_one, max_epochs=8, accumulate=2, schedule="cosine", final_lr=0.0)
    rates = [float(row["lr"]) for row in rows(tmp_path)]  # after each step: (1 + cos(pi * share)) / 2
    assert rates == pytest.approx([0.8536, 0.5, 0.1464, 0.0], abs=1e-4)


def test_what_the_allocator_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The numbers are those of glibc's malloc.h: one arena; and a gigabyte before memory is mapped or given back."""
    told: list[tuple[int, ...]] = []
    library = SimpleNamespace(mallopt=lambda *pair: told.append(pair), malloc_trim=lambda *pad: told.append(pad))
    monkeypatch.setattr("ctypes.CDLL", lambda name: library)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", raising=False)
    fit_module._hold_memory_down()
    assert told == [(-8, 1), (-3, 2**30), (-1, 2**30), (0,)]
    assert os.environ.pop("ONEDNN_PRIMITIVE_CACHE_CAPACITY") == "32"
    monkeypatch.setattr(sys, "platform", "win32")
    fit_module._hold_memory_down()
    assert len(told) == 4


def test_advice_of_lightning_is_not_for_the_user() -> None:
    log = logging.getLogger("lightning_fabric")
    before = log.level
    with fit_module._quiet():
        assert not log.isEnabledFor(logging.WARNING)
        warnings.warn("soon", FutureWarning, stacklevel=1)
        warnings.warn_explicit("more workers", UserWarning, "loader.py", 1, module="lightning_fabric.loader")
        with pytest.warns(UserWarning, match="heard"):  # what others warn of is heard
            warnings.warn("heard", UserWarning, stacklevel=1)
    assert log.level == before


@pytest.mark.parametrize(
    ("device", "place", "message"),
    [
        ("cuda:1", 0, r"train\.device is cuda:1, which takes one process; set it to cuda"),
        ("cuda", 2, "each process needs a GPU of its own, and this machine has 2"),
    ],
)
def test_a_device_is_not_shared(device: str, place: int, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_RANK", str(place))
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    batches: Any = SimpleNamespace()
    with pytest.raises(UserError, match=message):
        fit_module._take_a_share(Ranks(), batches, TrainSettings(), device)


@pytest.mark.parametrize(("place", "number"), [(None, 0), ("1", 1)])
def test_each_process_has_the_device_of_its_number(
    place: str | None, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []
    monkeypatch.delenv("LOCAL_RANK", raising=False)
    if place is not None:
        monkeypatch.setenv("LOCAL_RANK", place)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "set_device", taken.append)
    batches: Any = SimpleNamespace()
    fit_module._take_a_share(Ranks(), batches, TrainSettings(), "cuda")
    assert taken == [number] and batches.share == slice(None)
    fit_module._take_a_share(Ranks(), batches, TrainSettings(), "cpu")
    assert taken == [number]


def test_a_signal_ends_a_validation_at_once_and_it_is_done_again(
    tmp_path: Path, fit_slope: Any, caplog: pytest.LogCaptureFixture
) -> None:
    validated: list[int] = []

    def validate() -> dict[str, float]:
        validated.append(1)
        if len(validated) == 2:
            raise KeyboardInterrupt
        return {"loss": 1.0}

    with pytest.raises(KeyboardInterrupt), caplog.at_level("INFO", "nlpseq"):
        fit_slope(tmp_path, validate, max_epochs=3)
    assert caplog.messages[-1] == "epochs 2.0 of 3 (interrupted); the same command goes on from step 2"
    assert torch.load(tmp_path / "resume.ckpt", weights_only=True)["step"] == 2
    assert load_file(tmp_path / "model.safetensors")["weight"].item() == 1.0  # the best so far, after one step
    with caplog.at_level("INFO", "nlpseq"):
        caplog.clear()
        assert fit_slope(tmp_path, validate, max_epochs=3).stopped_by == "epochs"
    assert caplog.messages[0] == f"going on from {tmp_path / 'resume.ckpt'}"
    assert [row["step"] for row in rows(tmp_path)] == ["1", "2", "3"] and len(validated) == 4


def test_more_epochs_go_on_from_where_it_ended(tiny_settings: TranslateSettings, tmp_path: Path) -> None:
    """With a constant rate two epochs and then one more are three; the data go on as well."""
    whole, parts = (replace(tiny_settings, run_dir=str(tmp_path / name)) for name in ("whole", "parts"))
    plain = replace(tiny_settings.train, schedule="constant", warmup_steps=0, accumulate=1)
    outcomes = [fit_translator(whole, replace(plain, max_epochs=3))]
    outcomes += [fit_translator(parts, replace(plain, max_epochs=epochs)) for epochs in (2, 3)]
    assert [(outcome.epochs, outcome.max_epochs, outcome.stopped_by) for outcome in outcomes] == [
        (3.0, 3, "epochs"), (2.0, 2, "epochs"), (3.0, 3, "epochs")
    ]  # fmt: skip
    assert model_bytes(parts) == model_bytes(whole)
    assert curves(parts) == curves(whole)
    assert fit_translator(parts, replace(plain, max_epochs=1)).stopped_by == "epochs"  # fewer: nothing is left to do
    assert model_bytes(parts) == model_bytes(whole)


def test_the_learning_rate_follows_more_epochs(tmp_path: Path, fit_slope: Any) -> None:
    """Cosine, at its end after two epochs, is back at its height for the rest of six."""
    for epochs in (2, 6):
        fit_slope(tmp_path, loss_of_one, max_epochs=epochs, schedule="cosine", final_lr=0.0)
    rates = [float(row["lr"]) for row in rows(tmp_path)]  # after each step: (1 + cos(pi * share)) / 2
    assert rates == pytest.approx([0.5, 0.0, 0.5, 0.25, 0.0670, 0.0], abs=1e-3)


def test_more_time_goes_on_from_where_it_was_spent(tmp_path: Path, fit_slope: Any) -> None:
    first = fit_slope(tmp_path, loss_of_one, max_epochs=9, max_minutes=1e-9)
    assert (first.epochs, first.stopped_by, str(first)) == (1.0, "time budget", "epochs 1.0 of 9 (time budget)")
    again = fit_slope(tmp_path, loss_of_one, max_epochs=9, max_minutes=1e-9)
    assert (again.epochs, again.stopped_by) == (1.0, "time budget")
    more = fit_slope(tmp_path, loss_of_one, max_epochs=9, max_minutes=60.0)
    assert (more.epochs, more.stopped_by) == (9.0, "epochs")
    assert more.seconds > first.seconds
    assert [row["step"] for row in rows(tmp_path)] == [str(step) for step in range(1, 10)]


def test_the_facts_of_a_training_say_how_it_ended(tiny_settings: TranslateSettings, tmp_path: Path) -> None:
    train = replace(tiny_settings.train, max_epochs=50, eval_every_steps=7, max_minutes=1e-9)
    verbs.train(replace(tiny_settings, run_dir=str(tmp_path), train=train))
    facts = json.loads((tmp_path / "training.json").read_text())
    assert (facts["epochs"], facts["max_epochs"], facts["stopped_by"]) == (0.14, 50, "time budget")


def test_tensorboard_has_the_true_epoch(tmp_path: Path, fit_slope: Any) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    fit_slope(tmp_path, loss_of_one, max_epochs=20, eval_every_steps=8)
    events = EventAccumulator(str(tmp_path / "tensorboard"))
    events.Reload()
    assert [(event.step, event.value) for event in events.Scalars("epoch")] == [
        (8, 8),
        (10, 10),
        (16, 16),
        (20, 20),
        (20, 20),
    ]
    assert [event.step for event in events.Scalars("val_loss")] == [8, 16, 20]
    losses = events.Scalars("train_loss")
    weights = [sum(10 * (1 - 0.9**grown) for grown in range(1, step)) for step in (10, 20)]
    assert [event.step for event in losses] == [10, 20]
    assert [-event.value for event in losses] == pytest.approx(weights, rel=1e-5)
    assert [event.value for event in events.Scalars("tokens")] == [24, 30, 48, 60, 60]
    assert {event.value for event in events.Scalars("lr")} == {1.0}


def fit_translator(settings: TranslateSettings, train: TranslateTrainSettings) -> Outcome:
    """Train in the run folder, going on from what is there."""
    changed = replace(settings, train=train)
    prepared = verbs.prepare(changed)
    torch.manual_seed(5)
    translator = Translator.untrained(
        prepared.src, prepared.tgt, settings.model, languages=("en", "de"), decode=settings.decode
    )
    collate = partial(collate_pairs, pad_id=prepared.src.pad_id, bos_id=prepared.tgt.bos_id)
    batches, steps_per_epoch, _ = bucketed(
        prepared.train, prepared.train.lengths(), collate, train, batch_tokens=train.batch_tokens
    )
    return fit(
        translator.model, TranslationObjective(0.1, 0.0), batches, train, Path(settings.run_dir),
        steps_per_epoch=steps_per_epoch, validate=validator(translator, prepared, changed),
    )  # fmt: skip


def variant(tiny_settings: TranslateSettings, folder: Path, name: str) -> TranslateSettings:
    text = tiny_settings.text
    if "sampling" in name:
        text = TextSettings(vocab_size=text.vocab_size, sampling_alpha=0.2, sampling_copies=3)
    return replace(
        tiny_settings, run_dir=str(folder / "run"), text=text, train=replace(tiny_settings.train, **VARIANTS[name])
    )


def prepare_like(prepared: TranslateSettings, settings: TranslateSettings) -> None:
    """Copy the prepared text of another run, and nothing else."""
    source, target = Path(prepared.run_dir), Path(settings.run_dir) / TRAINING
    copy_version(source, target, only=("data", "text"))
    Stages(target).mark("prepare", Stages(source).get("prepare") or "")


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
            verbs.train(settings)
        except Killed:
            return True
    return False


def model_bytes(settings: TranslateSettings) -> bytes:
    return (Path(settings.run_dir) / "model.safetensors").read_bytes()


def best_files(settings: TranslateSettings) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path(settings.run_dir, "best").glob("*")}


def curves(settings: TranslateSettings) -> list[dict[str, str]]:
    return rows(Path(settings.run_dir))


def rows(run_dir: Path) -> list[dict[str, str]]:
    """The rows of `curves.csv` without what depends on the clock."""
    with open(run_dir / "curves.csv", newline="", encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    return [{name: row[name] for name in row if name not in ("minutes", "tokens_per_second")} for row in found]
