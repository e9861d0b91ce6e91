"""What gives a text a score for each of some labels, whatever runs the network: how texts are read and scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, get_args

import numpy as np

from nlpseq.config.choices import Truncate
from nlpseq.config.classify import ClassifierSettings
from nlpseq.counting import counted
from nlpseq.data.truncate import truncated_ids
from nlpseq.errors import UserError
from nlpseq.models.attribution import Explanation
from nlpseq.runs.saved_model import check_count, check_names
from nlpseq.text import TextPipeline
from nlpseq.text.texts import Texts, as_texts

# Texts that are sorted by length together.
POOL_TEXTS = 2000


class Reading(NamedTuple):
    """How texts are read: by which pipeline, how much of a long one, for which labels."""

    text: TextPipeline
    labels: tuple[str, ...]
    max_length: int
    keep: Truncate

    @classmethod
    def of(cls, text_folder: Path, config: Mapping[str, Any]) -> Reading:
        """As a `config.json` says; ValueError or KeyError where it is wrong."""
        if config["truncate"] not in get_args(Truncate):
            raise ValueError(f"truncate is {config['truncate']!r}"[:100])
        labels, longest = check_names("labels", config["labels"]), check_count("max_length", config["max_length"])
        return cls(TextPipeline.load(text_folder, "text"), labels, longest, config["truncate"])


class Scorer(Protocol):
    """A text pipeline, and a network behind `logits_of`."""

    settings: ClassifierSettings
    text: TextPipeline
    labels: tuple[str, ...]
    max_length: int
    keep: Truncate
    folder: Path | None

    def logits_of(self, rows: Sequence[Sequence[int]]) -> np.ndarray:
        """`logits` of texts that are read already."""
        ...

    def _explain(self, texts: Sequence[str], chosen: Sequence[int]) -> Sequence[Explanation]:
        """Why each text has the label whose number was chosen for it, or why not."""
        raise UserError("an export has no gradients to explain a label by; ask the run itself")

    def __repr__(self) -> str:
        named = ", ".join(self.labels[:5]) + ", ..." * (len(self.labels) > 5)
        sizes = f"{self.settings.cell}, {len(self.text.vocab):,} tokens"
        return f"{type(self).__name__}({counted(len(self.labels), 'label')}: {named}; {sizes})"

    def read(self, texts: Texts) -> list[Sequence[int]]:
        """The texts as the network reads them, for `logits_of`: the ids of each, cut where it is too long."""
        return truncated_ids(as_texts(texts), self.text, self.max_length, self.keep)

    def logits(self, texts: Texts) -> np.ndarray:
        """The network's scores (N, C), float32, as they are; of one string one row.

        Raises:
            TextTypeError: an item that is no string.
        """
        return self._scores(as_texts(texts))[0]

    def _scores(self, texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
        """The network's scores (N, C) and the share (N,) of unknown tokens of each text."""
        scores = np.empty((len(texts), len(self.labels)), dtype=np.float32)
        unknown = np.empty(len(texts))
        for first in range(0, len(texts), POOL_TEXTS):
            pool = slice(first, first + POOL_TEXTS)
            rows = self.read(texts[pool])
            scores[pool] = self.logits_of(rows)
            unknown[pool] = [row.count(self.text.unk_id) / len(row) for row in rows]
        return scores, unknown
