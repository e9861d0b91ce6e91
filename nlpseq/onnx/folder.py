"""The folder of an export: found, checked as a stranger's, and made whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from nlpseq.errors import UserError
from nlpseq.files import file_sha256, read_json
from nlpseq.onnx.session import Session
from nlpseq.runs.saved_model import TEXT_FOLDER, damaged, model_folder, model_task, settings_of

# What an export says of itself, and what all of its graphs read.
EXPORT_FILE, WEIGHTS_FILE = "export.json", "weights.bin"
FIX = "export the run again"


@dataclass(frozen=True)
class Export:
    """An export, all of whose files are as they were written, and what its `config.json` says."""

    folder: Path
    config: Mapping[str, Any]
    threads: int

    def settings(self, section: str, kind: type) -> Any:
        """A section of the config as settings of this kind."""
        return settings_of(kind, self.config[section])

    def session(self, graph: str, *, threads: int = 1) -> Session:
        """A graph of it, by its name, with so many threads for each call: a recurrent step is shared out badly."""
        return Session(self.folder / f"{graph}.onnx", threads=threads)

    @property
    def text(self) -> Path:
        """Where the files of the tokenizers are."""
        return self.folder / TEXT_FOLDER


def is_export(name_or_path: str | Path) -> bool:
    """Whether there is an export in a folder."""
    return (Path(name_or_path) / EXPORT_FILE).is_file()


def load_export(name_or_path: str | Path, *, task: str | None = None, threads: int = 0) -> Any:
    """The model of an export, run without torch: what it offers is what the run's own model does with texts.

    Args:
        name_or_path: the folder that `nlpseq export` made, or a hub name of one.
        task: what it must be for; default: anything.
        threads: batches that are worked on at once; 0 is one a core, or what `OMP_NUM_THREADS` says.

    Raises:
        UserError: there is no export, it is of another task, or a file of it is missing or damaged.

    >>> load_export("./exports/none")
    Traceback (most recent call last):
    ...
    nlpseq.errors.UserError: ./exports/none: no such run folder; a model of the hub is named hf://owner/name
    """
    folder = model_folder(name_or_path)
    if not is_export(folder):
        raise UserError(f"{folder}: not an export; make one with nlpseq export {folder} -o FOLDER")
    found, config = model_task(folder)
    if task is not None and found != task:
        raise UserError(f"{folder}: an export of the task {found}, not {task}; use nlpseq {found} for it")
    check_files(folder)
    try:
        return import_module(f"nlpseq.onnx.{found}").load(Export(folder, config, threads or all_threads()))
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(folder, error) from error


def all_threads() -> int:
    """One a core, or what `OMP_NUM_THREADS` says."""
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return int(asked) if asked.isdecimal() and int(asked) else os.cpu_count() or 1


def check_files(folder: Path) -> None:
    """Raise UserError unless each file of an export is as `export.json` says."""
    written = read_json(folder / EXPORT_FILE, dict, fix=FIX).get("sha256")
    if not isinstance(written, dict) or not written:
        raise UserError(f"{folder / EXPORT_FILE}: damaged (it has no checksums); {FIX}")
    for name, digest in written.items():
        path = folder / name
        if path.resolve().parent not in (folder.resolve(), (folder / TEXT_FOLDER).resolve()) or not path.is_file():
            raise UserError(f"{path}: no such file; {FIX}")
        if file_sha256(path) != digest:
            raise UserError(f"{path}: not as it was exported; {FIX}")


@contextmanager
def made_whole(folder: Path) -> Iterator[Path]:
    """Give a folder beside `folder` to write to, which takes its place at the end; after an error nothing is left.

    Raises:
        UserError: there is something there already, other than an earlier export.
    """
    if folder.exists() and not is_export(folder) and not (folder.is_dir() and not any(folder.iterdir())):
        raise UserError(f"{folder}: holds something other than an export; choose another folder for -o")
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    try:
        yield beside
        old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
        if folder.exists():
            folder.rename(old)
        beside.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
