"""The segments of an XLIFF file that have no target yet, and the file with theirs, marked as to be reviewed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from nlpseq.data.gaps import Gaps, spaced_like
from nlpseq.data.textfile import MARKS, unpacked
from nlpseq.data.xliff import MACHINE, SOURCE, TARGET, UNTRANSLATED
from nlpseq.data.xmlfile import CODES
from nlpseq.errors import UserError, one_line

# States of what somebody has translated, even by nothing.
DONE = ("translated", "reviewed", "signed-off", "final")
# Read at once; translators' files have a thousandth of it.
MOST_BYTES = 1 << 28
# What XML cannot hold.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass
class _Element:
    """An element, and the bytes from `start` to `end` that it is; `text` is that of a source or target, less codes."""

    prefix: str
    name: str
    attributes: dict[str, str]
    start: int
    end: int = 0
    text: str = ""
    inside: dict[str, _Element] = field(default_factory=dict)  # the first of each name


class _Gap(NamedTuple):
    """A text, the bytes that its target takes the place of, what stands around the translation, and if codes fell."""

    text: str
    start: int
    end: int
    before: str
    after: str
    codes: bool


def xliff_gaps(path: str | Path) -> Gaps:
    """The texts of the segments without a target, or with a copy of their source that is marked as not translated.

    Inline codes are left out, as in `read_xliff`. Targets of version 1.2 get the state needs-review-translation;
    segments of version 2.0 stay in the state initial.

    Raises:
        UserError: it is not valid, or declares entities.
    """
    with unpacked(path) as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UserError(f"{path}: more than {MOST_BYTES >> 20} MiB; split the file")
    scan = _Scan(path, content)
    try:
        scan.parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise UserError(f"{path}: not valid XLIFF ({one_line(error, most=200)}); check the file") from error
    encoding = next((codec for mark, codec in MARKS.items() if content.startswith(mark)), scan.encoding)

    def filled(translations: Sequence[str]) -> bytes:
        parts, done = [], 0
        for gap, translation in zip(scan.gaps, translations, strict=True):
            if text := CONTROLS.sub("", spaced_like(gap.text, translation)):
                target = gap.before + escape(text) + gap.after
                parts += [content[done : gap.start], target.encode(encoding, "xmlcharrefreplace")]
                done = gap.end
        return b"".join([*parts, content[done:]])

    return Gaps([gap.text for gap in scan.gaps], filled, scan.languages, sum(gap.codes for gap in scan.gaps))


class _Scan:
    """Reads a file from its start to its end, and keeps where its gaps are."""

    def __init__(self, path: str | Path, content: bytes) -> None:
        self.gaps: list[_Gap] = []
        self.languages: tuple[str | None, str | None] = (None, None)
        self.encoding = "utf-8"
        self._path, self._content = path, content
        self._open: list[_Element] = []
        self._ended: _Element | None = None  # whose end is where the next thing begins
        self.parser = expat.ParserCreate()
        self.parser.XmlDeclHandler = self._declaration
        self.parser.EntityDeclHandler = self._entity
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.DefaultHandlerExpand = lambda _: self._settle()

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        self.encoding = encoding or self.encoding

    def _entity(self, name: str, *about: Any) -> None:
        raise UserError(f"{self._path}: not valid XLIFF (it declares the entity {name}); check the file")

    def _settle(self) -> None:
        if self._ended is not None:
            self._ended.end, self._ended = self.parser.CurrentByteIndex, None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._settle()
        prefix, colon, local = name.rpartition(":")
        element = _Element(prefix + colon, local, attributes, self.parser.CurrentByteIndex)
        if self._open:
            self._open[-1].inside.setdefault(local, element)
        self._open.append(element)
        if local in ("xliff", "file"):
            pair = [next((attributes[key] for key in keys if key in attributes), None) for keys in (SOURCE, TARGET)]
            self.languages = pair[0] or self.languages[0], pair[1] or self.languages[1]

    def _characters(self, text: str) -> None:
        self._settle()
        for element in reversed(self._open):
            if element.name in CODES:
                return
            if element.name in ("source", "target"):
                element.text += text
                return

    def _end(self, name: str) -> None:
        self._settle()
        says = [element.attributes["translate"] for element in self._open if "translate" in element.attributes]
        self._ended = element = self._open.pop()
        if element.name in ("trans-unit", "segment") and says[-1:] != ["no"]:
            self._look_at(element)

    def _look_at(self, unit: _Element) -> None:
        source, target = unit.inside.get("source"), unit.inside.get("target")
        if source is None or not source.text.strip() or unit.attributes.get("approved") == "yes":
            return
        own = {} if target is None else target.attributes
        state = unit.attributes.get("state") or own.get("state")
        copied = target is not None and state in UNTRANSLATED and target.text.strip() == source.text.strip()
        if state in DONE or not (target is None or copied or not target.text.strip()):
            return
        marks = {**own, **(MACHINE if unit.name == "trans-unit" else {})}
        name = f"{source.prefix}target"
        tag = " ".join([name, *(f"{key}={quoteattr(value)}" for key, value in marks.items())])
        if target is not None:
            start, end, indent = target.start, target.end, ""
        else:
            start = end = unit.inside.get("seg-source", source).end
            indent = self._indent(source)
        self.gaps.append(_Gap(source.text, start, end, f"{indent}<{tag}>", f"</{name}>", bool(source.inside)))

    def _indent(self, element: _Element) -> str:
        """A line end and the spaces that an element stands behind, if it begins its line."""
        line = self._content[self._content.rfind(b"\n", 0, element.start) + 1 : element.start]
        return "" if line.strip() else "\n" + line.decode("ascii")
