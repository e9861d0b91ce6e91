"""The report of a classification run, gathered from its folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nlpseq.config import ClassifySettings
from nlpseq.evaluation.classification import score_classification
from nlpseq.evaluation.report import BaselineScores, ClassificationReport, confident_mistakes, write_report
from nlpseq.tasks.train_stage import training_facts

if TYPE_CHECKING:
    from nlpseq.tasks.classifier import Classifier


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
    """Write `report.html` and `report.md`, with the most confident mistakes and the words that led to them."""
    mistakes = confident_mistakes(labels, calibrated)
    explained = classifier.predict([texts[i] for i in mistakes], explain=True)
    curves = run_dir / "curves.csv"
    name = Path(settings.data.path).name
    report = ClassificationReport(
        title=f"Classification: {name}",
        data=name,
        metrics=metrics,
        uncalibrated=score_classification(labels, uncalibrated, classifier.labels),
        texts=texts,
        gold=labels,
        probabilities=calibrated,
        token_weights={i: found.token_weights or [] for i, found in zip(mistakes, explained, strict=True)},
        baselines=[
            BaselineScores(base["name"], {"accuracy": base["accuracy"]}) for base in metrics.get("baselines", [])
        ],
        curves=curves if curves.exists() else None,
        facts={
            "Command": f"nlpseq evaluate {run_dir.name}",
            "Classifying": f"{metrics['texts_per_second']} texts a second",
            "Temperature": f"{classifier.temperature:.3f}, fitted on the validation split",
            **_ensemble_facts(classifier, metrics),
            **training_facts(run_dir),
        },
    )
    return write_report(run_dir, report)


def _ensemble_facts(classifier: Classifier, metrics: dict[str, Any]) -> dict[str, str]:
    if classifier.ngrams is None:
        return {}
    return {
        "Ensemble": f"NB-SVM over 1- to 3-grams, weight {classifier.ngram_weight:.3f}, fitted on the validation split",
        "Accuracy of the network alone": f"{100 * metrics['network_accuracy']:.2f}%",
    }
