"""How texts became tokens is said where it may be wrong."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from datasets import Dataset

from nlpseq.data.encoded_texts import EncodedTexts
from nlpseq.text import build_pipeline

MEND = "; lower text.min_freq, or set text.tokenizer to char or subword, as for text without spaces"


@pytest.mark.parametrize(
    ("texts", "min_freq", "level", "said"),
    [
        (["a b c d", "a b c d e"], 1, logging.INFO, "tokens: 4.5 a training text, 0.0% of them unknown"),
        (["a b c d", "a b c d e"], 2, logging.INFO, "tokens: 4.5 a training text, 11.1% of them unknown"),
        (
            ["天气很好", "天气不好", "天气很好"],
            2,
            logging.WARNING,
            f"tokens: 1.0 a training text, 33.3% of them unknown{MEND}",
        ),
        (["one", "two", "one two"], 1, logging.INFO, "tokens: 1.3 a training text, 0.0% of them unknown"),
        (['" :', "; :"], 1, logging.WARNING, f"tokens: 1.0 a training text, 100.0% of them unknown{MEND}"),
    ],
)
def test_unknown_tokens_are_counted(
    texts: list[str], min_freq: int, level: int, said: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    words = build_pipeline(texts, kind="basic_english", vocab_size=99, min_freq=min_freq)
    rows = Dataset.from_dict({"text": texts, "label": ["x"] * len(texts)})
    with caplog.at_level(logging.INFO, logger="nlpseq"):
        EncodedTexts.build(rows, words, ["x"], tmp_path, max_length=9, keep="head")
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [(level, said)]
