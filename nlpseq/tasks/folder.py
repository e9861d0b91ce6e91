"""Folders of models and runs: what a saved model says of itself, and the settings that a run was made with."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from nlpseq.config import Settings
from nlpseq.data.splits import file_checksums
from nlpseq.errors import UserError
from nlpseq.recipe import read_recipe
from nlpseq.tasks.stages import Stages

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
    if not path.is_file():
        raise UserError(f"{run_dir}: not a run folder ({SETTINGS_FILE} is missing); train first")
    return replace(read_recipe(path), run_dir=str(run_dir))


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
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(found, dict):
            raise ValueError("not an object")
    except ValueError as error:
        raise UserError(f"{path}: damaged ({error}); delete it and evaluate the run again") from error
    return found


def evaluated_metrics(run_dir: Path, mark: str) -> dict[str, Any] | None:
    """The metrics of an evaluation with this very fingerprint, or None: then it has to be done."""
    if not Stages(run_dir).done("evaluate", mark):
        return None
    try:
        found = read_metrics(run_dir)
    except UserError:
        return None
    log.info("evaluated already: %s", run_dir / METRICS_FILE)
    return found


def device_of(settings: Settings) -> str:
    """ "cuda" or "cpu": where a trained run is used, cuda if it may be and is there."""
    import torch

    return "cuda" if settings.train.device != "cpu" and torch.cuda.is_available() else "cpu"


def file_mark(path: Path) -> str:
    """The checksum of a file that a stage depends on.

    Raises:
        UserError: there is no such file.
    """
    if not path.is_file():
        raise UserError(f"{path}: not there yet; check the name, or train the run first")
    return file_checksums([path])[path.name]


def model_folder(name_or_path: str | Path) -> Path:
    """The folder of a run or a saved model; a hub name (owner/name) is fetched.

    Raises:
        UserError: there is neither.
    """
    path = Path(name_or_path)
    if path.is_dir():
        return path
    name = str(name_or_path)
    if name.count("/") != 1 or name.startswith((".", "/", "~")):
        raise UserError(f"{name}: no such run folder")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name))
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError, ValueError) as error:
        raise UserError(f"{name}: no such run folder, and no model of that name can be had from the hub") from error


def read_config(folder: Path, task: str) -> dict[str, Any]:
    """What `config.json` says of a model of `task`.

    Raises:
        UserError: it is missing, damaged or of another task.
    """
    path = folder / CONFIG_FILE
    try:
        config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        found = config["task"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(folder, error) from error
    if found != task:
        raise UserError(f"{folder}: a run of the task {found}, not {task}; use nlpseq {found} for it")
    return config


def damaged(folder: Path, error: Exception) -> UserError:
    """What to say when `config.json` does not hold what it should."""
    return UserError(f"{folder / CONFIG_FILE}: missing or damaged ({error}); train the run again")
