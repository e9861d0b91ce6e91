"""What all pictures share: a title, words for those who cannot see them, and matplotlib turned into inline SVG."""

from __future__ import annotations

import html
import io
import re
import unicodedata
import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GRID = "#0072B2", "#D55E00", "#b0b0b0"
WIDTH, HEIGHT = 4.7, 2.9  # inches: three pictures stand side by side on the page
# What the page says of colours, in light and in dark; text has none of its own.
PAGE_COLORS = {BLUE: "var(--blue)", ORANGE: "var(--orange)", GRID: "var(--line)"}
MAX_LABEL_LENGTH = 24


class Plot(NamedTuple):
    """One picture: `title` states the finding, `alt` describes it in words, `svg` is an `<svg>` element."""

    title: str
    alt: str
    svg: str


def empty_figure(width: float, height: float) -> Figure:
    """A figure of that many inches, without pyplot: no window system, no global state."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def new_figure(width: float = WIDTH, height: float = HEIGHT) -> tuple[Figure, Axes]:
    """The same with one pair of axes in it."""
    figure = empty_figure(width, height)
    return figure, figure.subplots()


def draw_svg(figure: Figure, alt: str) -> str:
    """The figure as an `<svg>` element that says `alt` to a screen reader."""
    import matplotlib

    buffer = io.StringIO()
    # The salt keeps the identifiers of several pictures on one page apart, and equal from run to run.
    style = matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": alt, "font.family": "sans-serif"})
    with style, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # the reader's browser has the fonts
        figure.savefig(buffer, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)  # nothing refers to groups, and they repeat in every picture
    svg = re.sub(r"(fill|stroke): (#[0-9a-f]{6})", lambda found: f"{found[1]}: {_of_the_page(found[2])}", svg)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{html.escape(alt)}" fill="currentColor" ', 1)


def _of_the_page(color: str) -> str:
    """The same in the page's colours: paper is not drawn, ink is that of the text, and greys are thin lines of it."""
    named = {known.lower(): variable for known, variable in PAGE_COLORS.items()}
    return named.get(color, "none" if color == "#ffffff" else "currentColor")


def thousands(value: float, _: object = None) -> str:
    """A number on an axis, as matplotlib's formatters want it.

    >>> thousands(12500.0), thousands(0.25)
    ('12,500', '0.25')
    """
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:g}"


def printable(labels: Sequence[str]) -> list[str]:
    """Labels that a picture can show: no control characters, not empty, not overlong.

    Labels that begin alike are cut in the middle, and numbered where that does not tell them apart either.

    >>> printable(["dog", "", "a\\nb", "w" * 99])
    ['dog', '∅', 'a·b', 'wwwwwwwwwwwwwwwwwwwwwww…']
    >>> printable(["Customer requests information on prices", "Customer requests information on dates"])
    ['Customer req…n on prices', 'Customer req…on on dates']
    """
    clean = [re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", "·", label) or "∅" for label in labels]
    return _told_apart(clean, _cut_at_the_end, _cut_in_the_middle, _numbered)


def isolated(label: str) -> str:
    """A label in a sentence: one that is written from right to left leaves the words around it in their order.

    >>> isolated("dog"), isolated("כלב") == "\N{FIRST STRONG ISOLATE}כלב\N{POP DIRECTIONAL ISOLATE}"
    ('dog', True)
    """
    if any(unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in label):
        return f"\N{FIRST STRONG ISOLATE}{label}\N{POP DIRECTIONAL ISOLATE}"
    return label


def legend_label(name: str) -> str:
    """A label for a legend, which matplotlib would else read as a formula or, behind an underscore, leave out.

    >>> legend_label("a$b"), len(legend_label("_a"))
    ('a\\\\$b', 3)
    """
    label = printable([name])[0].replace("$", r"\$")
    return f"\N{ZERO WIDTH SPACE}{label}" if label.startswith("_") else label


def _told_apart(labels: Sequence[str], *cuts: Callable[[str, int], str]) -> list[str]:
    """Each label by the first of `cuts` that gives no other label the same."""
    found = [""] * len(labels)
    left = list(range(len(labels)))
    for cut in cuts:
        for place in left:
            found[place] = cut(labels[place], place)
        names = {label: set[str]() for label in found}
        for label, name in zip(found, labels, strict=True):
            names[label].add(name)
        left = [place for place in left if len(names[found[place]]) > 1]
    return found


def _cut_at_the_end(label: str, _: int) -> str:
    return label if len(label) <= MAX_LABEL_LENGTH else label[: MAX_LABEL_LENGTH - 1] + "…"


def _cut_in_the_middle(label: str, _: int) -> str:
    half = MAX_LABEL_LENGTH // 2
    return label if len(label) <= MAX_LABEL_LENGTH else f"{label[:half]}…{label[1 - half :]}"


def _numbered(label: str, place: int) -> str:
    return _cut_at_the_end(f"{place + 1}: {label}", place)
