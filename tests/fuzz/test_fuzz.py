"""A campaign of 300 cases stands, and its driver sees what falls."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from . import driver

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is watched by way of /proc")


def test_300_cases_end_soon_in_a_sentence() -> None:
    """`make fuzz` tries 10,000; what falls is printed with the command that repeats it."""
    command = [sys.executable, "-m", "tests.fuzz", "--cases", "300", "--seed", "1"]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    assert ended.returncode == 0, ended.stdout[-5000:] + ended.stderr[-2000:]
    assert "all                     300       0" in ended.stdout


def write(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code


def grow() -> int:
    kept = []
    while True:
        kept.append(b"x" * 10_000_000)


def wait() -> int:
    time.sleep(600)
    return 0


def spin() -> int:
    end = time.process_time() + 3
    while time.process_time() < end:
        pass
    return 0


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (lambda: 0, ""),
        (lambda: write("reading\nnlpseq: x: no such file; check the name", 2), ""),
        (lambda: write("nlpseq: stopped", 130), ""),
        (lambda: write(f"{'progress ' * 99}\rdone", 0), ""),
        (lambda: write("nlpseq: a fault of nlpseq's own: KeyError: 'x'", 1), "own fault with code 1: nlpseq: a fault"),
        (lambda: write("Traceback (most recent call last):\nKeyError", 0), "traceback"),
        (lambda: 1 // 0, "ended with code 99: ZeroDivisionError"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "ended with code -9"),
        (lambda: write("nlpseq: " + "x" * 500, 2), "a line of 508 characters"),
        (lambda: write("nlpseq: \x1b[31mred", 2), "control characters: 'nlpseq: \\x1b[31mred'"),
        (lambda: write("what?", 2), "no sentence: what?"),
        (lambda: write("", 3), "ended with code 3"),
        (grow, "no end after"),
        (spin, "no end after"),
        (wait, "no end after"),
    ],
    ids=[*map(str, range(15))],
)
def test_the_driver_sees_what_falls(
    body: Callable[[], int], wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nlpseq.cli.main", lambda arguments: body())
    monkeypatch.setattr(driver, "MOST_SECONDS", 1)
    monkeypatch.setattr(driver, "MOST_MEMORY", driver._used(os.getpid())[1] + (200 << 20))
    monkeypatch.setattr(driver, "MOST_WAITING", 1 if body is wait else 600)
    found = driver.fault(driver.run(driver.Case("kind", [], ""), tmp_path))
    assert found.startswith(wrong) if wrong else not found
