"""Every setting of a recipe for a character language model: its type, default, unit and check."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from nlpseq.config.checks import check, names_a_folder, not_negative, positive, share, text_format, well_typed
from nlpseq.config.choices import Cell, Unit
from nlpseq.config.train import TrainSettings


@dataclass(frozen=True)
class PlainDataSettings:
    """Where the text comes from.

    Args:
        path: a text file, or a folder of .txt files; train.txt, valid.txt and test.txt in it are the splits
        validation_share: share of the text, at its end, to choose the model by where there is no such file
        test_share: the same, behind it, to report on; 0 reports on the validation split
        encoding: of text files that do not say it themselves; UTF-8 if not given
    """

    path: str = ""
    validation_share: float = 0.1
    test_share: float = 0.0
    encoding: str | None = None

    def __post_init__(self) -> None:
        well_typed(self, "data")
        share(self, "data", "validation_share", "test_share")
        text_format(self.encoding)
        check(self.validation_share > 0, "data.validation_share must be above 0: the model is chosen by that split")
        together = self.validation_share + self.test_share
        check(together < 1, f"data.validation_share and data.test_share must be below 1 together, not {together}")


@dataclass(frozen=True)
class CharacterSettings:
    """What the network reads and writes.

    Args:
        unit: codepoint (characters of Unicode) or byte (of UTF-8; any text, no unknown characters)
        min_freq: characters seen less often become <unk> (code points only)
    """

    unit: Unit = "codepoint"
    min_freq: int = 1

    def __post_init__(self) -> None:
        well_typed(self, "text")
        positive(self, "text", "min_freq")


@dataclass(frozen=True)
class CharRNNSettings:
    """The character language model's network.

    Args:
        embedding_dim: size of the character vectors
        hidden_size: size of every layer's state
        num_layers: depth of the recurrent stack
        cell: recurrent cell; min_gru trains in parallel over time (Feng et al. 2024)
        dropout: locked dropout between the layers and on the last one's outputs
        embedding_dropout: share of the characters left out of a batch altogether
        recurrent_dropout: dropout on the hidden-to-hidden weights (not of min_gru)
        tie_embeddings: share the embedding with the output layer
        layer_norm: normalise each layer's outputs
        residual: add each layer's input to its outputs
    """

    embedding_dim: int = 64
    hidden_size: int = 256
    num_layers: int = 1
    cell: Cell = "lstm"
    dropout: float = 0.1
    embedding_dropout: float = 0.0
    recurrent_dropout: float = 0.0
    tie_embeddings: bool = False
    layer_norm: bool = False
    residual: bool = False

    def __post_init__(self) -> None:
        well_typed(self, "model")
        positive(self, "model", "embedding_dim", "hidden_size", most=8192)
        positive(self, "model", "num_layers", most=32)
        share(self, "model", "dropout", "embedding_dropout", "recurrent_dropout")
        check(
            self.cell != "min_gru" or self.recurrent_dropout == 0,
            "model.cell min_gru has no hidden-to-hidden weights for model.recurrent_dropout; set that to 0",
        )


@dataclass(frozen=True)
class GenerateTrainSettings(TrainSettings):
    """How the character language model is trained: truncated back-propagation through time with a carried state.

    Args:
        batch_size: tracks through the text, read side by side
        window: characters that the gradient goes back; lengths vary around it (Merity et al. 2018, section 5)
        monitor: what the best model is chosen by: the validation loss
    """

    max_epochs: int = 10
    lr: float = 4e-3
    warmup_steps: int = 100
    ema_decay: float = 0.995
    batch_size: int = 16
    window: int = 96
    monitor: Literal["loss"] = "loss"

    def __post_init__(self) -> None:
        super().__post_init__()
        positive(self, "train", "batch_size", "window", most=100_000)


@dataclass(frozen=True)
class SampleSettings:
    """The samples that a report shows.

    Args:
        prompt: how they begin; a line break if it is empty
        length: characters of each
        temperatures: one sample each; 0 is greedy
        top_k: the most probable characters that are drawn from; 0 is all
    """

    prompt: str = ""
    length: int = 400
    temperatures: tuple[float, ...] = (0.5, 0.8, 1.0)
    top_k: int = 0

    def __post_init__(self) -> None:
        well_typed(self, "sample")
        positive(self, "sample", "length", most=100_000)
        not_negative(self, "sample", "top_k")
        check(
            all(t == 0 or 1e-3 <= t < math.inf for t in self.temperatures),
            f"sample.temperatures must each be 0, or 0.001 or more, not {list(self.temperatures)}",
        )
        check(len(self.temperatures) <= 20, f"sample.temperatures: at most 20 samples, not {len(self.temperatures)}")


@dataclass(frozen=True)
class GenerateSettings:
    """A recipe for a character language model.

    Args:
        run_dir: folder of the run: settings, alphabet, model, curves, metrics, report
        init_from: a run, saved model or hub name to begin from: its text pipeline, sizes and weights; none if not given
        data: where the text comes from
        text: what the network reads and writes
        model: the network
        train: how it is trained
        sample: the samples that the report shows
        dynamic_lr: learning rate of dynamic evaluation (Krause et al. 2018), reported apart; 0 is off
    """

    # What is changed first; `--help` begins with them.
    main: ClassVar[tuple[str, ...]] = (
        "run_dir", "data.path", "text.unit", "model.cell", "model.hidden_size", "model.num_layers", "model.dropout",
        "train.max_epochs", "train.max_minutes", "train.window", "train.lr", "sample.prompt",
    )  # fmt: skip

    run_dir: str = "runs/generate"
    task: Literal["generate"] = "generate"
    init_from: str | None = None
    data: PlainDataSettings = field(default_factory=PlainDataSettings)
    text: CharacterSettings = field(default_factory=CharacterSettings)
    model: CharRNNSettings = field(default_factory=CharRNNSettings)
    train: GenerateTrainSettings = field(default_factory=GenerateTrainSettings)
    sample: SampleSettings = field(default_factory=SampleSettings)
    dynamic_lr: float = 0.0

    def __post_init__(self) -> None:
        well_typed(self)
        names_a_folder(self)
        check(0 <= self.dynamic_lr < math.inf, f"dynamic_lr must be 0 or more, not {self.dynamic_lr}")
        check(self.dynamic_lr <= 1000, f"dynamic_lr must be at most 1,000, not {self.dynamic_lr}")
