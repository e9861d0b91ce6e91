"""Processes that train together, as torchrun starts them; torch is loaded once for all of them."""

from __future__ import annotations

import multiprocessing
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

SECONDS = 600  # until what hangs is ended
# As the command sets it, which here comes after torch: without a network torch warns that hosts have no names.
os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")
context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(
    ["nlpseq.training.fit", "nlpseq.tasks.verbs", "nlpseq.cli", "datasets", "sklearn.metrics"]
)


@contextmanager
def started(size: int, work: Callable[..., Any], *arguments: Any, output: Path) -> Iterator[list[BaseProcess]]:
    """`size` processes that do `work`; what process N prints is in `output`/out-N and err-N."""
    with socket.create_server(("localhost", 0)) as free:
        port = free.getsockname()[1]
    output.mkdir(parents=True, exist_ok=True)
    processes: list[BaseProcess] = [
        context.Process(target=_begin, args=(rank, size, port, output, work, arguments)) for rank in range(size)
    ]
    try:
        for process in processes:
            process.start()
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.join()


def codes(processes: list[BaseProcess]) -> list[int | None]:
    """How they end; None for one that does not."""
    for process in processes:
        process.join(SECONDS)
    return [process.exitcode for process in processes]


def done(size: int, work: Callable[..., Any], *arguments: Any, output: Path) -> None:
    """Let `size` processes do `work`, which must succeed."""
    with started(size, work, *arguments, output=output) as processes:
        ended = codes(processes)
    assert ended == [0] * size, "\n".join(said(output, rank) for rank in range(size))


def said(output: Path, rank: int, name: str = "err") -> str:
    """What a process has printed, without torch's own lines on its connections (2.10 has some)."""
    text = (output / f"{name}-{rank}").read_text(encoding="utf-8", errors="replace")
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("[Gloo] "))


def _begin(rank: int, size: int, port: int, output: Path, work: Callable[..., Any], arguments: Any) -> None:
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(output / f"{name}-{rank}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.environ |= {
        "RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(size), "MASTER_ADDR": "localhost",
        "MASTER_PORT": str(port), "TOKENIZERS_PARALLELISM": "false",
    }  # fmt: skip
    code = work(*arguments)
    sys.stdout.flush()
    if isinstance(code, int):
        sys.exit(code)
