"""Every setting of a translation recipe: its type, default, unit and check."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from nlpseq.config.checks import LARGEST_BEAM, check, names_a_folder, not_negative, positive, share, well_typed
from nlpseq.config.choices import (
    AttentionKind,
    DecodePrecision,
    LengthPenalty,
    ModelType,
    TokenizerKind,
    TorchCell,
    Tying,
)
from nlpseq.config.data import CorpusSettings
from nlpseq.config.train import TrainSettings

# Candidates of a source token that are kept.
LARGEST_SHORTLIST = 100


@dataclass(frozen=True)
class ParallelDataSettings(CorpusSettings):
    """Where the text comes from.

    Args:
        path: a folder or file of parallel text (plain, tsv, csv, jsonl, parquet, xlsx, tmx, xliff, po), or a hub name
        src: source language or column, as in the file names train.SRC
        tgt: target language or column
        max_length: longest training sentence, in tokens, the end mark not counted; longer pairs are left out
        separator: of columns: comma, semicolon, tab, pipe or a character; as seen in the header line if not given
    """

    src: str = "en"
    tgt: str = "de"
    max_length: int = 150
    separator: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check(self.src != self.tgt, f"data.src and data.tgt are both {self.src!r}; name two languages")
        positive(self, "data", "max_length")


@dataclass(frozen=True)
class TextSettings:
    """How text becomes tokens.

    Args:
        tokenizer: subword (SentencePiece), word (spaCy), char, or basic_english (torchtext's)
        vocab_size: size of each side's vocabulary, special tokens counted; smaller where the text does not fill it
        model_type: SentencePiece's algorithm
        joint: one subword model for both languages
        min_freq: words seen less often become <unk> (word and char vocabularies)
        sampling_alpha: subword regularisation: BPE-dropout's probability, or unigram's smoothing; 0 is off
        sampling_copies: differently sampled copies of the training text; epoch e reads copy e modulo this
    """

    tokenizer: TokenizerKind = "subword"
    vocab_size: int = 4000
    model_type: ModelType = "bpe"
    joint: bool = True
    min_freq: int = 1
    sampling_alpha: float = 0.0
    sampling_copies: int = 10

    def __post_init__(self) -> None:
        well_typed(self, "text")
        positive(self, "text", "vocab_size", most=10_000_000)
        positive(self, "text", "min_freq")
        positive(self, "text", "sampling_copies", most=1000)
        share(self, "text", "sampling_alpha")
        check(
            self.sampling_alpha == 0 or self.tokenizer == "subword",
            f"text.sampling_alpha needs text.tokenizer subword, not {self.tokenizer}; set it to 0",
        )


@dataclass(frozen=True)
class TranslatorSettings:
    """The translator's network.

    Args:
        embedding_dim: size of the word vectors
        hidden_size: size of the decoder's states; half of it is each encoder direction's
        encoder_layers: depth of the bidirectional encoder
        cell: recurrent cell of the encoder and the decoder
        attention: score of the attention, or none (the decoder then sees one summary vector)
        tie_embeddings: all (source, target and output share one table; needs text.joint), target, or none
        dropout: locked dropout on embeddings, layers and output features
        recurrent_dropout: dropout on the hidden-to-hidden weights
        word_dropout: share of the words replaced by <unk> in training
        layer_norm: normalise each recurrent layer's outputs
    """

    embedding_dim: int = 256
    hidden_size: int = 512
    encoder_layers: int = 1
    cell: TorchCell = "gru"
    attention: AttentionKind = "general"
    tie_embeddings: Tying = "target"
    dropout: float = 0.3
    recurrent_dropout: float = 0.0
    word_dropout: float = 0.0
    layer_norm: bool = False

    def __post_init__(self) -> None:
        well_typed(self, "model")
        positive(self, "model", "embedding_dim", "hidden_size", most=8192)
        positive(self, "model", "encoder_layers", most=32)
        share(self, "model", "dropout", "recurrent_dropout", "word_dropout")
        check(self.hidden_size % 2 == 0, f"model.hidden_size must be even, not {self.hidden_size}")


@dataclass(frozen=True)
class TranslateTrainSettings(TrainSettings):
    """How the translator is trained.

    Args:
        batch_tokens: budget of a batch: rows times the longer side's padded length, in tokens
        label_smoothing: share of the target spread over the vocabulary
        consistency: R-Drop's weight (Wu et al. 2021): two dropout passes must agree; takes twice the time; 0 is off
        monitor: what the best model is chosen by and patience counts: bleu (greedy, validation) or loss
    """

    batch_tokens: int = 1500
    label_smoothing: float = 0.1
    consistency: float = 0.0
    monitor: Literal["bleu", "loss"] = "bleu"

    def __post_init__(self) -> None:
        super().__post_init__()
        positive(self, "train", "batch_tokens", most=10_000_000)
        share(self, "train", "label_smoothing")
        not_negative(self, "train", "consistency", most=1000)


@dataclass(frozen=True)
class DecodeSettings:
    """How the model's translation is searched.

    Args:
        beam_size: hypotheses kept a sentence; 1 is greedy
        length_penalty: gnmt (Wu et al. 2016), average (per token) or none
        alpha: exponent of the length penalty
        coverage_penalty: GNMT's beta, for source words the attention left out; 0 is off
        max_length_ratio: longest output, in tokens per source token (10 more are always allowed)
        min_length: shortest output, in tokens
        no_repeat_ngram_size: n-grams of this size occur once at most; 0 is off
        replace_unk: put the source word with the most attention in the place of <unk>
        batch_sentences: sentences decoded together
        shortlist: candidates that each source token adds to what may be written, 20 say; 0 is the whole vocabulary
        precision: of the weights: fp32, or int8, which is faster and changes a translation here and there; CPU only
    """

    beam_size: int = 5
    length_penalty: LengthPenalty = "gnmt"
    alpha: float = 1.0
    coverage_penalty: float = 0.0
    max_length_ratio: float = 2.0
    min_length: int = 0
    no_repeat_ngram_size: int = 0
    replace_unk: bool = True
    batch_sentences: int = 64
    shortlist: int = 0
    precision: DecodePrecision = "fp32"

    def __post_init__(self) -> None:
        well_typed(self, "decode")
        positive(self, "decode", "beam_size", most=LARGEST_BEAM)
        positive(self, "decode", "max_length_ratio", most=20)
        positive(self, "decode", "batch_sentences", most=4096)
        not_negative(self, "decode", "alpha", "coverage_penalty", most=100)
        not_negative(self, "decode", "min_length", "no_repeat_ngram_size", most=1000)
        not_negative(self, "decode", "shortlist", most=LARGEST_SHORTLIST)


@dataclass(frozen=True)
class TranslateSettings:
    """A translation recipe.

    Args:
        run_dir: folder of the run: settings, vocabularies, model, curves, metrics, report
        init_from: a run, saved model or hub name to begin from: its text pipeline, sizes and weights; none if not given
        data: where the text comes from
        text: how text becomes tokens
        model: the network
        train: how it is trained
        decode: how translations are searched
        bleu_tokenizer: sacreBLEU's; auto goes by the script of the references
    """

    # What is changed first; `--help` begins with them.
    main: ClassVar[tuple[str, ...]] = (
        "run_dir", "data.path", "data.src", "data.tgt", "text.vocab_size", "model.hidden_size", "model.dropout",
        "train.max_epochs", "train.max_minutes", "train.batch_tokens", "train.lr", "decode.beam_size",
    )  # fmt: skip

    run_dir: str = "runs/translate"
    task: Literal["translate"] = "translate"
    init_from: str | None = None
    data: ParallelDataSettings = field(default_factory=ParallelDataSettings)
    text: TextSettings = field(default_factory=TextSettings)
    model: TranslatorSettings = field(default_factory=TranslatorSettings)
    train: TranslateTrainSettings = field(default_factory=TranslateTrainSettings)
    decode: DecodeSettings = field(default_factory=DecodeSettings)
    bleu_tokenizer: Literal["auto", "13a", "intl", "zh", "char", "none"] = "auto"

    def __post_init__(self) -> None:
        well_typed(self)
        names_a_folder(self)
        joint = self.text.joint and self.text.tokenizer == "subword"
        check(
            self.model.tie_embeddings != "all" or joint,
            "model.tie_embeddings all needs a joint subword vocabulary; set text.joint true or tie_embeddings target",
        )
        check(
            self.model.attention != "none" or self.decode.coverage_penalty == 0,
            "decode.coverage_penalty is over what the attention has seen, and model.attention is none; "
            "set decode.coverage_penalty to 0",
        )
