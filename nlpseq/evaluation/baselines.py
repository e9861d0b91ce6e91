"""What simple models reach on the same texts, to stand beside a classifier's figures.

The commonest class, and linear models by scikit-learn that know no word order or only that of three words.
"""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Iterator, Sequence, Sized
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Words, and single marks of punctuation; single characters in scripts that set no spaces between words: Thai to
# Lao, Burmese, Khmer, kana, Han.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
TOKEN_PATTERN = rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+|[^\w\s]"


@dataclass(frozen=True)
class Baseline:
    """What one baseline reached: accuracy 0 to 1, seconds from raw text to predictions, numbers of classes (N,)."""

    name: str
    accuracy: float
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
    vectorizer = CountVectorizer(binary=True, token_pattern=TOKEN_PATTERN, max_features=max_features, dtype=np.float64)
    train = vectorizer.fit_transform(train_texts)
    with _unconverged_allowed():
        model = LogisticRegression(max_iter=200).fit(train, train_labels)
    return _scored(name, started, model.predict(vectorizer.transform(test_texts)), test_labels)


def nb_svm(
    train_texts: Sequence[str],
    train_labels: Sequence[int],
    test_texts: Sequence[str],
    test_labels: Sequence[int],
    *,
    max_features: int = 1 << 22,
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
    from sklearn.feature_extraction.text import HashingVectorizer

    started = time.perf_counter()
    _check(train_texts, train_labels, test_texts, test_labels)
    name = "NB-SVM, 1- to 3-grams"
    if not _learnable(train_texts, train_labels):
        return _scored(name, started, [_commonest(train_labels)] * len(test_texts), test_labels)
    vectorizer = HashingVectorizer(
        ngram_range=(1, 3),
        n_features=max_features,
        binary=True,
        alternate_sign=False,
        norm=None,
        token_pattern=TOKEN_PATTERN,
        dtype=np.float32,
    )
    train, test = vectorizer.transform(train_texts), vectorizer.transform(test_texts)
    used = np.unique(train.indices)
    train, test = train[:, used], test[:, used]
    targets = np.asarray(train_labels)
    classes = np.unique(targets)
    positives = classes[1:] if len(classes) == 2 else classes
    margins = np.column_stack([_nb_svm_margins(train, targets == one, test, beta, seed) for one in positives])
    best = (margins[:, 0] > 0).astype(int) if len(classes) == 2 else margins.argmax(axis=1)
    return _scored(name, started, classes[best], test_labels)


def _nb_svm_margins(train: Any, positive: NDArray[np.bool_], test: Any, beta: float, seed: int) -> NDArray[np.float64]:
    """How far on the positive side of the machine each test text lies, (N,)."""
    from sklearn.svm import LinearSVC

    ratios = _log_count_ratios(train, positive)
    weighted = train.copy()
    weighted.data = ratios[train.indices]
    with _unconverged_allowed():
        # Any cost from 0.03 to 1 gave about the same accuracy on held-out training texts of IMDb and SST-2.
        machine = LinearSVC(C=0.1, dual=True, max_iter=200, random_state=seed).fit(weighted, positive)
    weights = machine.coef_[0]
    bayes = test @ ratios + math.log(positive.sum() / (~positive).sum())
    vectors = test @ (ratios * weights) + machine.intercept_[0]
    # The two biases are interpolated with the weights: without that the machine's would weigh 1 / beta too much.
    margins: NDArray[np.float64] = (1 - beta) * np.abs(weights).mean() * bayes + beta * vectors
    return margins


def _log_count_ratios(features: Any, positive: NDArray[np.bool_]) -> NDArray[np.float64]:
    """r of Wang and Manning 2012, section 2.1, with smoothing 1; shape (V,)."""
    inside, outside = (1.0 + np.asarray(features[side].sum(axis=0)).ravel() for side in (positive, ~positive))
    ratios: NDArray[np.float64] = np.log(inside / inside.sum()) - np.log(outside / outside.sum())
    return ratios


@contextmanager
def _unconverged_allowed() -> Iterator[None]:
    """A bound on the time matters more than the last digit of the weights: say nothing where it was reached."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


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
    found, targets = np.asarray(predictions), np.asarray(labels)
    accuracy = float((found == targets).mean())
    return Baseline(name, accuracy, time.perf_counter() - started, tuple(found.tolist()))
