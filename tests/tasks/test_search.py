"""A search begins with the recipe, keeps to its budget, goes on where it was stopped, and leaves a recipe."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nlpseq.cli import main
from nlpseq.config import RECIPES, ClassifySettings
from nlpseq.errors import UserError
from nlpseq.recipe import read_recipe, write_settings
from nlpseq.tasks import search as module
from nlpseq.tasks.ranges import Range, own_values, parse_range, usual_ranges
from nlpseq.tasks.search import search
from nlpseq.training import loop

OVER = {"train.lr": Range(1e-3, 1e-1), "model.cell": Range(choices=("gru", "lstm")), "model.hidden_size": Range(4, 9)}


@pytest.fixture
def recipe(review_settings: ClassifySettings, tmp_path: Path) -> Path:
    settings = replace(review_settings, run_dir="runs/x", train=replace(review_settings.train, max_epochs=1))
    write_settings(settings, tmp_path / "small.yaml")
    return tmp_path / "small.yaml"


def reader(recipe: Path) -> Any:
    def read(words: Sequence[str]) -> Any:
        return read_recipe(recipe, words)

    return read


def test_trials_a_table_and_a_recipe(recipe: Path, tmp_path: Path) -> None:
    home = tmp_path / "search"
    found = search(reader(recipe), trials=3, minutes=5, home=home, over=OVER)
    assert sorted(outcome.number for outcome in found) == [1, 2, 3]
    scores = [outcome.score for outcome in found if outcome.score is not None]
    assert scores == sorted(scores, reverse=True)
    first = next(outcome for outcome in found if outcome.number == 1)
    assert first.settings == {"train.lr": 0.02, "model.cell": "lstm", "model.hidden_size": 9}  # the recipe's, in range
    with open(home / "trials.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["trial", "val_accuracy", "minutes", "state", *OVER] and len(rows) == 3
    best = read_recipe(home / "best.yaml")
    assert (best.run_dir, best.train.lr) == ("runs/x", found[0].settings["train.lr"])
    assert best.train.max_minutes == read_recipe(recipe).train.max_minutes
    assert len(list(home.glob("trial-*"))) <= 3

    again = search(reader(recipe), trials=3, minutes=5, home=home, over=OVER)
    assert [(outcome.number, outcome.score) for outcome in again] == [(o.number, o.score) for o in found]
    more = search(reader(recipe), trials=4, minutes=5, home=home, over=OVER)
    assert len(more) == 4
    assert len(search(reader(recipe), trials=99, minutes=1e-9, home=home, over=OVER)) == 4  # no time is left
    with pytest.raises(UserError, match="it holds a search of another recipe or over other settings"):
        search(reader(recipe), trials=4, minutes=5, home=home, over={"train.lr": Range(1e-4, 1e-1)})


def test_a_trial_that_was_cut_off_comes_again(recipe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, steps, step = tmp_path / "search", [0], loop.train_step

    def interrupted(*arguments: Any) -> float:
        steps[0] += 1
        if steps[0] == 10:  # in the second trial
            raise KeyboardInterrupt
        return step(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(loop, "train_step", interrupted)
        with pytest.raises(KeyboardInterrupt):
            search(reader(recipe), trials=2, minutes=5, home=home, over=OVER)
    found = search(reader(recipe), trials=2, minutes=5, home=home, over=OVER)
    assert len(found) == 2 and all(outcome.state == "trained" for outcome in found)
    assert len(list(home.glob("trial-*"))) == 2  # it went on in its own folder


def test_what_lags_behind_is_stopped(recipe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_TRIALS", 1)
    over = {"train.lr": Range(choices=(0.02, 1e-9))}
    settings = ["--train.max_epochs", "8", "--train.eval_every_steps", "7"]

    def read(words: Sequence[str]) -> Any:
        return read_recipe(recipe, [*settings, *words])

    found = search(read, trials=6, minutes=5, home=tmp_path / "search", over=over)
    assert found[0].settings == {"train.lr": 0.02}
    lagging = [outcome for outcome in found if outcome.settings == {"train.lr": 1e-9}]
    assert lagging and all(outcome.state == "stopped early" and outcome.score is None for outcome in lagging)


def test_what_fails_in_training_is_a_failed_trial(recipe: Path, tmp_path: Path) -> None:
    over = {"train.lr": Range(choices=(0.02, 900.0)), "train.clip_norm": Range(choices=(1.0, 0.0))}
    found = search(reader(recipe), trials=5, minutes=5, home=tmp_path / "search", over=over)
    assert len(found) == 5 and found[0].state == "trained"
    with pytest.raises(UserError, match="unknown setting train.lrr"):
        search(reader(recipe), trials=1, minutes=5, home=tmp_path / "b", over={"train.lrr": Range(choices=(1, 2))})


@pytest.mark.parametrize("kind", list(RECIPES.values()))
def test_usual_ranges_hold_the_recipe_itself(kind: type) -> None:
    settings = kind()
    ranges = usual_ranges(settings)
    assert 4 <= len(ranges) <= 8 and {"train.lr", "model.hidden_size"} <= set(ranges)
    for key, value in own_values(settings, ranges).items():
        section, _, name = key.partition(".")
        assert getattr(getattr(settings, section), name) == value
        for choice in ranges[key].choices:
            replace(settings, **{section: replace(getattr(settings, section), **{name: choice})})


@pytest.mark.parametrize("text", ["train.lr", "train.lr=1..", "train.lr=2..1", "train.lr=a..b", "train.lr=1", "=1,2"])
def test_what_is_no_range(text: str) -> None:
    with pytest.raises(UserError, match="--over .*: (no range; )?write train.lr=1e-4..1e-2"):
        parse_range(text)


def test_the_command(
    recipe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["search", "small.yaml", "--trials", "2", "--over", "train.lr=1e-3..1e-1", "--model.hidden_size", "6"]
    assert main(words) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0].split() == ["Trial", "val_accuracy", "Minutes", "State", "train.lr"]
    assert f"the best as a recipe: nlpseq run {Path('runs/x-search/best.yaml')}" in out
    assert read_recipe("runs/x-search/best.yaml").model.hidden_size == 6
    monkeypatch.setitem(__import__("sys").modules, "optuna", None)
    assert main(words) == 2
    assert '-m pip install "nlpseq[search]"' in capsys.readouterr().err
