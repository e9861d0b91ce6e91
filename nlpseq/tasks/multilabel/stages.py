"""From raw text to a scored model of texts with any number of labels, each step a function of the settings."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nlpseq.config import MultiLabelDataSettings, MultiLabelSettings
from nlpseq.counting import counted
from nlpseq.data.encode import column_texts
from nlpseq.data.multilabelled import labels_of, load_multilabelled
from nlpseq.data.splits import labelled_files, listing
from nlpseq.errors import UserError
from nlpseq.evaluation.multilabel import (
    Flags,
    bag_of_words_labels,
    f1_of,
    fit_label_temperature,
    fit_thresholds,
    score_label_probabilities,
    score_labels,
    uncalibrated,
)
from nlpseq.files import read_json, write_text_atomically
from nlpseq.runs.corpus import evaluation_split, save_corpus, saved_corpus
from nlpseq.runs.folder import CONFIG_FILE, device_of
from nlpseq.runs.saved_model import TEXT_FOLDER, seal, write_config
from nlpseq.runs.splits import corpus_checksums, wanted_splits, with_all_splits
from nlpseq.runs.start import start_of, text_pipeline
from nlpseq.tasks.multilabel.outputs import LabelSets, explain_mistakes, read_labels, write_labels
from nlpseq.tasks.task import Checksums, Evaluation, Figures
from nlpseq.text import TextPipeline
from nlpseq.text.vocab import EOS, SPECIALS

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

    from nlpseq.data.batch import TextBatch
    from nlpseq.tasks.multilabel.labeller import MultiLabelClassifier

log = logging.getLogger("nlpseq")

NAMES_FILE = Path("data") / "labels.json"


@dataclass(frozen=True)
class Prepared:
    """What training needs: the text pipeline, the names of the labels, and the text of all splits."""

    text: TextPipeline
    labels: tuple[str, ...]
    corpus: DatasetDict


def checksums(settings: MultiLabelSettings) -> Checksums:
    """Split -> file -> SHA-256 of the corpus."""
    return corpus_checksums(settings.data, partial(labelled_files, settings.data.path), example="labelled.jsonl")


def load_corpus(data: MultiLabelDataSettings, splits: Mapping[str, str | None] | None = None) -> DatasetDict:
    """The splits of a corpus, columns "text" and "labels"; by default those that there are."""
    return load_multilabelled(
        data.path, text=data.text, labels=data.labels, label_separator=data.label_separator,
        splits=splits or wanted_splits(data), encoding=data.encoding, separator=data.separator,
    )  # fmt: skip


split = partial(evaluation_split, columns=("text", "labels"), load=load_corpus)


def training_ids(folder: Path) -> np.ndarray:
    """The ids of the texts in one row, an end mark behind each."""
    text, end = TextPipeline.load(folder / TEXT_FOLDER, "text"), [SPECIALS.index(EOS)]
    return np.concatenate([[*ids, *end] for ids in text.encode_batch(saved_corpus(folder)["train"]["text"][:])])


def prepare(settings: MultiLabelSettings, folder: Path) -> Prepared:
    """Read the corpus and build the vocabulary on its training side.

    Raises:
        UserError: anything wrong with the corpus or the text settings.
    """
    corpus = with_all_splits(load_corpus(settings.data), settings.data, seed=settings.train.seed)
    train = corpus["train"]
    labels = tuple(labels_of(train["labels"][:]))
    if not labels:
        raise UserError("no text is left to train on that has a label; hold out fewer")
    sizes = ", ".join(f"{name} {len(split):,}" for name, split in corpus.items())
    log.info("texts: %s; %s: %s", sizes, counted(len(labels), "label"), listing(labels))
    text = text_pipeline(settings, column_texts(train, "text"))
    text.save(folder / TEXT_FOLDER, "text")
    save_corpus(corpus, folder)
    write_text_atomically(folder / NAMES_FILE, json.dumps(labels, ensure_ascii=False) + "\n")
    return Prepared(text, labels, corpus)


def load_prepared(settings: MultiLabelSettings, folder: Path) -> Prepared:
    """What `prepare` has left in `folder`.

    Raises:
        UserError: a file of it is missing or damaged.
    """
    names = tuple(map(str, read_json(folder / NAMES_FILE, list, fix="prepare the text again")))
    return Prepared(TextPipeline.load(folder / TEXT_FOLDER, "text"), names, saved_corpus(folder))


def train(settings: MultiLabelSettings, prepared: Prepared, folder: Path, fingerprint: str) -> bool:
    """Train the model in `folder`, going on where an interrupted training was left; whether there was anything to do.

    Raises:
        UserError: anything wrong with the settings or an old checkpoint.
        KeyboardInterrupt: stopped by the user; the best model so far is in `folder`.
    """
    from nlpseq.data.encode import Ragged
    from nlpseq.data.rows import Rows
    from nlpseq.runs.training import Training, bucketed, train_stage
    from nlpseq.tasks.multilabel.objective import LabelsObjective

    def begin() -> Training:
        labeller, how = _untrained(settings, prepared), settings.train
        if (start := start_of(settings)) is not None:
            start.give_weights(labeller.model, prepared.labels)
        found, flags = prepared.corpus["train"], _flags(prepared.corpus["train"]["labels"][:], prepared.labels)
        ids = labeller.read(found["text"][:])
        offsets = np.concatenate([[0], np.cumsum([len(row) for row in ids])])
        values = np.concatenate([np.asarray(row, dtype=np.int32) for row in ids])
        rows = Rows(({"text": Ragged(values, offsets), "number": np.arange(len(ids))},))
        return Training(
            labeller.model,
            LabelsObjective(how.label_smoothing),
            validator(labeller, prepared.corpus["validation"]),
            *bucketed(
                rows, rows.lengths(), partial(_collate, flags=flags, pad_id=prepared.text.pad_id), how,
                batch_tokens=how.batch_tokens, max_batch_size=how.batch_size,
            ),
            config=labeller.config,
        )  # fmt: skip

    return train_stage(folder, settings.train, fingerprint=fingerprint, start=begin)


def finish(settings: MultiLabelSettings, prepared: Prepared, folder: Path) -> MultiLabelClassifier:
    """Give the trained model the temperature and the thresholds that fit the validation split best; the model."""
    write_config(folder, _untrained(settings, prepared).config)
    labeller = load(folder, device=device_of(settings))
    validation = prepared.corpus["validation"]
    texts, flags = validation["text"][:], _flags(validation["labels"][:], labeller.labels)
    logits = labeller.logits(texts)
    labeller = replace(labeller, temperature=fit_label_temperature(flags, logits))
    labeller = labeller.with_thresholds(fit_thresholds(flags, labeller.calibrated(logits)))
    log.info(
        "temperature %.3f and thresholds from %.2f to %.2f, fitted on %s",
        labeller.temperature, min(labeller.thresholds), max(labeller.thresholds),
        counted(len(validation), "validation text"),
    )  # fmt: skip
    seal(folder, labeller.config)
    return labeller


def decode(evaluation: Evaluation, labeller: MultiLabelClassifier) -> Figures:
    """Label a split."""
    texts, truth = list(evaluation.rows["text"]), _flags(evaluation.rows["labels"], labeller.labels)
    started = time.perf_counter()
    shares = labeller.probabilities(texts)
    seconds = time.perf_counter() - started
    found = LabelSets(truth, shares >= np.array(labeller.thresholds), shares)
    write_labels(evaluation.out, labeller.labels, found)
    if evaluation.own:
        explain_mistakes(evaluation.out, labeller, texts, found)
    return {
        "task": "multilabel",
        "split": evaluation.split,
        "temperature": round(labeller.temperature, 4),
        "thresholds": dict(zip(labeller.labels, labeller.thresholds, strict=True)),
        "seconds": round(seconds, 2),
        "texts_per_second": round(len(texts) / max(seconds, 1e-9), 1),
    }


def score(evaluation: Evaluation, figures: Figures) -> Figures:
    """Micro and macro F1 and the other scores; of the run's own split, simple methods beside them."""
    names = [str(name) for name in read_json(evaluation.folder / CONFIG_FILE, dict)["labels"]]
    texts = list(evaluation.rows["text"])
    truth, predicted, shares = read_labels(evaluation.out, texts=len(texts), labels=len(names))
    scores = {
        **score_labels(truth, predicted, names),
        **score_label_probabilities(truth, shares, uncalibrated(shares, figures["temperature"])),
    }
    if evaluation.own:
        known = saved_corpus(evaluation.folder)["train"]
        flags = _flags(known["labels"][:], names)
        simple = {
            "the commonest labels": np.broadcast_to(_commonest(flags), truth.shape),
            "bag of words": bag_of_words_labels(known["text"][:], flags, texts),
        }
        scores["baselines"] = [
            {"name": name, **{key: round(value, 6) for key, value in f1_of(truth, guess).items()}}
            for name, guess in simple.items()
        ]
    return scores


def load(name_or_path: str | Path, *, device: str = "cpu") -> MultiLabelClassifier:
    """The trained model."""
    from nlpseq.tasks.multilabel.labeller import MultiLabelClassifier

    return MultiLabelClassifier.from_pretrained(name_or_path, device=device)


def validator(labeller: MultiLabelClassifier, validation: Dataset) -> Callable[[], dict[str, float]]:
    """A function that scores the validation split: "loss" in nats a text, "micro_f1" and "macro_f1" at one half."""
    texts, flags = list(validation["text"]), _flags(validation["labels"], labeller.labels)

    def validate() -> dict[str, float]:
        logits = labeller.logits(texts).astype(np.float64)
        nats = np.logaddexp(0, np.where(flags, -logits, logits)).sum(axis=1)
        return {"loss": float(nats.mean()), **f1_of(flags, logits >= 0)}

    return validate


def _commonest(flags: Flags) -> Flags:
    """The set of labels (C,) that most texts have."""
    sets, counts = np.unique(flags, axis=0, return_counts=True)
    chosen: Flags = sets[counts.argmax()]
    return chosen


def _flags(rows: Sequence[Sequence[str]], names: Sequence[str]) -> Flags:
    """Which labels each text has: (N, C); labels without a name here are left out."""
    places = {name: place for place, name in enumerate(names)}
    found = np.zeros((len(rows), len(names)), dtype=bool)
    for row, labels in enumerate(rows):
        found[row, [places[label] for label in labels if label in places]] = True
    return found


def _collate(rows: Sequence[tuple[Any, int]], *, flags: Flags, pad_id: int) -> TextBatch:
    import torch

    from nlpseq.data.batch import TextBatch, pad_sequences

    ids, lengths = pad_sequences([row[0] for row in rows], pad_id)
    return TextBatch(ids, lengths, torch.from_numpy(flags[[int(row[1]) for row in rows]]))


def _untrained(settings: MultiLabelSettings, prepared: Prepared) -> MultiLabelClassifier:
    from nlpseq.tasks.multilabel.labeller import MultiLabelClassifier

    return MultiLabelClassifier.untrained(
        prepared.text, settings.model, labels=prepared.labels, keep=settings.text.truncate,
        max_length=settings.text.max_length,
    )  # fmt: skip
