"""Every setting of a tagging recipe: its type, default, unit and check."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from nlpseq.config.checks import check, names_a_folder, positive, share, well_typed
from nlpseq.config.choices import Cell, Precision
from nlpseq.config.data import CorpusSettings
from nlpseq.config.train import TrainSettings


@dataclass(frozen=True)
class TaggedDataSettings(CorpusSettings):
    """Where the tagged sentences come from.

    Args:
        path: a folder or file of CoNLL columns, jsonl or parquet with lists of tokens and tags, or a hub name
        tokens: column of the tokens, by its name or, in a CoNLL file, its number from 1; found by itself if not given
        tags: column of the tags, likewise
    """

    tokens: str | None = None
    tags: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self._two_columns("tokens", "tags")


@dataclass(frozen=True)
class TaggerTextSettings:
    """How text becomes words.

    Args:
        lang: language of the word rules for raw text, as spaCy names it; xx for rules that fit many
        vocab_size: largest number of words with a vector of their own, special ones counted
        min_freq: words seen less often have none, and are known by their characters alone
        vectors: file of word vectors (GloVe, fastText, word2vec text format) for the embedding; of size embedding_dim
        freeze_vectors: keep the embedding as it was loaded
    """

    lang: str = "en"
    vocab_size: int = 200_000
    min_freq: int = 1
    vectors: str | None = None
    freeze_vectors: bool = False

    def __post_init__(self) -> None:
        well_typed(self, "text")
        positive(self, "text", "vocab_size", most=10_000_000)
        positive(self, "text", "min_freq")
        check(
            not self.freeze_vectors or self.vectors is not None, "text.freeze_vectors needs text.vectors; name a file"
        )


@dataclass(frozen=True)
class TaggerSettings:
    """The tagger's network.

    Args:
        embedding_dim: size of the word vectors
        hidden_size: size of each direction's states
        num_layers: depth of the recurrent stack
        cell: recurrent cell
        char_embedding_dim: size of the character vectors
        char_hidden_size: size of each direction's states over a word's characters; 0 reads none
        crf: learn from the probability of all tags of a sentence at once, instead of each by itself; of 200 at most
        dropout: locked dropout before, between and behind the layers
        recurrent_dropout: dropout on the hidden-to-hidden weights
        word_dropout: share of the words replaced by <unk> in training
        singleton_dropout: the same of words that come once (Lample et al. 2016)
    """

    embedding_dim: int = 100
    hidden_size: int = 128
    num_layers: int = 1
    cell: Cell = "lstm"
    char_embedding_dim: int = 25
    char_hidden_size: int = 25
    crf: bool = True
    dropout: float = 0.5
    recurrent_dropout: float = 0.0
    word_dropout: float = 0.0
    singleton_dropout: float = 0.5

    def __post_init__(self) -> None:
        well_typed(self, "model")
        positive(self, "model", "embedding_dim", "hidden_size", "char_embedding_dim", most=8192)
        positive(self, "model", "num_layers", most=32)
        check(
            0 <= self.char_hidden_size <= 8192,
            f"model.char_hidden_size must be from 0 to 8,192, not {self.char_hidden_size}",
        )
        share(self, "model", "dropout", "recurrent_dropout", "word_dropout", "singleton_dropout")
        check(
            self.cell != "min_gru" or not self.recurrent_dropout,
            "model.cell min_gru has no hidden-to-hidden weights for model.recurrent_dropout; set it to 0",
        )


@dataclass(frozen=True)
class TagTrainSettings(TrainSettings):
    """How the tagger is trained.

    Args:
        batch_size: sentences of a batch
        batch_tokens: padded tokens of a batch at most; fewer sentences where they are long
        precision: fp32, bf16 or auto; networks this small gain nothing from bf16
        monitor: what the best model is chosen by and patience counts: f1 (of entities; of plain tags their accuracy)
            or loss (validation)
    """

    max_epochs: int = 25
    lr: float = 2e-3
    warmup_steps: int = 100
    ema_decay: float = 0.99
    batch_size: int = 32
    batch_tokens: int = 4000
    precision: Precision = "fp32"
    monitor: Literal["f1", "loss"] = "f1"

    def __post_init__(self) -> None:
        super().__post_init__()
        positive(self, "train", "batch_size", most=100_000)
        positive(self, "train", "batch_tokens", most=10_000_000)


@dataclass(frozen=True)
class TagSettings:
    """A tagging recipe.

    Args:
        run_dir: folder of the run: settings, vocabulary, model, curves, metrics, report
        init_from: a run, saved model or hub name to begin from: its text pipeline, sizes and weights; none if not given
        data: where the tagged sentences come from
        text: how text becomes words
        model: the network
        train: how the tagger is trained
    """

    main: ClassVar[tuple[str, ...]] = (
        "run_dir", "data.path", "data.tokens", "data.tags", "text.lang", "model.hidden_size", "train.max_epochs",
        "train.max_minutes", "train.batch_size", "train.lr",
    )  # fmt: skip

    run_dir: str = "runs/tag"
    task: Literal["tag"] = "tag"
    init_from: str | None = None
    data: TaggedDataSettings = field(default_factory=TaggedDataSettings)
    text: TaggerTextSettings = field(default_factory=TaggerTextSettings)
    model: TaggerSettings = field(default_factory=TaggerSettings)
    train: TagTrainSettings = field(default_factory=TagTrainSettings)

    def __post_init__(self) -> None:
        well_typed(self)
        names_a_folder(self)
        check(
            self.init_from is None or self.text.vectors is None,
            "init_from gives the embeddings their start, and so does text.vectors; choose one of the two",
        )
