"""After training: the temperature, or the weights of an ensemble, that fit the validation split best."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nlpseq.config import ClassifySettings
from nlpseq.counting import counted
from nlpseq.data.labels import label_numbers
from nlpseq.runs.folder import device_of
from nlpseq.runs.saved_model import NGRAMS_FILE, seal
from nlpseq.runs.swap import drop

if TYPE_CHECKING:
    from datasets import DatasetDict

    from nlpseq.tasks.classify.classifier import Classifier

log = logging.getLogger("nlpseq")

# Temperatures below this and above its inverse, and weights below that, are remarked on.
FAR, LEAST_WEIGHT = 0.1, 1e-3


def calibrate(settings: ClassifySettings, corpus: DatasetDict, folder: Path) -> Classifier:
    """The trained classifier, given the temperature that fits the validation split best (Guo et al. 2017)."""
    from nlpseq.evaluation.calibration import fit_temperature, fit_weights
    from nlpseq.models.nb_svm import NbSvm
    from nlpseq.tasks.classify.classifier import Classifier

    classifier = Classifier.from_pretrained(folder, device=device_of(settings))
    validation = corpus["validation"]
    texts, labels = list(validation["text"]), label_numbers(validation["label"], classifier.labels, split="validation")
    logits = classifier.logits(texts)
    if settings.ensemble != "none":
        train = corpus["train"]
        log.info("fitting NB-SVM on %s", counted(len(train), "training text"))
        known = label_numbers(train["label"], classifier.labels, split="train")
        ngrams = NbSvm.fit(
            list(train["text"]), known, num_classes=len(classifier.labels),
            characters=settings.ensemble == "nb_svm_char", seed=settings.train.seed,
        )  # fmt: skip
        network_weight, ngram_weight = fit_weights([logits, ngrams.scores(texts)], labels)
        temperature = 1 / max(network_weight, LEAST_WEIGHT)
        log.info(
            "weights fitted on %s: network %.3f, n-grams %.3f%s",
            counted(len(texts), "validation text"),
            network_weight,
            ngram_weight,
            _weights_remark(network_weight, ngram_weight),
        )
        classifier = replace(classifier, ngrams=ngrams, ngram_weight=ngram_weight)
    else:
        temperature = fit_temperature(logits, labels)
        log.info(
            "temperature %.3f, fitted on %s%s",
            temperature,
            counted(len(logits), "validation text"),
            _remark(temperature),
        )
        classifier = replace(classifier, ngrams=None, ngram_weight=0.0)
        drop(folder, NGRAMS_FILE)
    classifier = replace(classifier, temperature=temperature)
    if classifier.ngrams is not None:
        classifier.ngrams.save(folder / NGRAMS_FILE)
    seal(folder, classifier.config)
    return classifier


def _remark(temperature: float) -> str:
    """What an extreme temperature says, as the end of a sentence; empty for all others."""
    if temperature < FAR:
        return "; far below 1: the network was much surer than its scores say, as on very easy texts"
    if temperature > 1 / FAR:
        return "; far above 1: the network was much too sure, so most of its probabilities are now near chance"
    return ""


def _weights_remark(network: float, ngrams: float) -> str:
    """The same for the weights of an ensemble."""
    if min(network, ngrams) > LEAST_WEIGHT:
        return ""
    silent = "network" if network <= ngrams else "n-grams"
    return f"; the {silent} had nothing to add on these texts, so the label comes from the other alone"
