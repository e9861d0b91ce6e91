"""`--processes N`: on one machine the command itself starts the others that it trains with, without torchrun."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from nlpseq.errors import UserError
from nlpseq.program import place

MOST_PROCESSES = 64
SECONDS = 60  # for the others to end, when all is done


@contextmanager
def launched(count: int, words: Sequence[str]) -> Iterator[None]:
    """In this block this process is the first of `count` that do the command `words`, and share the processors.

    The others end with it, and leave Ctrl-C to it.

    Raises:
        UserError: no such number of processes.
    """
    if not 1 <= count <= MOST_PROCESSES:
        raise UserError(f"--processes must be from 1 to {MOST_PROCESSES}, not {count}")
    if count == 1 or place() != (0, 1):  # it is one of them
        yield
        return
    with socket.create_server(("localhost", 0)) as free:
        port = free.getsockname()[1]
    os.environ |= {"WORLD_SIZE": str(count), "MASTER_ADDR": "localhost", "MASTER_PORT": str(port)}
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // count)))
    others = [_start(rank, words) for rank in range(1, count)]
    os.environ |= {"RANK": "0", "LOCAL_RANK": "0"}
    try:
        yield
        for other in others:
            other.wait(SECONDS)
    finally:  # they write nothing
        for other in others:
            other.kill()
            other.wait()
        for name in ("RANK", "LOCAL_RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"):
            os.environ.pop(name)


def _start(rank: int, words: Sequence[str]) -> subprocess.Popen[bytes]:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # which is inherited
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "nlpseq", *words], stdin=subprocess.DEVNULL,
            env=os.environ | {"RANK": str(rank), "LOCAL_RANK": str(rank)},
        )  # fmt: skip
    finally:
        signal.signal(signal.SIGINT, before)
