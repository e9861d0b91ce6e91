"""How good a trained classifier is on a split: its metrics, its predictions, and linear baselines beside it."""

from __future__ import annotations

import json
import logging
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nlpseq.config import ClassifySettings, LabelledDataSettings
from nlpseq.data.labelled import load_labelled
from nlpseq.errors import UserError
from nlpseq.files import read_json, write_text_atomically
from nlpseq.runs.corpus import evaluation_split, saved_corpus
from nlpseq.runs.folder import METRICS_FILE, device_of
from nlpseq.runs.saved_model import model_settings
from nlpseq.runs.stages import Stages
from nlpseq.tasks.classify.outputs import PREDICTIONS_FILE

if TYPE_CHECKING:
    from datasets import Dataset

    from nlpseq.tasks.classify.classifier import Classifier

log = logging.getLogger("nlpseq")


def evaluate_in(settings: ClassifySettings, folder: Path) -> dict[str, Any]:
    """Classify the run's test split and score it; metrics, outputs, report and card in `folder`."""
    from nlpseq.tasks.classify.classifier import Classifier

    classifier = Classifier.from_pretrained(folder, device=device_of(settings))
    name = settings.data.test or "test"
    scored = _classify_and_score(classifier, saved_corpus(folder)["test"], name)
    _write_evaluation(folder, settings, classifier, scored)
    return scored.metrics


def score(run_dir: Path, *, split: str | None = None, data: LabelledDataSettings | None = None) -> dict[str, Any]:
    """Classify and score a split of the run, or another corpus; nothing is written.

    Args:
        split: name of a split, in the run's corpus or in that of `data`; the run's test split if not given.
        data: another corpus to score on.

    Raises:
        UserError: the run or the split is not there, or it has labels that the model does not know.
    """
    from nlpseq.tasks.classify.classifier import Classifier

    settings: ClassifySettings = model_settings(run_dir)
    dataset, name = evaluation_split(
        run_dir, data or settings.data, split, other=data is not None,
        load=lambda place, wanted: load_labelled(
            place.path, text=place.text, label=place.label, splits={"test": wanted},
            encoding=place.encoding, separator=place.separator,
        )["test"],
    )  # fmt: skip
    classifier = Classifier.from_pretrained(run_dir, device=device_of(settings))
    return _classify_and_score(classifier, dataset, name).metrics


@dataclass(frozen=True)
class Scored:
    """What a classifier made of a split: N texts, C classes.

    `labels` are the numbers of the true ones, `logits` (N, C) the network's, `calibrated` (N, C) probabilities.
    """

    metrics: dict[str, Any]
    texts: list[str]
    labels: list[int]
    logits: np.ndarray
    calibrated: np.ndarray


def _classify_and_score(classifier: Classifier, dataset: Dataset, split: str) -> Scored:
    from nlpseq.evaluation.calibration import expected_calibration_error
    from nlpseq.evaluation.classification import score_classification

    texts, labels = list(dataset["text"]), label_numbers(classifier, dataset, split)
    started = time.perf_counter()
    logits = classifier.logits(texts)
    seconds = time.perf_counter() - started
    before = expected_calibration_error(softmax_rows(logits), labels)
    calibrated = classifier.calibrated(texts, logits)
    metrics: dict[str, Any] = {
        "task": "classify",
        "split": split,
        **score_classification(labels, calibrated, classifier.labels),
        "ece_uncalibrated": round(before.error, 6),
        "temperature": round(classifier.temperature, 4),
        "network_accuracy": round(float(np.mean(logits.argmax(1) == np.asarray(labels))), 6),
        "ngram_weight": round(classifier.ngram_weight, 4),
        "seconds": round(seconds, 2),
        "texts_per_second": round(len(texts) / seconds, 1),
    }
    return Scored(metrics, texts, labels, logits, calibrated)


def label_numbers(classifier: Classifier, dataset: Dataset, split: str) -> list[int]:
    """The number that the model gives to the label of each row (N,).

    Raises:
        UserError: a label that the model does not know.
    """
    numbers = {label: number for number, label in enumerate(classifier.labels)}
    labels = list(dataset["label"])
    if unknown := next((label for label in labels if label not in numbers), None):
        raise UserError(
            f"split {split}: the label {unknown!r} is not one that the model was trained on "
            f"({', '.join(classifier.labels[:10])}); check data.label"
        )
    return [numbers[label] for label in labels]


def softmax_rows(logits: np.ndarray) -> np.ndarray:
    """Probabilities (N, C), float64, of logits (N, C) as they are."""
    from scipy.special import softmax

    shares: np.ndarray = softmax(logits.astype(np.float64), axis=1)
    return shares


def _write_evaluation(run_dir: Path, settings: ClassifySettings, classifier: Classifier, scored: Scored) -> None:
    from nlpseq.tasks.classify.report import write_run_report
    from nlpseq.tasks.model_card import write_run_card

    metrics, texts, labels, calibrated = scored.metrics, scored.texts, scored.labels, scored.calibrated
    chosen = calibrated.argmax(1)
    lines = ["label\tpredicted\tprobability"]
    lines += [
        f"{classifier.labels[label]}\t{classifier.labels[guess]}\t{row[guess]:.6f}"
        for label, guess, row in zip(labels, chosen, calibrated, strict=True)
    ]
    write_text_atomically(run_dir / PREDICTIONS_FILE, "\n".join(lines) + "\n")
    if settings.baselines:
        metrics["baselines"] = _baselines(run_dir, classifier, texts=texts, labels=labels)
    write_text_atomically(run_dir / METRICS_FILE, json.dumps(metrics, indent=2, ensure_ascii=False) + "\n")
    uncalibrated = softmax_rows(scored.logits)
    write_run_report(
        run_dir, settings, classifier, metrics,
        texts=texts, labels=labels, calibrated=calibrated, uncalibrated=uncalibrated,
    )  # fmt: skip
    write_run_card(run_dir)


def _baselines(run_dir: Path, classifier: Classifier, *, texts: list[str], labels: list[int]) -> list[dict[str, Any]]:
    """Linear models trained on the same texts, for comparison; kept as long as the prepared text is the same."""
    from nlpseq.evaluation.baselines import Baseline, bag_of_words, majority, nb_svm

    path = run_dir / "baselines.json"
    stages = Stages(run_dir)
    prepared_from = stages.get("prepare") or ""
    train = saved_corpus(run_dir)["train"]
    train_labels = label_numbers(classifier, train, "train")
    if stages.done("baselines", prepared_from) and path.exists():
        with suppress(UserError):  # damaged: they are trained again
            return read_json(path, list)
    log.info("training linear baselines on the same %d texts", len(train))
    train_texts = list(train["text"])
    results: list[Baseline] = [
        majority(train_labels, labels),
        bag_of_words(train_texts, train_labels, texts, labels),
        nb_svm(train_texts, train_labels, texts, labels),
    ]
    found = [
        {
            "name": result.name,
            "accuracy": round(result.accuracy, 6),
            "macro_f1": round(result.macro_f1, 6),
            "seconds": round(result.seconds, 1),
        }
        for result in results
    ]
    write_text_atomically(path, json.dumps(found, indent=2) + "\n")
    stages.mark("baselines", prepared_from)
    return found
