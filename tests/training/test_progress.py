"""Progress is shown where somebody looks on, and only there; one line says all, and fits a narrow terminal."""

from __future__ import annotations

import io
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from nlpseq.config import TrainSettings
from nlpseq.training.progress import Progress, fitted, in_time

EMPTY = f"\r{' ' * 79}\r"


class Notebook(io.StringIO):
    """As ipykernel's stream, which says that it is no terminal; `shown` is what has been flushed."""

    shown = ""

    def flush(self) -> None:
        self.shown = self.getvalue()

    @property
    def line(self) -> str:
        """The latest line, with the blanks that wipe out the one before."""
        return self.shown.split("\r")[-1]


class Terminal(Notebook):
    def isatty(self) -> bool:
        return True


Notebook.__module__ = "ipykernel.iostream"


class Batches:
    def __init__(self, total: int, drawn: int) -> None:
        self.total, self.drawn = total, drawn

    def __len__(self) -> int:
        return self.total


class Training:
    """A state of a training of 5,000 batches, two a step; and a clock that stands still."""

    def __init__(self, step: int, *, spent_seconds: float = 30.0) -> None:
        self.rows: list[dict[str, float]] = []
        self.clock = SimpleNamespace(seconds=lambda: spent_seconds)
        self.batches = Batches(5000, 0)
        self.now = 0.0
        self.tokens = 0
        self.to(step)

    def to(self, step: int, *, tokens: int = 0, now: float = 0.0) -> None:
        self.step, self.batches.drawn, self.tokens, self.now = step, 2 * step, tokens, now

    def epochs(self, most: int) -> float:
        return most * self.batches.drawn / len(self.batches)

    def progress(self, **settings: Any) -> Progress:
        state: Any = self
        return Progress(state, TrainSettings(**settings), now=lambda: self.now)


def looked_at(monkeypatch: pytest.MonkeyPatch) -> Notebook:
    """What stands for the standard error. No fixture: pytest sets its own before each test."""
    stream = Notebook()
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


@pytest.mark.parametrize(
    ("stream", "shown", "erased"),
    [(Terminal(), True, "\x1b[2K\r"), (Notebook(), True, EMPTY), (io.StringIO(), False, "")],
)
def test_a_line_in_terminals_and_notebooks(
    stream: Any, shown: bool, erased: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    with Training(3).progress() as progress:
        progress.step(1.25)
        text = stream.shown if shown else stream.getvalue()
        assert ("  epoch 0.0/20" in text) == ("loss 1.250" in text) == shown
    assert stream.getvalue() == text + erased and (not shown or stream.shown == stream.getvalue())


def test_it_says_all_within_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = looked_at(monkeypatch)
    training = Training(500)
    progress = training.progress(max_epochs=10, monitor="bleu")
    training.to(1000, tokens=3_000_000, now=300.0)
    training.rows = [{"val_bleu": score} for score in (29.0, 30.0, 28.0, 31.25)]
    progress.step(2.0)
    # 1,000 batches in 300 seconds: the other 3,000 take 15 minutes.
    line = "step 1,000  epoch 4.0/10  15 min left  loss 2.000  bleu 31.25  10.0k tokens/s"
    assert notebook.line == line.ljust(79)


def test_a_narrow_terminal_has_what_fits_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = looked_at(monkeypatch)
    line = "step 1  epoch 0.0/20  83 min left  loss 2.000"
    for columns, expected in ((len(line) + 1, line), (len(line), "step 1  epoch 0.0/20  83 min left")):
        monkeypatch.setenv("COLUMNS", str(columns))
        training = Training(0)
        progress = training.progress()
        training.to(1, now=2.0)
        progress.step(2.0)
        assert notebook.line == expected.ljust(79)


def test_it_is_renewed_ten_times_a_second_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = looked_at(monkeypatch)
    training = Training(0)
    progress = training.progress()
    drawn = []
    for now in (0.0, 0.0625, 0.1, 0.1625, 0.25):
        training.now = now
        progress.step(1.0)
        drawn.append(notebook.getvalue().count("\r"))
    assert drawn == [1, 1, 2, 2, 3]


def test_the_speed_of_less_than_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = looked_at(monkeypatch)
    training = Training(0)
    training.now = 8.0
    progress = training.progress()
    training.to(1, tokens=1000, now=8.5)
    progress.step(2.0)
    assert "2.0k tokens/s" in notebook.line


@pytest.mark.parametrize(("spent_seconds", "left"), [(90.0, "  30 s left"), (150.0, "  0 s left")])
def test_a_time_budget_ends_it_earlier(spent_seconds: float, left: str, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = looked_at(monkeypatch)
    training = Training(0, spent_seconds=spent_seconds)
    progress = training.progress(max_minutes=2.0)
    training.to(1, now=100.0)
    progress.step(2.0)
    assert left in notebook.line


@pytest.mark.parametrize(
    ("stream", "no_color", "term", "bold"),
    [
        (Terminal(), "", "xterm", True),
        (Terminal(), "1", "xterm", False),
        (Terminal(), "", "dumb", False),
        (Notebook(), "", "xterm", False),
    ],
)
def test_colours_are_for_those_who_want_them(
    stream: Notebook, no_color: str, term: str, bold: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setenv("TERM", term)
    Training(3).progress().step(1.25)
    assert stream.line.startswith("\x1b[1mstep 3\x1b[0m  epoch" if bold else "step 3  epoch")


def test_a_closed_stream_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with Training(0).progress() as progress:
        progress.step(1.25)


def test_the_first_batch_says_how_long_all_will_take(monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = looked_at(monkeypatch)
    training = Training(0)
    progress = training.progress()
    training.batches.drawn, training.now = 1, 300.0
    progress.step(2.0)
    assert "416.6 h left" in notebook.line  # 4,999 batches of 300 seconds


def test_the_loss_is_smoothed_and_a_line_that_is_not_there_is_not_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = looked_at(monkeypatch)
    training = Training(1)
    progress = training.progress()
    progress.clear()
    assert notebook.getvalue() == ""
    progress.step(1.0)
    training.now = 1.0
    progress.step(2.0)
    assert "loss 1.050" in notebook.line
    progress.clear()
    progress.clear()
    assert notebook.shown.count(EMPTY) == 1


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(89.9, "90 s left"), (90, "2 min left"), (5399, "90 min left"), (5400, "1.5 h left"), (9000, "2.5 h left")],
)
def test_what_is_left_is_in_the_unit_that_suits_it(seconds: float, text: str) -> None:
    assert in_time(seconds) == text


def test_parts_are_shown_whole_but_the_first() -> None:
    parts = ["step 7/9", "epoch 0.8/1", "loss 2.300"]
    assert fitted(parts, 33) == "step 7/9  epoch 0.8/1  loss 2.300"
    assert fitted(parts, 32) == fitted(parts, 21) == "step 7/9  epoch 0.8/1"
    assert fitted(parts, 20) == "step 7/9" and fitted(parts, 4) == "step"
