"""Lines of text files in any encoding."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator

from nlpseq.compat.torchtext.files import read_lines


def lines(path: str, encoding: str = "utf-8") -> Iterator[str]:
    """The lines without their ends, which are line feeds alone.

    Raises:
        UserError: the file should be UTF-8 and is not.
    """
    path = os.path.expanduser(path)
    if codecs.lookup(encoding).name == "utf-8":
        yield from read_lines(path)
        return
    with open(path, encoding=encoding, newline="\n") as file:
        for line in file:
            yield line.removesuffix("\n").removesuffix("\r")
