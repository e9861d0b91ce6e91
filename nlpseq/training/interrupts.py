"""Ctrl-C and SIGTERM while training: the step under way is finished, so that a checkpoint can be left."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Interrupts:
    """Holds signals back in its block, but for where they are `allowed`; a second signal is not held back.

    Ctrl-C becomes KeyboardInterrupt and SIGTERM SystemExit(143), as soon as `check` is called or signals are allowed.
    Outside of the main thread, and where someone else listens to a signal, all is as it was.

    Attributes:
        at_rest: whether the exception came between two steps.
    """

    def __init__(self) -> None:
        self.at_rest = False
        self._pending: BaseException | None = None
        self._allowed = False
        self._former: dict[int, Any] = {}

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGTERM, signal.SIG_DFL)):
                if signal.getsignal(number) is usual:
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
        """Raise what was held back.

        Raises:
            KeyboardInterrupt, SystemExit: a signal came.
        """
        if self._pending is not None:
            self.at_rest = True
            raise self._pending

    def _take(self, number: int, frame: object) -> None:
        error = KeyboardInterrupt() if number == signal.SIGINT else SystemExit(128 + number)
        if self._allowed or self._pending is not None:
            raise error
        self._pending = error
