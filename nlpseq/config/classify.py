"""Every setting of a classification recipe: its type, default, unit and check."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from nlpseq.config.checks import check, names_a_folder, not_negative, positive, share, well_typed
from nlpseq.config.choices import ModelType, Norm, Pool, TokenizerKind, TorchCell, Truncate
from nlpseq.config.data import CorpusSettings
from nlpseq.config.train import TrainSettings


@dataclass(frozen=True)
class LabelledDataSettings(CorpusSettings):
    """Where the labelled text comes from.

    Args:
        path: a folder or file of csv, tsv, jsonl, parquet or xlsx, a folder of text files by class, or a hub name
        text: column of the text; found by itself (text, sentence, review, ...) if not given
        label: column of the label; found by itself (label, sentiment, class, ...) if not given
        separator: of columns: comma, semicolon, tab, pipe or a character; as seen in the header line if not given
        folds: k of a k-fold cross-validation over the training split; 0 is off
    """

    text: str | None = None
    label: str | None = None
    separator: str | None = None
    folds: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self._two_columns("text", "label")
        check(self.folds == 0 or self.folds >= 2, f"data.folds must be 2 or more (0 is off), not {self.folds}")
        not_negative(self, "data", "folds", most=1000)


@dataclass(frozen=True)
class ClassifierTextSettings:
    """How text becomes tokens.

    Args:
        tokenizer: basic_english (torchtext's), word (spaCy), subword (SentencePiece) or char
        lang: language of the word tokenizer, as spaCy names it
        vocab_size: largest number of tokens, special tokens counted
        model_type: SentencePiece's algorithm
        min_freq: words seen less often become <unk> (not for subwords)
        max_length: tokens of a text that are read
        truncate: what is kept of a longer text: its head, its tail, or half of each (both)
        vectors: file of word vectors (GloVe, fastText, word2vec text format) for the embedding; of size embedding_dim
        freeze_vectors: keep the embedding as it was loaded
    """

    tokenizer: TokenizerKind = "basic_english"
    lang: str = "en"
    vocab_size: int = 30_000
    model_type: ModelType = "bpe"
    min_freq: int = 2
    max_length: int = 400
    truncate: Truncate = "both"
    vectors: str | None = None
    freeze_vectors: bool = False

    def __post_init__(self) -> None:
        well_typed(self, "text")
        positive(self, "text", "vocab_size", most=10_000_000)
        positive(self, "text", "min_freq")
        positive(self, "text", "max_length", most=1_000_000)
        check(
            not self.freeze_vectors or self.vectors is not None, "text.freeze_vectors needs text.vectors; name a file"
        )


@dataclass(frozen=True)
class ClassifierSettings:
    """The classifier's network.

    Args:
        embedding_dim: size of the word vectors
        hidden_size: size of each direction's states
        num_layers: depth of the recurrent stack
        cell: recurrent cell
        bidirectional: read the text in both directions
        pooling: last (states at both ends), max, mean, attention, or concat (last, max and mean)
        chunk_length: read a text in chunks of this many tokens, each from a fresh state, and pool over all; 0 is off
        dropout: dropout before the output, and locked dropout between the layers
        embedding_dropout: locked dropout on the embeddings
        recurrent_dropout: dropout on the hidden-to-hidden weights
        word_dropout: share of the words replaced by <unk> in training
        norm: normalise the recurrent outputs: none, layer (every layer's) or batch (the last one's, over real tokens)
    """

    embedding_dim: int = 128
    hidden_size: int = 128
    num_layers: int = 1
    cell: TorchCell = "lstm"
    bidirectional: bool = True
    pooling: Pool = "concat"
    chunk_length: int = 0
    dropout: float = 0.5
    embedding_dropout: float = 0.3
    recurrent_dropout: float = 0.0
    word_dropout: float = 0.1
    norm: Norm = "none"

    def __post_init__(self) -> None:
        well_typed(self, "model")
        positive(self, "model", "embedding_dim", "hidden_size", most=8192)
        positive(self, "model", "num_layers", most=32)
        share(self, "model", "dropout", "embedding_dropout", "recurrent_dropout", "word_dropout")
        not_negative(self, "model", "chunk_length", most=1_000_000)


@dataclass(frozen=True)
class PretrainSettings(TrainSettings):
    """A language-model stage on the training text, which gives the encoder and the embeddings their start.

    The forward direction learns to predict the next word, the backward one the word before (Dai and Le 2015;
    Peters et al. 2018, section 3.1). The other settings are those of the training.

    Args:
        max_epochs: passes over the training text; 0 is off
        batch_tokens: padded tokens of a batch
        window: texts are read in windows of this many tokens, which is faster than whole long texts; 0 reads them whole
        sampled_words: words that stand for the whole vocabulary in a batch's softmax (Jean et al. 2015); 0 is all
    """

    section: ClassVar[str] = "pretrain"

    max_epochs: int = 0
    batch_tokens: int = 6000
    window: int = 100
    sampled_words: int = 2000
    lr: float = 2e-3
    warmup_steps: int = 200
    monitor: Literal["loss"] = "loss"

    def __post_init__(self) -> None:
        well_typed(self, self.section)
        not_negative(self, self.section, "max_epochs")
        if self.max_epochs:
            super().__post_init__()
        positive(self, self.section, "batch_tokens", most=10_000_000)
        not_negative(self, self.section, "sampled_words")
        not_negative(self, self.section, "window", most=100_000)
        check(self.window != 1, f"{self.section}.window must be 0, or 2 or more words: one alone predicts nothing")


@dataclass(frozen=True)
class ClassifyTrainSettings(TrainSettings):
    """How the classifier is trained.

    Args:
        batch_size: texts of a batch
        batch_tokens: padded tokens of a batch at most; fewer texts where they are long
        label_smoothing: share of the target spread over the classes
        class_weights: none, balanced (rare classes count as much as common ones), or a list such as [spam=5, other=0.5]
        adversarial: length of the worst-case step on a text's embeddings (Miyato et al. 2017); twice the time; 0 is off
        monitor: what the best model is chosen by and patience counts: accuracy, macro_f1 or loss (validation)
    """

    max_epochs: int = 5
    lr: float = 1e-3
    warmup_steps: int = 100
    ema_decay: float = 0.998
    batch_size: int = 64
    batch_tokens: int = 40_000
    label_smoothing: float = 0.0
    class_weights: Literal["none", "balanced"] | tuple[str, ...] = "none"
    adversarial: float = 0.0
    monitor: Literal["accuracy", "macro_f1", "loss"] = "accuracy"

    def __post_init__(self) -> None:
        super().__post_init__()
        positive(self, "train", "batch_size", most=100_000)
        positive(self, "train", "batch_tokens", most=10_000_000)
        share(self, "train", "label_smoothing")
        not_negative(self, "train", "adversarial", most=1000)


@dataclass(frozen=True)
class ClassifySettings:
    """A classification recipe.

    Args:
        run_dir: folder of the run: settings, vocabulary, model, curves, metrics, report
        init_from: a run, saved model or hub name to begin from: its text pipeline, sizes and weights; none if not given
        data: where the labelled text comes from
        text: how text becomes tokens
        model: the network
        pretrain: a language-model stage on the training text
        train: how the classifier is trained
        ensemble: nb_svm adds a linear model over word n-grams to the network, weighed on the validation split;
            nb_svm_char one over n-grams of words and characters, for short texts; or none
        baselines: score linear models (bag of words, NB-SVM) on the same texts beside it
    """

    # What is changed first; `--help` begins with them.
    main: ClassVar[tuple[str, ...]] = (
        "run_dir", "data.path", "data.text", "data.label", "text.tokenizer", "text.max_length", "model.hidden_size",
        "train.max_epochs", "train.max_minutes", "train.batch_size", "train.lr", "ensemble",
    )  # fmt: skip

    run_dir: str = "runs/classify"
    task: Literal["classify"] = "classify"
    init_from: str | None = None
    data: LabelledDataSettings = field(default_factory=LabelledDataSettings)
    text: ClassifierTextSettings = field(default_factory=ClassifierTextSettings)
    model: ClassifierSettings = field(default_factory=ClassifierSettings)
    pretrain: PretrainSettings = field(default_factory=PretrainSettings)
    train: ClassifyTrainSettings = field(default_factory=ClassifyTrainSettings)
    ensemble: Literal["none", "nb_svm", "nb_svm_char"] = "none"
    baselines: bool = True

    def __post_init__(self) -> None:
        well_typed(self)
        names_a_folder(self)
        check(
            self.pretrain.max_epochs == 0 or self.model.num_layers == 1,
            "pretrain.max_epochs needs model.num_layers 1, since the upper layers of a stack see the word to predict; "
            "set one of the two",
        )
        check(
            self.init_from is None or (self.text.vectors is None and self.pretrain.max_epochs == 0),
            "init_from gives the network its start; set pretrain.max_epochs to 0, and leave text.vectors out",
        )
        check(
            self.text.vectors is None or self.pretrain.max_epochs == 0,
            "text.vectors and pretrain.max_epochs both give the embeddings their start; choose one of the two",
        )
