"""Several processes on one port, forked from one that has loaded the models, so that weights are in memory once."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.process import BaseProcess
from tempfile import TemporaryDirectory
from types import FrameType

from nlpseq.errors import UserError
from nlpseq.onnx.folder import all_threads

# Windows has no such signal.
HANG_UP: int = getattr(signal, "SIGHUP", 0)
# Where the counts of several processes lie, for prometheus_client, which reads it when it is imported.
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
# A worker that dies sooner than that is not started again: what ended it would end the next one too.
SHORTEST_LIFE_SECONDS = 10.0
LOOK_SECONDS = 0.2
SIGNALS = [number for number in (signal.SIGTERM, signal.SIGINT, HANG_UP) if number]

# Serves in a process of its own, given whether models were changed since they were loaded, and SIGHUPs as they come;
# gives the exit code.
Work = Callable[[bool, Sequence[int]], int]


def noted_hang_ups() -> list[int]:
    """SIGHUPs from now on, a list that grows, instead of the process's end: while runs are loaded the first time."""
    noted: list[int] = []
    if HANG_UP:
        signal.signal(HANG_UP, lambda number, frame: noted.append(number))
    return noted


@contextmanager
def several_processes(count: int, *, on_cpu: bool) -> Iterator[None]:
    """What must be so before libraries are imported: counts are kept together, and processor threads shared out.

    Raises:
        UserError: processes cannot share what was loaded.
    """
    if sys.platform != "linux" or not on_cpu:
        reason = "a GPU" if sys.platform == "linux" else "this system"
        raise UserError(f"--workers {count}: {reason} takes one process; start several servers behind a proxy")
    os.environ["OMP_NUM_THREADS"] = str(max(1, all_threads() // count))
    with TemporaryDirectory(prefix="nlpseq-metrics-") as counts:
        os.environ[FOLDER_VARIABLE] = counts
        try:
            yield
        finally:
            del os.environ[FOLDER_VARIABLE]


def serve_by_workers(work: Work, count: int, *, changed: bool = False) -> int:
    """Run `work` in `count` processes that take connections of one socket; the exit code, 0 if told to end.

    `changed`: whether models were changed since they were loaded.

    SIGTERM, SIGINT and SIGHUP are passed on to all of them. This process must have no threads, and what it has in
    memory is shared by all for as long as nobody writes to it.
    """
    gc.collect()
    gc.freeze()  # or to look for garbage would be to write
    ending = False
    workers: list[tuple[BaseProcess, float]] = []

    def start() -> tuple[BaseProcess, float]:
        worker = multiprocessing.get_context("fork").Process(target=_begin, args=(work, changed))
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # until it has handlers of its own
        worker.start()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        return worker, time.monotonic()

    def pass_on(number: int, frame: FrameType | None) -> None:
        nonlocal changed, ending
        changed, ending = changed or number == HANG_UP, ending or number != HANG_UP
        for worker, _ in workers:
            with suppress(ProcessLookupError):
                # A terminal has sent its Ctrl-C to all already, and a second one would end them at once.
                os.kill(worker.pid or 0, HANG_UP if number == HANG_UP else signal.SIGTERM)

    for number in SIGNALS:
        signal.signal(number, pass_on)
    workers += [start() for _ in range(count)]
    code = 0
    while workers:
        for place, (worker, started) in reversed(list(enumerate(workers))):
            if (ended := worker.exitcode) is None:
                continue
            if not ending and time.monotonic() - started >= SHORTEST_LIFE_SECONDS:
                workers[place] = start()
                continue
            del workers[place]
            if not ending:  # it could not even begin, and has said why
                code = ended
                pass_on(signal.SIGTERM, None)
        time.sleep(LOOK_SECONDS)
    return code


def _begin(work: Work, changed: bool) -> None:
    hang_ups = noted_hang_ups()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    sys.exit(work(changed, hang_ups))
