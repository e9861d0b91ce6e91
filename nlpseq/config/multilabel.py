"""Every setting of a recipe for texts with any number of labels: its type, default, unit and check."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from nlpseq.config.checks import check, names_a_folder, positive, share, well_typed
from nlpseq.config.choices import (  # noqa: F401 (signatures that are inherited name them)
    Average,
    Optimizer,
    Precision,
    Schedule,
)
from nlpseq.config.classify import ClassifierSettings, ClassifierTextSettings
from nlpseq.config.data import CorpusSettings
from nlpseq.config.train import TrainSettings


@dataclass(frozen=True)
class MultiLabelDataSettings(CorpusSettings):
    """Where the texts and their labels come from.

    Args:
        path: a folder or file of csv, tsv, jsonl, parquet, xlsx or fastText lines, or a hub name
        text: column of the text; found by itself (text, sentence, review, ...) if not given
        labels: column of the labels, or those that say yes or no joined by + (toxic+insult); found if not given
        label_separator: what stands between the labels in a cell, such as |; lists need none
        separator: of columns: comma, semicolon, tab, pipe or a character; as seen in the header line if not given
    """

    text: str | None = None
    labels: str | None = None
    label_separator: str | None = None
    separator: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self._two_columns("text", "labels")
        check(self.label_separator != "", "data.label_separator is empty; give a character such as |, or leave it out")


@dataclass(frozen=True)
class MultiLabelTrainSettings(TrainSettings):
    """How the network is trained.

    Args:
        batch_size: texts of a batch
        batch_tokens: padded tokens of a batch at most; fewer texts where they are long
        label_smoothing: share by which yes is less than 1 and no more than 0
        monitor: what the best model is chosen by and patience counts: micro_f1, macro_f1 or loss (validation)
    """

    max_epochs: int = 10
    lr: float = 1e-3
    warmup_steps: int = 100
    ema_decay: float = 0.998
    batch_size: int = 32
    batch_tokens: int = 40_000
    label_smoothing: float = 0.0
    monitor: Literal["micro_f1", "macro_f1", "loss"] = "micro_f1"

    def __post_init__(self) -> None:
        super().__post_init__()
        positive(self, "train", "batch_size", most=100_000)
        positive(self, "train", "batch_tokens", most=10_000_000)
        share(self, "train", "label_smoothing")


@dataclass(frozen=True)
class MultiLabelSettings:
    """A recipe for texts with any number of labels.

    Args:
        run_dir: folder of the run: settings, vocabulary, model, curves, metrics, report
        init_from: a run, saved model or hub name to begin from: its text pipeline, sizes and weights; none if not given
        data: where the texts and their labels come from
        text: how text becomes tokens
        model: the network
        train: how it is trained
    """

    # What is changed first; `--help` begins with them.
    main: ClassVar[tuple[str, ...]] = (
        "run_dir", "data.path", "data.text", "data.labels", "data.label_separator", "text.max_length",
        "model.hidden_size", "train.max_epochs", "train.max_minutes", "train.batch_size", "train.lr",
    )  # fmt: skip

    run_dir: str = "runs/multilabel"
    task: Literal["multilabel"] = "multilabel"
    init_from: str | None = None
    data: MultiLabelDataSettings = field(default_factory=MultiLabelDataSettings)
    text: ClassifierTextSettings = field(default_factory=ClassifierTextSettings)
    model: ClassifierSettings = field(default_factory=ClassifierSettings)
    train: MultiLabelTrainSettings = field(default_factory=MultiLabelTrainSettings)

    def __post_init__(self) -> None:
        well_typed(self)
        names_a_folder(self)
        check(self.text.vectors is None, "text.vectors is not for this task yet; leave it out")
