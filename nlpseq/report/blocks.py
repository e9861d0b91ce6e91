"""What a report is made of: sections of paragraphs, tables, pictures and examples, before they are HTML or Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from nlpseq.counting import counted
from nlpseq.report.plots.drawing import Plot

MAX_TEXT_LENGTH = 800


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


class Bar(NamedTuple):
    """A row of `Bars`: a figure, its interval if that is known, and of how many items it is."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    items: int | None = None


class Bars(NamedTuple):
    """Figures with their intervals, a row each, drawn in the table that has them; a dashed line is that of all.

    `header` names the rows, how many items each is of (empty where that is not said), and the figure.

    >>> bars = Bars("t", ("Length", "Texts", "BLEU"), [Bar("1–5", 40.0, 30.0, 50.0, 9), Bar("6", 20.0)], overall=35.0)
    >>> bars.around(bars.rows[0]), bars.around(bars.rows[1]), bars.place(35.0)
    ('30.0 to 50.0', 'not known', 50.0)
    """

    title: str
    header: tuple[str, str, str]
    rows: Sequence[Bar]
    digits: int = 1
    unit: str = ""
    overall: float | None = None

    def show(self, value: float) -> str:
        """The figure in words."""
        return f"{value:,.{self.digits}f}{self.unit}"

    def around(self, bar: Bar) -> str:
        """The interval of a row in words."""
        return "not known" if bar.low is None or bar.high is None else f"{self.show(bar.low)} to {self.show(bar.high)}"

    def place(self, value: float) -> float:
        """Where a figure lies between the ends of the axis, in percent."""
        ends = [end for bar in self.rows for end in (bar.value, bar.low, bar.high) if end is not None]
        least, most = min([*ends, value]), max([*ends, value])
        return round(4 + 92 * (value - least) / (most - least), 2) if most > least else 50.0


class Matrix(NamedTuple):
    """Counts, each shaded by its share (0 to 1) of its row; `header` names the rows and then each column."""

    title: str
    header: Sequence[str]
    labels: Sequence[str]
    counts: Sequence[Sequence[int]]

    def shares(self) -> list[list[float]]:
        """Of each count in its row."""
        return [[count / max(1, sum(row)) for count in row] for row in self.counts]


class Example(NamedTuple):
    """One item of the test data: named texts, one below the other, and perhaps a picture for those who ask for it."""

    heading: str
    fields: Sequence[tuple[str, Text]]
    plot: Plot | None = None


class Overview(NamedTuple):
    """The first screen: the figure and how sure it is, what it stands beside, a curve, and the sentences that matter.

    `findings` are named sentences, such as ("Good at", "short texts").
    """

    label: str
    figure: str
    certainty: str
    beside: Bars | None = None
    curve: Plot | None = None
    findings: Sequence[tuple[str, str]] = ()


Block: TypeAlias = Paragraph | Legend | Table | Bars | Matrix | Example | Plot


class Section(NamedTuple):
    """A heading and what stands below it, which is shown at once unless it is `folded`."""

    heading: str
    blocks: Sequence[Block]
    folded: bool = False


def clip(text: str) -> str:
    """The text, cut where it is too long for a page.

    >>> clip("short"), clip("x" * 1300)[-23:]
    ('short', 'x … 500 more characters')
    """
    if len(text) <= MAX_TEXT_LENGTH:
        return text
    return f"{text[:MAX_TEXT_LENGTH]} … {counted(len(text) - MAX_TEXT_LENGTH, 'more character')}"


def clip_spans(spans: Sequence[Span]) -> list[Span]:
    """The spans, cut where their text is too long for a page.

    >>> [span.text for span in clip_spans([Span("a" * 790), Span("bc" * 10), Span("d")])][1:]
    ['bcbcbcbcbc', ' … 11 more characters']
    """
    shown, room = [], MAX_TEXT_LENGTH
    for span in spans:
        if span.text and room:
            shown.append(span._replace(text=span.text[:room]))
        room -= min(room, len(span.text))
    more = sum(len(span.text) for span in spans) - MAX_TEXT_LENGTH
    return [*shown, Span(f" … {counted(more, 'more character')}")] if more > 0 else shown
