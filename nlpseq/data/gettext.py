"""Translations in gettext's PO files, those of programs' own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from nlpseq.data.textfile import read_lines, unpacked
from nlpseq.errors import UserError

# msgid "text", msgstr[1] "text", or a text alone, which goes on with the one before it.
LINE = re.compile(r'(?P<key>msgctxt|msgid|msgid_plural|msgstr)?(\[(?P<form>\d{1,2})\])?\s*"(?P<text>(?:[^"\\]|\\.)*)"')
ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|[0-7]{1,3}|.)")
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "", "b": "", "f": "", "v": ""}
CHARSET, LANGUAGE = re.compile(rb"charset=([\w.:-]+)"), re.compile(r"^Language:[ \t]*([\w@.-]+)", re.MULTILINE)
HEAD_BYTES = 1 << 16

# Keyword -> text; that of the second form of a plural is msgstr[1].
Entry = dict[str, str]


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
    for entry, fuzzy in _entries(path, encoding or _charset(path)):
        source, forms = entry.get("msgid", ""), [text for key, text in entry.items() if key.startswith("msgstr")]
        if not source:  # the header
            found = LANGUAGE.search("".join(forms))
            tgt = found[1] if found else tgt
            continue
        forms = [""] if fuzzy or not forms else forms
        if "msgid_plural" not in entry:
            yield {"source": source, tgt: forms[0]}
            continue
        if len(forms) > 1:
            yield {"source": source, tgt: forms[0]}
        yield {"source": entry["msgid_plural"], tgt: forms[-1]}


def _entries(path: str | Path, encoding: str | None) -> Iterator[tuple[Entry, bool]]:
    """The messages with their keywords, and whether they are fuzzy."""
    entry: Entry = {}
    key, fuzzy = "", False
    for number, line in enumerate(read_lines(path, encoding), 1):
        line = line.strip()
        # A message ends where the next one begins, which its comments do.
        begins = line.startswith(("#", "msgctxt")) or (line.startswith("msgid") and not line.startswith("msgid_"))
        if begins and any(name.startswith("msgstr") for name in entry):
            yield entry, fuzzy
            entry, fuzzy, key = {}, False, ""
        if line.startswith("#,"):
            fuzzy |= "fuzzy" in line
        if not line or line.startswith("#"):  # what is obsolete is a comment too
            continue
        found = LINE.fullmatch(line)
        if found is None or not (found["key"] or key):
            raise UserError(f'{path}, line {number}: no line of a PO file, such as msgid "text"; check the file')
        if found["key"]:
            key = found["key"] + (f"[{found['form']}]" if found["form"] else "")
        entry[key] = entry.get(key, "") + ESCAPE.sub(_unescaped, found["text"])
    if any(name.startswith("msgstr") for name in entry):
        yield entry, fuzzy


def _unescaped(found: re.Match[str]) -> str:
    code = found[1]
    if code[0] in "01234567":
        return chr(int(code, 8))
    if len(code) > 1:
        return chr(int(code[1:], 16))
    return ESCAPES.get(code, code)


def _charset(path: str | Path) -> str | None:
    """The encoding that the header names, None where it names none that there is."""
    with unpacked(path) as file:
        found = CHARSET.search(file.read(HEAD_BYTES))
    name = found[1].decode() if found else "utf-8"
    try:
        "".encode(name)
    except (LookupError, ValueError):  # templates say CHARSET
        return None
    return name
