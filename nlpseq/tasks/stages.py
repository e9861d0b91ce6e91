"""Which stages of a run are done, and with what settings: a second call only redoes what changed."""

from __future__ import annotations

import hashlib
import json
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

    def done(self, stage: str, mark: str) -> bool:
        """Whether `stage` was finished with this very fingerprint."""
        return self._read().get(stage) == mark

    def mark(self, stage: str, mark: str) -> None:
        """Note that `stage` is finished."""
        write_text_atomically(self.path, json.dumps(self._read() | {stage: mark}, indent=2) + "\n")

    def _read(self) -> dict[str, str]:
        try:
            return read_json(self.path, dict)
        except UserError:  # none yet, or damaged: then nothing is known to be done
            return {}


def fingerprint(*parts: Any) -> str:
    """A short hash of anything JSON can hold; equal parts give equal hashes."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
