"""New runs take the place of old ones; what cannot be loaded leaves them there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nlpseq.errors import UserError
from nlpseq.serve import reloading as module
from nlpseq.serve.batches import Batches
from nlpseq.serve.reloading import Reloading
from nlpseq.serve.served import ServedRun


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
