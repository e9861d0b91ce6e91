"""Lines from a pipe as soon as they are there: many at once from a file, one at a time from a slow writer."""

from __future__ import annotations

import os
from collections.abc import Iterator

from nlpseq.errors import UserError

CHUNK_BYTES = 1 << 16


def read_lines(descriptor: int, *, most_bytes: int = CHUNK_BYTES, name: str = "standard input") -> Iterator[list[str]]:
    """Yield the complete lines that are there to be read, about `most_bytes` of them at most, until the input ends.

    Waits only while there is no complete line. Lines come without their ends: they end at "\\n"; a "\\r" before it is
    dropped, and so is a byte order mark at the start.

    Raises:
        UserError: a line is not UTF-8.

    >>> reader, writer = os.pipe()
    >>> _ = os.write(writer, "eins\\n\\nzwei\\ndr".encode()), os.write(writer, "ei".encode()), os.close(writer)
    >>> list(read_lines(reader))
    [['eins', '', 'zwei'], ['drei']]
    """
    rest, seen = b"", 0
    while chunk := _read_waiting(descriptor, most_bytes):
        *lines, rest = (rest + chunk).split(b"\n")
        if lines:
            yield [_decode(line, seen + number, name) for number, line in enumerate(lines, start=1)]
            seen += len(lines)
    if rest:
        yield [_decode(rest, seen + 1, name)]


def _read_waiting(descriptor: int, most_bytes: int) -> bytes:
    """What can be read without waiting, after waiting for the first of it; empty at the end of the input."""
    found = bytearray(os.read(descriptor, CHUNK_BYTES))
    while found and len(found) < most_bytes and _waits(descriptor):
        more = os.read(descriptor, CHUNK_BYTES)
        if not more:  # the end, which the next call sees again
            break
        found += more
    return bytes(found)


def _waits(descriptor: int) -> bool:
    """Whether more can be read at once; no, where that cannot be known, as of a pipe on Windows."""
    try:
        import select

        return bool(select.select([descriptor], [], [], 0)[0])
    except (ImportError, OSError, ValueError):
        return False


def _decode(line: bytes, number: int, name: str) -> str:
    try:
        return line.removesuffix(b"\r").decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise UserError(f"{name}, line {number}: not UTF-8 ({error.reason}); convert it with iconv") from None
