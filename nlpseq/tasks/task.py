"""What the house asks of a task: one row, `TASK = Task(...)`, in the `__init__` of its folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from nlpseq.config import TrainSettings
from nlpseq.evaluation.significance import Comparison
from nlpseq.report.blocks import Section
from nlpseq.report.card import CardWords
from nlpseq.report.page import Report
from nlpseq.report.plots.curves import CurveScore
from nlpseq.report.scores import ScoreKind
from nlpseq.runs.stages import changed_settings

Checksums = Mapping[str, Mapping[str, str]]
Figures = dict[str, Any]
Names = tuple[str, str]


@dataclass(frozen=True)
class Evaluation:
    """A split that is to be decoded and scored: the run's own test split, or another text.

    Attributes:
        settings: of the run.
        folder: of the run or the saved model.
        rows: what is evaluated, as the task has it.
        split: its name.
        out: where its output files lie; the folder itself for the run's own test split.
    """

    settings: Any
    folder: Path
    rows: Any
    split: str
    out: Path

    @property
    def own(self) -> bool:
        """Whether it is the run's own test split, which gets baselines and a report too."""
        return self.out == self.folder


@dataclass(frozen=True)
class Pair:
    """What only the task knows of two runs on one test split.

    Attributes:
        items: what the split consists of, such as "sentences".
        tests: each score of which there is a significance test, the most important one first, and the test.
        differences: names of the two -> the items that they disagree on, as sections of a report.
        curve_scores: those of the validation that mean something over both trainings.
        loss_unit: what the loss is measured in.
    """

    items: str
    tests: Sequence[tuple[ScoreKind, Callable[[], Comparison]]]
    differences: Callable[[Names], Sequence[Section]]
    curve_scores: Sequence[CurveScore]
    loss_unit: str


class ExportParts(NamedTuple):
    """How a model becomes an ONNX export.

    Attributes:
        graphs: (model, weights, int8=) -> name -> graph, whose weights go where the others' are.
        figures: (model or export, rows) -> numbers that both give for the same rows, of a difference in natural units.
        prepared: settings -> those of an evaluation that an export can have too.
    """

    graphs: Callable[..., Mapping[str, Any]]
    figures: Callable[[Any, Any], Any]
    prepared: Callable[[Any], Any] = lambda settings: settings


class Words(NamedTuple):
    """How it is said: on the model card, and by the last lines of `nlpseq run`, from the folder and its metrics."""

    card: CardWords
    last_lines: Callable[[Path, Figures], Sequence[str]]


class Stages(Protocol):
    """What the file `stages.py` of a task defines: functions of the settings and the folder that is read or written.

    The verbs, whose files stand beside this one, decide which folder that is, and what has to be done at all.
    """

    def load(self, name_or_path: str | Path, /, *, device: str = "cpu") -> Any:
        """What a user holds, with the trained model."""

    def checksums(self, settings: Any, /) -> Checksums:
        """Split -> file -> SHA-256 of the corpus; nothing for one from the hub."""

    def training_ids(self, folder: Path, /) -> Any:
        """The ids of a run's training text in one row."""

    def prepare(self, settings: Any, folder: Path, /) -> Any:
        """The prepared text, made anew in `folder`."""

    def load_prepared(self, settings: Any, folder: Path, /) -> Any:
        """What `prepare` has left there; UserError where it is damaged."""

    def train(self, settings: Any, prepared: Any, folder: Path, fingerprint: str, /) -> bool:
        """Leave the model in `folder`, resumed where it was left; whether there was anything to do."""

    def finish(self, settings: Any, prepared: Any, folder: Path, /) -> Any:
        """Make what follows from the model and settings that need no new training; the model, if it was loaded."""

    def split(self, settings: Any, folder: Path, name: str | None, data: Any, /) -> tuple[Any, str]:
        """The rows to evaluate and the name of their split: the run's test split without a name and other data."""

    def decode(self, evaluation: Evaluation, model: Any, /) -> Figures:
        """The figures that only the model can give; its outputs are left in files."""

    def score(self, evaluation: Evaluation, figures: Figures, /) -> Figures:
        """The figures that follow from the files."""


@dataclass(frozen=True)
class Task:
    """All that the house asks of a task.

    Attributes:
        name: as `task:` in a recipe.
        settings: the class of its recipe.
        stages: its file `stages.py`.
        corpus: folder -> split -> its prepared text, of which the length is known.

        prepared_from: settings -> all that the prepared text depends on besides the corpus itself, for a fingerprint.
        trained_from: settings -> all that the training depends on besides the prepared text.
        finished_from: settings -> all that `finish` depends on.

        evaluated_from: settings -> all that an evaluation depends on besides the model.
        report: folder -> the report of an evaluated run, from its files.
        outputs: the names of the files that `decode` leaves in a run's own folder.
        scores: those of the report; the first is the headline, which tells runs apart.
        pair: two folders -> what is compared of two evaluated runs.
        words: how it is said.
        export: how it becomes an ONNX export.

        same_data: keys of `data` that say which text it is, besides its path.
        text_columns: usual names, in small letters, of the column of a table that the model reads; the first is also
            the key of `data` that names it. The model's method `columns` says what it adds to a table.
        load_corpus: settings of the data -> the splits that there are, for `nlpseq check`; None for text without rows.
        suggest: settings of the data -> what the corpus is, in words, and settings for it (`tasks/suggest.py`).
        cross_validate: (settings, checksums, run) -> the figures of a run in folds, `run` making each of them.
    """

    name: str
    settings: type
    stages: Stages
    corpus: Callable[[Path], Mapping[str, Any]]

    prepared_from: Callable[[Any], Any]
    trained_from: Callable[[Any], Any]
    finished_from: Callable[[Any], Any]

    evaluated_from: Callable[[Any], Any]
    report: Callable[[Path], Report]
    outputs: Sequence[str]
    scores: Sequence[ScoreKind]
    pair: Callable[[Path, Path], Pair]
    words: Words
    export: ExportParts

    suggest: Callable[[Any], tuple[str, list[Any]]]
    load_corpus: Callable[[Any], Any] | None = None
    same_data: Sequence[str] = ()
    text_columns: Sequence[str] = ("text",)
    cross_validate: Callable[[Any, Checksums, Callable[[Any], Figures]], Figures] | None = None

    def load(self, name_or_path: str | Path, *, device: str = "cpu") -> Any:
        """What a user holds, with the trained model."""
        return self.stages.load(name_or_path, device=device)


def trained_from(settings: TrainSettings) -> dict[str, Any]:
    """The settings that make a training another one: not its budget, nor the device, nor how often it is saved."""
    return changed_settings(settings, without=("max_epochs", "max_minutes", "resume_every_steps", "device"))
