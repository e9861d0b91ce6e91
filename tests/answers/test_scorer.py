"""Texts are read as a config says, and scored some at a time in their own order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from nlpseq.answers import scorer
from nlpseq.answers.scorer import Reading, Scorer
from nlpseq.config import ClassifierSettings
from nlpseq.config.choices import Truncate
from nlpseq.text import TextPipeline, build_pipeline

CONFIG = {"labels": ["bad", "good"], "max_length": 3, "truncate": "head"}


@dataclass(frozen=True, repr=False)
class Counting(Scorer):
    """Scores the length of a text, and how many of its tokens are unknown."""

    text: TextPipeline
    labels: tuple[str, ...]
    max_length: int
    keep: Truncate
    settings: ClassifierSettings = ClassifierSettings()
    folder: Path | None = None

    def logits_of(self, rows: Sequence[Sequence[int]]) -> np.ndarray:
        unknown = [sum(token == self.text.unk_id for token in row) for row in rows]
        return np.array([*zip(map(len, rows), unknown, strict=True)], dtype=np.float32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    build_pipeline(["a fine day"], kind="basic_english", vocab_size=9).save(tmp_path, "text")
    return tmp_path


def test_texts_are_cut_scored_in_pools_and_stay_in_their_order(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counting = Counting(*Reading.of(folder, CONFIG))
    monkeypatch.setattr(scorer, "POOL_TEXTS", 2)
    texts = ["a day", "a fine fine day", "", "dull", "fine"]
    assert counting.logits(texts).tolist() == [[2, 0], [3, 0], [1, 1], [1, 1], [1, 0]]
    assert counting.logits("a dull day").tolist() == [[3, 1]]
    assert counting.logits([]).shape == (0, 2)
    assert repr(counting) == "Counting(2 labels: bad, good; lstm, 7 tokens)"


@pytest.mark.parametrize("wrong", [{"truncate": "middle"}, {"max_length": 0}, {"labels": ["same", "same"]}])
def test_a_config_that_is_wrong(folder: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Reading.of(folder, CONFIG | wrong)
