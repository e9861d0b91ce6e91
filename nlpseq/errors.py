"""The one exception that means: the user can fix this, and the one way in which words reach a terminal."""

from __future__ import annotations

# What a terminal, a log and a reader can take in; a name or a value in a message may have any length.
MOST_CHARACTERS = 500
_LEFT_OUT = " ... "


class UserError(Exception):
    """A mistake the user can fix.

    The message is one sentence that names the file, line or key and the fix; the command line prints it
    without a traceback and exits with code 2.

    >>> raise UserError("corpus/train.en: no such file; check data.path")
    Traceback (most recent call last):
    ...
    nlpseq.errors.UserError: corpus/train.en: no such file; check data.path
    """


class ProcessError(UserError):
    """What one of several processes alone can tell the user; of the others' mistakes the first one speaks."""


def one_line(message: object, *, most: int = MOST_CHARACTERS) -> str:
    """The message on one line of at most `most` characters, its middle left out, with control characters made visible.

    Names of files, keys and values reach messages as strangers wrote them: with escape codes that colour or clear a
    terminal, with marks that turn the direction of writing, with line breaks, or 200 kB long.

    >>> one_line("runs/\\x1b[31mred: no such\\n  run folder")
    'runs/\\\\x1b[31mred: no such run folder'
    >>> one_line("a" * 40 + "; take a shorter name", most=30)
    'aaaaaaaaaaaaaaa ... orter name'
    """
    text = str(message)
    if len(text) > 8 * most:  # before any work that takes its time
        text = text[: 4 * most] + _LEFT_OUT + text[-4 * most :]
    text = "".join(letter if letter.isprintable() else _visible(letter) for letter in " ".join(text.split()))
    if len(text) <= most:
        return text
    end = (most - len(_LEFT_OUT)) * 2 // 5  # the fix stands at the end
    return text[: most - end - len(_LEFT_OUT)] + _LEFT_OUT + text[len(text) - end :]


def shown_value(value: object, *, most: int = 60) -> str:
    """A value as a message quotes it: like `repr`, on one line and short.

    >>> shown_value("fast"), shown_value("x" * 99, most=12)
    ("'fast'", "'xxxx ... x'")
    """
    if isinstance(value, (str, bytes)):
        value = value[: 8 * most]
    return one_line(repr(value), most=most)


def _visible(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")
