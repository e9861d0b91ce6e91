"""Fixtures that the tests of several tasks share."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nlpseq.config import (
    SummarizerSettings,
    SummarizeSettings,
    SummarizeTrainSettings,
    SummaryDataSettings,
    SummaryDecodeSettings,
)

OPENINGS = ["Last week", "In the end", "On Monday", "As expected"]
DEEDS = {"won the cup": "WINS", "lost it all": "LOSES"}


@pytest.fixture(scope="session")
def notice_corpus(tmp_path_factory: pytest.TempPathFactory, own_cache: Path) -> Path:
    """A folder of 208 notices and their headlines in capitals: 160 to train on, 24 to validate and 24 to test."""
    return write_notice_corpus(tmp_path_factory.mktemp("notices"))


def write_notice_corpus(folder: Path) -> Path:
    """Write jsonl splits; a headline is the name in the notice, to be copied, and a word for what was done."""
    random = np.random.default_rng(0)
    for split, size in (("train", 160), ("validation", 24), ("test", 24)):
        lines = []
        for number in range(size):
            name = "".join(random.choice(list("abdeiklmnorstu"), random.integers(3, 6), replace=False)).capitalize()
            deed = list(DEEDS)[number % 2]
            document = f"{OPENINGS[number % 4]} [{name}] {deed}."
            lines.append(json.dumps({"document": document, "summary": f"{name.upper()} {DEEDS[deed]}"}) + "\n")
        (folder / f"{split}.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def notice_settings(notice_corpus: Path) -> SummarizeSettings:
    """Settings that train on the notices in about a second: 7 steps an epoch."""
    return SummarizeSettings(
        data=SummaryDataSettings(path=str(notice_corpus)),
        model=SummarizerSettings(
            embedding_dim=16, hidden_size=32, encoder_layers=1, dropout=0.0, word_dropout=0.1, reduction=2
        ),
        train=SummarizeTrainSettings(
            max_epochs=2, batch_tokens=800, lr=1e-2, warmup_steps=5, ema_decay=0.9, precision="fp32", device="cpu"
        ),
        decode=SummaryDecodeSettings(beam_size=2),
    )


@pytest.fixture(scope="session")
def notice_run(notice_settings: SummarizeSettings, tmp_path_factory: pytest.TempPathFactory) -> SummarizeSettings:
    """The settings of a finished run that has learnt the notices; only to be read."""
    from nlpseq.tasks import summarize

    settings = replace(
        notice_settings,
        run_dir=str(tmp_path_factory.mktemp("runs") / "notices"),
        train=replace(notice_settings.train, max_epochs=16, eval_every_steps=56),
    )
    summarize.run(settings)
    return settings
