"""The messages of a PO file that have no translation yet, and the file with theirs, marked fuzzy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from nlpseq.data.gaps import Gaps, spaced_like
from nlpseq.data.gettext import Message, charset, language_of, messages_of
from nlpseq.data.textfile import read_lines
from nlpseq.errors import UserError

ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"})
NO_CHARSET = "charset=CHARSET"


def po_gaps(path: str | Path, encoding: str | None = None) -> Gaps:
    """The texts without a translation; each form of a plural is one of its own.

    What is fuzzy has a translation, if a doubtful one, and stays. Lines are not wrapped. A template (.pot) says
    charset=CHARSET, and what is made from it the encoding.

    Args:
        encoding: default: as the header says, or UTF-8.

    Raises:
        UserError: it cannot be read, or a line is none of a PO file; by `filled`, its encoding lacks a character.
    """
    encoding = encoding or charset(path) or "utf-8"
    lines = list(read_lines(path, encoding, exact=True))
    messages = list(messages_of(path, lines))
    language = next((language_of(message) for message in messages if message.texts.get("msgid") == ""), None)
    open_ones = [one for one in messages if one.texts.get("msgid", "").strip() and not any(one.forms.values())]
    texts = [text for message in open_ones for text in _sources(message)]

    def filled(translations: Sequence[str]) -> bytes:
        rest = iter([spaced_like(*pair) for pair in zip(texts, translations, strict=True)])
        found = [(message, {key: next(rest) for key in message.forms}) for message in open_ones]
        new = list(lines)
        for message, forms in reversed(found):  # so that the lines before keep their numbers
            _fill(new, message, forms)
        new = [line.replace(NO_CHARSET, f"charset={encoding.upper()}") for line in new]
        try:
            return "".join(f"{line}\n" for line in new).encode(encoding)
        except UnicodeEncodeError as error:
            letters = error.object[error.start : error.end]
            raise UserError(
                f"{path}: {encoding} lacks {letters[0]!r} of a translation; convert the file: msgconv --to-code=UTF-8"
            ) from error

    return Gaps(texts, filled, (None, language))


def _sources(message: Message) -> list[str]:
    """What each form is a translation of: of a plural the first one is the singular, unless it is the only one."""
    singular = message.texts["msgid"]
    plural = message.texts.get("msgid_plural", singular)
    others = len(message.forms) - 1
    return [singular, *[plural] * others] if others else [plural]


def _fill(lines: list[str], message: Message, forms: dict[str, str]) -> None:
    first = min(start for start, _ in message.lines.values())
    end = "\r" if lines[first].endswith("\r") else ""
    for key, text in reversed(forms.items()):
        start, stop = message.lines[key]
        if text:
            lines[start:stop] = [line + end for line in _spelt(key, text)]
    if message.fuzzy or not any(forms.values()):
        return
    if message.flags is None:
        lines.insert(first, f"#, fuzzy{end}")
    else:
        lines[message.flags] = lines[message.flags].replace("#,", "#, fuzzy,", 1)


def _spelt(key: str, text: str) -> list[str]:
    r"""A keyword and its text as lines of the file, one for each line of the text.

    >>> _spelt("msgstr", 'a "b"'), _spelt("msgstr", "a\nb\n")
    (['msgstr "a \\"b\\""'], ['msgstr ""', '"a\\n"', '"b\\n"'])
    """
    parts = [f'"{part.translate(ESCAPED)}"' for part in re.findall(r"[^\n]*\n|[^\n]+", text)]
    return [f'{key} ""', *parts] if len(parts) > 1 else [f"{key} {parts[0]}"]
