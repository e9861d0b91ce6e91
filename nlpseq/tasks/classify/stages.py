"""Classification from raw text to an evaluated model: prepare, train, evaluate, each a function of the settings."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nlpseq.config import ClassifySettings, LabelledDataSettings
from nlpseq.data.columns import TEXT_NAMES
from nlpseq.data.labelled import load_labelled
from nlpseq.data.labels import label_order
from nlpseq.data.rows import TEXTS, Rows, encode_texts
from nlpseq.data.splits import file_checksums, labelled_files
from nlpseq.errors import UserError
from nlpseq.files import read_json, write_text_atomically
from nlpseq.models.weights import MODEL_FILE
from nlpseq.runs.corpus import save_corpus, saved_corpus
from nlpseq.runs.folder import file_fingerprint
from nlpseq.runs.splits import wanted_splits, with_all_splits
from nlpseq.runs.stages import Stages, changed_settings, fingerprint
from nlpseq.tasks import verbs
from nlpseq.tasks.classify.calibrate import calibrate
from nlpseq.tasks.classify.evaluation import evaluate_in, label_numbers, score, softmax_rows
from nlpseq.tasks.classify.suggest import load_corpus, suggest
from nlpseq.tasks.task import Task, trained_from
from nlpseq.text import TextPipeline, build_pipeline

if TYPE_CHECKING:
    from datasets import DatasetDict

    from nlpseq.runs.training import Training
    from nlpseq.tasks.classify.classifier import Classifier

log = logging.getLogger("nlpseq")

PRETRAIN_FOLDER = "pretrain"
LABELS_FILE = Path("data") / "labels.json"
# Texts that the pretraining is validated on: enough for a curve, and its full softmax is slow.
PRETRAIN_VALIDATION_TEXTS = 300


@dataclass(frozen=True)
class Prepared:
    """What training needs: the text pipeline, the class names, encoded training texts and the text of all splits."""

    text: TextPipeline
    labels: tuple[str, ...]
    train: Rows
    corpus: DatasetDict


def load_prepared(settings: ClassifySettings, folder: Path) -> Prepared:
    """What `prepare` has left in `folder`.

    Raises:
        UserError: a file of it is missing or damaged.
    """
    labels = read_json(folder / LABELS_FILE, list, fix="prepare the text again")
    text, train = TextPipeline.load(folder / "text", "text"), Rows.load(folder / "data" / TEXTS)
    return Prepared(text, tuple(map(str, labels)), train, saved_corpus(folder))


def run(settings: ClassifySettings) -> dict[str, Any]:
    """Prepare, train and evaluate; what an earlier call with the same settings has done is not done again."""
    if settings.data.folds:
        from nlpseq.tasks.classify.cross_validation import cross_validate

        return cross_validate(TASK, settings)
    return verbs.run(TASK, settings)


def prepare_in(settings: ClassifySettings, folder: Path) -> Prepared:
    """Read the corpus, build the vocabulary on its training side and encode it into `folder`.

    Raises:
        UserError: anything wrong with the corpus or the text settings.
    """
    corpus = _load_splits(settings)
    train = corpus["train"]
    labels = tuple(sorted(set(train["label"]), key=label_order))
    log.info("corpus: %s", ", ".join(f"{name} {len(split):,} texts" for name, split in corpus.items()))
    text = build_pipeline(
        iter(train["text"]), kind=settings.text.tokenizer, lang=settings.text.lang, vocab_size=settings.text.vocab_size,
        model_type=settings.text.model_type, min_freq=settings.text.min_freq, seed=settings.train.seed,
    )  # fmt: skip
    log.info("%d classes: %s; vocabulary: %d tokens", len(labels), ", ".join(labels[:10]), len(text.vocab))
    encoded = encode_texts(
        train, text, labels, folder / "data", max_length=settings.text.max_length, keep=settings.text.truncate
    )
    text.save(folder / "text", "text")
    save_corpus(corpus, folder)
    write_text_atomically(folder / LABELS_FILE, json.dumps(labels, ensure_ascii=False) + "\n")
    return Prepared(text, labels, encoded, corpus)


def _pretrain(settings: ClassifySettings, prepared: Prepared, folder: Path) -> tuple[Path, bool]:
    """The language-model stage, in a folder of its own; the weights it leaves, and whether they are new."""
    from nlpseq.runs.training import Training, train_stage

    pretrained_from = fingerprint(
        Stages(folder).get("prepare"), changed_settings(settings.model), trained_from(settings.pretrain)
    )  # fmt: skip

    def start() -> Training:
        import torch

        from nlpseq.models.word_predictor import WordPredictor
        from nlpseq.tasks.classify.objective import WordPrediction

        log.info("pretraining the encoder as a language model")
        predictor = WordPredictor(
            _untrained(settings, prepared).model,
            dropout=settings.model.embedding_dropout,
            window=settings.pretrain.window,
        )
        counts = np.bincount(prepared.train.ids("text").values, minlength=len(prepared.text.vocab))
        log_frequencies = torch.from_numpy(counts / counts.sum()).log()
        train = settings.pretrain
        # A sample as large as the vocabulary costs as much as all of it, which is exact.
        sampled_words = train.sampled_words if train.sampled_words < len(counts) else 0
        batches, steps, padded = _stream(prepared, train, batch_tokens=train.batch_tokens, batch_size=None)
        return Training(
            predictor, WordPrediction(log_frequencies.float(), sampled_words), batches, steps,
            validate=_perplexity_validator(predictor, prepared, settings), padded_share=padded,
        )  # fmt: skip

    trained = train_stage(folder / PRETRAIN_FOLDER, settings.pretrain, fingerprint=pretrained_from, start=start)
    return folder / PRETRAIN_FOLDER / MODEL_FILE, trained


def train_in(settings: ClassifySettings, prepared: Prepared, folder: Path, fingerprint: str) -> bool:
    """Train the model in `folder`, going on where an interrupted training was left; whether there was anything to do.

    Raises:
        UserError: anything wrong with the settings or an old checkpoint.
        KeyboardInterrupt: stopped by the user; the best model so far is in `folder`.
    """
    from nlpseq.runs.training import Training, train_stage

    pretrained = None
    if settings.pretrain.max_epochs:
        pretrained, again = _pretrain(settings, prepared, folder)
        if again:  # what was trained from other weights is no longer this training
            Stages(folder).unmark("train", "training")

    def start() -> Training:
        from nlpseq.tasks.classify.objective import ClassificationObjective

        classifier = _untrained(settings, prepared)
        _give_start(classifier, settings, prepared, pretrained)
        classifier.save_without_weights(folder)
        train = settings.train
        batches, steps, padded = _stream(prepared, train, batch_tokens=train.batch_tokens, batch_size=train.batch_size)
        return Training(
            classifier.model, ClassificationObjective(train.label_smoothing, train.adversarial), batches, steps,
            validate=_validator(classifier, prepared), padded_share=padded,
        )  # fmt: skip

    return train_stage(folder, settings.train, fingerprint=fingerprint, start=start)


def finish(settings: ClassifySettings, prepared: Prepared, folder: Path) -> None:
    """Calibrate the trained model, its description written anew before."""
    _untrained(settings, prepared).save_without_weights(folder)
    calibrate(settings, prepared.corpus, folder)


def _untrained(settings: ClassifySettings, prepared: Prepared) -> Classifier:
    from nlpseq.tasks.classify.classifier import Classifier

    return Classifier.untrained(
        prepared.text, settings.model, labels=prepared.labels,
        max_length=settings.text.max_length, keep=settings.text.truncate,
    )  # fmt: skip


def _give_start(
    classifier: Classifier, settings: ClassifySettings, prepared: Prepared, pretrained: Path | None
) -> None:
    """Pretrained weights or word vectors in the place of random ones."""
    if pretrained is not None:
        from nlpseq.models.weights import load_weights
        from nlpseq.models.word_predictor import WordPredictor

        load_weights(WordPredictor(classifier.model), pretrained)
    if settings.text.vectors:
        import torch

        from nlpseq.text.vectors import load_vectors

        occurrences = np.bincount(prepared.train.ids("text").values, minlength=len(prepared.text.vocab)).tolist()
        counts = dict(zip(prepared.text.vocab.get_itos(), occurrences, strict=True))
        dim = settings.model.embedding_dim
        vectors = load_vectors(settings.text.vectors, prepared.text.vocab, counts=counts, dim=dim)
        log.info("%s: %s", settings.text.vectors, vectors.summary())
        classifier.model.load_vectors(torch.from_numpy(vectors.matrix), torch.from_numpy(vectors.known))
        classifier.model.embedding.weight.requires_grad_(not settings.text.freeze_vectors)


def _stream(prepared: Prepared, train: Any, *, batch_tokens: int, batch_size: int | None) -> tuple[Any, int, float]:
    """The batches of the whole training, the steps of an epoch, and the padded share."""
    from nlpseq.data.batch import collate_texts
    from nlpseq.data.loader import BatchLoader, EpochStream
    from nlpseq.data.sampler import BucketBatchSampler

    sampler = BucketBatchSampler(
        prepared.train.lengths(), batch_tokens=batch_tokens, max_batch_size=batch_size, seed=train.seed
    )
    loader = BatchLoader(prepared.train, sampler, partial(collate_texts, pad_id=prepared.text.pad_id))
    steps_per_epoch = train.steps_per_epoch(len(loader))
    stream = EpochStream(loader, total=steps_per_epoch * train.accumulate * train.max_epochs)
    return stream, steps_per_epoch, sampler.padded_share()


def _validator(classifier: Classifier, prepared: Prepared) -> Callable[[], dict[str, float]]:
    from sklearn.metrics import accuracy_score, f1_score, log_loss

    validation = prepared.corpus["validation"]
    texts, labels = list(validation["text"]), label_numbers(classifier, validation, "validation")

    def validate() -> dict[str, float]:
        shares = softmax_rows(classifier.logits(texts))
        chosen = shares.argmax(1)
        return {
            "loss": float(log_loss(labels, shares, labels=range(len(classifier.labels)))),
            "accuracy": float(accuracy_score(labels, chosen)),
            "macro_f1": float(f1_score(labels, chosen, average="macro", zero_division=0.0)),
        }

    return validate


def _perplexity_validator(
    predictor: Any, prepared: Prepared, settings: ClassifySettings
) -> Callable[[], dict[str, float]]:
    """A function that gives the "loss" in nats a word, over the whole vocabulary, on some of the validation texts."""
    import torch
    from torch.nn import functional as F

    from nlpseq.data.batch import pad_sequences
    from nlpseq.data.rows import truncated_ids

    texts = list(prepared.corpus["validation"]["text"][:PRETRAIN_VALIDATION_TEXTS])
    rows = sorted(truncated_ids(texts, prepared.text, settings.text.max_length, settings.text.truncate), key=len)

    @torch.inference_mode()
    def validate() -> dict[str, float]:
        was_training = predictor.training
        predictor.eval()
        device = next(predictor.parameters()).device
        total, count = 0.0, 0
        for first in range(0, len(rows), 8):
            ids, lengths = pad_sequences(rows[first : first + 8], prepared.text.pad_id)
            features, targets = predictor(ids.to(device), lengths)
            total += float(F.cross_entropy(predictor.logits(features), targets, reduction="sum"))
            count += len(targets)
        predictor.train(was_training)
        return {"loss": total / max(1, count)}

    return validate


def _checksums(data: LabelledDataSettings) -> dict[str, dict[str, str]]:
    if not data.path:
        raise UserError("data.path is not set; give a folder, a file or a hub name, as in --data.path corpora/reviews")
    files = labelled_files(data.path, splits=wanted_splits(data))
    return {split: file_checksums(paths) for split, paths in files.items()}


def _load_splits(settings: ClassifySettings) -> DatasetDict:
    data = settings.data
    corpus = load_labelled(
        data.path, text=data.text, label=data.label, splits=wanted_splits(data),
        encoding=data.encoding, separator=data.separator,
    )  # fmt: skip
    return with_all_splits(corpus, data, seed=settings.train.seed, stratify="label")


def _load(run_dir: str | Path, device: str) -> Classifier:
    from nlpseq.tasks.classify.classifier import Classifier

    return Classifier.from_pretrained(run_dir, device=device)


TASK = Task(
    name="classify",
    settings=ClassifySettings,
    checksums=lambda settings: _checksums(settings.data),
    prepared_from=lambda settings: [
        changed_settings(settings.data, without=("path",)),
        changed_settings(settings.text, without=("vectors", "freeze_vectors")),
        settings.train.seed,
    ],
    prepare=prepare_in,
    load_prepared=load_prepared,
    trained_from=lambda settings: [
        changed_settings(settings.model),
        [changed_settings(settings.pretrain, without=("device",)) if settings.pretrain.max_epochs else None],
        trained_from(settings.train),
        [file_fingerprint(Path(settings.text.vectors)), settings.text.freeze_vectors]
        if settings.text.vectors
        else None,
    ],
    train=train_in,
    finish=finish,
    finished_from=lambda settings: settings.ensemble,
    evaluated_from=lambda settings: settings.baselines,
    evaluate=evaluate_in,
    score=score,
    load=_load,
    load_corpus=load_corpus,
    suggest=suggest,
    same_data=("text", "label"),
    text_columns=TEXT_NAMES,
)
prepare, train, evaluate = (partial(verb, TASK) for verb in (verbs.prepare, verbs.train, verbs.evaluate))
