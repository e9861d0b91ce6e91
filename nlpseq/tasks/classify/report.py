"""The report of a classification run, gathered from its folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nlpseq.config import ClassifySettings
from nlpseq.evaluation.bootstrap import bootstrap_interval, rounded
from nlpseq.evaluation.calibration import expected_calibration_error
from nlpseq.files import write_text_atomically
from nlpseq.report import BaselineScores, ClassificationReport, confident_mistakes, write_report
from nlpseq.runs.corpus import saved_corpus
from nlpseq.runs.folder import read_metrics, run_settings
from nlpseq.runs.record import cut_short, read_record
from nlpseq.tasks.classify.outputs import EXPLANATIONS_FILE, PROBABILITIES_FILE, read_probabilities
from nlpseq.tasks.report import (
    curves_of,
    damaged_output,
    data_name,
    read_output,
    run_facts,
    write_arrays,
    write_metrics,
)

if TYPE_CHECKING:
    from nlpseq.tasks.classify.classifier import Classifier

SAMPLES, SEED = 1000, 12345
LEAST = 2.2e-16  # probability, as in the log loss itself


def write_run_report(
    run_dir: Path,
    settings: ClassifySettings,
    classifier: Classifier,
    metrics: dict[str, Any],
    *,
    texts: list[str],
    labels: list[int],
    calibrated: np.ndarray,
    uncalibrated: np.ndarray,
) -> Path:
    """Save the probabilities, and the words that led to the most confident mistakes; write the report and `metrics`.

    `metrics` gain the intervals of the log loss and the calibration error.
    """
    arrays = {"labels": np.array(labels), "calibrated": calibrated, "uncalibrated": uncalibrated}
    write_arrays(run_dir / PROBABILITIES_FILE, arrays)
    mistakes = confident_mistakes(labels, calibrated)
    explained = classifier.predict([texts[i] for i in mistakes], explain=True)
    weights = [
        {
            "text": index,
            "weights": found.token_weights or [],
            "places": found.token_spans or [],
            "residue": found.notable_residue,
        }
        for index, found in zip(mistakes, explained, strict=True)
    ]
    write_text_atomically(run_dir / EXPLANATIONS_FILE, json.dumps(weights, ensure_ascii=False) + "\n")
    metrics |= probability_intervals(labels, calibrated)
    write_metrics(run_dir, metrics)
    return rewrite_run_report(run_dir)


def rescore(run_dir: Path) -> dict[str, Any]:
    """The metrics of the run, those computed anew that follow from its saved probabilities.

    Raises:
        UserError: a file of saved outputs is damaged.
    """
    from nlpseq.evaluation.classification import score_classification

    metrics = read_metrics(run_dir)
    labels, calibrated, _ = read_probabilities(run_dir)
    scores = score_classification(labels, calibrated, _names(metrics))
    return metrics | scores | probability_intervals(labels, calibrated)


def rewrite_run_report(run_dir: Path) -> Path:
    """Write `report.html` and `report.md` from what is saved in the folder.

    Raises:
        UserError: a file of it is missing or damaged.
    """
    from nlpseq.evaluation.classification import score_classification

    settings, metrics = run_settings(run_dir, ClassifySettings), read_metrics(run_dir)
    labels, calibrated, uncalibrated = read_probabilities(run_dir)
    texts = list(saved_corpus(run_dir)["test"]["text"])
    if len(texts) != len(labels):
        raise damaged_output(run_dir / PROBABILITIES_FILE, f"{len(labels)} rows for {len(texts)} test texts")
    try:
        rows = read_output(run_dir / EXPLANATIONS_FILE)
        weights = {row["text"]: [(token, weight) for token, weight in row["weights"]] for row in rows}
        places = {row["text"]: [(start, end) for start, end in row["places"]] for row in rows if "places" in row}
        residues = {row["text"]: float(row["residue"]) for row in rows if row.get("residue") is not None}
    except (KeyError, TypeError, ValueError) as error:
        raise damaged_output(run_dir / EXPLANATIONS_FILE, error) from error
    name = data_name(run_dir)
    report = ClassificationReport(
        title=f"Classification: {name}",
        data=name,
        metrics=metrics,
        uncalibrated=score_classification(labels, uncalibrated, _names(metrics), bootstrap_samples=2),
        texts=texts,
        gold=labels,
        probabilities=calibrated,
        token_weights=weights,
        token_places=places,
        residues=residues,
        baselines=[
            BaselineScores(base["name"], {key: base[key] for key in ("accuracy", "macro_f1") if key in base})
            for base in metrics.get("baselines", [])
        ],
        curves=curves_of(run_dir),
        facts={
            "Command": "nlpseq evaluate . (in the folder of the run)",
            "Classifying": f"{metrics['seconds']} seconds, {metrics['texts_per_second']} texts a second",
            "Temperature": f"{metrics['temperature']:.3f}, fitted on the validation split",
            **_ensemble_facts(metrics),
            **run_facts(run_dir, settings),
        },
    )
    return write_report(run_dir, report, notice=cut_short(read_record(run_dir).training))


def probability_intervals(labels: Sequence[int] | NDArray[np.integer], shares: np.ndarray) -> dict[str, Any]:
    """95% intervals of the log loss and of the calibration error of probabilities (N, C), by the bootstrap over texts.

    A resample is less well calibrated than its sample: the interval of the error is moved by that much.

    >>> found = probability_intervals([0, 1, 1], np.array([[0.8, 0.2], [0.4, 0.6], [0.1, 0.9]]))
    >>> found["log_loss_interval"][0] < 0.3 < found["log_loss_interval"][1]
    True
    """
    targets = np.asarray(labels)
    nats = -np.log(np.maximum(shares[np.arange(len(targets)), targets], LEAST))
    found = expected_calibration_error(shares, targets)
    confidence, right = shares.max(axis=1), shares.argmax(axis=1) == targets
    bins = np.searchsorted([entry.high for entry in found.bins[:-1]], confidence, side="left")
    random = np.random.default_rng(SEED)
    errors = []
    for _ in range(SAMPLES):
        picks = random.integers(len(targets), size=len(targets))
        gaps = np.bincount(bins[picks], weights=(confidence - right)[picks], minlength=len(found.bins))
        errors.append(np.abs(gaps).sum() / len(targets))
    ends = np.quantile(errors, [0.025, 0.975]) - np.mean(errors) + found.error
    return {
        "log_loss_interval": rounded(bootstrap_interval(nats, samples=SAMPLES, seed=SEED), 6),
        "ece_interval": [round(max(0.0, float(end)), 6) for end in ends],
    }


def _names(metrics: dict[str, Any]) -> list[str]:
    return [str(entry["name"]) for entry in metrics["classes"]]


def _ensemble_facts(metrics: dict[str, Any]) -> dict[str, str]:
    if not metrics["ngram_weight"]:
        return {}
    weight = f"{metrics['ngram_weight']:.3f}"
    return {
        "Ensemble": f"NB-SVM over 1- to 3-grams, weight {weight}, fitted on the validation split",
        "Accuracy of the network alone": f"{100 * metrics['network_accuracy']:.2f}%",
    }
