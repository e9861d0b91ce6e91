"""Which stages of a run are done, and with what settings: a second call only redoes what changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from pathlib import Path
from typing import Any

from nlpseq.errors import UserError
from nlpseq.files import read_json, write_text_atomically


class Stages:
    """The record `stages.json` of a run folder: stage -> fingerprint of all that the stage depends on.

    >>> import tempfile
    >>> stages = Stages(tempfile.mkdtemp())
    >>> stages.mark("train", fingerprint({"lr": 1e-3}))
    >>> stages.done("train", fingerprint({"lr": 1e-3})), stages.done("train", fingerprint({"lr": 2e-3}))
    (True, False)
    """

    def __init__(self, run_dir: str | Path) -> None:
        self.path = Path(run_dir) / "stages.json"

    def done(self, stage: str, fingerprint: str) -> bool:
        """Whether `stage` was finished with this very fingerprint."""
        return self.get(stage) == fingerprint

    def get(self, stage: str) -> str | None:
        """The fingerprint that `stage` was finished with; None if it was not."""
        return self._read().get(stage)

    def mark(self, stage: str, fingerprint: str) -> None:
        """Note that `stage` is finished."""
        write_text_atomically(self.path, json.dumps(self._read() | {stage: fingerprint}, indent=2) + "\n")

    def unmark(self, *stages: str) -> None:
        """Note that these stages are to be done again."""
        kept = {stage: fingerprint for stage, fingerprint in self._read().items() if stage not in stages}
        write_text_atomically(self.path, json.dumps(kept, indent=2) + "\n")

    def _read(self) -> dict[str, str]:
        try:
            return read_json(self.path, dict)
        except UserError:  # none yet, or damaged: then nothing is known to be done
            return {}


def fingerprint(*parts: Any) -> str:
    """A short hash of anything JSON can hold; equal parts give equal hashes."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def changed_settings(section: Any, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """The settings of a section (a dataclass) that differ from their defaults, for a fingerprint.

    A later release may add a setting without undoing what was finished before.

    >>> from nlpseq.config import TrainSettings
    >>> changed_settings(TrainSettings(lr=0.01, max_epochs=3), without=("max_epochs",))
    {'lr': 0.01}
    """
    return {
        field.name: getattr(section, field.name)
        for field in fields(section)
        if field.name not in without and getattr(section, field.name) != field.default
    }
