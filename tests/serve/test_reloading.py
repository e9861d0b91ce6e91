"""New runs take the place of old ones; what cannot be loaded leaves them there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from nlpseq.config import ClassifierSettings
from nlpseq.errors import UserError
from nlpseq.serve import reloading as module
from nlpseq.serve.batches import Batches
from nlpseq.serve.reloading import Reloading
from nlpseq.serve.served import ServedRun
from nlpseq.tasks import task_named
from nlpseq.tasks.classify.classifier import Classifier
from nlpseq.tasks.export import write_export
from nlpseq.text import build_pipeline

START_SECONDS = 120


def run_of(word: str) -> ServedRun:
    worker = Batches(word, lambda texts, _: [word] * len(texts))
    return ServedRun(word, "classify", word, [], {}, None, worker)


def test_what_waits_is_answered_by_the_old_and_what_comes_by_the_new(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LINGER_SECONDS", 0.05)
    runs = [run_of("old")]
    old = runs[0].worker
    assert isinstance(old, Batches)
    waiting = old.submit(["a"], None)
    Reloading(runs, lambda: [run_of("new")], seconds=5).begin().join()
    new = runs[0].worker
    assert isinstance(new, Batches)
    assert waiting.future.result() == ["old"] and new.submit(["a"], None).future.result() == ["new"]
    assert not old.alive() and new.close()


@pytest.mark.parametrize("error", [UserError("runs/x: no such run folder"), RuntimeError("ours")])
def test_what_cannot_be_loaded_changes_nothing(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    runs = [run_of("old")]

    def load() -> list[ServedRun]:
        raise error

    Reloading(runs, load, seconds=5).begin().join()
    assert runs[0].name == "old" and runs[0].worker.alive() and "go on" in caplog.text
    assert replace(runs[0]).worker.close()


@pytest.mark.skipif(sys.platform != "linux", reason="several processes are served there alone")
def test_a_server_of_two_processes_takes_new_weights_and_drops_nothing(tmp_path: Path) -> None:
    words = build_pipeline(["a text"], kind="basic_english", vocab_size=9)
    sizes = ClassifierSettings(embedding_dim=4, hidden_size=3)
    for name in ("old", "new"):  # as exports, which are loaded soon
        labels = [f"{name} 1", f"{name} 2"]
        model = Classifier.untrained(words, sizes, labels=labels, max_length=9, keep="head")
        (tmp_path / name).mkdir()
        write_export(task_named("classify"), model, tmp_path / name)
    (tmp_path / "old").rename(tmp_path / "run")
    command = [sys.executable, "-m", "nlpseq", "serve", str(tmp_path / "run"), "--port", "0", "--workers", "2"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NLPSEQ_")}
    statuses: Counter[int] = Counter()
    latest: list[str] = []
    over = threading.Event()

    def ask(address: str) -> None:
        while not over.is_set():
            with httpx.Client(base_url=address, timeout=START_SECONDS, trust_env=False) as site:
                for _ in range(5):  # of one process; the next connection may be of the other
                    answer = site.post("/api/classify", json={"texts": ["a text"]})
                    statuses[answer.status_code] += 1
                    latest.append(answer.json()["results"][0]["label"][:3])

    with (
        open(tmp_path / "errors.txt", "w") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment) as server,
    ):
        try:
            assert server.stdout is not None
            address = server.stdout.readline().split()[2]
            clients = [threading.Thread(target=ask, args=(address,)) for _ in range(2)]
            for client in clients:
                client.start()
            _wait(lambda: len(latest) > 20)
            (tmp_path / "run").rename(tmp_path / "older")
            (tmp_path / "new").rename(tmp_path / "run")
            server.send_signal(signal.SIGHUP)
            _wait(lambda: set(latest[-60:]) == {"new"})
            over.set()
            for client in clients:
                client.join()
        finally:
            over.set()
            server.send_signal(signal.SIGTERM)
        assert server.wait(START_SECONDS) == 0, (tmp_path / "errors.txt").read_text()
    assert set(statuses) == {200} and latest[0] == "old"


def _wait(done) -> None:
    end = time.monotonic() + START_SECONDS
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)
