"""Folders of models and runs: what a saved model says of itself, and the settings that a run was made with."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from nlpseq.config import Settings
from nlpseq.data.splits import file_checksums
from nlpseq.errors import UserError
from nlpseq.files import read_json
from nlpseq.recipe import read_recipe
from nlpseq.runs.entries import check_folder
from nlpseq.runs.stages import Stages
from nlpseq.runs.swap import TRAINING, home

log = logging.getLogger("nlpseq")

CONFIG_FILE = "config.json"
SETTINGS_FILE = "settings.yaml"
METRICS_FILE = "metrics.json"

AnySettings = TypeVar("AnySettings", bound=Settings)


def any_run_settings(run_dir: str | Path) -> Settings:
    """The settings that a run of any task was made with.

    Raises:
        UserError: there is no such run.
    """
    path = Path(run_dir) / SETTINGS_FILE
    if not path.is_file() and (Path(run_dir) / TRAINING / SETTINGS_FILE).is_file():
        raise UserError(f"{run_dir}: its training is not finished; the command that began it goes on with it")
    if not path.is_file():
        raise UserError(f"{run_dir}: not a run folder ({SETTINGS_FILE} is missing); train first")
    check_folder(Path(run_dir))
    return replace(read_recipe(path), run_dir=str(home(Path(run_dir))))


def run_settings(run_dir: str | Path, kind: type[AnySettings]) -> AnySettings:
    """The settings that a run was made with, which must be of this kind.

    Raises:
        UserError: there is no such run, or it is of another task.
    """
    settings = any_run_settings(run_dir)
    if not isinstance(settings, kind):
        raise UserError(f"{run_dir}: a run of the task {settings.task}, which this is not for")
    return settings


def read_metrics(run_dir: Path) -> dict[str, Any]:
    """What `metrics.json` of a run says.

    Raises:
        UserError: the run has not been evaluated, or the file is damaged.
    """
    path = run_dir / METRICS_FILE
    if not path.is_file():
        raise UserError(f"{path}: not there yet; run nlpseq evaluate {run_dir} first")
    return read_json(path, dict, fix="delete it and evaluate the run again")


def evaluated_metrics(run_dir: Path, fingerprint: str) -> dict[str, Any] | None:
    """The metrics of an evaluation with this fingerprint, or None: then it has to be done."""
    if not Stages(run_dir).done("evaluate", fingerprint):
        return None
    try:
        found = read_metrics(run_dir)
    except UserError:
        return None
    log.info("evaluated already: %s", home(run_dir) / METRICS_FILE)
    return found


def device_of(settings: Settings) -> str:
    """Where a trained run is used: on the device of its settings, or on the CPU where this machine lacks that."""
    from nlpseq.models.device import device_named

    try:
        return device_named(settings.train.device, "train.device")
    except UserError:
        return "cpu"


def file_fingerprint(path: Path) -> str:
    """The checksum of a file that a stage depends on.

    Raises:
        UserError: there is no such file.
    """
    if not path.is_file():
        raise UserError(f"{path}: not there yet; check the name, or train the run first")
    return file_checksums([path])[path.name]


@contextmanager
def reading_outputs(*run_dirs: str | Path) -> Iterator[None]:
    """Read metrics and saved outputs of runs in this block: what does not fit together is one sentence.

    Raises:
        UserError: a file can be read, but does not hold what an evaluation of the run has written.
    """
    try:
        yield
    except UserError:  # some are TypeErrors too
        raise
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        runs = " or ".join(map(str, run_dirs))
        raise UserError(
            f"{runs}: a file of the run is damaged or of another run ({type(error).__name__}: {str(error)[:150]}); "
            "take its metrics.json away and run nlpseq evaluate again"
        ) from error
