"""All of standard input as one text."""

from __future__ import annotations

import sys

from nlpseq.errors import UserError


def read_text() -> str:
    """The text on standard input; lines end with "\\n", and a byte order mark at the start is dropped.

    Raises:
        UserError: it is not UTF-8.
    """
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = 1 + error.object.count(b"\n", 0, error.start)
        raise UserError(f"standard input, line {line}: not UTF-8 ({error.reason}); convert it with iconv") from None
