"""What a report is made of: sections of paragraphs, tables, pictures and examples, before they are HTML or Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from nlpseq.report.plots.drawing import Plot

MAX_TEXT_LENGTH = 1500


class Span(NamedTuple):
    """A piece of a text; `mark` is empty or one of for, against, copied, phrase, prompt.

    `strength`, 0 to 1, is how dark the mark is, and `note` what it says to those who point at it.
    """

    text: str
    mark: str = ""
    strength: float = 1.0
    note: str = ""


Text: TypeAlias = str | Sequence[Span]


class Paragraph(NamedTuple):
    """A sentence or some."""

    text: str


class Legend(NamedTuple):
    """What the marks of the texts that follow mean."""

    spans: Sequence[Span]


class Table(NamedTuple):
    """Rows under a header; the first cell of each names the row, with its note, if there are notes, in small print.

    `align` has a letter for each column: l for text, r for numbers, c for code.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    align: str
    notes: Sequence[str] = ()


class Example(NamedTuple):
    """One item of the test data: named texts, one below the other, and perhaps a picture."""

    heading: str
    fields: Sequence[tuple[str, Text]]
    plot: Plot | None = None


Block: TypeAlias = Paragraph | Legend | Table | Example | Plot


class Section(NamedTuple):
    """A heading and what stands below it."""

    heading: str
    blocks: Sequence[Block]


def clip(text: str) -> str:
    """The text, cut where it is too long for a page.

    >>> clip("short"), clip("x" * 2000)[-23:]
    ('short', 'x … 500 more characters')
    """
    if len(text) <= MAX_TEXT_LENGTH:
        return text
    return f"{text[:MAX_TEXT_LENGTH]} … {len(text) - MAX_TEXT_LENGTH:,} more characters"


def clip_spans(spans: Sequence[Span]) -> list[Span]:
    """The spans, cut where their text is too long for a page.

    >>> [span.text for span in clip_spans([Span("a" * 1490), Span("bc" * 10), Span("d")])][1:]
    ['bcbcbcbcbc', ' … 11 more characters']
    """
    shown, room = [], MAX_TEXT_LENGTH
    for span in spans:
        if span.text and room:
            shown.append(span._replace(text=span.text[:room]))
        room -= min(room, len(span.text))
    more = sum(len(span.text) for span in spans) - MAX_TEXT_LENGTH
    return [*shown, Span(f" … {more:,} more characters")] if more > 0 else shown
