"""A lock on a folder that ends with the process which holds it, however that ends.

It is taken on the folder itself where the system can do that (flock), otherwise (Windows) on a file in it.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

fcntl: Any
msvcrt: Any
try:
    import fcntl
except ImportError:
    fcntl = None
try:
    import msvcrt
except ImportError:
    msvcrt = None

LOCK_FILE = ".lock"

_held: set[int] = set()  # descriptors of this process


@contextmanager
def lock(folder: Path) -> Iterator[bool]:
    """Whether the lock could be had, for as long as the block lasts; True too where there are no locks at all.

    Raises:
        OSError: there is no such folder, or it cannot be opened.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with lock(folder) as first, lock(folder) as second:
    ...     first, second
    (True, False)
    """
    descriptor = os.open(folder, os.O_RDONLY) if fcntl is not None else _open_file(folder / LOCK_FILE)
    _held.add(descriptor)
    try:
        yield _take(descriptor)
    finally:
        _held.discard(descriptor)
        os.close(descriptor)
        if fcntl is None:
            with suppress(OSError):  # another process has it open
                (folder / LOCK_FILE).unlink()


def _open_file(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT)


def _take(descriptor: int) -> bool:
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        elif msvcrt is not None:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    except OSError as error:  # a file system may have no locks
        return error.errno not in (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
    return True


def _release_in_child() -> None:
    """A worker process must not keep a lock alive when its parent is gone."""
    for descriptor in _held:
        with suppress(OSError):
            os.close(descriptor)
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_release_in_child)
