"""Gradients over distance and over training: panels on a log axis, each line named where it ends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpseq.evaluation.plots.drawing import BLUE, ORANGE, Plot, draw_svg, empty_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STYLES = ((BLUE, "-"), ("#009E73", "--"), (ORANGE, "-."), ("black", ":"))
WIDTH, HEIGHT = 5.2, 3.2  # inches of a panel
# What is smaller or larger leaves its panel: with more decades the first tokens could not be told apart.
SMALLEST, LARGEST = 1e-6, 1e6
# Least distance of two names above each other, as a share of the panel's height.
NAME_GAP = 0.09


class Panel(NamedTuple):
    """One panel: up to four `lines` by name, each over `first`, `first` + 1, ...; `mark` is a value and what it is."""

    title: str
    lines: dict[str, NDArray[np.float64]]
    x_label: str
    y_label: str
    mark: tuple[float, str]
    first: int = 0


def gradient_plot(title: str, rows: Sequence[Sequence[Panel]]) -> Plot:
    """All panels in one picture; those of a row share their y axis.

    Zeros and what is not finite are left out, for a log axis has no place for them.

    >>> panel = Panel("It halves", {"relu": np.array([1.0, 0.5, 0.25])}, "Distance", "Left", (0.01, "1%"))
    >>> gradient_plot("A gradient fades", [[panel]]).alt
    'It halves: relu from 1 to 0.25'
    """
    figure = empty_figure(WIDTH * max(map(len, rows)), HEIGHT * len(rows))
    grid = figure.subplots(len(rows), max(map(len, rows)), squeeze=False)
    for panels, places in zip(rows, grid, strict=True):
        limits = _limits(panels)
        for panel, axes in zip(panels, places, strict=True):
            _draw(axes, panel, limits)
    alt = ". ".join(_in_words(panel) for panels in rows for panel in panels)
    return Plot(title, alt, draw_svg(figure, alt))


def _in_words(panel: Panel) -> str:
    ends = [f"{name} from {line[0]:.2g} to {line[-1]:.2g}" for name, line in panel.lines.items() if len(line)]
    return f"{' '.join(panel.title.split())}: {', '.join(ends)}"


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
    axes.set_title(panel.title, fontsize=10, loc="left")
    axes.set_xlabel(panel.x_label)
    axes.set_ylabel(panel.y_label)


def _name_lines(axes: Axes, panel: Panel) -> None:
    """Each name where its line is last seen: beside the panel, or inside where the line leaves it or ends."""
    low, high = np.log10(axes.get_ylim())
    width = axes.get_xlim()[1] - panel.first
    ends = []
    for (name, line), (color, _) in zip(panel.lines.items(), STYLES, strict=False):
        heights = (np.log10(line, out=np.full(len(line), np.nan), where=line > 0) - low) / (high - low)
        seen = np.flatnonzero((heights >= 0) & (heights <= 1))
        if seen.size:
            ends.append((float(seen[-1] / width), float(heights[seen[-1]]), name, color))
    beside = sorted((end for end in ends if end[0] == 1), key=lambda end: end[1])
    lowest = 0.0
    for _, height, name, color in beside:
        place = max(lowest, height)
        axes.text(1.02, place, name, transform=axes.transAxes, va="center", color=color)
        lowest = place + NAME_GAP
    before, steps = -1.0, 0
    for x, height, name, color in sorted(end for end in ends if end[0] < 1):
        steps = steps + 1 if x - before < 0.15 else 0
        before = x
        place = min(height + 0.03, 0.9) + NAME_GAP * steps
        axes.text(x + 0.02, place, name, transform=axes.transAxes, color=color)
