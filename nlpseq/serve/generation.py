"""Texts that grow piece by piece: one thread for each run lets them grow in turn, a slice of time each."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import TYPE_CHECKING

from nlpseq.serve.batches import as_exception
from nlpseq.serve.limits import DEFAULT_LIMITS, Limits
from nlpseq.serve.refusals import busy
from nlpseq.serve.threads import QueueThread
from nlpseq.serve.waiting import Patience

if TYPE_CHECKING:
    from nlpseq.serve.metrics import Metrics

# Long enough for a few dozen characters, short enough that they seem to be typed, whoever else is served.
SLICE_SECONDS = 0.02

# Text number -> what was added to it.
Slice = dict[int, str]


class Growth:
    """The texts that one request grows, and the slices on their way to the event loop that it was made in."""

    def __init__(self, pieces: Iterator[tuple[int, str]]) -> None:
        self.pieces = pieces
        self.given_up = False
        self._loop = asyncio.get_running_loop()
        self._arrived: asyncio.Queue[Slice | Exception | None] = asyncio.Queue()

    def deliver(self, item: Slice | Exception | None) -> None:
        """Send a slice, what went wrong, or None for the end, from any thread."""
        try:
            self._loop.call_soon_threadsafe(self._arrived.put_nowait, item)
        except RuntimeError:  # the loop is closed: nobody listens
            self.given_up = True

    async def slices(self, patience: Patience) -> AsyncGenerator[Slice, None]:
        """What is written, as it is written; to leave it is to end it.

        Raises:
            Refusal: the time is over.
            ClientGone: nobody waits for it any more.
        """
        try:
            while (item := await patience.wait(self._arrived.get())) is not None:
                if isinstance(item, Exception):
                    raise item
                yield item
        finally:
            self.given_up = True


class Generation:
    """The growths of a run and the thread that lets them grow."""

    def __init__(
        self,
        name: str,
        *,
        limits: Limits = DEFAULT_LIMITS,
        prepare_thread: Callable[[], None] = lambda: None,
        metrics: Metrics | None = None,
    ) -> None:
        self._name, self._metrics = name, metrics
        self._limits = limits
        self._growths: deque[Growth] = deque()
        self._thread = QueueThread(name, self._work, prepare=prepare_thread)
        self._thread.start()

    def submit(self, pieces: Iterator[tuple[int, str]]) -> Growth:
        """Begin with texts that are (number, piece) after piece; called in an event loop.

        Raises:
            Refusal: too many grow already, or no more are taken.
        """
        growth = Growth(pieces if self._metrics is None else self._counted(pieces, self._metrics))
        with self._thread.changed:
            self._thread.check()
            if sum(not other.given_up for other in self._growths) >= self._limits.queue_requests:
                raise busy()
            self._growths.append(growth)
            self._thread.changed.notify()
        return growth

    def _counted(self, pieces: Iterator[tuple[int, str]], metrics: Metrics) -> Iterator[tuple[int, str]]:
        for number, piece in pieces:
            metrics.written(self._name, piece)
            yield number, piece

    def waiting(self) -> int:
        """Requests whose texts grow."""
        with self._thread.changed:
            return sum(not growth.given_up for growth in self._growths)

    def alive(self) -> bool:
        """Whether the thread is there that lets them grow."""
        return self._thread.alive()

    def close(self, timeout_seconds: float | None = None) -> bool:
        """Take no more, finish what is there, and end the thread; whether that was done in time."""
        return self._thread.close(timeout_seconds)

    def _work(self) -> None:
        while growth := self._first():
            goes_on = _grow(growth)
            if not goes_on:
                growth.pieces = iter(())  # the memory of its network's states is free from here on
            with self._thread.changed:
                self._growths.popleft()
                if goes_on:
                    self._growths.append(growth)

    def _first(self) -> Growth | None:
        with self._thread.changed:
            while not self._growths:
                if self._thread.closing:
                    return None
                self._thread.changed.wait()
            return self._growths[0]


def _grow(growth: Growth) -> bool:
    """Let it grow for a slice of time; whether it goes on."""
    end = time.monotonic() + SLICE_SECONDS
    written: Slice = {}
    try:
        while not growth.given_up:
            number, piece = next(growth.pieces)
            written[number] = written.get(number, "") + piece
            if time.monotonic() > end:
                growth.deliver(written)
                return True
    except StopIteration:
        growth.deliver(written)
        growth.deliver(None)
    except BaseException as error:  # whatever it is, the thread goes on
        growth.deliver(as_exception(error))
    return False
