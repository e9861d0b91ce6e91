"""What simple methods score beside a translator, worked out by hand."""

from __future__ import annotations

import pytest
from datasets import Dataset

from nlpseq.tasks.translate.baselines import baselines


def test_baselines_by_hand() -> None:
    train = Dataset.from_dict({"src": ["the dog runs", "a cat"], "tgt": ["der Hund läuft schnell", "eine Katze"]})
    found = baselines(["the dog", "the cat sleeps"], ["der Hund läuft schnell", "nein"], train, tokenize="13a")
    copied, nearest = found
    assert copied["name"] == "source, copied" and copied["bleu"] == 0.0
    assert nearest["name"] == "nearest training pair" and 0 < nearest["chrf2"] < 100
    same = baselines(["a dog that runs"], ["der Hund läuft schnell"], train, tokenize="13a")[1]
    assert same["bleu"] == pytest.approx(100) and same["chrf2"] == pytest.approx(100)


def test_no_words_to_be_near_to() -> None:
    train = Dataset.from_dict({"src": ["!", "?"], "tgt": ["!", "?"]})
    assert [base["name"] for base in baselines(["a"], ["b"], train, tokenize="13a")] == ["source, copied"]
