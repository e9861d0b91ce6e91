"""SIGTERM as an exception, so that what was begun is put away and something is said."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

TERMINATED = 128 + signal.SIGTERM
_process = 0  # where `end` raises; what is forked from there has its handlers too


@contextmanager
def sigterm_ends() -> Iterator[None]:
    """In this block SIGTERM is SystemExit(143), unless someone else listens to it already.

    >>> with sigterm_ends():
    ...     signal.getsignal(signal.SIGTERM) is end
    True
    """
    global _process
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    _process = os.getpid()
    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def end(number: int, frame: FrameType | None) -> None:
    """The handler of `sigterm_ends`."""
    if os.getpid() != _process:  # a worker, which its pool ends so
        os._exit(TERMINATED)
    raise SystemExit(TERMINATED)
