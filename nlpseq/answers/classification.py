"""Texts and the label of each, whatever runs the network: what is read, how scores become probabilities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, overload

import numpy as np
from numpy.typing import NDArray

from nlpseq.answers.scorer import Scorer
from nlpseq.models.attribution import LEAST_GAP
from nlpseq.text.texts import Texts, as_texts

if TYPE_CHECKING:
    from nlpseq.models.nb_svm import NbSvm


class Explanation(NamedTuple):
    """The tokens of a text with their `spans` in it and their `weights` (S,).

    `baseline` and all weights and the `residue` add up to the log-odds of the chosen label.
    """

    tokens: list[str]
    spans: list[tuple[int, int]]
    weights: NDArray[np.float64]
    baseline: float
    residue: float


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
    token_weights: list[tuple[str, float]] | None = None
    token_spans: list[tuple[int, int]] | None = None
    baseline: float | None = None
    residue: float | None = None
    unknown: float = 0.0

    def __repr__(self) -> str:
        weights = "" if self.token_weights is None else f", {len(self.token_weights)} token weights"
        return f"Prediction(label={self.label!r}, probability={self.probability:.4g}{weights})"

    @property
    def notable_residue(self) -> float | None:
        """The residue where it is more than 2% of what the weights had to explain, else None."""
        if self.residue is None or self.token_weights is None:
            return None
        explained = sum(weight for _, weight in self.token_weights)
        notable = abs(self.residue) > max(0.02 * abs(explained + self.residue), LEAST_GAP)
        return self.residue if notable else None


class Classifications(Scorer, Protocol):
    """What labels texts: a text pipeline, what calibrates the scores, and a network behind `logits_of`."""

    temperature: float
    ngrams: NbSvm | None
    ngram_weight: float

    def _explain(self, texts: list[str], chosen: Sequence[int]) -> Sequence[Explanation]:
        """Why each text has the label that was chosen for it."""
        ...

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
        logits, unknown = self._scores(texts)
        shares = self._calibrated(texts, logits)
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
        texts = as_texts(texts)
        return self._calibrated(texts, self.logits(texts))

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
        return self._calibrated(as_texts(texts), logits)

    def _calibrated(self, texts: list[str], logits: np.ndarray) -> np.ndarray:
        scores = logits.astype(np.float64) / self.temperature
        if self.ngrams is not None and len(texts):
            scores = scores + self.ngram_weight * self.ngrams.scores(texts)
        powers = np.exp(scores - scores.max(axis=1, keepdims=True, initial=-np.inf))
        shares: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
        return shares

    def _prediction(self, shares: np.ndarray, best: int, unknown: float, found: Explanation | None) -> Prediction:
        given = Prediction(
            self.labels[best], float(shares[best]), dict(zip(self.labels, shares.tolist(), strict=True)),
            unknown=unknown,
        )  # fmt: skip
        if found is None:
            return given
        weights = list(zip(found.tokens, found.weights.tolist(), strict=True))
        return replace(
            given, token_weights=weights, token_spans=found.spans, baseline=found.baseline, residue=found.residue
        )
