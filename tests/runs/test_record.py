"""A run is known by what its files say, and a corpus by its name, wherever it lies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from nlpseq.runs.record import cut_short, facts_in_words, read_record


def make(folder: Path, path: str, checksums: dict[str, dict[str, str]] | None) -> Path:
    (folder / "data").mkdir()
    (folder / "settings.yaml").write_text(yaml.safe_dump({"task": "classify", "data": {"path": path}}))
    if checksums is not None:
        (folder / "data" / "checksums.json").write_text(json.dumps(checksums))
    return folder


@pytest.mark.parametrize(
    ("path", "checksums", "name", "from_hub"),
    [
        ("corpora/reviews", {"train": {"train.csv": "12ab"}}, "reviews", False),
        ("/some/where/reviews/", {"train": {"train.csv": "12ab"}}, "reviews", False),
        ("../reviews.csv", {"train": {"reviews.csv": "12ab"}}, "reviews.csv", False),
        ("someone/imdb", {}, "someone/imdb", True),
        ("someone/glue:sst2", {}, "someone/glue:sst2", True),
        ("someone/imdb", None, "imdb", False),  # not prepared: it could be either
    ],
)
def test_the_name_of_the_data(
    path: str, checksums: dict[str, dict[str, str]] | None, name: str, from_hub: bool, tmp_path: Path
) -> None:
    record = read_record(make(tmp_path, path, checksums))
    assert (record.data, record.from_hub) == (name, from_hub)


def test_nothing_is_known_of_an_empty_folder(tmp_path: Path) -> None:
    record = read_record(tmp_path)
    assert (record.task, dict(record.metrics), dict(record.training), record.damaged) == ("", {}, {}, ())


def test_each_damaged_file_is_named(tmp_path: Path) -> None:
    make(tmp_path, "x", {})
    for name in ("metrics.json", "training.json", "data/checksums.json"):
        (tmp_path / name).write_text("{")
    record = read_record(tmp_path)
    assert record.task == "classify"
    assert set(record.damaged) == {"metrics.json", "training.json", str(Path("data") / "checksums.json")}


@pytest.mark.parametrize(
    ("facts", "said", "cut"),
    [
        ((24.0, 24, "epochs"), "24.0 of 24", False),
        ((24.04, 24, "epochs"), "24.0 of 24", False),
        ((24.08, 24, "epochs"), "24.1, more than the 24 asked for", False),  # a lower max_epochs, given on the way
        ((24.08, 24, "patience"), "24.1, more than the 24 asked for (patience)", False),
        ((24.08, 24, "interrupted"), "24.1, more than the 24 asked for (interrupted)", False),
        ((2.0, 24, "interrupted"), "2.0 of 24 (interrupted)", True),
    ],
)
def test_how_far_a_training_came(facts: tuple[float, int, str], said: str, cut: bool) -> None:
    training = dict(zip(("epochs", "max_epochs", "stopped_by"), facts, strict=True))
    assert facts_in_words(training) == {"Epochs": said}
    assert bool(cut_short(training)) == cut
