"""Translations in gettext's PO files, those of programs' own words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nlpseq.data.textfile import read_lines, unpacked
from nlpseq.errors import UserError

# msgid "text", msgstr[1] "text", or a text alone, which goes on with the one before it.
LINE = re.compile(r'(?P<key>msgctxt|msgid|msgid_plural|msgstr)?(\[(?P<form>\d{1,2})\])?\s*"(?P<text>(?:[^"\\]|\\.)*)"')
ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|[0-7]{1,3}|.)")
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "", "b": "", "f": "", "v": ""}
CHARSET, LANGUAGE = re.compile(rb"charset=([\w.:-]+)"), re.compile(r"^Language:[ \t]*([\w@.-]+)", re.MULTILINE)
HEAD_BYTES = 1 << 16


@dataclass
class Message:
    """An entry of a PO file, the header among them, and where it stands; lines are numbered from 0.

    Attributes:
        texts: keyword -> text; that of the second form of a plural is msgstr[1].
        lines: keyword -> its first line and the one after its last.
        flags: the first line of flags, if it has one.
    """

    texts: dict[str, str] = field(default_factory=dict)
    lines: dict[str, tuple[int, int]] = field(default_factory=dict)
    flags: int | None = None
    fuzzy: bool = False

    @property
    def forms(self) -> dict[str, str]:
        """Keyword -> translation; of a plural there are several, of what is not whole none."""
        return {key: text for key, text in self.texts.items() if key.startswith("msgstr")}


def read_po(path: str | Path, encoding: str | None = None) -> Iterator[dict[str, str]]:
    """Yield the text by language of each message, "" where it is not translated.

    Its own words are "source", whose language no file says; the translation's is that of the header, or "target". Of
    a plural the first and the last form are messages of their own. What is marked fuzzy was guessed by a program, and
    counts as not translated; what is obsolete is left out.

    Args:
        encoding: default: as the header says, or UTF-8.

    Raises:
        UserError: it cannot be read, or a line is none of a PO file.
    """
    tgt = "target"
    encoding = encoding or charset(path)
    for message in messages_of(path, read_lines(path, encoding)):
        source, forms = message.texts.get("msgid", ""), list(message.forms.values())
        if not source:  # the header
            tgt = language_of(message) or tgt
            continue
        forms = [""] if message.fuzzy else forms
        if "msgid_plural" not in message.texts:
            yield {"source": source, tgt: forms[0]}
            continue
        if len(forms) > 1:
            yield {"source": source, tgt: forms[0]}
        yield {"source": message.texts["msgid_plural"], tgt: forms[-1]}


def messages_of(path: str | Path, lines: Iterable[str]) -> Iterator[Message]:
    """The messages in the lines of a file; those without a place for a translation are left out.

    Raises:
        UserError: a line is none of a PO file.
    """
    message, key = Message(), ""
    for number, line in enumerate(lines):
        line = line.strip()
        # A message ends where the next one begins, which its comments do.
        begins = line.startswith(("#", "msgctxt")) or (line.startswith("msgid") and not line.startswith("msgid_"))
        if begins and message.forms:
            yield message
            message, key = Message(), ""
        if line.startswith("#,"):
            message.fuzzy |= "fuzzy" in line
            message.flags = number if message.flags is None else message.flags
        if not line or line.startswith("#"):  # what is obsolete is a comment too
            continue
        found = LINE.fullmatch(line)
        if found is None or not (found["key"] or key):
            raise UserError(f'{path}, line {number + 1}: no line of a PO file, such as msgid "text"; check the file')
        if found["key"]:
            key = found["key"] + (f"[{found['form']}]" if found["form"] else "")
        message.texts[key] = message.texts.get(key, "") + ESCAPE.sub(_unescaped, found["text"])
        message.lines[key] = message.lines.get(key, (number, 0))[0], number + 1
    if message.forms:
        yield message


def language_of(header: Message) -> str | None:
    """That of the translations, if the header names it."""
    found = LANGUAGE.search("".join(header.forms.values()))
    return found[1] if found else None


def _unescaped(found: re.Match[str]) -> str:
    code = found[1]
    if code[0] in "01234567":
        return chr(int(code, 8))
    if len(code) > 1:
        return chr(int(code[1:], 16))
    return ESCAPES.get(code, code)


def charset(path: str | Path) -> str | None:
    """The encoding that the header names, None where it names none that there is."""
    with unpacked(path) as file:
        found = CHARSET.search(file.read(HEAD_BYTES))
    name = found[1].decode() if found else "utf-8"
    try:
        "".encode(name)
    except (LookupError, ValueError):  # templates say CHARSET
        return None
    return name
