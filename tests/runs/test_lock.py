"""One process at a time: by the folder itself, or by a file in it where folders cannot be locked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from nlpseq.runs import lock as module
from nlpseq.runs.lock import lock


def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """No flock, and a lock of bytes of an open file, as msvcrt has it; here another way of POSIX does the locking."""

    def locking(descriptor: int, mode: int, count: int) -> None:
        assert (mode, count) == (7, 1)
        os.lockf(descriptor, os.F_TLOCK, count)

    monkeypatch.setattr(module, "fcntl", None)
    monkeypatch.setattr(module, "msvcrt", SimpleNamespace(locking=locking, LK_NBLCK=7))


HOLDER = """
import os, sys
descriptor = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
os.lockf(descriptor, os.F_TLOCK, 1)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_file_is_locked_where_folders_cannot_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    windows(monkeypatch)
    with lock(tmp_path) as free:
        assert free and (tmp_path / ".lock").is_file()
    assert list(tmp_path.iterdir()) == []
    command = [sys.executable, "-c", HOLDER, str(tmp_path / ".lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        with lock(tmp_path) as free:
            assert not free
        other.kill()
    with lock(tmp_path) as free:
        assert free  # it ended with the process


def test_without_any_locks_nobody_is_kept_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "fcntl", None)
    monkeypatch.setattr(module, "msvcrt", None)
    with lock(tmp_path) as first, lock(tmp_path) as second:
        assert first and second


def test_a_folder_is_locked_itself(tmp_path: Path) -> None:
    with lock(tmp_path) as first:
        with lock(tmp_path) as second:
            assert (first, second) == (True, False)
        assert list(tmp_path.iterdir()) == []
    with lock(tmp_path) as again:
        assert again
    with pytest.raises(OSError), lock(tmp_path / "none"):
        pass
