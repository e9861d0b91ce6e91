"""Classification from raw text to a scored model: prepare, train, decode, score, each a function of the settings."""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nlpseq.config import ClassifySettings, LabelledDataSettings
from nlpseq.counting import counted
from nlpseq.data.encode import column_texts
from nlpseq.data.labelled import load_labelled
from nlpseq.data.labels import label_numbers, label_order
from nlpseq.data.rows import TEXTS, Rows, encode_texts
from nlpseq.data.splits import labelled_files, listing
from nlpseq.files import read_json, write_text_atomically
from nlpseq.runs.corpus import evaluation_split, save_corpus, saved_corpus
from nlpseq.runs.folder import CONFIG_FILE
from nlpseq.runs.saved_model import write_config
from nlpseq.runs.splits import corpus_checksums, wanted_splits, with_all_splits
from nlpseq.runs.start import give_vectors, start_of, text_pipeline
from nlpseq.tasks.classify.baselines import baselines
from nlpseq.tasks.classify.outputs import Probabilities, explain_mistakes, read_probabilities, write_predictions
from nlpseq.tasks.task import Checksums, Evaluation, Figures
from nlpseq.text import TextPipeline
from nlpseq.text.vocab import EOS, SPECIALS

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

    from nlpseq.tasks.classify.classifier import Classifier

log = logging.getLogger("nlpseq")

LABELS_FILE = Path("data") / "labels.json"


@dataclass(frozen=True)
class Prepared:
    """What training needs: the text pipeline, the class names, encoded training texts and the text of all splits."""

    text: TextPipeline
    labels: tuple[str, ...]
    train: Rows
    corpus: DatasetDict


def checksums(settings: ClassifySettings) -> Checksums:
    """Split -> file -> SHA-256 of the corpus."""
    return corpus_checksums(settings.data, partial(labelled_files, settings.data.path), example="corpora/reviews")


def load_corpus(data: LabelledDataSettings, splits: Mapping[str, str | None] | None = None) -> DatasetDict:
    """The splits of a corpus, columns "text" and "label"; by default those that there are."""
    return load_labelled(
        data.path, text=data.text, label=data.label, splits=splits or wanted_splits(data),
        encoding=data.encoding, separator=data.separator,
    )  # fmt: skip


split = partial(evaluation_split, columns=("text", "label"), load=load_corpus)


def training_ids(folder: Path) -> np.ndarray:
    """The ids of the texts in one row, an end mark between them."""
    texts = Rows.load(folder / "data" / TEXTS).ids("text")
    return np.insert(texts.values, texts.offsets[1:-1], SPECIALS.index(EOS))


def prepare(settings: ClassifySettings, folder: Path) -> Prepared:
    """Read the corpus, build the vocabulary on its training side and encode it into `folder`.

    Raises:
        UserError: anything wrong with the corpus or the text settings.
    """
    data, seed = settings.data, settings.train.seed
    corpus = with_all_splits(load_corpus(data), data, seed=seed, stratify="label")
    train = corpus["train"]
    labels = tuple(sorted(set(train["label"]), key=label_order))
    log.info("corpus: %s", ", ".join(f"{name} {counted(len(split), 'text')}" for name, split in corpus.items()))
    text = text_pipeline(settings, column_texts(train, "text"))
    log.info("%d classes: %s; vocabulary: %d tokens", len(labels), listing(labels), len(text.vocab))
    encoded = encode_texts(
        train, text, labels, folder / "data", max_length=settings.text.max_length, keep=settings.text.truncate
    )
    text.save(folder / "text", "text")
    save_corpus(corpus, folder)
    write_text_atomically(folder / LABELS_FILE, json.dumps(labels, ensure_ascii=False) + "\n")
    return Prepared(text, labels, encoded, corpus)


def load_prepared(settings: ClassifySettings, folder: Path) -> Prepared:
    """What `prepare` has left in `folder`.

    Raises:
        UserError: a file of it is missing or damaged.
    """
    labels = read_json(folder / LABELS_FILE, list, fix="prepare the text again")
    text = TextPipeline.load(folder / "text", "text")
    train = Rows.load(folder / "data" / TEXTS, text=len(text.vocab), label=len(labels))
    return Prepared(text, tuple(map(str, labels)), train, saved_corpus(folder, "text", "label"))


def train(settings: ClassifySettings, prepared: Prepared, folder: Path, fingerprint: str) -> bool:
    """Train the model in `folder`, going on where an interrupted training was left; whether there was anything to do.

    Raises:
        UserError: anything wrong with the settings or an old checkpoint.
        KeyboardInterrupt: stopped by the user; the best model so far is in `folder`.
    """
    from nlpseq.data.batch import collate_texts
    from nlpseq.runs.training import Training, bucketed, train_stage
    from nlpseq.tasks.classify.objective import ClassificationObjective, class_weights
    from nlpseq.tasks.classify.pretrain import pretrain

    pretrained, again = None, False
    if settings.pretrain.max_epochs:
        pretrained, again = pretrain(
            settings, folder, lambda: _untrained(settings, prepared).model,
            rows=prepared.train, validation=list(prepared.corpus["validation"]["text"]), text=prepared.text,
        )  # fmt: skip

    counts = Counter(prepared.corpus["train"]["label"])
    weights = class_weights(settings.train.class_weights, prepared.labels, counts)

    def start() -> Training:
        classifier = _untrained(settings, prepared)
        _give_start(classifier, settings, prepared, pretrained)
        rows, train = prepared.train, settings.train
        collate = partial(collate_texts, pad_id=prepared.text.pad_id)
        return Training(
            classifier.model,
            ClassificationObjective(train.label_smoothing, train.adversarial, weights),
            validator(classifier, prepared.corpus["validation"]),
            *bucketed(
                rows, rows.lengths(), collate, train, batch_tokens=train.batch_tokens, max_batch_size=train.batch_size
            ),
            config=classifier.config,
        )

    # What was trained from other weights is no longer this training.
    return train_stage(folder, settings.train, fingerprint=fingerprint, start=start, anew=again)


def finish(settings: ClassifySettings, prepared: Prepared, folder: Path) -> Classifier:
    """Calibrate the trained model, its description written anew before; the model."""
    from nlpseq.tasks.classify.calibrate import calibrate

    write_config(folder, _untrained(settings, prepared).config)
    return calibrate(settings, prepared.corpus, folder)


def decode(evaluation: Evaluation, classifier: Classifier) -> Figures:
    """Classify a split; of the run's own, the words that led to the most confident mistakes are kept too.

    Raises:
        UserError: it has labels that the model does not know.
    """
    texts = list(evaluation.rows["text"])
    labels = label_numbers(evaluation.rows["label"], classifier.labels, split=evaluation.split)
    started = time.perf_counter()
    logits = classifier.logits(texts)
    seconds = time.perf_counter() - started
    found = Probabilities(np.array(labels), classifier.calibrated(texts, logits), softmax_rows(logits))
    write_predictions(evaluation.out, classifier.labels, found)
    if evaluation.own:
        explain_mistakes(evaluation.out, classifier, texts, found)
    return {
        "task": "classify",
        "split": evaluation.split,
        "temperature": round(classifier.temperature, 4),
        "ngram_weight": round(classifier.ngram_weight, 4),
        "seconds": round(seconds, 2),
        "texts_per_second": round(len(texts) / seconds, 1),
    }


def score(evaluation: Evaluation, figures: Figures) -> Figures:
    """Accuracy and the other scores; of the run's own split, linear models beside them."""
    from nlpseq.evaluation.calibration import expected_calibration_error
    from nlpseq.evaluation.classification import probability_intervals, score_classification

    labels, calibrated, uncalibrated = read_probabilities(evaluation.out)
    names = [str(name) for name in read_json(evaluation.folder / CONFIG_FILE, dict)["labels"]]
    scores = {
        **score_classification(labels, calibrated, names),
        **probability_intervals(labels, calibrated),
        "ece_uncalibrated": round(expected_calibration_error(uncalibrated, labels).error, 6),
        "network_accuracy": round(float(np.mean(uncalibrated.argmax(1) == labels)), 6),
    }
    if evaluation.own and evaluation.settings.baselines:
        train, texts = saved_corpus(evaluation.folder)["train"], list(evaluation.rows["text"])
        known = label_numbers(train["label"], names, split="train")
        scores["baselines"] = baselines(evaluation.folder, (list(train["text"]), known), (texts, labels.tolist()))
    return scores


def load(name_or_path: str | Path, *, device: str = "cpu") -> Classifier:
    """The trained classifier."""
    from nlpseq.tasks.classify.classifier import Classifier

    return Classifier.from_pretrained(name_or_path, device=device)


def softmax_rows(logits: np.ndarray) -> np.ndarray:
    """Probabilities (N, C), float64, of logits (N, C) as they are."""
    from scipy.special import softmax

    shares: np.ndarray = softmax(logits.astype(np.float64), axis=1)
    return shares


def validator(classifier: Classifier, validation: Dataset) -> Callable[[], dict[str, float]]:
    """A function that scores the validation split: "loss" (nats a text), "accuracy" and "macro_f1"."""
    from sklearn.metrics import accuracy_score, f1_score, log_loss

    rows, labels = (
        classifier.read(validation["text"]),
        label_numbers(validation["label"], classifier.labels, split="validation"),
    )

    def validate() -> dict[str, float]:
        shares = softmax_rows(classifier.logits_of(rows))
        chosen = shares.argmax(1)
        return {
            "loss": float(log_loss(labels, shares, labels=range(len(classifier.labels)))),
            "accuracy": float(accuracy_score(labels, chosen)),
            "macro_f1": float(f1_score(labels, chosen, average="macro", zero_division=0.0)),
        }

    return validate


def _untrained(settings: ClassifySettings, prepared: Prepared) -> Classifier:
    from nlpseq.tasks.classify.classifier import Classifier

    return Classifier.untrained(
        prepared.text, settings.model, labels=prepared.labels,
        max_length=settings.text.max_length, keep=settings.text.truncate,
    )  # fmt: skip


def _give_start(
    classifier: Classifier, settings: ClassifySettings, prepared: Prepared, pretrained: Path | None
) -> None:
    """Another classifier's weights, pretrained ones or word vectors in the place of random ones."""
    if (start := start_of(settings)) is not None:
        start.give_weights(classifier.model, prepared.labels)
    if pretrained is not None:
        from nlpseq.models.weights import load_weights
        from nlpseq.models.word_predictor import WordPredictor

        load_weights(WordPredictor(classifier.model), pretrained)
    if settings.text.vectors:
        occurrences = prepared.train.ids("text").counts(len(prepared.text.vocab))
        give_vectors(classifier.model, settings.text, prepared.text.vocab, occurrences)
