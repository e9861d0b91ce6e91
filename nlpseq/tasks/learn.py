"""Training from Python: data in memory or anywhere else, a recipe or none, and the trained model of any task.

1. Data in memory is written into the run folder, so that the run explains itself and can be gone on with.
2. The recipe is read; without one, settings are chosen from the data (`suggest`). Keywords go before both.
3. The run is made as on the command line, and what that would not do again is not done again.
"""

from __future__ import annotations

import logging
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nlpseq.data.given import is_text_or_table, write_given, write_text
from nlpseq.data.splits import file_checksums
from nlpseq.errors import UserError
from nlpseq.models import MODEL_FILE
from nlpseq.recipe import option_words, parse_recipe, read_recipe
from nlpseq.runs.folder import device_of
from nlpseq.runs.stages import fingerprint
from nlpseq.runs.swap import TRAINING
from nlpseq.tasks import task_named, verbs
from nlpseq.tasks.suggest import suggest
from nlpseq.tasks.task import Task
from nlpseq.tasks.together import refuse_several

log = logging.getLogger("nlpseq")

GIVEN_FOLDER = "given"
# Settings of how long a training takes: with others of them the same run goes on.
BUDGET = ("train.max_epochs", "train.max_minutes")


def learn(
    task: str,
    data: Any,
    *,
    columns: Mapping[str, str | None],
    recipe: str | Path | None = None,
    minutes: float | None = None,
    init_from: str | Path | None = None,
    run_dir: str | Path | None = None,
    settings: Mapping[str, Any] | None = None,
    quiet: bool = False,
    evaluate: bool = True,
) -> Any:
    """The model of a task trained on `data`, as `Classifier.train` and its like give it.

    Args:
        task: such as classify.
        data: see `given.write_given`; a path or a hub name too.
        columns: the names of the columns by the keys of `data` that name them; None is the default.
        recipe: a file, or the name of one that comes with nlpseq; default: settings chosen from the data.
        minutes: budget of the training, `train.max_minutes`.
        init_from: a model to begin from, see `runs.start`.
        run_dir: the folder of the run; default: one for the task, these data and these settings, below `runs`.
        settings: others by their dotted names, as on the command line.
        quiet: say nothing on the way.
        evaluate: score the test split and write the report.

    Raises:
        UserError: anything wrong with the data or the settings.
        KeyboardInterrupt: stopped before there was any model.
    """
    refuse_several("training from Python")
    row = task_named(task)
    named = {f"data.{key}": name for key, name in columns.items() if name is not None}
    wanted = {**named, **(settings or {})}
    if minutes is not None:
        wanted["train.max_minutes"] = minutes
    if init_from is not None:
        wanted["init_from"] = init_from
    with _log_shown(quiet), TemporaryDirectory(prefix="nlpseq-") as place:
        path = _written(data, Path(place) / GIVEN_FOLDER, columns) if is_text_or_table(data) else Path(data)
        path = path.expanduser()
        if run_dir is None:
            run_dir = Path("runs") / f"{task}-{_digest(path, recipe, wanted)}"
        run_dir = Path(run_dir).expanduser()
        if path.parent == Path(place):
            path = _moved(path, run_dir)
        wanted |= {"data.path": path if path.exists() else data, "run_dir": run_dir}
        resolved = _settings(row, recipe, wanted)
        try:
            (verbs.run if evaluate else verbs.train)(resolved)
        except KeyboardInterrupt:
            if not (run_dir / TRAINING / MODEL_FILE).is_file() and not (run_dir / MODEL_FILE).is_file():
                raise
            log.warning("stopped; the model is the best so far, and the same call goes on from there")
    return row.load(run_dir, device=device_of(resolved))


def _settings(row: Task, recipe: str | Path | None, wanted: Mapping[str, Any]) -> Any:
    if recipe is not None:
        settings: Any = read_recipe(recipe, option_words(wanted))
        if settings.task != row.name:
            raise UserError(f"{recipe}: a recipe for the task {settings.task}, not {row.name}; choose another one")
    else:
        words = option_words(wanted)
        given = parse_recipe(f"task: {row.name}", words).data
        with _unsaid():  # it is said again when the run reads the corpus
            suggested = suggest(row.name, given, run_dir=str(wanted["run_dir"]))
        settings = parse_recipe(suggested, words)
    if getattr(settings.data, "folds", 0):
        raise UserError("data.folds: a cross-validation gives no single model; use nlpseq run")
    return settings


def _written(data: Any, folder: Path, columns: Mapping[str, str | None]) -> Path:
    """The folder with the data as a corpus."""
    if columns:
        write_given(data, folder, roles=columns)
    elif isinstance(data, list | tuple) and data and all(isinstance(part, Path) for part in data):
        folder.mkdir()
        for number, part in enumerate(data):
            shutil.copyfile(part, folder / f"{number:04}-{part.name}")
    else:
        write_text(data, folder / "text.txt", column=None)
    return folder


def _moved(folder: Path, run_dir: Path) -> Path:
    """The corpus in its place in the run folder, which is named after what it holds."""
    place = run_dir / f"{GIVEN_FOLDER}-{fingerprint(_checksums(folder))[:8]}"
    if not place.is_dir():
        run_dir.mkdir(parents=True, exist_ok=True)
        shutil.move(folder, place)
    return place


def _digest(path: Path, recipe: str | Path | None, wanted: Mapping[str, Any]) -> str:
    source = _checksums(path) if path.name == GIVEN_FOLDER else str(path)
    told = {key: value for key, value in wanted.items() if key not in BUDGET}
    return fingerprint(source, str(recipe), option_words(told))[:8]


def _checksums(folder: Path) -> dict[str, str]:
    return file_checksums(sorted(folder.iterdir()))


@contextmanager
def _unsaid() -> Iterator[None]:
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)


@contextmanager
def _log_shown(quiet: bool) -> Iterator[None]:
    """What is logged is shown where nobody has said what to do with it, as in a notebook; nothing if `quiet`."""
    if quiet:
        with _unsaid():
            yield
        return
    if log.hasHandlers():
        yield
        return
    handler, level = logging.StreamHandler(sys.stderr), log.level
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(level)
