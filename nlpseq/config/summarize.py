"""Every setting of a summarisation recipe: its type, default, unit and check."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from nlpseq.config.checks import LARGEST_BEAM, check, names_a_folder, not_negative, positive, share, well_typed
from nlpseq.config.choices import AttentionKind, Case, LengthPenalty, TorchCell, Tying
from nlpseq.config.data import CorpusSettings
from nlpseq.config.train import TrainSettings


@dataclass(frozen=True)
class SummaryDataSettings(CorpusSettings):
    """Where the documents and their summaries come from.

    Args:
        path: a folder (train.document and train.summary, or csv, tsv, jsonl, parquet), such a file, or a hub name
        document: column of the document; found by itself (document, article, text, ...) if not given
        summary: column of the summary; found by itself (summary, highlights, headline, ...) if not given
        separator: of columns: comma, semicolon, tab, pipe or a character; as seen in the header line if not given
    """

    document: str | None = None
    summary: str | None = None
    separator: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self._two_columns("document", "summary")


@dataclass(frozen=True)
class SummaryTextSettings:
    """What the network reads and writes: characters. White space, line breaks too, becomes single spaces.

    Args:
        min_freq: characters seen less often in training become <unk>; they can be copied all the same
        max_source_characters: characters of a document that are read, from its beginning
        max_summary_characters: longer training summaries are left out
        copy_case: case that copied characters are written in; auto looks at the training summaries
    """

    min_freq: int = 5
    max_source_characters: int = 600
    max_summary_characters: int = 400
    copy_case: Literal["auto", Case] = "auto"

    def __post_init__(self) -> None:
        well_typed(self, "text")
        positive(self, "text", "min_freq")
        positive(self, "text", "max_source_characters", "max_summary_characters", most=1_000_000)


@dataclass(frozen=True)
class SummarizerSettings:
    """The summariser's network.

    Args:
        embedding_dim: size of the character vectors
        hidden_size: size of the decoder's states; half of it is each encoder direction's
        encoder_layers: depth of the bidirectional encoder
        cell: recurrent cell of the encoder and the decoder
        attention: score of the attention, or none (the decoder then sees one summary vector)
        tie_embeddings: all (source, target and output share one table), target, or none
        dropout: locked dropout on embeddings, layers and output features
        recurrent_dropout: dropout on the hidden-to-hidden weights
        word_dropout: share of the characters that the network reads as <unk> in training; teaches to copy unknown ones
        layer_norm: normalise each recurrent layer's outputs
        copy: can copy characters of the document
        reduction: characters of the document that the encoder reads at once
    """

    embedding_dim: int = 96
    hidden_size: int = 384
    encoder_layers: int = 2
    cell: TorchCell = "gru"
    attention: AttentionKind = "general"
    tie_embeddings: Tying = "all"
    dropout: float = 0.2
    recurrent_dropout: float = 0.0
    word_dropout: float = 0.02
    layer_norm: bool = False
    copy: bool = True
    reduction: int = 4

    def __post_init__(self) -> None:
        well_typed(self, "model")
        positive(self, "model", "embedding_dim", "hidden_size", most=8192)
        positive(self, "model", "encoder_layers", most=32)
        positive(self, "model", "reduction", most=1000)
        share(self, "model", "dropout", "recurrent_dropout", "word_dropout")
        check(self.hidden_size % 2 == 0, f"model.hidden_size must be even, not {self.hidden_size}")


@dataclass(frozen=True)
class SummarizeTrainSettings(TrainSettings):
    """How the summariser is trained.

    Args:
        batch_tokens: budget of a batch: documents times the longest one's characters
        label_smoothing: share of the target spread over the characters
        validation_documents: documents of the validation split, at most, that a validation summarises greedily
        monitor: what the best model is chosen by and patience counts: a ROUGE F1 (greedy, validation) or loss
    """

    max_epochs: int = 20
    lr: float = 2e-3
    warmup_steps: int = 200
    ema_decay: float = 0.998
    batch_tokens: int = 16_000
    label_smoothing: float = 0.05
    validation_documents: int = 200
    monitor: Literal["rouge1", "rouge2", "rougeL", "loss"] = "rouge1"

    def __post_init__(self) -> None:
        super().__post_init__()
        positive(self, "train", "batch_tokens", most=10_000_000)
        positive(self, "train", "validation_documents")
        share(self, "train", "label_smoothing")


@dataclass(frozen=True)
class SummaryDecodeSettings:
    """How the model's summary is searched.

    Args:
        beam_size: hypotheses kept a document; 1 is greedy
        length_penalty: gnmt (Wu et al. 2016), average (per character) or none
        alpha: exponent of the length penalty
        max_length: longest summary, in characters; 0 is a little more than the longest one in training
        min_length: shortest summary, in characters
        no_repeat_ngram_size: sequences of this many characters occur at most once; 0 is off
        batch_documents: documents summarised together
    """

    beam_size: int = 4
    length_penalty: LengthPenalty = "gnmt"
    alpha: float = 1.0
    max_length: int = 0
    min_length: int = 0
    no_repeat_ngram_size: int = 0
    batch_documents: int = 64

    def __post_init__(self) -> None:
        well_typed(self, "decode")
        positive(self, "decode", "beam_size", most=LARGEST_BEAM)
        positive(self, "decode", "batch_documents", most=4096)
        not_negative(self, "decode", "alpha", most=100)
        not_negative(self, "decode", "max_length", "min_length", "no_repeat_ngram_size", most=100_000)
        check(
            self.max_length == 0 or self.min_length <= self.max_length,
            f"decode.min_length must be at most decode.max_length ({self.max_length}), not {self.min_length}",
        )


@dataclass(frozen=True)
class SummarizeSettings:
    """A summarisation recipe.

    Args:
        run_dir: folder of the run: settings, alphabet, model, curves, metrics, report
        init_from: a run, saved model or hub name to begin from: its text pipeline, sizes and weights; none if not given
        data: where the documents and their summaries come from
        text: what the network reads and writes
        model: the network
        train: how it is trained
        decode: how summaries are searched
    """

    # What is changed first; `--help` begins with them.
    main: ClassVar[tuple[str, ...]] = (
        "run_dir", "data.path", "data.document", "data.summary", "text.max_source_characters", "model.hidden_size",
        "train.max_epochs", "train.max_minutes", "train.batch_tokens", "train.lr", "decode.beam_size",
    )  # fmt: skip

    run_dir: str = "runs/summarize"
    task: Literal["summarize"] = "summarize"
    init_from: str | None = None
    data: SummaryDataSettings = field(default_factory=SummaryDataSettings)
    text: SummaryTextSettings = field(default_factory=SummaryTextSettings)
    model: SummarizerSettings = field(default_factory=SummarizerSettings)
    train: SummarizeTrainSettings = field(default_factory=SummarizeTrainSettings)
    decode: SummaryDecodeSettings = field(default_factory=SummaryDecodeSettings)

    def __post_init__(self) -> None:
        well_typed(self)
        names_a_folder(self)
