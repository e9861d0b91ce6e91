"""What the options of several commands have in common: their bounds, escapes in text, names that must not be empty."""

from __future__ import annotations

import argparse
import re

from nlpseq.errors import UserError

_ESCAPES = {"\\n": "\n", "\\t": "\t", "\\r": "\r", "\\\\": "\\"}
# Positional arguments that name a folder or a file.
_NAMES = ("run", "run_a", "run_b", "other", "runs", "source", "folder", "recipe")


def within(options: argparse.Namespace, **bounds: tuple[float, float]) -> None:
    """Each named option, where it is given, is from its lowest to its highest value.

    Raises:
        UserError: it is not.

    >>> within(argparse.Namespace(beam_size=0), beam_size=(1, 128))
    Traceback (most recent call last):
    ...
    nlpseq.errors.UserError: --beam-size must be 1 or more, not 0
    """
    for name, (lowest, highest) in bounds.items():
        value, option = getattr(options, name), f"--{name.replace('_', '-')}"
        if value is None:
            continue
        if not value >= lowest:
            raise UserError(f"{option} must be {lowest} or more, not {value}")
        if value > highest:
            raise UserError(f"{option} must be at most {highest:,}, not {value}")


def unescaped(text: str) -> str:
    r"""The text with \n, \t, \r and \\ as what they stand for, which is hard to write in a shell.

    >>> unescaped(r"end.\n"), unescaped(r"a\\n")
    ('end.\n', 'a\\n')
    """
    return re.sub(r"\\[ntr\\]", lambda found: _ESCAPES[found[0]], text)


def check_names(options: argparse.Namespace) -> None:
    """No positional argument is empty, as a shell variable that was not set makes it.

    Raises:
        UserError: one is.
    """
    for name in _NAMES:
        value = getattr(options, name, None)
        if value == "" or (isinstance(value, list) and "" in value):
            raise UserError(f"{name.upper()} is empty; name a folder or file, such as runs/translate")
