"""The thread behind a queue: it waits for work, and ends when no more is taken and all is done."""

from __future__ import annotations

import threading
from collections.abc import Callable

from nlpseq.serve.refusals import broken, stopping


class QueueThread:
    """One thread, and the condition under which its queue changes.

    >>> ended = QueueThread("none", lambda: None)
    >>> ended.start()
    >>> ended.close(), ended.alive()
    (True, False)
    """

    def __init__(self, name: str, work: Callable[[], None], *, prepare: Callable[[], None] = lambda: None) -> None:
        self.changed = threading.Condition()
        self.closing = False

        def run() -> None:
            prepare()
            work()

        self._thread = threading.Thread(target=run, name=f"nlpseq-{name}", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def check(self) -> None:
        """Whether more is taken, while the condition is held.

        Raises:
            Refusal: it ends, or has ended by itself.
        """
        if self.closing:
            raise stopping()
        if not self.alive():
            raise broken()

    def alive(self) -> bool:
        """Whether it is there."""
        return self._thread.is_alive()

    def close(self, timeout_seconds: float | None = None) -> bool:
        """Take no more, finish what is there, and end; whether that was done in time."""
        with self.changed:
            self.closing = True
            self.changed.notify()
        self._thread.join(timeout_seconds)
        return not self._thread.is_alive()
