"""NB-SVM: a linear model over n-grams whose features are weighted by naive Bayes. The strongest simple classifier.

It knows no word order beyond three words, and is fitted by scikit-learn in seconds.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpseq.errors import UserError
from nlpseq.files import atomic_path
from nlpseq.text.words import WORDS_AND_MARKS, words_and_marks

# Columns that n-grams are hashed to: memory is bounded by the tokens, and nothing has to be looked up.
MAX_FEATURES = 1 << 22
MAX_ORDER = 3
# Of the n-grams of characters: what tells "how many" from "how much", and what unseen words share with seen ones.
CHARACTER_ORDERS = range(2, 7)


@dataclass(frozen=True)
class NbSvm:
    """A fitted model: linear machines over the binary 1- to 3-grams of a text's words (Wang and Manning 2012).

    With `characters` the text's two ends count as words, and the 2- to 6-grams of the characters of each word are there
    too: better on short texts, several times as many n-grams on long ones.

    Of two classes one machine tells the second from the first; of more, there is one for each class against all others.

    Args:
        num_features: columns that n-grams are hashed to
        columns: those that the training texts used (F,), ascending
        weights: (M machines, F)
        biases: (M,)
        num_classes: C
        characters: whether there are n-grams of characters and of the text's ends

    >>> texts, labels = ["not good", "good not bad", "not bad", "bad good"], [0, 1, 1, 0]
    >>> NbSvm.fit(texts, labels, num_classes=2).scores(["good , not bad", "really not good"]).argmax(1).tolist()
    [1, 0]
    """

    num_features: int
    columns: NDArray[np.int64]
    weights: NDArray[np.float32]
    biases: NDArray[np.float32]
    num_classes: int
    characters: bool = False

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        labels: Sequence[int],
        *,
        num_classes: int,
        characters: bool = False,
        max_features: int = MAX_FEATURES,
        beta: float = 0.25,
        seed: int = 12345,
    ) -> NbSvm:
        """Fit on texts and the numbers of their classes.

        The weights are interpolated by `beta` with their mean magnitude (section 2.3). The time grows with the number
        of classes, from three on.
        """
        features = ngram_vectorizer(max_features, characters=characters).transform(texts)
        columns = np.unique(features.indices).astype(np.int64)
        features, targets = features[:, columns], np.asarray(labels)
        positives = [1] if num_classes == 2 else range(num_classes)
        machines = [_machine(features, targets == one, beta, seed) for one in positives]
        weights = np.array([weight for weight, _ in machines], dtype=np.float32)
        biases = np.array([bias for _, bias in machines], dtype=np.float32)
        return cls(max_features, columns, weights, biases, num_classes, characters)

    def scores(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Scores (N, C) whose largest is the class: of two classes the halves of the margin, against and for."""
        features = ngram_vectorizer(self.num_features, characters=self.characters).transform(texts)
        return self._class_scores(features @ self._all_weights + self.biases)

    def word_scores(self, text: str) -> tuple[list[tuple[int, int]], NDArray[np.float64]]:
        """(first character, end) of the W words of `text`, and what each gives to the scores (W, C).

        The score of an n-gram is shared out over the places where it stands and over its words; all of them and
        `class_biases` add up to `scores`.
        """
        from sklearn.feature_extraction import FeatureHasher

        spans = [match.span() for match in WORDS_AND_MARKS.finditer(text)]
        found = np.zeros((len(spans), self.num_classes))
        if not spans:
            return spans, found
        hasher = FeatureHasher(self.num_features, input_type="string", alternate_sign=False)
        words = [text[first:end].lower() for first, end in spans]
        columns = hasher.transform([[ngram] for ngram in _ngrams(words, self.characters)]).indices
        _, place, counts = np.unique(columns, return_inverse=True, return_counts=True)
        shares = self._class_scores(self._all_weights[columns].astype(np.float64)) / counts[place][:, None]
        for (first, end), row in zip(_covered(words, self.characters), shares, strict=True):
            found[first:end] += row / (end - first)
        return spans, found

    @property
    def class_biases(self) -> NDArray[np.float64]:
        """The scores (C,) of a text without any n-gram."""
        return self._class_scores(self.biases[None].astype(np.float64))[0]

    def _class_scores(self, margins: NDArray[Any]) -> NDArray[np.float64]:
        """Scores (N, C) of margins (N, M)."""
        if self.num_classes == 2:
            return np.column_stack([-margins[:, 0] / 2, margins[:, 0] / 2])
        found: NDArray[np.float64] = np.asarray(margins)
        return found

    @cached_property
    def _all_weights(self) -> NDArray[np.float32]:
        """Weights (num_features, M), zero for columns that the training texts did not use: looked up, not searched."""
        weights = np.zeros((self.num_features, len(self.weights)), dtype=np.float32)
        weights[self.columns] = self.weights.T
        return weights

    def save(self, path: Path) -> None:
        """Write the model as safetensors."""
        from safetensors.numpy import save

        sizes = np.array([self.num_features, self.num_classes, self.characters], dtype=np.int64)
        tensors: dict[str, NDArray[Any]] = {
            "columns": self.columns,
            "weights": self.weights,
            "biases": self.biases,
            "sizes": sizes,
        }
        with atomic_path(path) as beside:
            beside.write_bytes(save(tensors))

    @classmethod
    def load(cls, path: Path, *, num_classes: int) -> NbSvm:
        """Read what `save` wrote of a model of `num_classes` classes.

        Raises:
            UserError: there is no such file, or it is damaged or of another model.
        """
        from safetensors.numpy import load_file

        from nlpseq.models.stored import stored_weights

        if not path.is_file():
            raise UserError(f"{path}: no such file; train the run again")
        stored, machines = stored_weights(path), 1 if num_classes == 2 else num_classes
        used = stored["columns"].shape[0] if "columns" in stored and stored["columns"].shape else 0
        wanted = {
            "columns": ((used,), "I64"), "weights": ((machines, used), "F32"), "biases": ((machines,), "F32"),
            "sizes": ((3,), "I64"),
        }  # fmt: skip
        if stored.get("sizes") == ((2,), "I64"):  # of the releases that knew no characters
            wanted["sizes"] = ((2,), "I64")
        damaged = UserError(f"{path}: damaged, or of another model than config.json says; train the run again")
        if stored != wanted or used > MAX_FEATURES:
            raise damaged
        found = load_file(path)
        if not all(np.isfinite(part).all() for part in found.values()):
            raise UserError(f"{path}: it holds NaN or infinity; train the run again")
        columns, (num_features, classes, *characters) = found["columns"], found["sizes"].tolist()
        inside = not used or (columns[0] >= 0 and columns[-1] < num_features and (np.diff(columns) > 0).all())
        if (
            classes != num_classes
            or not 0 < num_features <= MAX_FEATURES
            or not inside
            or characters not in ([], [0], [1])
        ):
            raise damaged
        weights, biases = found["weights"], found["biases"]
        return cls(num_features, columns, weights, biases, num_classes, characters == [1])


def ngram_vectorizer(num_features: int, *, characters: bool = False) -> Any:
    """From texts to their binary 1- to 3-grams of lower-cased words and marks, hashed to a fixed number of columns.

    With `characters` those of the text's ends and of each word's characters are added.
    """
    from sklearn.feature_extraction.text import HashingVectorizer

    return HashingVectorizer(
        analyzer=partial(_analyzed, characters=characters), n_features=num_features, binary=True, alternate_sign=False,
        norm=None, dtype=np.float32,
    )  # fmt: skip


def _analyzed(text: str, characters: bool) -> list[str]:
    return _ngrams([word.lower() for word in words_and_marks(text)], characters)


def _ngrams(words: list[str], characters: bool) -> list[str]:
    """The n-grams of a text, those that reach over its ends among them; a tab begins those of characters."""
    marked = ["<s>", *words, "</s>"] if characters and words else words
    found = [*words]
    for n in range(2, MAX_ORDER + 1):
        found += map(" ".join, zip(*(marked[start:] for start in range(n)), strict=False))
    if characters:
        for word in words:
            spaced = f" {word} "
            for n in CHARACTER_ORDERS:
                found += ["\t" + spaced[start : start + n] for start in range(len(spaced) - n + 1)]
    return found


def _covered(words: list[str], characters: bool) -> list[tuple[int, int]]:
    """The words that each of `_ngrams` covers: the first, and the one after the last; a text's ends are none."""
    count, ends = len(words), int(characters and bool(words))
    found = [(place, place + 1) for place in range(count)]
    for n in range(2, MAX_ORDER + 1):
        starts = range(count + 2 * ends - n + 1)
        found += [(max(0, start - ends), min(count, start + n - ends)) for start in starts]
    if characters:
        for place, word in enumerate(words):
            found += [(place, place + 1)] * sum(max(0, len(word) + 3 - n) for n in CHARACTER_ORDERS)
    return found


def _machine(features: Any, positive: NDArray[np.bool_], beta: float, seed: int) -> tuple[NDArray[np.float64], float]:
    """Weights (F,) and bias of the machine that tells the positive texts from the others."""
    from sklearn.svm import LinearSVC

    ratios = _log_count_ratios(features, positive)
    weighted = features.copy()
    weighted.data = ratios[features.indices].astype(np.float32)
    with unconverged_allowed():
        # Any cost from 0.03 to 1 gave about the same accuracy on held-out training texts of IMDb and SST-2.
        svm = LinearSVC(C=0.1, dual=True, max_iter=200, random_state=seed).fit(weighted, positive)
    weights = svm.coef_[0]
    bayes = (1 - beta) * np.abs(weights).mean()
    # The two biases are interpolated with the weights: without that the machine's would weigh 1 / beta too much.
    bias = bayes * math.log(positive.sum() / (~positive).sum()) + beta * svm.intercept_[0]
    return ratios * (bayes + beta * weights), float(bias)


def _log_count_ratios(features: Any, positive: NDArray[np.bool_]) -> NDArray[np.float64]:
    """r of Wang and Manning 2012, section 2.1, with smoothing 1; shape (F,)."""
    inside, outside = (1.0 + np.asarray(features[side].sum(axis=0)).ravel() for side in (positive, ~positive))
    ratios: NDArray[np.float64] = np.log(inside / inside.sum()) - np.log(outside / outside.sum())
    return ratios


@contextmanager
def unconverged_allowed() -> Iterator[None]:
    """A bound on the time matters more than the last digit of the weights: say nothing where it was reached."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield
