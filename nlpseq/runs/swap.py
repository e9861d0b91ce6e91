"""A run folder changes all at once: a new version is made beside the one in force, and swapped in when it is whole.

    runs/x/             the finished run, in force
    runs/x/training/    the version in the making, with the same files; an unfinished training goes on there
    runs/x/.renewal/    the finished run with other results (a new search, a new report), for as long as they are made
    runs/x/.incoming/   a whole version on its way in: the renaming of its folder to this is the moment of the swap

1. `locked` keeps every other writer out, and finishes a swap that a kill has cut short.
2. The version is made: from nothing in `training/`, or as a copy by hard links (`copy_version`) that costs no space.
3. `publish` renames it to `.incoming/` and moves its files in, over those of the version before.

A kill before the renaming leaves the old version in force, a kill after it is made good by the next call that writes
or reads (`settle`). Files are never changed in place (`nlpseq.files`), so that linked copies are safe.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from nlpseq.errors import UserError
from nlpseq.files import DISK_FULL, read_json, remove_parts, write_text_atomically
from nlpseq.runs.entries import check_folder
from nlpseq.runs.lock import lock

log = logging.getLogger("nlpseq")

TRAINING, RENEWAL, INCOMING = "training", ".renewal", ".incoming"
VERSIONS = (TRAINING, RENEWAL, INCOMING)
MANIFEST = ".entries.json"
# What follows from decoding a split with the model; it goes when the model does. The files of a new task lie in
# `outputs`; those of the older ones have kept their places.
RESULTS = (
    "outputs", "metrics.json", "last_run.json", "report.html", "report.md",
    "translations.txt", "attention.json", "predictions.tsv",
    "probabilities.npz", "explanations.json", "summaries.txt", "losses.npz", "samples.json",
)  # fmt: skip
# All that runs of any task put into their folder; other files there are the user's and stay.
ENTRIES = (
    "settings.yaml", "stages.json", "data", "text", "pretrain", "best", "resume.ckpt", "precision.json", "curves.csv",
    "tensorboard", "config.json", "model.safetensors", "ngrams.safetensors", "training.json", "README.md",
    "baselines.json", *RESULTS,
)  # fmt: skip
FOLDS, FOLD = "fold-*", re.compile(r"fold-\d+")
PATIENCE_SECONDS = 20  # for another process to finish its swap, which is a matter of milliseconds

Loaded = TypeVar("Loaded")


def home(folder: Path) -> Path:
    """The run folder that a version is made for; any other folder itself.

    >>> [home(Path(folder)).as_posix() for folder in ("runs/x", "runs/x/training", "runs/x/training/fold-1/training")]
    ['runs/x', 'runs/x', 'runs/x/fold-1']
    """
    if folder.name in VERSIONS:
        return home(folder.parent)
    if folder.match(f"{TRAINING}/{FOLDS}"):
        return home(folder.parent) / folder.name
    return folder


@contextmanager
def locked(run_dir: Path) -> Iterator[None]:
    """No other process writes to `run_dir` in this block; the lock ends with the process, however that ends.

    A folder that cannot be written needs no lock.

    Raises:
        UserError: another process is at work there, the folder cannot be made, or something in it leads out of it.
    """
    if run_dir.name in VERSIONS:
        raise UserError(f"{run_dir}: a run folder cannot be called {run_dir.name}; choose another --run_dir")
    try:
        with ExitStack() as stack:
            _take(run_dir, stack)
            check_folder(run_dir)  # what is copied and taken away below lies in it
            if os.access(run_dir, os.W_OK):
                settle(run_dir, is_locked=True)
                shutil.rmtree(run_dir / RENEWAL, ignore_errors=True)
                _sweep(run_dir)
            yield
    finally:
        with suppress(OSError):  # nothing came of it
            run_dir.rmdir()


def _take(run_dir: Path, stack: ExitStack) -> None:
    """Make the folder and lock it until the stack unwinds."""
    try:
        run_dir.mkdir(parents=True, exist_ok=True)
        free = stack.enter_context(lock(run_dir))
    except OSError as error:
        raise UserError(f"{run_dir}: cannot be used as a run folder ({error.strerror}); choose another one") from error
    if not free:
        raise UserError(
            f"{run_dir}: another nlpseq is at work in this folder; wait for its end, or choose another --run_dir"
        )


def settle(run_dir: Path, *, is_locked: bool = False) -> None:
    """Finish the swap that a kill has cut short, or wait for the process that is at it.

    Args:
        is_locked: whether the caller holds the lock.

    Raises:
        UserError: the swap cannot be finished, as the folder cannot be written or was never written by a swap.
    """
    incoming = run_dir / INCOMING
    if incoming.is_symlink():
        raise UserError(f"{incoming}: a link, and no new version; take it out of the folder")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while incoming.is_dir():
        if is_locked:
            _move_in(run_dir)
        else:
            with lock(run_dir) as free:
                if free:
                    _move_in(run_dir)
        if time.monotonic() > deadline:
            raise UserError(f"{run_dir}: a new version is still being moved in; try again")
        if incoming.is_dir():
            time.sleep(0.02)


def whole(folder: Path, load: Callable[[], Loaded]) -> Loaded:
    """What `load` reads from `folder`, read again if the folder was swapped meanwhile: it is of one version."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        before = _version(folder)
        try:
            loaded = load()
        except (UserError, OSError):
            if before == _version(folder) or time.monotonic() > deadline:
                raise
            continue
        if before == _version(folder) or time.monotonic() > deadline:
            return loaded


def in_force(run_dir: Path) -> Path:
    """Where the run's files are to be read: its own folder, or that of its first training, if that is under way."""
    settle(run_dir)
    training = run_dir / TRAINING
    first = not (run_dir / "model.safetensors").exists() and (training / "model.safetensors").exists()
    return training if first else run_dir


def copy_version(source: Path, target: Path, *, only: tuple[str, ...] = ()) -> None:
    """Make `target` a copy of the run in `source`, or of some of its entries, by hard links where there are any."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for path in _entries(source):
        if only and path.name not in only:
            continue
        if path.is_dir():
            shutil.copytree(path, target / path.name, symlinks=True, copy_function=_link)
        else:
            _link(path, target / path.name)


def drop(version: Path, *names: str) -> None:
    """Take entries out of a version that is in the making."""
    for name in names:
        path = version / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def publish(version: Path) -> None:
    """Put the version in force, in place of the one before. The caller holds the lock.

    Raises:
        UserError: the folder cannot be written.
    """
    run_dir = version.parent
    _sweep(version)
    write_text_atomically(version / MANIFEST, json.dumps(sorted(path.name for path in _entries(version))) + "\n")
    _to_disk(version)
    try:
        os.rename(version, run_dir / INCOMING)
        _move_in(run_dir)
    except OSError as error:
        raise UserError(f"{run_dir}: cannot be written ({error.strerror}); change its rights and try again") from error


@contextmanager
def renewed(run_dir: Path) -> Iterator[Path]:
    """Give a copy of the run in `run_dir` to change, and put it in force when the block ends without an error.

    The caller holds the lock.
    """
    version = run_dir / RENEWAL
    try:
        copy_version(run_dir, version)
        yield version
        publish(version)
    except OSError as error:
        if error.errno in DISK_FULL:
            raise UserError(f"{run_dir}: the disk is full; free some space and run the same command again") from error
        raise
    finally:
        shutil.rmtree(version, ignore_errors=True)


def _move_in(run_dir: Path) -> None:
    """Move the entries of `.incoming` into place and take away those of the version before; again after a kill."""
    incoming = run_dir / INCOMING
    manifest = incoming / MANIFEST
    if manifest.is_file():  # otherwise all is in place
        listed = read_json(manifest, list, fix=f"take {incoming} away")
        names = {name for name in listed if isinstance(name, str) and (name in ENTRIES or FOLD.fullmatch(name))}
        old = incoming / ".old"
        old.mkdir(exist_ok=True)
        for path in _entries(run_dir):
            # A folder cannot be renamed over another one.
            if path.name not in names or ((incoming / path.name).exists() and path.is_dir()):
                shutil.rmtree(old / path.name, ignore_errors=True)
                os.rename(path, old / path.name)
        for name in sorted(names):
            if (incoming / name).exists():
                os.replace(incoming / name, run_dir / name)
        manifest.unlink()
    shutil.rmtree(incoming)


def _version(folder: Path) -> tuple[Any, ...]:
    """Tells one version in force from the next: no two have the same file in the same place."""
    found: list[Any] = [(folder / INCOMING).is_dir()]
    for name in ("stages.json", "config.json", "model.safetensors"):
        try:
            state = (folder / name).stat()
            found.append((state.st_ino, state.st_mtime_ns, state.st_size))
        except OSError:
            found.append(None)
    return tuple(found)


def _entries(folder: Path) -> list[Path]:
    return sorted({folder / name for name in ENTRIES if (folder / name).exists()}.union(folder.glob(FOLDS)))


def _link(source: str | Path, target: str | Path) -> None:
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno in DISK_FULL:
            raise
        shutil.copy2(source, target)


def _sweep(folder: Path) -> None:
    """Take away what a kill has left of files that were being written."""
    for place, _, _ in os.walk(folder):
        with suppress(OSError):
            remove_parts(place)


def _to_disk(version: Path) -> None:
    """After a power cut, too, the files of a version that is in force are whole."""
    for path in version.rglob("*"):
        if path.is_file():
            with suppress(OSError), open(path, "rb") as file:
                os.fsync(file.fileno())
