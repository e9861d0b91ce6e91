"""How far a training is: one line that renews itself, in a terminal or a notebook, on the standard error.

Elsewhere the lines of the log, one a validation, say the same.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable

from nlpseq.config import TrainSettings
from nlpseq.program import speaks
from nlpseq.training.state import TrainState

WIDEST = 79  # columns: the line is no longer than a narrow terminal
RENEWED_SECONDS = 0.1
SMOOTHING = 0.05  # weight of the latest step in the loss that is shown
BOLD, PLAIN = "\x1b[1m", "\x1b[0m"
TO_LINE_START, ERASED = "\r", "\x1b[2K\r"


class Progress:
    """The line of a training, of which `state` is always the latest."""

    def __init__(
        self, state: TrainState, settings: TrainSettings, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._state, self._settings, self._now = state, settings, now
        self._begun, self._drawn = (now(), state.batches.drawn, state.tokens), float("-inf")
        self._loss: float | None = None
        self._shown = watched()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def step(self, loss: float) -> None:
        """One more step, whose loss was `loss`."""
        if not self._shown:
            return
        self._loss = loss if self._loss is None else self._loss + SMOOTHING * (loss - self._loss)
        if self._now() - self._drawn >= RENEWED_SECONDS:
            self._drawn = self._now()
            head, rest = self._parts()
            line = fitted([head, *rest], min(WIDEST, shutil.get_terminal_size().columns - 1))
            sys.stderr.write(f"{TO_LINE_START}{_bold(line, head)}{' ' * (WIDEST - len(line))}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Make room for other lines; the next step brings the line back."""
        if self._shown and self._drawn > float("-inf"):
            sys.stderr.write(ERASED if sys.stderr.isatty() else f"{TO_LINE_START}{' ' * WIDEST}{TO_LINE_START}")
            sys.stderr.flush()
            self._drawn = float("-inf")

    def _parts(self) -> tuple[str, list[str]]:
        """The step, and the rest in the order of its importance."""
        state = self._state
        began, first, tokens = self._begun
        seconds, batches = max(1e-9, self._now() - began), max(1, state.batches.drawn - first)
        left = (len(state.batches) - state.batches.drawn) * seconds / batches
        if self._settings.max_minutes is not None:
            left = min(left, max(0.0, 60 * self._settings.max_minutes - state.clock.seconds()))
        monitor, scores = self._settings.monitor, state.rows[-1] if state.rows else {}
        score = [f"{'val. ' * (monitor == 'loss')}{monitor} {scores[f'val_{monitor}']:.4g}"] if scores else []
        epoch = f"epoch {state.epochs(self._settings.max_epochs):.1f}/{self._settings.max_epochs}"
        speed = f"{(state.tokens - tokens) / seconds / 1000:.1f}k tokens/s"
        return f"step {state.step:,}", [epoch, in_time(left), f"loss {self._loss:.3f}", *score, speed]


def in_time(seconds: float) -> str:
    """What is left of a training, in the unit that suits it.

    >>> in_time(41.2), in_time(200), in_time(9000)
    ('41 s left', '3 min left', '2.5 h left')
    """
    if seconds < 90:
        return f"{seconds:.0f} s left"
    return f"{seconds / 60:.0f} min left" if seconds < 5400 else f"{seconds / 3600:.1f} h left"


def fitted(parts: list[str], width: int) -> str:
    """As many of the parts, from the first on, as there is room for.

    >>> fitted(["step 7/9", "epoch 0.8/1", "loss 2.300"], 24)
    'step 7/9  epoch 0.8/1'
    """
    line = parts[0][:width]
    for part in parts[1:]:
        if len(line) + 2 + len(part) > width:
            break
        line += f"  {part}"
    return line


def watched() -> bool:
    """Whether somebody looks on: a terminal, or a notebook, which is none and yet shows such lines."""
    if sys.stderr is None or not speaks():  # closed, as cron does, or another process shows them
        return False
    return sys.stderr.isatty() or type(sys.stderr).__module__.startswith("ipykernel")


def _bold(line: str, head: str) -> str:
    """The line with its head in bold, where the terminal may have it (https://no-color.org)."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not sys.stderr.isatty():
        return line
    return f"{BOLD}{line[: len(head)]}{PLAIN}{line[len(head) :]}"
