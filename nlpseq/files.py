"""Writing files so that nobody ever finds half of one: write beside, then rename."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nlpseq.errors import UserError

# What the file system says when the user must act: make room, or choose another folder.
DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
UNWRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENAMETOOLONG)


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """Give a path beside `path` to write to, and rename it into place when the block ends without an error.

    Raises:
        UserError: the disk is full, or the folder cannot be written.

    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "result.txt"
    >>> with atomic_path(target) as beside:
    ...     _ = beside.write_text("done", encoding="utf-8")
    >>> target.read_text(encoding="utf-8"), beside.exists()
    ('done', False)
    """
    path = Path(path)
    # The suffix stays last: some writers choose their format by it.
    beside = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield beside
        beside.chmod(0o666 & ~_umask())  # some writers make private files
        os.replace(beside, path)
    except OSError as error:
        if error.errno in DISK_FULL:
            raise UserError(f"{path}: the disk is full; free some space and run the same command again") from error
        if error.errno in UNWRITABLE:
            raise UserError(f"{path}: cannot be written ({error.strerror}); choose another folder") from error
        raise
    finally:
        with suppress(OSError):  # an error here would hide the one that matters
            beside.unlink(missing_ok=True)


def write_text_atomically(path: str | Path, text: str) -> None:
    """Write `text` as UTF-8 to `path`, all of it or nothing."""
    with atomic_path(path) as beside:
        beside.write_text(text, encoding="utf-8")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
