"""What the files of a run folder say of the run: settings, scores and the facts of the training, as they stand there.

Nothing is loaded and nothing must fit today's settings, so that old, unfinished and damaged runs can be looked at too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlpseq.counting import epochs_of
from nlpseq.data.hub import HUB_NAME
from nlpseq.errors import UserError
from nlpseq.files import read_bytes, read_json
from nlpseq.recipe.document import plain_events
from nlpseq.runs.entries import check_folder
from nlpseq.runs.folder import METRICS_FILE, SETTINGS_FILE

FACTS_FILE = "training.json"
# How far a training came: what it did of what it was to do, and why it ended.
ENDING = ("epochs", "max_epochs", "stopped_by")
CHECKSUMS_FILE = Path("data") / "checksums.json"
# What ends a training that had not come to its own end.
CUT_SHORT = ("time budget", "interrupted")
# Of settings, which have some 3 kB.
MAX_YAML_BYTES = 1 << 18


@dataclass(frozen=True)
class RunRecord:
    """A run by its files: an empty mapping for each one that is not there, or `damaged`.

    `settings` is `settings.yaml`, `metrics` is `metrics.json`, `training` is `training.json`; `checksums` has the
    SHA-256 of each file of each split, nothing for a corpus from the hub.
    """

    folder: Path
    settings: Mapping[str, Any]
    metrics: Mapping[str, Any]
    training: Mapping[str, Any]
    checksums: Mapping[str, Mapping[str, str]]
    damaged: tuple[str, ...] = ()

    @property
    def task(self) -> str:
        """As the recipe has it; empty where that cannot be read."""
        return str(self.settings.get("task", ""))

    @property
    def data(self) -> str:
        """The name of the corpus: that of its file or folder, without the place, or its name on the hub."""
        path = str(self.section("data").get("path", ""))
        return path.removeprefix("hf://") if self.from_hub else Path(path).resolve().name

    @property
    def from_hub(self) -> bool:
        """Whether the corpus has a hub name, rather than files here: then it was prepared without a checksum."""
        path = str(self.section("data").get("path", ""))
        prepared = (self.folder / CHECKSUMS_FILE).is_file()
        return prepared and not any(self.checksums.values()) and HUB_NAME.fullmatch(path) is not None

    @property
    def unfinished(self) -> str | None:
        """How far the training came, where it was cut short or goes on; None where it is over or nothing is known.

        >>> facts = {"epochs": 2.04, "max_epochs": 10, "stopped_by": "time budget"}
        >>> RunRecord(Path("run"), {"task": "classify"}, {}, facts, {}).unfinished
        'epochs 2.0 of 10 (time budget)'
        """
        if self.settings and not self.training and FACTS_FILE not in self.damaged:
            return "the training is not finished"
        return f"epochs {_ending(self.training)}" if _is_cut(self.training) else None

    def section(self, name: str) -> Mapping[str, Any]:
        """A part of the settings, such as train."""
        found = self.settings.get(name)
        return found if isinstance(found, Mapping) else {}


def read_record(folder: Path) -> RunRecord:
    """The record of the run in `folder`, whatever of it is there."""
    damaged: list[str] = []

    def read(name: str | Path) -> Mapping[str, Any]:
        try:
            return _mapping(folder / name)
        except UserError:
            damaged.append(str(name))
            return {}

    try:
        check_folder(folder)
    except UserError:  # not a file of it is opened
        return RunRecord(folder, {}, {}, {}, {}, (SETTINGS_FILE,))
    checksums = {split: files for split, files in read(CHECKSUMS_FILE).items() if isinstance(files, Mapping)}
    return RunRecord(folder, read(SETTINGS_FILE), read(METRICS_FILE), read(FACTS_FILE), checksums, tuple(damaged))


def facts_in_words(training: Mapping[str, Any]) -> dict[str, str]:
    """The facts of `training.json` under names for readers.

    >>> facts_in_words({"padded_share": 0.02, "peak_memory_mib": 700, "CPU": "a processor"})
    {'Padded share': '0.02', 'Peak memory, MiB': '700', 'CPU': 'a processor'}
    >>> facts_in_words({"epochs": 2.03, "max_epochs": 10, "stopped_by": "time budget", "seed": 1})
    {'Epochs': '2.0 of 10 (time budget)', 'Seed': '1'}
    """
    facts = dict(training)
    if ended := _ending(facts):
        facts = {"Epochs": ended} | {name: facts[name] for name in facts if name not in (*ENDING, "max_minutes")}
    return {
        name.replace("_", " ").capitalize().replace(" mib", ", MiB") if name.islower() else name: str(value)
        for name, value in facts.items()
    }


def cut_short(training: Mapping[str, Any]) -> str:
    """What is to be said first of a model whose training the clock has cut; empty for any other one.

    >>> cut_short({"epochs": 2.03, "max_epochs": 10, "stopped_by": "time budget"})
    'Training was cut short: epochs 2.0 of 10 (time budget); the same command with a larger train.max_minutes goes on.'
    >>> cut_short({"epochs": 10.0, "max_epochs": 10, "stopped_by": "epochs"})
    ''
    >>> cut_short({"epochs": 24.1, "max_epochs": 24, "stopped_by": "time budget"})  # which was lowered on the way
    ''
    """
    if not _is_cut(training):
        return ""
    return (
        f"Training was cut short: epochs {_ending(training)}; the same command with a larger train.max_minutes goes on."
    )


def _is_cut(training: Mapping[str, Any]) -> bool:
    """Whether the clock or a signal ended a training that had more epochs to do."""
    if not _ending(training) or training.get("stopped_by") not in CUT_SHORT:
        return False
    return bool(training["epochs"] < training["max_epochs"])


def _ending(training: Mapping[str, Any]) -> str:
    epochs, most, why = (training.get(name) for name in ENDING)
    if not isinstance(epochs, int | float) or not isinstance(most, int):
        return ""
    return epochs_of(epochs, most) + (f" ({why})" if why != "epochs" else "")


def _mapping(path: Path) -> Mapping[str, Any]:
    """The JSON or YAML of a file, empty if there is none.

    Raises:
        UserError: it cannot be read.
    """
    if not path.is_file():
        return {}
    return _yaml(path) if path.suffix == ".yaml" else read_json(path, dict)


def _yaml(path: Path) -> Mapping[str, Any]:
    import yaml

    content = read_bytes(path, max_bytes=MAX_YAML_BYTES)
    try:
        text = content.decode("utf-8")
        # Aliases can stand for more than any memory holds, and the time to read depths grows with their square.
        for _ in plain_events(text, str(path)):
            pass
        found = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UserError(f"{path}: damaged") from error
    if not isinstance(found, dict):
        raise UserError(f"{path}: damaged (not a mapping)")
    return found
