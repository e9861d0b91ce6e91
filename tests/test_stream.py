"""Lines come whole and at once, however the bytes arrive."""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Iterable
from pathlib import Path

import pytest

from nlpseq import stream
from nlpseq.errors import UserError
from nlpseq.stream import read_lines

TEXT = "eins\n\nzwölf 漢字 ☂🐕\r\n  drei\t\n\r\nvier\rfünf\n"
LINES = ["eins", "", "zwölf 漢字 ☂🐕", "  drei\t", "", "vier\rfünf"]


def read(chunks: Iterable[bytes]) -> list[list[str]]:
    """What `read_lines` makes of bytes that all wait in the pipe."""
    reader, writer = os.pipe()
    try:
        for chunk in chunks:
            os.write(writer, chunk)
        os.close(writer)
        return list(read_lines(reader))
    finally:
        os.close(reader)


def flat(lists: Iterable[list[str]]) -> list[str]:
    return [line for lines in lists for line in lines]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64])
def test_any_chunks_give_the_same_lines(monkeypatch, size) -> None:
    """A chunk of one byte splits every character of several bytes, and every CR from its LF."""
    monkeypatch.setattr(stream, "CHUNK_BYTES", size)
    assert flat(read([TEXT.encode()])) == LINES


def test_lines_that_are_there_come_together() -> None:
    assert read([TEXT.encode()]) == [LINES]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("\n", [""]),
        ("\n\n", ["", ""]),
        ("a", ["a"]),
        ("a\nb", ["a", "b"]),
        ("a\r", ["a"]),
        ("a\n\n", ["a", ""]),
        ("a\u2028b\x0bc\x85d\n", ["a\u2028b\x0bc\x85d"]),  # line breaks to str.splitlines, not here
    ],
)
def test_ends_of_lines(text, lines) -> None:
    assert flat(read([text.encode()])) == lines


@pytest.mark.parametrize("size", [1, 4, 64])
def test_bytes_that_are_not_utf_8_name_their_line(monkeypatch, size) -> None:
    monkeypatch.setattr(stream, "CHUNK_BYTES", size)
    with pytest.raises(UserError, match="standard input, line 3: not UTF-8"):
        read([b"gut\n\nsch\xf6n\ngut\n"])
    with pytest.raises(UserError, match="line 2: not UTF-8"):  # a character cut off by the end
        read([b"gut\nsch\xc3"])


def test_a_line_of_a_slow_writer_comes_at_once() -> None:
    """Each line is read before the next is written, and half a line is not."""
    reader, writer = os.pipe()
    found: queue.Queue[list[str] | None] = queue.Queue()

    def follow() -> None:
        for lines in read_lines(reader):
            found.put(lines)
        found.put(None)

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    for line in ("erste", "zweite mit ö", ""):
        os.write(writer, f"{line}\n".encode())
        assert found.get(timeout=10) == [line]
    os.write(writer, b"hal")
    with pytest.raises(queue.Empty):
        found.get(timeout=0.05)
    os.write(writer, b"b\nganz")
    assert found.get(timeout=10) == ["halb"]
    os.close(writer)
    assert found.get(timeout=10) == ["ganz"]
    assert found.get(timeout=10) is None
    thread.join(timeout=10)
    os.close(reader)


def test_what_is_waiting_is_read_together_up_to_a_limit(tmp_path: Path) -> None:
    lines = [f"{n} {'x' * 50}" for n in range(5000)]
    path = tmp_path / "lines.txt"
    path.write_text("\n".join(lines) + "\n")
    for most_bytes in (1, 1 << 16, 1 << 17, 1 << 22):
        with open(path, "rb") as file:
            found = list(read_lines(file.fileno(), most_bytes=most_bytes))
        assert [line for some in found for line in some] == lines
        largest = max(sum(len(line) + 1 for line in some) for some in found)
        assert largest <= max(most_bytes, 1 << 16) + (1 << 16)
    assert len(found) == 1


@pytest.mark.parametrize("hidden", ["module", "call"])
def test_where_nobody_knows_whether_more_is_waiting_each_read_is_enough(monkeypatch, hidden) -> None:
    """Windows has `select` for sockets alone."""
    import select

    def refuse(*_: object) -> None:
        raise OSError(10038, "An operation was attempted on something that is not a socket")

    if hidden == "module":
        monkeypatch.setitem(sys.modules, "select", None)
    else:
        monkeypatch.setattr(select, "select", refuse)
    monkeypatch.setattr(stream, "CHUNK_BYTES", 7)
    assert flat(read([TEXT.encode()])) == LINES
