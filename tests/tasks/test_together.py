"""A run of several processes is one run: the first works and speaks, and all of them end together."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from nlpseq.cli import main
from nlpseq.config import ClassifySettings, PretrainSettings
from nlpseq.errors import UserError
from nlpseq.recipe import write_settings
from nlpseq.tasks import learn, search, task_named
from nlpseq.training import loop
from nlpseq.training.state import Clock
from tests.processes import codes, done, said, started

STOPPED = "nlpseq: stopped; what was finished is kept, and the same command goes on from there"
GONE = "nlpseq: another of the 2 processes has ended or cannot be reached; what was finished is kept, and the same"


@pytest.fixture
def recipe(review_settings: ClassifySettings, tmp_path: Path) -> Path:
    return written(replace(review_settings, baselines=False), tmp_path)


def written(settings: ClassifySettings, folder: Path) -> Path:
    path = folder / "recipe.yaml"
    write_settings(replace(settings, run_dir=str(folder / "run")), path)
    return path


def train(*arguments: Any) -> int:
    return run(*arguments, verb="train")


def run(recipe: Path, at_start: Callable[[], None] | None = None, rank: int | None = None, *, verb: str = "run") -> int:
    """The command in a process of its own; `at_start` is called in all of them, or in the one of this rank."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if at_start is not None and rank in (None, int(os.environ["RANK"])):
        at_start()
    return main([verb, str(recipe)])


def training(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "training.json").read_text())
    return found


def test_the_first_speaks_writes_and_chooses_the_precision(review_settings: ClassifySettings, tmp_path: Path) -> None:
    measured = replace(review_settings, baselines=False, train=replace(review_settings.train, precision="auto"))
    recipe = written(measured, tmp_path)
    for _ in range(2):  # the second time there is nothing to train
        done(2, run, recipe, output=tmp_path)
        assert said(tmp_path, 0, "out").count("report: ") == 1
        assert said(tmp_path, 1, "out") == said(tmp_path, 1) == ""
    assert "trained already" in said(tmp_path, 0)
    assert training(tmp_path / "run")["processes"] == 2
    assert {"report.html", "metrics.json", "curves.csv", "precision.json"} <= {
        path.name for path in (tmp_path / "run").iterdir()
    }
    assert not (tmp_path / "run" / "training").exists()


def test_a_pretraining_and_each_fold_of_a_cross_validation(review_settings: ClassifySettings, tmp_path: Path) -> None:
    settings = replace(
        review_settings, baselines=False, data=replace(review_settings.data, folds=2, validation_size=9, test_size=9),
        pretrain=PretrainSettings(max_epochs=1, precision="fp32"), train=replace(review_settings.train, max_epochs=1),
    )  # fmt: skip
    done(2, run, written(settings, tmp_path), output=tmp_path)
    for fold in ("fold-1", "fold-2"):
        assert training(tmp_path / "run" / fold)["processes"] == 2
        assert training(tmp_path / "run" / fold / "pretrain")["processes"] == 2


# ---- ends


def signalled(number: int) -> None:
    """Send this process a signal after the fifth step."""
    step = loop.train_step

    def record(fabric: Any, state: Any, *rest: Any) -> float:
        loss = step(fabric, state, *rest)
        if state.step == 5:
            os.kill(os.getpid(), number)
        return loss

    loop.train_step = record  # type: ignore[assignment]


def interrupted() -> None:
    signalled(signal.SIGINT)


def terminated() -> None:
    signalled(signal.SIGTERM)


def killed() -> None:
    signalled(signal.SIGKILL)


@pytest.mark.parametrize(("how", "code"), [(interrupted, 130), (terminated, 143)], ids=["Ctrl-C", "SIGTERM"])
@pytest.mark.parametrize("rank", [None, 1], ids=["all", "the second"])
def test_a_signal_to_one_stops_all_with_a_checkpoint(
    how: Callable[[], None], code: int, rank: int | None, recipe: Path, tmp_path: Path
) -> None:
    with started(2, run, recipe, how, rank, output=tmp_path) as processes:
        assert codes(processes) == [code, code]
    assert said(tmp_path, 0).splitlines()[-1] == STOPPED and said(tmp_path, 1) == ""
    assert torch.load(tmp_path / "run" / "training" / "resume.ckpt")["step"] in (5, 6)


@pytest.mark.parametrize("rank", [0, 1])
def test_one_that_dies_ends_the_others_with_a_sentence(rank: int, recipe: Path, tmp_path: Path) -> None:
    with started(2, run, recipe, killed, rank, output=tmp_path) as processes:
        assert sorted(codes(processes), key=str) == [-signal.SIGKILL, 2]
    assert said(tmp_path, 1 - rank).splitlines()[-1].startswith(GONE)
    assert said(tmp_path, 1 - rank).count("nlpseq:") == 1


def test_a_mistake_is_told_once(review_settings: ClassifySettings, tmp_path: Path) -> None:
    recipe = written(replace(review_settings, data=replace(review_settings.data, label="mood")), tmp_path)
    with started(2, run, recipe, output=tmp_path) as processes:
        assert codes(processes) == [2, 2]
    assert "mood" in said(tmp_path, 0) and said(tmp_path, 0).count("\n") == 1 and said(tmp_path, 1) == ""


def diverging() -> None:
    step = loop.train_step

    def diverge(fabric: Any, state: Any, *rest: Any) -> float:
        with torch.no_grad():
            next(state.model.parameters()).fill_(float("nan"))
        return step(fabric, state, *rest)

    loop.train_step = diverge  # type: ignore[assignment]


def test_a_part_that_diverges_is_the_end_of_all(recipe: Path, tmp_path: Path) -> None:
    with started(2, run, recipe, diverging, 1, output=tmp_path) as processes:
        assert codes(processes) == [2, 2]
    assert "the training diverged: the loss of step 1" in said(tmp_path, 0) and said(tmp_path, 1) == ""


def without_its_text() -> None:
    def load_prepared(settings: Any, folder: Path) -> Any:
        raise UserError(f"{folder / 'data'}: not on this machine")

    task_named("classify").stages.load_prepared = load_prepared  # type: ignore[method-assign]


def test_what_only_one_can_know_it_says_itself(recipe: Path, tmp_path: Path) -> None:
    with started(2, run, recipe, without_its_text, 1, output=tmp_path) as processes:
        assert codes(processes) == [2, 2]
    assert said(tmp_path, 1).startswith("nlpseq: process 2 of 2: ") and "not on this machine" in said(tmp_path, 1)


def late() -> None:
    Clock.own_share = lambda self: 2.0 * (self.max_minutes is not None)  # type: ignore[method-assign]


@pytest.mark.parametrize(("rank", "stopped_by"), [(0, "time budget"), (1, "epochs")])
def test_the_clock_of_the_first_counts(
    rank: int, stopped_by: str, review_settings: ClassifySettings, tmp_path: Path
) -> None:
    given = replace(review_settings, baselines=False, train=replace(review_settings.train, max_minutes=60.0))
    done(2, train, written(given, tmp_path), late, rank, output=tmp_path)
    assert training(tmp_path / "run")["stopped_by"] == stopped_by


def test_what_cannot_be_shared_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in (("RANK", "1"), ("WORLD_SIZE", "2"), ("MASTER_ADDR", "localhost")):
        monkeypatch.setenv(name, value)
    with pytest.raises(UserError, match="start it without torchrun"):
        learn.learn("classify", tmp_path, columns={})
    with pytest.raises(UserError, match="start it without torchrun"):
        search.search(lambda words: None, trials=1, minutes=1.0, home=tmp_path, over={})
