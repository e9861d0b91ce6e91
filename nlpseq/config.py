"""Every setting of every recipe: its type, default, unit and check, in one place.

A recipe is a YAML file with these keys; a dotted option (`--train.lr 1e-3`) overrides it. An unknown key is an
error that names the nearest known one. Sizes that follow from others are computed, not set.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from nlpseq.errors import UserError


@dataclass(frozen=True)
class DataSettings:
    """Where the text comes from.

    Args:
        path: a folder or file of parallel text (plain, tsv, csv, jsonl, parquet), or a hub name (owner/name)
        src: source language or column, as in the file names train.SRC
        tgt: target language or column
        train: split to train on
        validation: split to choose the model by; found by itself (val, valid, dev, validation) if not given
        test: split to report on; found by itself (test, test*) if not given
        validation_size: pairs to hold out of the training split where the corpus has no validation split
        test_size: pairs to hold out of the training split where the corpus has no test split
        max_length: longest training sentence, in tokens; longer pairs are left out
    """

    path: str = ""
    src: str = "en"
    tgt: str = "de"
    train: str = "train"
    validation: str | None = None
    test: str | None = None
    validation_size: int = 500
    test_size: int = 500
    max_length: int = 150

    def __post_init__(self) -> None:
        _check(self.src != self.tgt, f"data.src and data.tgt are both {self.src!r}; name two languages")
        _positive(self, "data", "validation_size", "test_size", "max_length")


@dataclass(frozen=True)
class TextSettings:
    """How text becomes tokens.

    Args:
        tokenizer: subword (SentencePiece), word (spaCy), char, or basic_english (torchtext's)
        vocab_size: largest number of tokens a side, special tokens not counted for subwords
        model_type: SentencePiece's algorithm
        joint: one subword model for both languages
        min_freq: words seen less often become <unk> (word and char vocabularies)
        sampling_alpha: subword regularisation: BPE-dropout's probability, or unigram's smoothing; 0 is off
        sampling_copies: differently sampled copies of the training text; epoch e reads copy e modulo this
    """

    tokenizer: Literal["subword", "word", "char", "basic_english"] = "subword"
    vocab_size: int = 4000
    model_type: Literal["bpe", "unigram"] = "bpe"
    joint: bool = True
    min_freq: int = 1
    sampling_alpha: float = 0.0
    sampling_copies: int = 10

    def __post_init__(self) -> None:
        _positive(self, "text", "vocab_size", "min_freq", "sampling_copies")
        _share(self, "text", "sampling_alpha")
        _check(
            self.sampling_alpha == 0 or self.tokenizer == "subword",
            f"text.sampling_alpha needs text.tokenizer subword, not {self.tokenizer}; set it to 0",
        )


@dataclass(frozen=True)
class ModelSettings:
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
    cell: Literal["gru", "lstm", "rnn_tanh", "rnn_relu"] = "gru"
    attention: Literal["dot", "general", "additive", "none"] = "general"
    tie_embeddings: Literal["all", "target", "none"] = "target"
    dropout: float = 0.3
    recurrent_dropout: float = 0.0
    word_dropout: float = 0.0
    layer_norm: bool = False

    def __post_init__(self) -> None:
        _positive(self, "model", "embedding_dim", "hidden_size", "encoder_layers")
        _share(self, "model", "dropout", "recurrent_dropout", "word_dropout")
        _check(self.hidden_size % 2 == 0, f"model.hidden_size must be even, not {self.hidden_size}")


@dataclass(frozen=True)
class TrainSettings:
    """How the network is trained.

    Args:
        seed: of initialisation, batches, dropout and sampling
        max_epochs: passes over the training text
        max_minutes: time budget; where it is too short for all epochs, cosine comes down by the clock
        batch_tokens: budget of a batch: rows times the longer side's padded length, in tokens
        accumulate: batches a step
        optimizer: adamw (fused), adam, sgd (momentum 0.9) or rmsprop
        lr: peak learning rate
        schedule: cosine, inverse_sqrt, plateau (on the validation loss) or constant, after the warm-up
        warmup_steps: steps of linear warm-up
        final_lr: where cosine ends, as a share of lr
        weight_decay: L2 penalty (decoupled with adamw)
        l1: L1 penalty on the weights
        clip_norm: largest norm of the gradient; 0 is off
        label_smoothing: share of the target spread over the vocabulary
        consistency: R-Drop's weight (Wu et al. 2021): two dropout passes must agree; takes twice the time; 0 is off
        average: ema (exponential moving average of the weights), best (mean of the keep_best best checkpoints), none
        ema_decay: decay of the moving average a step
        keep_best: validation checkpoints to keep
        eval_every_steps: steps between validations; 0 is once an epoch
        patience: validations without a better score before training stops; 0 is never
        monitor: what the best model is chosen by and patience counts: bleu (greedy, validation) or loss
        resume_every_steps: steps between resume checkpoints, besides the one after each validation
        precision: auto (bf16 where the processor multiplies it natively), fp32 or bf16
        device: auto, cpu or cuda
    """

    seed: int = 1
    max_epochs: int = 20
    max_minutes: float | None = None
    batch_tokens: int = 1500
    accumulate: int = 1
    optimizer: Literal["adamw", "adam", "sgd", "rmsprop"] = "adamw"
    lr: float = 3e-3
    schedule: Literal["cosine", "inverse_sqrt", "plateau", "constant"] = "cosine"
    warmup_steps: int = 400
    final_lr: float = 0.02
    weight_decay: float = 0.01
    l1: float = 0.0
    clip_norm: float = 1.0
    label_smoothing: float = 0.1
    consistency: float = 0.0
    average: Literal["ema", "best", "none"] = "ema"
    ema_decay: float = 0.999
    keep_best: int = 1
    eval_every_steps: int = 0
    patience: int = 0
    monitor: Literal["bleu", "loss"] = "bleu"
    resume_every_steps: int = 500
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    device: Literal["auto", "cpu", "cuda"] = "auto"

    def __post_init__(self) -> None:
        _positive(self, "train", "max_epochs", "batch_tokens", "accumulate", "lr", "keep_best", "resume_every_steps")
        _share(self, "train", "label_smoothing", "ema_decay", "final_lr")
        for name in ("warmup_steps", "weight_decay", "l1", "clip_norm", "consistency", "eval_every_steps", "patience"):
            _check(getattr(self, name) >= 0, f"train.{name} must not be negative, not {getattr(self, name)}")
        _check(
            self.max_minutes is None or self.max_minutes > 0,
            f"train.max_minutes must be above 0 (or left out), not {self.max_minutes}",
        )


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
    """

    beam_size: int = 5
    length_penalty: Literal["gnmt", "average", "none"] = "gnmt"
    alpha: float = 1.0
    coverage_penalty: float = 0.0
    max_length_ratio: float = 2.0
    min_length: int = 0
    no_repeat_ngram_size: int = 0
    replace_unk: bool = True
    batch_sentences: int = 64

    def __post_init__(self) -> None:
        _positive(self, "decode", "beam_size", "max_length_ratio", "batch_sentences")
        for name in ("alpha", "coverage_penalty", "min_length", "no_repeat_ngram_size"):
            _check(getattr(self, name) >= 0, f"decode.{name} must not be negative, not {getattr(self, name)}")


@dataclass(frozen=True)
class TranslateSettings:
    """A translation recipe.

    Args:
        run_dir: folder of the run: settings, vocabularies, model, curves, metrics, report
        data: where the text comes from
        text: how text becomes tokens
        model: the network
        train: how it is trained
        decode: how translations are searched
    """

    run_dir: str = "runs/translate"
    task: Literal["translate"] = "translate"
    data: DataSettings = field(default_factory=DataSettings)
    text: TextSettings = field(default_factory=TextSettings)
    model: ModelSettings = field(default_factory=ModelSettings)
    train: TrainSettings = field(default_factory=TrainSettings)
    decode: DecodeSettings = field(default_factory=DecodeSettings)

    def __post_init__(self) -> None:
        joint = self.text.joint and self.text.tokenizer == "subword"
        _check(
            self.model.tie_embeddings != "all" or joint,
            "model.tie_embeddings all needs a joint subword vocabulary; set text.joint true or tie_embeddings target",
        )


def _check(holds: bool, message: str) -> None:
    if not holds:
        raise UserError(message)


def _positive(settings: object, section: str, *names: str) -> None:
    for name in names:
        _check(getattr(settings, name) > 0, f"{section}.{name} must be above 0, not {getattr(settings, name)}")


def _share(settings: object, section: str, *names: str) -> None:
    for name in names:
        value = getattr(settings, name)
        _check(0 <= value < 1, f"{section}.{name} must be from 0 up to (not including) 1, not {value}")
