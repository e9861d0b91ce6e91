"""What the files of a run folder say of the run: settings, scores and the facts of the training, as they stand there.

Nothing is loaded and nothing must fit today's settings, so that old, unfinished and damaged runs can be looked at too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlpseq.data.hub import HUB_NAME
from nlpseq.tasks.folder import METRICS_FILE, SETTINGS_FILE

FACTS_FILE = "training.json"
CHECKSUMS_FILE = Path("data") / "checksums.json"


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
        except (OSError, ValueError):
            damaged.append(str(name))
            return {}

    checksums = {split: files for split, files in read(CHECKSUMS_FILE).items() if isinstance(files, Mapping)}
    return RunRecord(folder, read(SETTINGS_FILE), read(METRICS_FILE), read(FACTS_FILE), checksums, tuple(damaged))


def facts_in_words(training: Mapping[str, Any]) -> dict[str, str]:
    """The facts of `training.json` under names for readers.

    >>> facts_in_words({"padded_share": 0.02, "peak_memory_mib": 700, "CPU": "a processor"})
    {'Padded share': '0.02', 'Peak memory, MiB': '700', 'CPU': 'a processor'}
    """
    return {
        name.replace("_", " ").capitalize().replace(" mib", ", MiB") if name.islower() else name: str(value)
        for name, value in training.items()
    }


def _mapping(path: Path) -> Mapping[str, Any]:
    """The JSON or YAML of a file, empty if there is none.

    Raises:
        OSError, ValueError: it cannot be read.
    """
    import yaml

    if not path.is_file():
        return {}
    text = path.read_text(encoding="utf-8")
    try:
        found = yaml.safe_load(text) if path.suffix == ".yaml" else json.loads(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(str(error)) from error
    if not isinstance(found, dict):
        raise ValueError("not a mapping")
    return found
