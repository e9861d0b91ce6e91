"""Texts with any number of labels each, whatever runs the network: which of them are probable enough."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, overload

import numpy as np

from nlpseq.answers.scorer import Scorer
from nlpseq.runs.saved_model import check_number
from nlpseq.text.texts import Texts, as_texts


@dataclass(frozen=True)
class LabelSet:
    """The labels of a text, those of the highest probability first, and the probabilities of all labels.

    >>> LabelSet(["weather"], {"sport": 0.1, "weather": 0.9}).labels
    ['weather']
    """

    labels: list[str]
    probabilities: dict[str, float]


class Labellings(Scorer, Protocol):
    """What gives texts their labels: a threshold for each label, and a network behind `logits_of`."""

    thresholds: tuple[float, ...]

    @overload
    def predict(self, texts: str) -> LabelSet: ...  # type: ignore[overload-overlap]
    @overload
    def predict(self, texts: Iterable[str]) -> list[LabelSet]: ...
    def predict(self, texts: Texts) -> LabelSet | list[LabelSet]:
        """The labels of each text.

        Raises:
            TextTypeError: an item that is no string.
        """
        found = []
        for shares in self.probabilities(texts):
            given = [place for place in np.argsort(-shares, kind="stable") if shares[place] >= self.thresholds[place]]
            each = dict(zip(self.labels, shares.round(6).tolist(), strict=True))
            found.append(LabelSet([self.labels[place] for place in given], each))
        return found[0] if isinstance(texts, str) else found

    def probabilities(self, texts: Texts) -> np.ndarray:
        """Probabilities (N, C) of the labels, each by itself; of one string one row."""
        logits = self.logits(texts).astype(np.float64)
        shares: np.ndarray = 1 / (1 + np.exp(-logits))
        return shares

    def columns(self, texts: Texts, *, everything: bool = False) -> dict[str, list[Any]]:
        """The labels of each text, a list, as a column of a table; with `everything` all probabilities too."""
        sets = self.predict(as_texts(texts))
        found: dict[str, list[Any]] = {"labels": [each.labels for each in sets]}
        if everything:
            found |= {f"probability_{name}": [each.probabilities[name] for each in sets] for name in self.labels}
        return found


def checked_thresholds(value: Any, labels: Sequence[str]) -> tuple[float, ...]:
    """Those in a `config.json`, one for each label; ValueError or TypeError where they are not."""
    thresholds = tuple(check_number("a threshold", each) for each in value)
    if len(thresholds) != len(labels):
        raise ValueError(f"{len(thresholds)} thresholds for {len(labels)} labels")
    return thresholds
