"""Ctrl-C and SIGTERM while training: the step under way is finished, so that a checkpoint can be left."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class Interrupts:
    """Holds Ctrl-C and SIGTERM back in its block, but for where they are `allowed`; a second one is not held back.

    What a signal does is the affair of whoever listened to it before: Ctrl-C raises KeyboardInterrupt, SIGTERM
    SystemExit(143) if nobody did. What is ignored stays ignored, and so does all outside of the main thread.

    Args:
        echo_seconds: a second one that comes so soon is the first again: a launcher sends its processes what the
            terminal has sent them already.

    Attributes:
        at_rest: whether the exception came between two steps.
        pending: the signal that is held back.
    """

    def __init__(self, *, echo_seconds: float = 0.0) -> None:
        self.at_rest = False
        self.pending: int | None = None
        self._echo_seconds, self._came = echo_seconds, 0.0
        self._allowed = False
        self._former: dict[int, Any] = {}
        self._process = os.getpid()

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                if signal.getsignal(number) not in (signal.SIG_IGN, None):  # None: not of Python's making
                    self._former[number] = signal.signal(number, self._take)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)
        if kind is None:
            self.check()

    @contextmanager
    def allowed(self) -> Iterator[None]:
        """A block that may be left at any place without harm."""
        self.check()
        self._allowed = True
        try:
            yield
        except (KeyboardInterrupt, SystemExit):
            self.at_rest = True
            raise
        finally:
            self._allowed = False

    def check(self) -> None:
        """Let what was held back happen.

        Raises:
            KeyboardInterrupt, SystemExit: as whoever listened before has it.
        """
        self.deliver(self.pending)

    def deliver(self, number: int | None) -> None:
        """Let this signal happen, if it is any, whichever process it was sent to; the errors are those of `check`."""
        if number is not None:
            self.pending = None
            self.at_rest = True
            self._deliver(number, None)
            self.at_rest = False

    def _take(self, number: int, frame: FrameType | None) -> None:
        a_worker = os.getpid() != self._process
        if self._allowed or a_worker:
            self._deliver(number, frame)
        elif self.pending is None:
            self.pending, self._came = number, time.monotonic()
        elif time.monotonic() - self._came >= self._echo_seconds:
            self._deliver(number, frame)

    def _deliver(self, number: int, frame: FrameType | None) -> None:
        former = self._former.get(number)  # none where it is ignored here, and was sent to another process
        if callable(former):
            former(number, frame)
        else:
            raise SystemExit(128 + number)
