"""What the report of a classification run shows, and that of two runs side by side."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nlpseq.config import ClassifySettings
from nlpseq.counting import counted
from nlpseq.report import ClassificationReport, classification
from nlpseq.report.differences import prediction_differences
from nlpseq.runs.corpus import saved_corpus, shared_test_rows, training_words
from nlpseq.runs.explanations import read_explanations
from nlpseq.runs.facts import report_parts
from nlpseq.runs.folder import read_metrics, run_settings
from nlpseq.runs.outputs import damaged_output
from nlpseq.runs.record import read_record
from nlpseq.tasks.classify.outputs import PROBABILITIES_FILE, read_predictions, read_probabilities
from nlpseq.tasks.task import Pair


def report(run_dir: Path) -> ClassificationReport:
    """The report of a run, from its files.

    Raises:
        UserError: a file of it is missing or damaged.
    """
    from nlpseq.evaluation.classification import score_classification

    settings, metrics = run_settings(run_dir, ClassifySettings), read_metrics(run_dir)
    labels, calibrated, uncalibrated = read_probabilities(run_dir)
    texts = list(saved_corpus(run_dir)["test"]["text"])
    if len(texts) != len(labels):
        raise damaged_output(
            run_dir / PROBABILITIES_FILE, f"{counted(len(labels), 'row')} for {counted(len(texts), 'test text')}"
        )
    explanations, name = read_explanations(run_dir), read_record(run_dir).data
    names = [str(entry["name"]) for entry in metrics["classes"]]
    facts = {
        "Classifying": f"{metrics['seconds']} seconds, {metrics['texts_per_second']} texts a second",
        "Temperature": f"{metrics['temperature']:.3f}, fitted on the validation split",
        **_ensemble_facts(metrics),
    }
    return ClassificationReport(
        title=f"Classification: {name}",
        data=name,
        uncalibrated=score_classification(labels, uncalibrated, names, bootstrap_samples=2),
        texts=texts,
        gold=labels,
        probabilities=calibrated,
        token_weights=explanations.weights,
        token_places=explanations.places,
        residues=explanations.residues,
        known=training_words(run_dir, "text"),
        **report_parts(run_dir, settings, metrics, scores=classification.SCORES, facts=facts),
    )


def pair(run_a: Path, run_b: Path) -> Pair:
    """Two runs on one test split, by the accuracy.

    Raises:
        UserError: a run is not evaluated, or the test splits differ.
    """
    from nlpseq.evaluation.significance import compare_classifiers

    texts, labels = shared_test_rows(run_a, run_b, {"text": "text", "label": "label"}).values()
    found_a, found_b = read_predictions(run_a, len(texts)), read_predictions(run_b, len(texts))
    return Pair(
        items="texts",
        tests=[
            (
                classification.ACCURACY,
                lambda: compare_classifiers(labels, *([one.label for one in found] for found in (found_a, found_b))),
            )
        ],
        differences=lambda names: prediction_differences(names, texts, labels, (found_a, found_b)),
        curve_scores=classification.CURVE_SCORES,
        loss_unit=classification.LOSS_UNIT,
    )


def _ensemble_facts(metrics: Mapping[str, Any]) -> dict[str, str]:
    if not metrics["ngram_weight"]:
        return {}
    weight = f"{metrics['ngram_weight']:.3f}"
    return {
        "Ensemble": f"NB-SVM over n-grams, weight {weight}, fitted on the validation split",
        "Accuracy of the network alone": f"{100 * metrics['network_accuracy']:.2f}%",
    }
