"""Requests that wait together are answered together: one thread for each run, and no waiting for company.

While the thread is busy with one call of the library, what arrives waits; the next call takes as much of it as fits.
A request that arrives alone is begun at once.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from nlpseq.serve.limits import DEFAULT_LIMITS, Limits
from nlpseq.serve.refusals import busy
from nlpseq.serve.threads import QueueThread

if TYPE_CHECKING:
    from nlpseq.serve.metrics import Metrics

log = logging.getLogger("nlpseq")

# Texts that one call reads, times the characters of the longest: enough for 64 sentences, and a long text goes alone,
# so that nobody who comes meanwhile waits for many long ones, nor a short text for the end of a long one.
TURN_CHARACTERS = 8000
# As how many characters the shortest text counts.
LEAST_CHARACTERS = 50

# Texts and options -> a result for each text.
Answerer = Callable[[list[str], Any], Sequence[Any]]


class Job:
    """The texts of one request, the results that are there so far, and the future that gets all of them.

    To cancel the future is to give up the job.
    """

    def __init__(self, texts: Sequence[str], options: Hashable) -> None:
        self.texts, self.options = texts, options
        self.future: Future[list[Any]] = Future()
        self.results: list[Any] = [None] * len(texts)
        self.taken = self.answered = 0

    @property
    def begun(self) -> bool:
        """Whether any of its texts has been worked on."""
        return self.taken > 0

    def characters(self) -> int:
        """Of the texts that still wait."""
        return sum(map(len, self.texts[self.taken :]))

    def answer(self, place: int, result: Any) -> None:
        """Take the result of one text; the last one completes the future."""
        self.results[place] = result
        self.answered += 1
        if self.answered == len(self.texts) and self.future.set_running_or_notify_cancel():
            self.future.set_result(self.results)

    def fail(self, error: BaseException) -> None:
        """End without results."""
        if self.future.set_running_or_notify_cancel():
            self.future.set_exception(as_exception(error))


def as_exception(error: BaseException) -> Exception:
    """The error as one that may pass through an event loop, which SystemExit would end."""
    return error if isinstance(error, Exception) else RuntimeError(f"{type(error).__name__}: {error}")


Turn = list[tuple[Job, int]]


class Batches:
    """The queue of a run, and the thread that answers it by calls of `answer`.

    >>> batches = Batches("upper", lambda texts, suffix: [text.upper() + suffix for text in texts])
    >>> jobs = [batches.submit(["a", "b"], "!"), batches.submit(["c"], "?")]
    >>> [job.future.result() for job in jobs], batches.waiting()
    ([['A!', 'B!'], ['C?']], 0)
    >>> batches.close()
    True
    """

    def __init__(
        self,
        name: str,
        answer: Answerer,
        *,
        limits: Limits = DEFAULT_LIMITS,
        prepare_thread: Callable[[], None] = lambda: None,
        metrics: Metrics | None = None,
    ) -> None:
        self._name, self._metrics = name, metrics
        self._call, self._limits = answer, limits
        self._jobs: deque[Job] = deque()
        self._thread = QueueThread(name, self._work, prepare=prepare_thread)
        self._thread.start()

    def submit(self, texts: Sequence[str], options: Hashable) -> Job:
        """Queue the texts of a request.

        Raises:
            Refusal: too much is waiting, or the queue is closed.
        """
        job = Job(texts, options)
        if not texts:
            job.future.set_result([])
            return job
        with self._thread.changed:
            self._thread.check()
            self._drop_given_up()
            waiting = sum(other.characters() for other in self._jobs)
            if len(self._jobs) >= self._limits.queue_requests or (
                self._jobs and waiting + job.characters() > self._limits.queue_characters
            ):
                raise busy()
            self._jobs.append(job)
            self._thread.changed.notify()
        return job

    def waiting(self) -> int:
        """Requests of which a text waits."""
        with self._thread.changed:
            self._drop_given_up()
            return len(self._jobs)

    def alive(self) -> bool:
        """Whether the thread is there that answers."""
        return self._thread.alive()

    def close(self, timeout_seconds: float | None = None) -> bool:
        """Take no more, finish what is there, and end the thread; whether that was done in time."""
        return self._thread.close(timeout_seconds)

    def _work(self) -> None:
        while turn := self._next_turn():
            self._answer(turn)

    def _next_turn(self) -> Turn:
        with self._thread.changed:
            while True:
                self._drop_given_up()
                if self._jobs:
                    return self._take_turn()
                if self._thread.closing:
                    return []
                self._thread.changed.wait()

    def _drop_given_up(self) -> None:
        if any(job.future.done() for job in self._jobs):
            self._jobs = deque(job for job in self._jobs if not job.future.done())

    def _take_turn(self) -> Turn:
        """A text of each job with the options of the first, then another of each, as long as they fit.

        Jobs that were served stand behind the others afterwards, so that many texts of one do not hold up the rest.
        """
        alike = [job for job in self._jobs if job.options == self._jobs[0].options]
        turn: Turn = []
        longest, grown = LEAST_CHARACTERS, True
        while grown:
            grown = False
            for job in alike:
                if job.taken == len(job.texts):
                    continue
                size = max(longest, len(job.texts[job.taken]))
                if turn and (len(turn) + 1) * size > TURN_CHARACTERS:
                    continue
                turn.append((job, job.taken))
                job.taken += 1
                longest, grown = size, True
        served = dict.fromkeys(job for job, _ in turn)
        others = [job for job in self._jobs if job not in served]
        self._jobs = deque([*others, *(job for job in served if job.taken < len(job.texts))])
        return turn

    def _answer(self, turn: Turn) -> None:
        jobs = list(dict.fromkeys(job for job, _ in turn))
        try:
            texts = [job.texts[place] for job, place in turn]
            found = list(self._call(texts, jobs[0].options))
            if len(found) != len(turn):
                raise RuntimeError(f"{len(found)} results for {len(turn)} texts")
        except BaseException as error:  # whatever it is, the thread goes on
            if len(jobs) == 1:
                jobs[0].fail(error)
                return
            log.debug("a batch of %d requests failed, and is answered one by one", len(jobs), exc_info=error)
            for alone in jobs:
                self._answer([(job, place) for job, place in turn if job is alone])
            return
        if self._metrics is not None:
            self._metrics.batch(self._name, texts)
        for (job, place), result in zip(turn, found, strict=True):
            if not job.future.done():
                job.answer(place, result)
