"""Lines that are answered: those of a pipe as they come, or those typed on a terminal, one at a time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from nlpseq.errors import UserError
from nlpseq.stream import CHUNK_BYTES, read_lines


def answer_lines(
    answer: Callable[[list[str], int], Iterable[str]], *, prompt: str, first: str, most_bytes: int = CHUNK_BYTES
) -> None:
    """Print what `answer` gives for some lines of standard input and the number of the first of them, from 0.

    Args:
        prompt, first: for a terminal, see `typed_lines`.
        most_bytes: of lines that come fast and are answered together.
    """
    number = 0
    typed = ([line] for line in typed_lines(prompt, first=first))
    for lines in typed if sys.stdin.isatty() else read_lines(sys.stdin.fileno(), most_bytes=most_bytes):
        for shown in answer(lines, number):
            print(shown)
        number += len(lines)
        sys.stdout.flush()


def typed_lines(prompt: str, *, first: str) -> Iterator[str]:
    """Say `first`, then yield each line that is typed behind `prompt`, until an empty one or the end of the input.

    Raises:
        UserError: a line is not in the terminal's encoding.
    """
    with suppress(ImportError):  # not on Windows, nor in every Python: then without history
        import readline  # noqa: F401  (line editing and history for input())
    print(f"{first}; an empty line or Ctrl-D ends", file=sys.stderr)
    while True:
        try:
            line = input(prompt)
        except EOFError:
            return
        except UnicodeDecodeError as error:
            raise UserError(f"what was typed is not {error.encoding} ({error.reason}); check the locale") from None
        if not line.strip():
            return
        yield line
