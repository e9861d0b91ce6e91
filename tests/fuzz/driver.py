"""One case: run in a child process, watched, and judged by how it ended."""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

MOST_SECONDS = 10  # of the processor, so that a loaded machine is no fault
MOST_WAITING = 90  # of the clock: a case that waits for what never comes
MOST_MEMORY = 2 << 30
MOST_CHARACTERS = 500
ENDINGS = (0, 2, 130)
ESCAPED = 99  # an exception that left `main`


@dataclass(frozen=True)
class Case:
    """A command of the kind that is tried, the standard input it gets, and in words what is odd about it."""

    kind: str
    arguments: list[str]
    note: str
    stdin: bytes = b""


class Ended(NamedTuple):
    """How a case ended: the exit code (below 0: the signal), what it wrote, and what it took."""

    code: int
    out: bytes
    err: str
    seconds: float
    memory: int
    killed: str = ""


def run(case: Case, folder: Path) -> Ended:
    """Run a case in a child process, with `folder` to work in."""
    (folder / ".stdin").write_bytes(case.stdin)
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if not child:
        _work(case, folder)
    killed = _watch(child)
    _, status, used = os.wait4(child, 0)
    _kill(child)  # what it started
    return Ended(
        os.waitstatus_to_exitcode(status),
        (folder / ".stdout").read_bytes(),
        (folder / ".stderr").read_bytes().decode("utf-8", "replace"),
        used.ru_utime + used.ru_stime,
        used.ru_maxrss * 1024,
        killed,
    )


def fault(ended: Ended) -> str:
    """What is wrong with how a case ended, in a few words; empty if nothing is."""
    if ended.killed:
        return ended.killed
    if ended.code not in ENDINGS:
        own = "own fault" if "fault of nlpseq's own" in ended.err else "ended"
        return f"{own} with code {ended.code}: {_last(ended.err)}"
    if "Traceback (most recent call last)" in ended.err:
        return f"traceback: {_last(ended.err)}"
    if ended.seconds > MOST_SECONDS:
        return f"{ended.seconds:.0f} seconds"
    if ended.memory > MOST_MEMORY:
        return f"{ended.memory / 2**30:.1f} GiB"
    # A progress bar writes over its own line.
    lines = [line.rpartition("\r")[2] for line in ended.err.removesuffix("\r").split("\n")]
    if long := [line for line in lines if len(line) > MOST_CHARACTERS]:
        return f"a line of {len(long[0])} characters: {long[0][:80]}"
    if odd := [line for line in lines if not line.replace("\t", " ").isprintable()]:
        return f"control characters: {ascii(odd[0][:80])}"
    if ended.code == 2 and not _last(ended.err).startswith("nlpseq: "):
        return f"no sentence: {_last(ended.err)}"
    return ""


def _last(text: str) -> str:
    return (text.strip().split("\n") or [""])[-1][:300]


def _work(case: Case, folder: Path) -> None:
    """The child's life."""
    code = ESCAPED
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 30, 1 << 30))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.chdir(folder)
        writing = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        for number, (name, flags) in enumerate(((".stdin", os.O_RDONLY), (".stdout", writing), (".stderr", writing))):
            opened = os.open(name, flags)
            os.dup2(opened, number)
            os.close(opened)
        sys.stdin, sys.stdout, sys.stderr = (
            open(0, encoding="utf-8"), open(1, "w", encoding="utf-8"),
            open(2, "w", encoding="utf-8", errors="backslashreplace"),
        )  # fmt: skip
        from nlpseq.cli import main

        code = main(case.arguments)
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        os.write(2, traceback.format_exc().encode("utf-8", "replace"))
    finally:
        os._exit(code)


def _watch(child: int) -> str:
    """Wait for the child's end, or bring it about; what it did too much of."""
    began = time.monotonic()
    while os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        seconds, memory = _used(child)
        waited = time.monotonic() - began
        if seconds > 2 * MOST_SECONDS or memory > 1.5 * MOST_MEMORY or waited > MOST_WAITING:
            _kill(child)
            return f"no end after {waited:.0f} s ({seconds:.0f} s of work, {memory / 2**30:.1f} GiB)"
        time.sleep(0.005 if waited < 0.3 else 0.03)
    return ""


def _used(child: int) -> tuple[float, int]:
    """Seconds of the processor and bytes of memory, as Linux tells them."""
    try:
        times = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        pages = int(Path(f"/proc/{child}/statm").read_text().split()[1])
    except (OSError, IndexError):  # gone already
        return 0.0, 0
    return (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE")


def _kill(child: int) -> None:
    try:
        os.killpg(child, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
