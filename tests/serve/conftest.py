"""Fixtures of the server's tests: runs of all tasks, and a real server on a free port."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np
import pytest
import torch
import uvicorn
from fastapi import FastAPI

from nlpseq.config import (
    ClassifierSettings,
    ClassifySettings,
    GenerateSettings,
    SummarizerSettings,
    TagSettings,
    TranslateSettings,
)
from nlpseq.serve.app import build_app
from nlpseq.serve.listen import address, bound_socket
from nlpseq.serve.runs import load_runs
from nlpseq.serve.served import ServedRun
from nlpseq.tasks.classify.classifier import Classifier
from nlpseq.tasks.generate.char_rnn import CharRNN
from nlpseq.tasks.multilabel.labeller import MultiLabelClassifier
from nlpseq.tasks.summarize.summarizer import Summarizer
from nlpseq.tasks.translate.translator import Translator
from nlpseq.text import build_pipeline
from nlpseq.text.alphabet import Alphabet
from nlpseq.text.copy_alphabet import CopyAlphabet

TIMEOUT_SECONDS = 300.0


@pytest.fixture(scope="session")
def headline_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved summariser that has learnt nothing: what it writes is its own, but it is the same each time."""
    torch.manual_seed(3)
    letters = Alphabet.of_counts(np.bincount([ord(letter) for letter in "the old king waits by the sea"]))
    settings = SummarizerSettings(embedding_dim=6, hidden_size=8, encoder_layers=1)
    folder = tmp_path_factory.mktemp("runs") / "headlines"
    Summarizer.untrained(CopyAlphabet(letters, "same", 80), settings, max_length=9).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def label_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved model of three labels that has learnt nothing, and gives each text those above a low threshold."""
    torch.manual_seed(3)
    words = build_pipeline(["cold rain", "warm soup and a song"], kind="basic_english", vocab_size=20)
    settings = ClassifierSettings(embedding_dim=6, hidden_size=8)
    names = ["food", "music", "weather"]
    labeller = MultiLabelClassifier.untrained(words, settings, labels=names, max_length=50, keep="both")
    folder = tmp_path_factory.mktemp("runs") / "labels"
    labeller.with_thresholds([0.0, 1.0, 0.4]).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def folders(
    tiny_run: TranslateSettings,
    review_run: ClassifySettings,
    headline_run: Path,
    story_run: GenerateSettings,
    name_run: TagSettings,
    label_run: Path,
) -> list[Path]:
    """A run of each task."""
    finished = (tiny_run, review_run, story_run, name_run)
    tiny, reviews, story, names = (Path(settings.run_dir) for settings in finished)
    return [tiny, reviews, headline_run, story, names, label_run]


@pytest.fixture(scope="session")
def runs(folders: list[Path]) -> Iterator[list[ServedRun]]:
    """A run of each task, its thread at work."""
    found = load_runs(folders)
    yield found
    for run in found:
        run.worker.close()


@pytest.fixture(scope="session")
def app(runs: list[ServedRun]) -> FastAPI:
    """The application, without a token."""
    return build_app(runs)


@pytest.fixture(scope="session")
def site(app: FastAPI) -> Iterator[httpx.Client]:
    """A client of the application."""
    with served(app) as client:
        yield client


@contextmanager
def served(app: FastAPI) -> Iterator[httpx.Client]:
    """A client of an application that is served on a free port meanwhile."""
    with bound_socket("127.0.0.1", 0) as found:
        found.listen()
        config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False, ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [found]})
        thread.start()
        try:
            with httpx.Client(base_url=address(found), timeout=TIMEOUT_SECONDS, trust_env=False) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="session")
def serve_app():
    """`served`, for applications with other settings."""
    return served


@pytest.fixture(scope="session")
def translator(tiny_run: TranslateSettings) -> Translator:
    """The library's own."""
    return Translator.from_pretrained(tiny_run.run_dir)


@pytest.fixture(scope="session")
def classifier(review_run: ClassifySettings) -> Classifier:
    """The library's own."""
    return Classifier.from_pretrained(review_run.run_dir)


@pytest.fixture(scope="session")
def labeller(label_run: Path) -> MultiLabelClassifier:
    """The library's own."""
    return MultiLabelClassifier.from_pretrained(label_run)


@pytest.fixture(scope="session")
def summarizer(headline_run: Path) -> Summarizer:
    """The library's own."""
    return Summarizer.from_pretrained(headline_run)


@pytest.fixture(scope="session")
def writer(story_run: GenerateSettings) -> CharRNN:
    """The library's own."""
    return CharRNN.from_pretrained(story_run.run_dir)
