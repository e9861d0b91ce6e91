"""Progress is shown where somebody looks on, and only there."""

from __future__ import annotations

import io
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from nlpseq.training.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Notebook(io.StringIO):
    """As ipykernel's stream, which says that it is no terminal."""


Notebook.__module__ = "ipykernel.iostream"


@pytest.mark.parametrize(("stream", "shown"), [(Terminal(), True), (Notebook(), True), (io.StringIO(), False)])
def test_a_bar_in_terminals_and_notebooks(stream: io.StringIO, shown: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    state: Any = SimpleNamespace(step=3)
    with Progress(state, total_steps=5) as progress:
        progress.step(1.25)
        progress.clear()
    assert ("training" in stream.getvalue()) == shown
    assert ("3/5" in stream.getvalue()) == shown


def test_a_closed_stream_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    state: Any = SimpleNamespace(step=0)
    with Progress(state, total_steps=5) as progress:
        progress.step(1.25)
