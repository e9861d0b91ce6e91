"""Questions on a terminal, one line at a time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress

from nlpseq.errors import UserError


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
