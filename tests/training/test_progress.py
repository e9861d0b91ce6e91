"""Progress is shown where somebody looks on, and only there; one line says all, and fits a narrow terminal."""

from __future__ import annotations

import io
import sys
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from nlpseq.config import TrainSettings
from nlpseq.training.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Notebook(io.StringIO):
    """As ipykernel's stream, which says that it is no terminal."""


Notebook.__module__ = "ipykernel.iostream"


def state_at(step: int, rows: list[dict[str, float]] | None = None) -> Any:
    state = SimpleNamespace(step=step, tokens=0, rows=rows or [], clock=SimpleNamespace(seconds=lambda: 30.0))
    state.epochs = lambda most: most * state.step / 5000
    return state


def line_of(stream: io.StringIO) -> str:
    return stream.getvalue().split("\r")[-1].rstrip()


@pytest.mark.parametrize(("stream", "shown"), [(Terminal(), True), (Notebook(), True), (io.StringIO(), False)])
def test_a_line_in_terminals_and_notebooks(stream: io.StringIO, shown: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    with Progress(state_at(3), TrainSettings(), total_steps=5) as progress:
        progress.step(1.25)
        progress.clear()
    assert ("  epoch 0.0/20" in stream.getvalue()) == shown
    assert ("loss 1.250" in stream.getvalue()) == shown


def test_it_says_all_within_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Notebook()
    monkeypatch.setattr(sys, "stderr", stream)
    ticks = count(0.0, 100.0)
    state = state_at(1000)
    settings = TrainSettings(max_epochs=10, monitor="bleu")
    progress = Progress(state, settings, total_steps=5000, now=lambda: next(ticks))
    state.step, state.tokens, state.rows = 2000, 3_000_000, [{"val_bleu": 31.25}]
    progress.step(2.0)
    # 1,000 steps in the 300 seconds of three looks at the clock: the other 3,000 take 15 minutes.
    line = line_of(stream)
    assert line == "step 2,000  epoch 4.0/10  15 min left  loss 2.000  bleu 31.25  10.0k tokens/s"
    assert len(line) < 80


def test_a_time_budget_ends_it_earlier(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Notebook()
    monkeypatch.setattr(sys, "stderr", stream)
    ticks = count(0.0, 100.0)
    state = state_at(0)
    progress = Progress(state, TrainSettings(max_minutes=1.0), total_steps=5000, now=lambda: next(ticks))
    state.step = 1
    progress.step(2.0)
    assert "30 s left" in line_of(stream)


@pytest.mark.parametrize(("no_color", "bold"), [("", True), ("1", False)])
def test_colours_are_for_those_who_want_them(no_color: str, bold: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setenv("TERM", "xterm")
    progress = Progress(state_at(3), TrainSettings(), total_steps=5)
    progress.step(1.25)
    assert ("\x1b[1m" in stream.getvalue()) == bold


def test_a_closed_stream_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with Progress(state_at(0), TrainSettings(), total_steps=5) as progress:
        progress.step(1.25)


def test_the_first_step_says_how_long_all_will_take(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Notebook()
    monkeypatch.setattr(sys, "stderr", stream)
    ticks = count(0.0, 100.0)
    state = state_at(0)
    progress = Progress(state, TrainSettings(max_epochs=10), total_steps=5000, now=lambda: next(ticks))
    state.step = 1
    progress.step(2.0)
    assert "416.6 h left" in line_of(stream)  # 4,999 steps of 300 seconds


def test_the_loss_is_smoothed_and_a_line_that_is_not_there_is_not_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Notebook()
    monkeypatch.setattr(sys, "stderr", stream)
    ticks = count(0.0, 100.0)
    progress = Progress(state_at(1), TrainSettings(), total_steps=5, now=lambda: next(ticks))
    progress.clear()
    assert stream.getvalue() == ""
    progress.step(1.0)
    progress.step(2.0)
    assert "loss 1.050" in line_of(stream)
