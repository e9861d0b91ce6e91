"""Reading files that anybody may have made, and writing them so that nobody ever finds half of one."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from nlpseq.errors import UserError

T = TypeVar("T")

# What the file system says when the user must act: make room, or choose another folder.
DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
FILE_TOO_LARGE = "the file grows larger than files may here (ulimit -f), as if the disk is full"
UNWRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENAMETOOLONG)

# What is read whole; a settings or metrics file has some kB.
MAX_JSON_BYTES = 4 << 20
MAX_FILE_BYTES = 64 << 20
# Of file systems, in nanoseconds: with a margin, the coarsest that is in use.
CLOCK_TICK_NS = 50_000_000


def read_bytes(path: str | Path, *, max_bytes: int = MAX_FILE_BYTES, fix: str = "check the path") -> bytes:
    """The content of a regular file: of no pipe, which would never end, and of no device.

    Args:
        path: the file; a link to one is followed.
        max_bytes: of a larger file nothing is read.
        fix: what the user can do, for the message.

    Raises:
        UserError: it is missing, not a regular file, too large, or cannot be read.
    """
    try:
        # A pipe without a writer would be waited for.
        with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise UserError(f"{path}: not a regular file; {fix}")
            # As much memory is taken as is asked for. Files of /proc say that they have no bytes.
            content = file.read((found.st_size or max_bytes) + 1) if found.st_size <= max_bytes else b""
    except FileNotFoundError as error:
        raise UserError(f"{path}: no such file; {fix}") from error
    except PermissionError as error:
        raise UserError(f"{path}: no permission to read it; change its rights, as with chmod") from error
    except (OSError, ValueError) as error:  # the name of a file may hold no zero byte
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UserError(f"{path}: cannot be read ({reason}); {fix}") from error
    if found.st_size > max_bytes or len(content) > max_bytes:
        raise UserError(f"{path}: too large, a file of its kind has at most {max_bytes:,} bytes; {fix}")
    return content


def read_text(path: str | Path, *, max_bytes: int = MAX_FILE_BYTES, fix: str = "check the path") -> str:
    """The content of a text file in UTF-8; its line ends stay as they are.

    Raises:
        UserError: as for `read_bytes`, or it is not UTF-8.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "hyps.txt"
    >>> _ = path.write_bytes("naïve".encode("latin-1"))
    >>> read_text(path, fix="write it anew")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    nlpseq.errors.UserError: .../hyps.txt: damaged (not text in UTF-8); write it anew
    """
    content = read_bytes(path, max_bytes=max_bytes, fix=fix)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: damaged (not text in UTF-8); {fix}") from error


def read_json(
    path: str | Path, kind: type[T], *, max_bytes: int = MAX_JSON_BYTES, fix: str = "delete it and make it again"
) -> T:
    """What a JSON file holds, whoever wrote it: an object (`dict`), an array (`list`), or `object` for anything.

    Args:
        path: the file.
        kind: what it must hold; what that holds in turn is for the caller to check.
        max_bytes: of a larger file nothing is read.
        fix: what the user can do, for the message.

    Raises:
        UserError: it is missing, not a regular file, too large, nested too deeply, no JSON in UTF-8, or not a `kind`.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "metrics.json"
    >>> _ = path.write_text('{"bleu": 38.1}', encoding="utf-8")
    >>> read_json(path, dict)
    {'bleu': 38.1}
    >>> _ = path.write_text("[" * 100_000, encoding="utf-8")
    >>> read_json(path, dict)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    nlpseq.errors.UserError: .../metrics.json: damaged (nested too deeply); delete it and make it again
    """
    content = read_bytes(path, max_bytes=max_bytes, fix=fix)
    try:
        found = json.loads(content.decode("utf-8"))
        # Half of a surrogate pair could be escaped in JSON, and no file or terminal takes it.
        if b"\\ud" in content or b"\\uD" in content:
            json.dumps(found, ensure_ascii=False).encode("utf-8")
    except RecursionError as error:
        raise UserError(f"{path}: damaged (nested too deeply); {fix}") from error
    except UnicodeError as error:
        raise UserError(f"{path}: damaged (not text in UTF-8); {fix}") from error
    except ValueError as error:
        raise UserError(f"{path}: damaged ({error}); {fix}") from error
    if not isinstance(found, kind):
        what = {"dict": "an object", "list": "an array"}.get(kind.__name__, kind.__name__)
        raise UserError(f"{path}: damaged (not {what}); {fix}")
    return found


def file_sha256(path: str | Path) -> str:
    """The SHA-256 of a file, in hexadecimal; a file that has not changed since is not read again by this process.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "train.en"
    >>> _ = path.write_text("yes")
    >>> file_sha256(path)[:8]
    '8a798890'
    """
    found = os.stat(path)
    # Two changes within a tick of the clock leave one time.
    changed = max(found.st_mtime_ns, found.st_ctime_ns)  # a program may set the first of them back
    fresh = abs(time.time_ns() - changed) < CLOCK_TICK_NS
    version = found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
    return _sha256(str(path)) if fresh else _sha256_of_version(str(path), version)


@lru_cache(maxsize=10_000)
def _sha256_of_version(path: str, version: tuple[int, ...]) -> str:
    return _sha256(path)


def _sha256(path: str) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


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
            reason = (
                f"{FILE_TOO_LARGE}; raise the limit" if error.errno == errno.EFBIG else "the disk is full; free space"
            )
            raise UserError(f"{path}: {reason} and run the same command again") from error
        if error.errno in UNWRITABLE:
            raise UserError(f"{path}: cannot be written ({error.strerror}); choose another folder") from error
        raise
    finally:
        with suppress(OSError):  # an error here would hide the one that matters
            beside.unlink(missing_ok=True)


def remove_parts(folder: str | Path) -> None:
    """Remove what processes that were killed have left of `atomic_path` in `folder`, which nobody else may be using.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / ".model.0.part.safetensors").write_text("half"), (folder / ".hidden").write_text("the user's")
    >>> remove_parts(folder)
    >>> [path.name for path in folder.iterdir()]
    ['.hidden']
    """
    for path in Path(folder).glob(".*.part*"):
        if re.fullmatch(r"\..*\.\d+\.part(\.[^.]*)?", path.name) and path.is_file():
            path.unlink(missing_ok=True)


def write_text_atomically(path: str | Path, text: str) -> None:
    """Write `text` as UTF-8 to `path`, all of it or nothing."""
    with atomic_path(path) as beside:
        beside.write_text(text, encoding="utf-8")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
