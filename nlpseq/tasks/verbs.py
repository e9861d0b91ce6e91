"""Prepare, train and run: what a recipe can be told to do, whatever its task.

A finished run stays in force until a finished one takes its place (`nlpseq.runs.swap`):

1. The corpus is hashed; a folder that holds a run of another task or of other data is refused.
2. The text is prepared in `training/`, unless the run in force or an unfinished training has it already.
3. The model is trained in `training/`, unless the run in force has it; one that the clock has cut, or that is to have
   more epochs, goes on from its checkpoint.
4. What follows from the model is made: calibration, search settings, and with `run` the evaluation and its report.
5. All of it is swapped in at once.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from nlpseq.data.splits import file_checksums
from nlpseq.errors import UserError
from nlpseq.files import write_text_atomically
from nlpseq.models import MODEL_FILE
from nlpseq.recipe import as_yaml
from nlpseq.runs.folder import CONFIG_FILE, SETTINGS_FILE, device_of, evaluated_metrics
from nlpseq.runs.record import CHECKSUMS_FILE, RunRecord, read_record
from nlpseq.runs.stages import Stages, fingerprint
from nlpseq.runs.start import begun, text_fingerprint, weights_fingerprint
from nlpseq.runs.swap import RESULTS, TRAINING, copy_version, drop, home, locked, publish, renewed
from nlpseq.runs.training import TrainingState, training_state
from nlpseq.tasks import task_named
from nlpseq.tasks.card import write_run_card
from nlpseq.tasks.evaluate import evaluate_version, evaluation_fingerprint
from nlpseq.tasks.task import Checksums, Figures, Task
from nlpseq.tasks.together import all_training, together

log = logging.getLogger("nlpseq")

SHOWN_CHANGES = 4


def prepare(settings: Any) -> Any:
    """Read the corpus, build vocabularies on its training side and encode it into the run folder; or find that done.

    Raises:
        UserError: anything wrong with the corpus or the text settings, or the folder holds another run.
    """
    made: list[Any] = []  # of several processes, in the first
    folder = together(partial(_prepare, settings, made))
    return made[0] if made else task_named(settings.task).stages.load_prepared(settings, folder)


def train(settings: Any) -> Any:
    """Train the run's model, going on where an interrupted training was left, and load the best of it.

    Raises:
        UserError: anything wrong with the corpus, the settings or an old checkpoint, or the folder holds another run.
        KeyboardInterrupt: stopped by the user; the best model so far is in the folder `training` of the run.
    """
    together(partial(_train, settings, evaluate=False))
    return task_named(settings.task).load(settings.run_dir, device=device_of(settings))


def run(settings: Any) -> Figures:
    """Prepare, train and evaluate; what an earlier call with the same settings has done is not done again.

    Raises:
        UserError, KeyboardInterrupt: as with `train`.
    """
    return together(partial(_run, settings))


def _prepare(settings: Any, made: list[Any]) -> Path:
    with _working(settings) as work:
        made.append(work.prepared)
        return work.prepared_in


def _train(settings: Any, *, evaluate: bool) -> Figures:
    with _working(settings) as work:
        return work.train(evaluate=evaluate)


def _run(settings: Any) -> Figures:
    task = task_named(settings.task)
    if task.cross_validate is None or not settings.data.folds:
        return _train(settings, evaluate=True)
    checksums = task.stages.checksums(settings)
    with locked(Path(settings.run_dir)):
        refuse_another_run(task, settings, checksums)
        return task.cross_validate(settings, checksums, run)


@contextmanager
def _working(settings: Any) -> Iterator[_Work]:
    task = task_named(settings.task)
    checksums = task.stages.checksums(settings)  # before there is a folder: the corpus may not be there
    with locked(Path(settings.run_dir)):
        yield _Work(task, settings, checksums)


class _Work:
    """One call's work on a run folder, under its lock."""

    def __init__(self, task: Task, settings: Any, checksums: Checksums) -> None:
        settings = begun(settings)
        self.task, self.settings, self.checksums = task, settings, checksums
        self.home = Path(settings.run_dir)
        self.training = self.home / TRAINING
        refuse_another_run(task, settings, checksums)
        # A corpus from the hub has no checksum, so its name must do.
        self.prepare_fingerprint = fingerprint(
            task.prepared_from(settings), checksums or settings.data.path, *text_fingerprint(settings)
        )
        self.train_fingerprint = fingerprint(
            self.prepare_fingerprint, task.trained_from(settings), *weights_fingerprint(settings)
        )
        self.prepared, self.prepared_in = self._prepare()

    def train(self, *, evaluate: bool) -> dict[str, Any]:
        """Put a trained (and evaluated) run in force; its metrics."""
        state = training_state(self.home, self.settings.train, self.train_fingerprint)
        if state is TrainingState.DONE:
            log.info("trained already: %s", self.home)
            return self._renew(evaluate=evaluate)
        self._lay_out(state)
        with all_training(self.settings, self.prepared_in, self.training, self.train_fingerprint):
            self.task.stages.train(self.settings, self.prepared, self.training, self.train_fingerprint)
        metrics = self._follow(self.training, evaluate=evaluate)
        publish(self.training)
        return metrics

    def _renew(self, *, evaluate: bool) -> dict[str, Any]:
        """What settings ask for that need no new training, and files of the text that were damaged."""
        repaired = self.prepared_in == self.training
        if not repaired and Stages(self.home).done("finish", self._finish_fingerprint(self.home)):
            evaluation = evaluation_fingerprint(self.task, self.settings, self.home)
            found = evaluated_metrics(self.home, evaluation) if evaluate else {}
            if found is not None:
                return found
        with renewed(self.home) as version:
            if repaired:
                drop(version, "data", "text")
                for name in ("data", "text"):
                    if (self.training / name).exists():
                        os.rename(self.training / name, version / name)
            metrics = self._follow(version, evaluate=evaluate)
        if repaired:
            shutil.rmtree(self.training, ignore_errors=True)
        return metrics

    def _follow(self, version: Path, *, evaluate: bool) -> dict[str, Any]:
        """What comes after the training, in a version in the making; its metrics, if it is evaluated."""
        self._write_settings(version)
        model = None
        if not Stages(version).done("finish", self._finish_fingerprint(version)):
            model = self.task.stages.finish(self.settings, self.prepared, version)
            Stages(version).mark("finish", self._finish_fingerprint(version))
        found = evaluated_metrics(version, evaluation_fingerprint(self.task, self.settings, version))
        if found is not None:
            return found
        drop(version, *RESULTS)
        if evaluate:
            return evaluate_version(self.task, self.settings, version, model)
        write_run_card(version)
        return {}

    def _finish_fingerprint(self, folder: Path) -> str:
        """Of the settings and of the files themselves: one that is damaged is made again."""
        paths = [path for path in (folder / MODEL_FILE, folder / CONFIG_FILE) if path.is_file()]
        paths += sorted(path for path in (folder / "text").glob("*") if path.is_file())
        return fingerprint(file_checksums(paths), self.task.finished_from(self.settings))

    def _prepare(self) -> tuple[Any, Path]:
        """The prepared text, and the folder that it lies in."""
        for folder in (self.home, self.training):
            if not Stages(folder).done("prepare", self.prepare_fingerprint):
                continue
            try:
                prepared = self.task.stages.load_prepared(self.settings, folder)
            except UserError as error:
                log.warning("%s; the text is prepared anew", error)
                continue
            log.info("prepared already: %s", folder / "data")
            return prepared, folder
        if Stages(self.training).done("prepare", self.prepare_fingerprint):
            drop(self.training, "data", "text")  # damaged; what was trained on it goes on with the same text
        else:
            self._discard()
        try:
            prepared = self.task.stages.prepare(self.settings, self.training)
        except BaseException:
            if not Stages(self.training).get("training"):
                shutil.rmtree(self.training, ignore_errors=True)
            raise
        write_text_atomically(self.training / CHECKSUMS_FILE, json.dumps(self.checksums, indent=2) + "\n")
        self._write_settings(self.training)
        Stages(self.training).mark("prepare", self.prepare_fingerprint)
        return prepared, self.training

    def _discard(self) -> None:
        if (self.training / "resume.ckpt").exists():
            changes = _changes(read_record(self.training), self.settings)
            log.warning("%s: an unfinished training with other settings is given up (%s)", self.home, changes)
        shutil.rmtree(self.training, ignore_errors=True)

    def _lay_out(self, state: TrainingState) -> None:
        """Give the training a folder that has the prepared text, and what it goes on from."""
        stages = Stages(self.training)
        if state is TrainingState.GO_ON and not stages.done("training", self.train_fingerprint):
            copy_version(self.home, self.training)
        elif self.prepared_in == self.home and not stages.done("prepare", self.prepare_fingerprint):
            self._discard()
            # What depends on the text alone can stay; a pretraining and baselines know what they were made from.
            copy_version(self.home, self.training, only=("data", "text", "pretrain", "baselines.json"))
            stages.mark("prepare", self.prepare_fingerprint)
        if (self.home / MODEL_FILE).exists():
            how = "goes on" if state is TrainingState.GO_ON else "begins"
            log.info(
                "%s: its settings change (%s); a training %s beside it, and the run stays in force until that is done",
                self.home, _changes(read_record(self.home), self.settings), how,
            )  # fmt: skip
            card = self.home / "README.md"
            if card.exists() and not (self.training / card.name).exists():
                shutil.copy2(card, self.training / card.name)  # it may hold what the user has added
        self._write_settings(self.training)

    def _write_settings(self, version: Path) -> None:
        path, text = version / SETTINGS_FILE, as_yaml(replace(self.settings, run_dir=str(home(self.home))))
        if not path.is_file() or path.read_text(encoding="utf-8", errors="replace") != text:
            write_text_atomically(path, text)


def refuse_another_run(task: Task, settings: Any, checksums: Checksums) -> None:
    """Keep a recipe off a folder with a run that it does not belong to.

    Raises:
        UserError: the folder holds a model or an unfinished training of another task or of other data, or a
            cross-validation.
    """
    run_dir = Path(settings.run_dir)
    for folder in (run_dir, run_dir / TRAINING):
        record = read_record(folder)
        folds = bool(record.section("data").get("folds"))
        if not record.settings or not (folds or any((folder / name).exists() for name in (MODEL_FILE, "resume.ckpt"))):
            continue
        if record.task and record.task != task.name:
            there, here = f"a run of the task {record.task}", f"the recipe is for {task.name}"
        elif folds and not getattr(settings.data, "folds", 0):
            there, here = "a cross-validation", "the recipe is for a single run"
        elif getattr(settings.data, "folds", 0) and not folds:
            there, here = "a single run", "the recipe is for a cross-validation"
        elif _other_data(task, record, settings.data, checksums):
            there, here = (
                f"a run on {_data(task, record.section('data'))}",
                (f"the recipe is for {_data(task, asdict(settings.data))}"),
            )
        else:
            continue
        raise UserError(f"{run_dir}: it holds {there}, and {here}; choose another --run_dir, or delete the folder")


def _other_data(task: Task, record: RunRecord, data: Any, checksums: Checksums) -> bool:
    old = record.section("data")
    named = [(old.get(key), getattr(data, key)) for key in task.same_data]
    if any(was != now for was, now in named if was is not None and now is not None):
        return True
    path = str(old.get("path", ""))
    # Not `Path.exists`, to which a folder of another user's is an error.
    same_place = path == str(data.path) or (
        os.path.exists(path) and os.path.realpath(path) == os.path.realpath(data.path)
    )
    same_files = any(checksums.values()) and {split: dict(files) for split, files in checksums.items()} == {
        split: dict(files) for split, files in record.checksums.items()
    }
    return not (same_place or same_files)


def _data(task: Task, data: Mapping[str, Any]) -> str:
    named = [str(data[key]) for key in task.same_data if data.get(key)]
    return f"{data.get('path')}{f' ({chr(45).join(named)})' if named else ''}"


def _changes(record: RunRecord, settings: Any) -> str:
    """The settings that differ from those of a run, in words."""
    old, new = _flat(record.settings), _flat(json.loads(json.dumps(asdict(settings))))
    changed = [
        f"{key} {old[key]} -> {value}"
        for key, value in new.items()
        if key in old and old[key] != value and key not in ("run_dir", "data.path")
    ]
    more = len(changed) - SHOWN_CHANGES
    return ", ".join(changed[:SHOWN_CHANGES]) + (f" and {more} more" if more > 0 else "") or "the text itself"


def _flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in settings.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else {f"{prefix}{key}": value}
    return flat
