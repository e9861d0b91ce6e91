"""Several processes on one port: each the same command with the socket handed down, started again where one dies."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from tempfile import TemporaryDirectory
from types import FrameType

from nlpseq.serve.metrics import FOLDER_VARIABLE
from nlpseq.serve.reloading import HANG_UP

# The open socket that a worker serves on, by its number.
SOCKET_VARIABLE = "NLPSEQ_SERVE_SOCKET"
# A worker that dies sooner than that is not started again: what ended it would end the next one too.
SHORTEST_LIFE_SECONDS = 10.0
LOOK_SECONDS = 0.2


def serve_by_workers(found: socket.socket, arguments: Sequence[str], count: int) -> int:
    """Run `nlpseq ARGUMENTS` in `count` processes that take connections of one socket; the exit code, 0 if told to end.

    SIGTERM, SIGINT and SIGHUP are passed on to all of them. The weights of a model are there once a process.
    """
    with TemporaryDirectory(prefix="nlpseq-metrics-") as counts:
        environment = os.environ | {SOCKET_VARIABLE: str(found.fileno()), FOLDER_VARIABLE: counts}
        command = [sys.executable, "-m", "nlpseq", *arguments]

        def start() -> tuple[subprocess.Popen[bytes], float]:
            worker = subprocess.Popen(
                command, env=environment, pass_fds=[found.fileno()], preexec_fn=_ignore_hang_ups if HANG_UP else None
            )
            return worker, time.monotonic()

        ending = False
        workers: list[tuple[subprocess.Popen[bytes], float]] = []

        def pass_on(number: int, frame: FrameType | None) -> None:
            nonlocal ending
            ending = ending or number != HANG_UP
            for worker, _ in workers:
                with suppress(ProcessLookupError):
                    worker.send_signal(number)

        for number in filter(None, (signal.SIGTERM, signal.SIGINT, HANG_UP)):
            signal.signal(number, pass_on)
        workers += [start() for _ in range(count)]
        code = 0
        while workers:
            for place, (worker, started) in reversed(list(enumerate(workers))):
                if (ended := worker.poll()) is None:
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


def _ignore_hang_ups() -> None:
    # Until the new process can note them itself: there is nothing yet that it could load anew.
    signal.signal(HANG_UP, signal.SIG_IGN)


def inherited_socket() -> socket.socket | None:
    """The socket that a worker serves on; None where this process is none."""
    number = os.environ.get(SOCKET_VARIABLE)
    return socket.socket(fileno=int(number)) if number else None
