"""Texts with any number of labels each, whatever runs the network: which of them are probable enough."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, overload

import numpy as np

from nlpseq.answers.scorer import Scorer
from nlpseq.errors import UserError, shown_value
from nlpseq.models.attribution import Explanation
from nlpseq.runs.saved_model import check_number
from nlpseq.text.texts import Texts, as_texts


@dataclass(frozen=True)
class LabelSet:
    """The labels of a text, those of the highest probability first, and the probabilities of all labels.

    `explanations`, if asked for, says of each of the `labels` how much each token spoke for it: see `Explanation`.

    >>> LabelSet(["weather"], {"sport": 0.1, "weather": 0.9}).labels
    ['weather']
    """

    labels: list[str]
    probabilities: dict[str, float]
    explanations: dict[str, Explanation] | None = None


class Labellings(Scorer, Protocol):
    """What gives texts their labels: a threshold for each label, what calibrates, and a network behind `logits_of`."""

    thresholds: tuple[float, ...]
    temperature: float

    @overload
    def predict(self, texts: str, *, explain: bool = False) -> LabelSet: ...  # type: ignore[overload-overlap]
    @overload
    def predict(self, texts: Iterable[str], *, explain: bool = False) -> list[LabelSet]: ...
    def predict(self, texts: Texts, *, explain: bool = False) -> LabelSet | list[LabelSet]:
        """The labels of each text; with `explain` what its tokens had to do with each of them.

        Raises:
            TextTypeError: an item that is no string.
        """
        one = isinstance(texts, str)
        texts = as_texts(texts)
        found = [self._labels_of(shares) for shares in self.probabilities(texts)]
        if explain:
            pairs = [(text, label) for text, each in zip(texts, found, strict=True) for label in each.labels]
            explained = iter(self.explain([text for text, _ in pairs], [label for _, label in pairs]))
            found = [replace(each, explanations={label: next(explained) for label in each.labels}) for each in found]
        return found[0] if one else found

    def explain(self, texts: Sequence[str], labels: Sequence[str]) -> list[Explanation]:
        """Why each of the texts has the label beside it, or has it not: what each of its tokens had to do with that.

        Raises:
            UserError: a label that the model does not know, or an export, which has no gradients.
        """
        if unknown := [label for label in labels if label not in self.labels]:
            raise UserError(
                f"there is no label {shown_value(unknown[0])}; the labels are {', '.join(self.labels[:20])}"
            )
        return list(self._explain(texts, [self.labels.index(label) for label in labels]))

    def probabilities(self, texts: Texts) -> np.ndarray:
        """Calibrated probabilities (N, C) of the labels, each by itself; of one string one row."""
        return self.calibrated(self.logits(texts))

    def calibrated(self, logits: np.ndarray) -> np.ndarray:
        """Probabilities (N, C) from the `logits` that the network gave."""
        shares: np.ndarray = 1 / (1 + np.exp(-logits.astype(np.float64) / self.temperature))
        return shares

    def columns(self, texts: Texts, *, everything: bool = False) -> dict[str, list[Any]]:
        """The labels of each text, a list, as a column of a table; with `everything` all probabilities too."""
        sets = self.predict(as_texts(texts))
        found: dict[str, list[Any]] = {"labels": [each.labels for each in sets]}
        if everything:
            found |= {f"probability_{name}": [each.probabilities[name] for each in sets] for name in self.labels}
        return found

    def _labels_of(self, shares: np.ndarray) -> LabelSet:
        given = [place for place in np.argsort(-shares, kind="stable") if shares[place] >= self.thresholds[place]]
        return LabelSet(
            [self.labels[place] for place in given], dict(zip(self.labels, shares.round(6).tolist(), strict=True))
        )


def checked_thresholds(value: Any, labels: Sequence[str]) -> tuple[float, ...]:
    """Those in a `config.json`, one for each label; ValueError or TypeError where they are not."""
    thresholds = tuple(check_number("a threshold", each) for each in value)
    if len(thresholds) != len(labels):
        raise ValueError(f"{len(thresholds)} thresholds for {len(labels)} labels")
    return thresholds
