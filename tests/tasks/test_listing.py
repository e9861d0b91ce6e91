"""All runs are found, once each; what is wrong with one is said of it and hides no other; the best comes first."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nlpseq.config import ClassifySettings, GenerateSettings, Settings, SummarizeSettings, TranslateSettings
from nlpseq.errors import UserError
from nlpseq.recipe import write_settings
from nlpseq.tasks.listing import Run, find_runs, shown_interval, shown_score, sorted_runs

FACTS = {"minutes": 2.5, "Date": "2026-05-04"}


def make_run(
    folder: Path, settings: Settings, metrics: dict[str, Any] | None = None, facts: dict[str, Any] | None = None
) -> Path:
    """A run folder with as much in it as a run at that stage has; the weights are not looked into."""
    data = replace(settings.data, path="corpora/en-de")
    write_settings(replace(settings, data=data), folder / "settings.yaml")
    (folder / "stages.json").write_text("{}")
    if facts is not None:
        (folder / "training.json").write_text(json.dumps(facts))
        (folder / "model.safetensors").touch()
    if metrics is not None:
        (folder / "metrics.json").write_text(json.dumps(metrics))
    return folder


def names(runs: list[Run], root: Path) -> list[str]:
    return [Path(run.folder).relative_to(root).as_posix() for run in runs]


def test_what_is_told_of_a_run(tmp_path: Path) -> None:
    make_run(tmp_path / "a", TranslateSettings(), {"bleu": 38.14, "bleu_interval": [36.9, 39.3]}, FACTS)
    assert find_runs(tmp_path) == [
        Run(
            folder=str(tmp_path / "a"), task="translate", data="en-de", state="evaluated", metric="bleu", score=38.14,
            interval=(36.9, 39.3), minutes=2.5, date="2026-05-04",
        )
    ]  # fmt: skip


def test_a_run_itself_is_found_too(tmp_path: Path) -> None:
    make_run(tmp_path / "a", GenerateSettings(), {"bits_per_character": 1.5}, FACTS)
    assert names(find_runs(tmp_path / "a"), tmp_path) == ["a"]


def test_runs_at_any_depth_and_nothing_else(tmp_path: Path) -> None:
    make_run(tmp_path / "a", GenerateSettings())
    make_run(tmp_path / "a" / "inner" / "b", GenerateSettings())
    make_run(tmp_path / "c" / "d" / "e", GenerateSettings())
    make_run(tmp_path / ".hidden" / "f", GenerateSettings())
    make_run(tmp_path / "a" / "pretrain", GenerateSettings())
    for name, content in (("other", "port: 80\n"), ("list", "- 1\n"), ("text", "words"), ("broken", "a: [")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "settings.yaml").write_text(content)
    assert sorted(names(find_runs(tmp_path), tmp_path)) == ["a", "a/inner/b", "c/d/e"]


def test_links_lead_to_no_run_twice_and_in_no_circle(tmp_path: Path) -> None:
    root = tmp_path / "runs"
    make_run(root / "b", GenerateSettings())
    make_run(tmp_path / "disk" / "far", GenerateSettings())
    (root / "a").symlink_to(root / "b")
    (root / "circle").symlink_to(root)
    (root / "outside").symlink_to(tmp_path / "disk")
    (root / "outside-again").symlink_to(tmp_path / "disk")
    (root / "nowhere").symlink_to(tmp_path / "gone")
    (tmp_path / "disk" / "back").symlink_to(root)
    assert names(find_runs(root), root) == ["b", "outside/far"]
    (tmp_path / "link").symlink_to(root)
    assert names(find_runs(tmp_path / "link"), tmp_path) == ["link/b", "link/outside/far"]


def test_what_is_not_finished_is_told_as_it_is(tmp_path: Path) -> None:
    make_run(tmp_path / "prepared", ClassifySettings())
    make_run(tmp_path / "trained", ClassifySettings(), facts=FACTS)
    stopped = make_run(tmp_path / "stopped", ClassifySettings(), facts=FACTS)
    (stopped / "training.json").unlink()
    states = {Path(run.folder).name: (run.state, shown_score(run)) for run in find_runs(tmp_path)}
    assert states == {
        "prepared": ("unfinished", "unfinished"),
        "trained": ("trained", "trained, not evaluated"),
        "stopped": ("unfinished", "unfinished"),
    }


@pytest.mark.parametrize("content", [b"", b'{"bleu": 3', b"[1]", b"\xff\xfe", b"[" * 100_000])
@pytest.mark.parametrize("name", ["metrics.json", "training.json", "settings.yaml"])
def test_a_damaged_run_is_named_and_hides_no_other(name: str, content: bytes, tmp_path: Path) -> None:
    for folder in ("broken", "whole"):
        make_run(tmp_path / folder, TranslateSettings(), {"bleu": 30.0}, FACTS)
    (tmp_path / "broken" / name).write_bytes(content)
    broken, whole = sorted_runs(find_runs(tmp_path), "name")
    assert (whole.state, whole.score) == ("evaluated", 30.0)
    assert (broken.state, broken.damaged) == ("damaged", (name,))
    assert (shown_score(broken), shown_interval(broken)) == (f"damaged: {name}", "")


@pytest.mark.parametrize("value", [None, "high", [], True, {"bleu": 1}])
def test_a_score_that_is_no_number_is_none(value: object, tmp_path: Path) -> None:
    make_run(tmp_path / "a", TranslateSettings(), {"bleu": value, "bleu_interval": [1, value]}, {"minutes": value})
    (run,) = find_runs(tmp_path)
    assert (run.state, run.score, run.interval, run.minutes) == ("trained", None, None, None)


def test_the_folds_of_a_cross_validation_are_one_run(tmp_path: Path) -> None:
    folds = make_run(tmp_path / "cv", ClassifySettings(), {"accuracy": 0.9, "accuracy_deviation": 0.021, "folds": 2})
    make_run(folds / "fold-1", ClassifySettings(), {"accuracy": 0.8})
    (run,) = find_runs(tmp_path)
    assert (shown_score(run), shown_interval(run)) == ("Accuracy 90.0%", "± 2.1%")


def test_the_best_of_each_task_comes_first(tmp_path: Path) -> None:
    """More is better but for bits; what has no score comes last."""
    for name, bleu in (("t-low", 10.0), ("t-high", 40.0)):
        make_run(tmp_path / name, TranslateSettings(), {"bleu": bleu})
    for name, bits in (("g-bad", 2.5), ("g-good", 1.5)):
        make_run(tmp_path / name, GenerateSettings(), {"bits_per_character": bits})
    make_run(tmp_path / "g-a-new", GenerateSettings())
    make_run(tmp_path / "s", SummarizeSettings(), {"rouge1": 0.0})
    found = names(sorted_runs(find_runs(tmp_path)), tmp_path)
    assert found == ["g-good", "g-bad", "g-a-new", "s", "t-high", "t-low"]


def test_other_orders(tmp_path: Path) -> None:
    for name, minutes, date in (("a", 3.0, "2026-01-02"), ("b", 1.0, "2026-01-01"), ("c", 2.0, "2026-02-01")):
        make_run(tmp_path / name, GenerateSettings(), facts={"minutes": minutes, "Date": date})
    make_run(tmp_path / "d", GenerateSettings())
    runs = find_runs(tmp_path)
    assert names(sorted_runs(runs, "name"), tmp_path) == ["a", "b", "c", "d"]
    assert names(sorted_runs(runs, "time"), tmp_path) == ["b", "c", "a", "d"]
    assert names(sorted_runs(runs, "date"), tmp_path) == ["d", "c", "a", "b"]  # d: changed today


@pytest.mark.parametrize("name", ["missing", "file"])
def test_a_folder_that_is_none(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=rf"{name}: no such folder"):
        find_runs(tmp_path / name)
