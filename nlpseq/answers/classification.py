"""Texts and the label of each, whatever runs the network: what is read, how scores become probabilities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, overload

import numpy as np

from nlpseq.answers.scorer import Scorer
from nlpseq.models.attribution import Explanation
from nlpseq.text.texts import Texts, as_texts

if TYPE_CHECKING:
    from nlpseq.models.nb_svm import NbSvm

# From so many texts on a thread for their n-grams pays.
MANY_TEXTS = 16


@dataclass(frozen=True, repr=False)
class Prediction:
    """The likeliest `label` with its `probability`, the `probabilities` of all labels and, if asked for, the weights.

    `token_weights` are (token, weight) of each token that was read: how much it spoke for the label (above 0) or
    against it, by integrated gradients (Sundararajan et al. 2017), in nats. `token_spans` are its (first character,
    end) in the text. `baseline` is what a text of as many unknown words would get, or of empty words (zero vectors)
    where the model was trained without `word_dropout`. All weights, `baseline` and `residue` add up to the log-odds
    of the label, ln(p / (1 - p)) of its probability p; the residue is what the weights could not explain, nearly
    always below 1% of the difference that they had to.

    `unknown` is the share of the text's tokens that the vocabulary does not hold, 1.0 for a text without any token.

    >>> Prediction("good", 0.75, {"bad": 0.25, "good": 0.75})
    Prediction(label='good', probability=0.75)
    """

    label: str
    probability: float
    probabilities: dict[str, float]
    explanation: Explanation | None = None
    unknown: float = 0.0

    def __repr__(self) -> str:
        weights = "" if self.token_weights is None else f", {len(self.token_weights)} token weights"
        return f"Prediction(label={self.label!r}, probability={self.probability:.4g}{weights})"

    @property
    def token_weights(self) -> list[tuple[str, float]] | None:
        """Each token with its weight; None where they were not asked for, as with what follows."""
        return self.explanation and self.explanation.token_weights

    @property
    def token_spans(self) -> list[tuple[int, int]] | None:
        """Where each token stands in the text."""
        return self.explanation and self.explanation.spans

    @property
    def baseline(self) -> float | None:
        """What a text of unknown words would get."""
        return self.explanation and self.explanation.baseline

    @property
    def residue(self) -> float | None:
        """What the weights could not explain."""
        return self.explanation and self.explanation.residue

    @property
    def notable_residue(self) -> float | None:
        """The residue where it is more than 2% of what the weights had to explain, else None."""
        return self.explanation and self.explanation.notable_residue


class Classifications(Scorer, Protocol):
    """What labels texts: a text pipeline, what calibrates the scores, and a network behind `logits_of`."""

    temperature: float
    ngrams: NbSvm | None
    ngram_weight: float

    @overload
    def predict(self, texts: str, *, explain: bool = False) -> Prediction: ...  # type: ignore[overload-overlap]
    @overload
    def predict(self, texts: Iterable[str], *, explain: bool = False) -> list[Prediction]: ...
    def predict(self, texts: Texts, *, explain: bool = False) -> Prediction | list[Prediction]:
        """The label of each text; with `explain` the weights of its tokens too.

        A text without any token, such as an empty one, is read as one unknown word.

        Raises:
            TextTypeError: an item that is no string.
        """
        one = isinstance(texts, str)
        texts = as_texts(texts)
        shares, unknown = self._shares(texts)
        chosen = shares.argmax(axis=1).tolist()
        explained: Sequence[Explanation | None] = [None] * len(texts)
        if explain:
            explained = self._explain(texts, chosen)
        predictions = [
            self._prediction(row, best, share, found)
            for row, best, share, found in zip(shares, chosen, unknown.tolist(), explained, strict=True)
        ]
        return predictions[0] if one else predictions

    def probabilities(self, texts: Texts) -> np.ndarray:
        """Calibrated probabilities (N, C) of the labels, each row summing to 1; of one string one row.

        Raises:
            TextTypeError: an item that is no string.
        """
        return self._shares(as_texts(texts))[0]

    def columns(self, texts: Texts, *, everything: bool = False) -> dict[str, list[Any]]:
        """The label of each text and its probability as columns of a table; with `everything` all probabilities too.

        Raises:
            TextTypeError: an item that is no string.
        """
        shares = self.probabilities(texts)
        found: dict[str, list[Any]] = {
            "label": [self.labels[best] for best in shares.argmax(axis=1)],
            "probability": shares.max(axis=1).round(6).tolist(),
        }
        if everything:
            each = zip(self.labels, shares.T.round(6).tolist(), strict=True)
            found |= {f"probability_{label}": column for label, column in each}
        return found

    def calibrated(self, texts: Texts, logits: np.ndarray) -> np.ndarray:
        """Probabilities (N, C) from the `logits` that the network gave the texts, n-grams added."""
        return self._calibrated(logits, self._ngram_scores(as_texts(texts)))

    def _shares(self, texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
        """Probabilities (N, C), and the share (N,) of unknown tokens; the network and n-grams of many texts at once."""
        if self.ngrams is None or len(texts) < MANY_TEXTS:
            logits, unknown = self._scores(texts)
            return self._calibrated(logits, self._ngram_scores(texts)), unknown
        with ThreadPoolExecutor(1) as beside:
            ngram_scores = beside.submit(self._ngram_scores, texts)
            logits, unknown = self._scores(texts)
            return self._calibrated(logits, ngram_scores.result()), unknown

    def _ngram_scores(self, texts: list[str]) -> np.ndarray | float:
        return 0.0 if self.ngrams is None or not texts else self.ngram_weight * self.ngrams.scores(texts)

    def _calibrated(self, logits: np.ndarray, ngram_scores: np.ndarray | float) -> np.ndarray:
        scores = logits.astype(np.float64) / self.temperature + ngram_scores
        powers = np.exp(scores - scores.max(axis=1, keepdims=True, initial=-np.inf))
        shares: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
        return shares

    def _prediction(self, shares: np.ndarray, best: int, unknown: float, found: Explanation | None) -> Prediction:
        each = dict(zip(self.labels, shares.tolist(), strict=True))
        return Prediction(self.labels[best], float(shares[best]), each, found, unknown)
