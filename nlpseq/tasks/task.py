"""What the house asks of a task: one row, `TASK = Task(...)`, in the task's module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlpseq.config import TrainSettings
from nlpseq.runs.stages import changed_settings

Checksums = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Task:
    """The stages of a task, each a function of the settings and of the folder that it reads or writes.

    The verbs (`nlpseq.tasks.verbs`) decide which folder that is, and what has to be done at all.

    Attributes:
        name: as `task:` in a recipe.
        settings: the class of its recipe.
        checksums: settings -> split -> file -> SHA-256 of the corpus; nothing for one from the hub.
        prepared_from: settings -> all that the prepared text depends on besides the corpus itself, for a fingerprint.
        prepare: (settings, folder) -> the prepared text, made anew in `folder`.
        load_prepared: (settings, folder) -> what `prepare` has left there. Raises UserError where it is damaged.
        trained_from: settings -> all that the training depends on besides the prepared text.
        train: (settings, prepared, folder, fingerprint) -> the model in `folder`, resumed where it was left; whether
            there was anything to do.
        finish: (settings, prepared, folder) -> what follows from the model and settings that need no new training.
        finished_from: settings -> all that `finish` depends on.
        evaluated_from: settings -> all that an evaluation depends on besides the model.
        evaluate: (settings, folder) -> metrics of the run's own test split, written with outputs, report and card.
        score: (run folder, options) -> metrics of another split, corpus or search; nothing is written.
        load: (folder, device) -> the trained model.
        same_data: keys of `data` that say which text it is, besides its path.
        text_columns: usual names, in small letters, of the column of a table that the model reads; the first is also
            the key of `data` that names it. The model's method `columns` says what it adds to a table.
        load_corpus: settings of the data -> the splits that there are, for `nlpseq check`; None for text without rows.
        suggest: settings of the data -> what the corpus is, in words, and settings for it (`tasks/suggest.py`).
    """

    name: str
    settings: type
    checksums: Callable[[Any], Checksums]
    prepared_from: Callable[[Any], Any]
    prepare: Callable[[Any, Path], Any]
    load_prepared: Callable[[Any, Path], Any]
    trained_from: Callable[[Any], Any]
    train: Callable[[Any, Any, Path, str], bool]
    finish: Callable[[Any, Any, Path], None]
    finished_from: Callable[[Any], Any]
    evaluated_from: Callable[[Any], Any]
    evaluate: Callable[[Any, Path], dict[str, Any]]
    score: Callable[..., dict[str, Any]]
    load: Callable[..., Any]
    load_corpus: Callable[[Any], Any] | None
    suggest: Callable[[Any], tuple[str, list[Any]]]
    same_data: tuple[str, ...] = ()
    text_columns: tuple[str, ...] = ("text",)


def trained_from(settings: TrainSettings) -> dict[str, Any]:
    """The settings that make a training another one: not its budget, nor the device, nor how often it is saved."""
    return changed_settings(settings, without=("max_epochs", "max_minutes", "resume_every_steps", "device"))
