"""Gradients over distance and over training: panels on a log axis, each line named where it ends."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpseq.report.plots.drawing import BLUE, ORANGE, Plot, draw_svg, empty_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STYLES = ((BLUE, "-"), ("#009E73", "--"), (ORANGE, "-."), ("black", ":"))
WIDTH, HEIGHT = 5.2, 3.2  # inches of a panel
# What is smaller or larger leaves its panel: with more decades the first tokens could not be told apart.
SMALLEST, LARGEST = 1e-8, 1e8
# Least distance of two names above each other, as a share of the panel's height.
NAME_GAP = 0.09
LOWEST_NAME = 0.05
# Lines that end so near to each other, as a share of the panel's width, have their names above each other; those that
# end beyond the margin have them beside the panel.
NEAR, MARGIN = 0.15, 0.88
TITLE_WIDTH = 64  # characters of a panel's title on a line


class _End(NamedTuple):
    """Where a line is last seen in its panel, as shares of the panel's width and height."""

    x: float
    height: float
    name: str
    color: str


class Panel(NamedTuple):
    """One panel: up to four `lines` by name, each over `first`, `first` + 1, ...; `mark` is a value and what it is."""

    title: str
    lines: dict[str, NDArray[np.float64]]
    x_label: str
    y_label: str
    mark: tuple[float, str]
    first: int = 0


def gradient_plot(title: str, rows: Sequence[Sequence[Panel]]) -> Plot:
    """All panels in one picture, as many in each row; those of a row share their y axis.

    Zeros and what is not finite are left out, for a log axis has no place for them.

    >>> panel = Panel("It halves", {"relu": np.array([1.0, 0.5, 0.25])}, "Distance", "Left", (0.01, "1%"))
    >>> gradient_plot("A gradient fades", [[panel]]).alt
    'It halves: relu from 1 to 0.25'
    """
    columns = len(rows[0])
    figure = empty_figure(WIDTH * columns, HEIGHT * len(rows))
    grid = figure.subplots(len(rows), columns, squeeze=False)
    for panels, places in zip(rows, grid, strict=True):
        limits = _limits(panels)
        for panel, axes in zip(panels, places, strict=True):
            _draw(axes, panel, limits)
    alt = ". ".join(_in_words(panel) for panels in rows for panel in panels)
    return Plot(title, alt, draw_svg(figure, alt))


def _in_words(panel: Panel) -> str:
    words = [
        f"{name} from {line[0]:.2g} to {line[-1]:.2g}" if np.isfinite(line).all() else f"{name} not finite"
        for name, line in panel.lines.items()
    ]
    return f"{'. '.join(panel.title.splitlines())}: {', '.join(words)}"


def _limits(panels: Sequence[Panel]) -> tuple[float, float]:
    """The powers of ten around all that the panels show."""
    lines = [line for panel in panels for line in panel.lines.values()]
    values = np.concatenate([*lines, [panel.mark[0] for panel in panels]])
    shown = np.clip(values[np.isfinite(values) & (values > 0)], SMALLEST, LARGEST)
    low, high = math.floor(np.log10(shown.min())), math.ceil(np.log10(shown.max()))
    return 10.0**low, 10.0 ** max(high, low + 1)


def _draw(axes: Axes, panel: Panel, limits: tuple[float, float]) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

    axes.set_yscale("log")
    axes.set_ylim(*limits)
    axes.set_xlim(panel.first, panel.first + max(1, *(len(line) - 1 for line in panel.lines.values())))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.yaxis.set_major_locator(LogLocator(numticks=7))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.grid(alpha=0.3)
    for line, (color, style) in zip(panel.lines.values(), STYLES, strict=False):
        shown = np.where(np.isfinite(line) & (line > 0), line, np.nan)
        axes.plot(panel.first + np.arange(len(line)), shown, style, color=color)
    value, name = panel.mark
    axes.axhline(value, color="grey", linewidth=1)
    axes.text(
        0.98, value, name, transform=axes.get_yaxis_transform(), ha="right", va="bottom", color="dimgrey", fontsize=8
    )
    _name_lines(axes, panel)
    title = "\n".join(textwrap.fill(line, TITLE_WIDTH) for line in panel.title.splitlines())
    axes.set_title(title, fontsize=10, loc="left")
    axes.set_xlabel(panel.x_label)
    axes.set_ylabel(panel.y_label)


def _name_lines(axes: Axes, panel: Panel) -> None:
    """Each name where its line is last seen: beside the panel, or inside, where the line leaves it or stops."""
    low, high = np.log10(axes.get_ylim())
    width = axes.get_xlim()[1] - panel.first
    ends = []
    for (name, line), (color, _) in zip(panel.lines.items(), STYLES, strict=False):
        heights = (np.log10(line, out=np.full(len(line), np.nan), where=line > 0) - low) / (high - low)
        seen = np.flatnonzero((heights >= 0) & (heights <= 1))
        if seen.size:
            ends.append(_End(float(seen[-1] / width), float(heights[seen[-1]]), name, color))
    _write_names(axes, 1.03, sorted((end for end in ends if end.x > MARGIN), key=lambda end: end.height))
    groups: list[list[_End]] = []
    for end in sorted(end for end in ends if end.x <= MARGIN):
        if groups and end.x - groups[-1][-1].x < NEAR:
            groups[-1].append(end)
        else:
            groups.append([end])
    for group in groups:
        _write_names(axes, group[-1].x + 0.03, group)


def _write_names(axes: Axes, x: float, group: Sequence[_End]) -> None:
    """Names above each other at `x`, from the lowest up, with a thin line to the end of each one's own."""
    places: list[float] = []
    for end in group:
        places.append(max(end.height, places[-1] + NAME_GAP if places else LOWEST_NAME))
    # As far below the lines as above them, where there is room.
    excess = sum(place - end.height for place, end in zip(places, group, strict=True)) / max(1, len(group))
    shift = min([excess, *(place - LOWEST_NAME for place in places[:1])])
    for place, end in zip(places, group, strict=True):
        axes.annotate(
            end.name, (end.x, end.height), (x, place - shift), "axes fraction", "axes fraction",
            arrowprops={"arrowstyle": "-", "color": end.color, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 0},
            va="center", color=end.color, annotation_clip=False,
        )  # fmt: skip
