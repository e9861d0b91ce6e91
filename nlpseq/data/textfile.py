r"""Opening a text file: one way for all readers, whatever program wrote it.

A file is UTF-8 with or without a byte order mark, UTF-16 or UTF-32 by theirs, or what `data.encoding` says; a gzipped
one is unpacked on the way. A line ends at a line feed and nowhere else: text may hold U+2028, form feeds and the like,
and a reader that splits at those, as `str.splitlines` does, silently misaligns a parallel corpus. A carriage return
before the line feed is dropped; a file that has carriage returns and no line feed in its first MiB is an old Mac's, and
each of them ends a line.
"""

from __future__ import annotations

import codecs
import difflib
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from nlpseq.errors import UserError

BLOCK_BYTES = 1 << 20
# Decides on the line ends; never less, whatever the blocks.
HEAD_BYTES = 1 << 20
GZIP = b"\x1f\x8b"
# No text of any encoding begins so.
PACKED = {b"PK\x03\x04": "zip", b"\xfd7zXZ": "xz", b"BZh": "bzip2", b"\x28\xb5\x2f\xfd": "zstd", b"7z\xbc\xaf": "7z"}
# UTF-32's marks begin with those of UTF-16.
MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
# Characters: a document has fewer, and a packed file of nothing but zeros must not fill the memory.
LONGEST_LINE = 1 << 27
# Characters: longer names are no slip of the keyboard.
LONGEST_SLIP = 100
# Endings that say the same.
SAME_SUFFIX = {".ndjson": ".jsonl", ".tab": ".tsv"}


def suffix_of(path: str | Path) -> str:
    """The ending of a file in small letters, that of what is packed for a .gz.

    >>> [suffix_of(path) for path in ("Train.CSV", "a.b.jsonl.gz", "x.ndjson", "README", ".hidden")]
    ['.csv', '.jsonl', '.jsonl', '', '']
    """
    suffix = Path(_unpacked_name(path)).suffix.lower()
    return SAME_SUFFIX.get(suffix, suffix)


def stem_of(path: str | Path) -> str:
    """The name of a file without its ending, and without .gz behind that.

    >>> [stem_of(path) for path in ("Train.CSV", "a.b.jsonl.gz", "README")]
    ['Train', 'a.b', 'README']
    """
    return Path(_unpacked_name(path)).stem


def is_hidden(path: str | Path) -> bool:
    """Whether a name is of a kind that no reader looks at: .git, .ipynb_checkpoints, ._a.txt, Office's ~$a.xlsx.

    >>> [is_hidden(path) for path in ("a/.git", "._a.txt", "~$a.xlsx", "a.txt")]
    [True, True, True, False]
    """
    return Path(path).name.startswith((".", "~$"))


def did_you_mean(place: Path) -> str:
    """The question after what stands beside a place that does not exist, with nearly the same name; "" for nothing.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "reviews.csv").touch()
    >>> did_you_mean(folder / "review.csv").endswith("/reviews.csv?"), did_you_mean(folder / "other.csv")
    (True, '')
    """
    try:
        names = [entry.name for entry in place.parent.iterdir() if not is_hidden(entry)]
    except (OSError, ValueError):
        return ""
    near = difflib.get_close_matches(place.name[:LONGEST_SLIP], names, n=1, cutoff=0.8)
    return f"did you mean {place.with_name(near[0])}?" if near else ""


def read_lines(path: str | Path, encoding: str | None = None, *, exact: bool = False) -> Iterator[str]:
    r"""Yield the lines of a file without their ends.

    Args:
        encoding: of a file without a byte order mark; default: UTF-8.
        exact: a line keeps the carriage return before its line feed, which may be one inside of a field.

    Raises:
        UserError: it cannot be read, is not text of its encoding, or has a line of more than 134 million characters.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.en"
    >>> _ = path.write_bytes("one\u2028line\r\n\nlast".encode())
    >>> list(read_lines(path))
    ['one\u2028line', '', 'last']
    """
    parts: list[str] = []  # of a line that more blocks may belong to
    length, count = 0, 0
    for block in text_blocks(path, encoding, exact=exact):
        first, *lines = block.split("\n")
        parts.append(first)
        length += len(first)
        if length > LONGEST_LINE:
            raise UserError(f"{path}, line {count + 1:,}: longer than {LONGEST_LINE:,} characters; is it a text file?")
        if lines:
            yield "".join(parts)
            yield from lines[:-1]
            parts, length, count = [lines[-1]], len(lines[-1]), count + len(lines)
    if length:
        last = "".join(parts)
        yield last if exact else last.removesuffix("\r")


def text_blocks(path: str | Path, encoding: str | None = None, *, exact: bool = False) -> Iterator[str]:
    r"""Yield the text of a file piece by piece, without its byte order mark; a line ends with "\n".

    With `exact` a carriage return before that stays.

    Raises:
        UserError: it cannot be read, or is not text of its encoding.
    """
    with unpacked(path) as file:
        head = file.read(HEAD_BYTES)
        codec, mark = _codec(path, head, encoding)
        decoder = codecs.getincrementaldecoder(codec)()
        old_mac = _ends_at_carriage_returns(head[len(mark) :], codec)
        offset, lines, held = len(mark), 0, ""
        for block, last in _blocks(file, head[len(mark) :]):
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(block, last)
            except UnicodeDecodeError as error:
                before = error.object[: error.start].decode(codec, "replace")
                line = 1 + lines + (held + before).count("\r" if old_mac else "\n")
                raise _not_text(path, line, offset - pending + error.start, codec, encoding) from None
            offset += len(block)
            if exact and not old_mac:
                lines += text.count("\n")
                yield text
                continue
            text = held + text
            # Between the two of "\r\n" a block may end.
            held = "\r" if text.endswith("\r") and not (last or old_mac) else ""
            text = text[: len(text) - len(held)].replace("\r\n", "\n")
            text = text.replace("\r", "\n") if old_mac else text
            lines += text.count("\n")
            yield text


def byte_blocks(path: str | Path, encoding: str | None = None) -> Iterator[bytes]:
    r"""Yield a file's bytes piece by piece, unpacked, lines ending with "\n"; text of another encoding as UTF-8.

    Raises:
        UserError: it cannot be read.
    """
    with unpacked(path) as file:
        head = file.read(HEAD_BYTES)
        mark = _mark(head)
        if encoding is None and MARKS.get(mark, "utf-8") == "utf-8":
            held = b""
            old_mac = b"\r" in head and b"\n" not in head
            for block, last in _blocks(file, head[len(mark) :]):
                block = held + block
                held = b"\r" if block.endswith(b"\r") and not (last or old_mac) else b""
                block = block[: len(block) - len(held)].replace(b"\r\n", b"\n")
                yield block.replace(b"\r", b"\n") if old_mac else block
            return
    yield from (text.encode("utf-8", "surrogatepass") for text in text_blocks(path, encoding))


@contextmanager
def unpacked(path: str | Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, those that were packed if it is gzipped, whatever its name says."""
    try:
        with open(path, "rb") as file:
            start = file.read(8)
            file.seek(0)
            if not start.startswith(GZIP):
                for magic, name in PACKED.items():
                    if start.startswith(magic):
                        raise UserError(f"{path}: a {name} archive; unpack it, and give what is inside")
                yield file
                return
            with gzip.open(file) as inside:
                yield cast(IO[bytes], inside)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UserError(f"{path}: damaged ({error}); fetch or pack it anew") from error
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}); check the path and its rights") from error


def _blocks(file: IO[bytes], head: bytes) -> Iterator[tuple[bytes, bool]]:
    """The rest of a file after its mark in blocks, and whether a block is the last one."""
    for start in range(0, len(head), BLOCK_BYTES):
        yield head[start : start + BLOCK_BYTES], False
    while block := file.read(BLOCK_BYTES):
        yield block, False
    yield b"", True


def _mark(head: bytes) -> bytes:
    return next((mark for mark in MARKS if head.startswith(mark)), b"")


def _codec(path: str | Path, head: bytes, encoding: str | None) -> tuple[str, bytes]:
    """What the text is decoded with, and the byte order mark that it begins with."""
    mark = _mark(head)
    if not mark and encoding is None and 4 * head.count(0) > len(head):
        raise UserError(
            f"{path}: not UTF-8 text, as every other byte is 0; set data.encoding to utf-16-le or utf-16-be"
        )
    return MARKS.get(mark, encoding or "utf-8"), mark


def _ends_at_carriage_returns(head: bytes, codec: str) -> bool:
    text = head.decode(codec, "ignore")
    return "\r" in text and "\n" not in text


def _not_text(path: str | Path, line: int, byte: int, codec: str, encoding: str | None) -> UserError:
    place = f"{path}, line {line:,}, byte {byte:,}"
    if encoding is not None and codec == encoding:
        return UserError(f"{place}: not valid {encoding}; set data.encoding to what the file was saved in")
    fix = "save the file as UTF-8, or set data.encoding to what it is in, such as cp1252"
    return UserError(f"{place}: not valid {codec.upper()}; {fix}")


def _unpacked_name(path: str | Path) -> str:
    name = Path(path).name
    return name[:-3] if name.lower().endswith(".gz") and len(name) > 3 else name
