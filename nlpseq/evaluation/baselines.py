"""What simple models reach on the same texts, to stand beside a classifier's figures.

The commonest class, and linear models by scikit-learn that know no word order or only that of three words.
"""

from __future__ import annotations

import time
from collections.abc import Sequence, Sized
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpseq.models.nb_svm import MAX_FEATURES, NbSvm, unconverged_allowed
from nlpseq.text.words import words_and_marks

# Raised with every change that gives other figures on the same texts: those that a run keeps are then made again.
VERSION = 1


@dataclass(frozen=True)
class Baseline:
    """What one baseline reached: accuracy and macro F1, 0 to 1, seconds from raw text to predictions, classes (N,)."""

    name: str
    accuracy: float
    macro_f1: float
    seconds: float
    predictions: tuple[int, ...]


def majority(train_labels: Sequence[int], test_labels: Sequence[int]) -> Baseline:
    """Always the commonest class of the training labels, the lowest number of equally common ones.

    Raises:
        ValueError: no training labels or no test labels.

    >>> majority([0, 1, 1], [1, 0, 1, 1]).accuracy
    0.75
    """
    started = time.perf_counter()
    _check(train_labels, train_labels, test_labels, test_labels)
    return _scored("majority", started, [_commonest(train_labels)] * len(test_labels), test_labels)


def bag_of_words(
    train_texts: Sequence[str],
    train_labels: Sequence[int],
    test_texts: Sequence[str],
    test_labels: Sequence[int],
    *,
    max_features: int = 100_000,
) -> Baseline:
    """Logistic regression on which words occur: what a classifier must beat to show that it reads their order.

    Only the `max_features` commonest words count.

    Raises:
        ValueError: no texts, or unequal numbers of texts and labels.

    >>> good, bad = ["a fine film", "fine acting"], ["a dull film", "dull acting"]
    >>> bag_of_words(good + bad, [1, 1, 0, 0], ["dull", "so fine"], [0, 1]).predictions
    (0, 1)
    """
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    started = time.perf_counter()
    _check(train_texts, train_labels, test_texts, test_labels)
    name = "bag of words"
    if not _learnable(train_texts, train_labels):
        return _scored(name, started, [_commonest(train_labels)] * len(test_texts), test_labels)
    vectorizer = CountVectorizer(
        binary=True, tokenizer=words_and_marks, token_pattern=None, max_features=max_features, dtype=np.float64
    )
    train = vectorizer.fit_transform(train_texts)
    with unconverged_allowed():
        model = LogisticRegression(max_iter=200).fit(train, train_labels)
    return _scored(name, started, model.predict(vectorizer.transform(test_texts)), test_labels)


def nb_svm(
    train_texts: Sequence[str],
    train_labels: Sequence[int],
    test_texts: Sequence[str],
    test_labels: Sequence[int],
    *,
    max_features: int = MAX_FEATURES,
    beta: float = 0.25,
    seed: int = 12345,
) -> Baseline:
    """Linear support vector machine on 1- to 3-grams times their naive Bayes log-count ratios (Wang and Manning 2012).

    Binary features; the weights are interpolated by `beta` with their mean magnitude (section 2.3); of more than
    two classes the one whose machine against all others gives the most. The n-grams are hashed to `max_features`
    columns, so that memory is bounded by the number of tokens. The time grows with the number of classes, from
    three on.

    Raises:
        ValueError: no texts, or unequal numbers of texts and labels.

    >>> train = ["not good", "good not bad", "not bad", "bad good"]
    >>> nb_svm(train, [0, 1, 1, 0], ["good , not bad", "really not good"], [1, 0]).predictions
    (1, 0)
    """
    started = time.perf_counter()
    _check(train_texts, train_labels, test_texts, test_labels)
    name = "NB-SVM, 1- to 3-grams"
    if not _learnable(train_texts, train_labels):
        return _scored(name, started, [_commonest(train_labels)] * len(test_texts), test_labels)
    classes, numbers = np.unique(np.asarray(train_labels), return_inverse=True)
    model = NbSvm.fit(
        train_texts, numbers.tolist(), num_classes=len(classes), max_features=max_features, beta=beta, seed=seed
    )
    return _scored(name, started, classes[model.scores(test_texts).argmax(axis=1)], test_labels)


def _check(train_texts: Sized, train_labels: Sized, test_texts: Sized, test_labels: Sized) -> None:
    for split, texts, labels in (("train", train_texts, train_labels), ("test", test_texts, test_labels)):
        if len(texts) != len(labels):
            raise ValueError(f"{len(texts)} {split} texts but {len(labels)} labels: every text needs one")
        if not len(labels):
            raise ValueError(f"there are no {split} texts")


def _learnable(texts: Sequence[str], labels: Sequence[int]) -> bool:
    """Whether there are two classes to tell apart and words to tell them by."""
    return len(set(labels)) > 1 and any(text.strip() for text in texts)


def _commonest(labels: Sequence[int]) -> int:
    classes, counts = np.unique(np.asarray(labels), return_counts=True)
    return int(classes[counts.argmax()])


def _scored(name: str, started: float, predictions: Sequence[int] | NDArray[Any], labels: Sequence[int]) -> Baseline:
    from sklearn.metrics import f1_score

    found, targets = np.asarray(predictions), np.asarray(labels)
    seconds = time.perf_counter() - started
    accuracy, macro_f1 = float((found == targets).mean()), float(f1_score(targets, found, average="macro"))
    return Baseline(name, accuracy, macro_f1, seconds, tuple(found.tolist()))
