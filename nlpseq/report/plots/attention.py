"""Where a model looked: a heat map of attention weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nlpseq.report.plots.drawing import Plot, draw_svg, fixed_figure, printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Inches: a cell, a letter of a label, the room of a name of an axis, the key beside the map. The labels are placed by
# hand, since to lay out forty of them takes matplotlib longer than to draw them, and a report has twenty maps.
CELL, LETTER, NAME, KEY, MARGIN = 0.19, 0.065, 0.25, 0.75, 0.1
SLANT = 0.87  # sine of the 60 degrees by which the labels below are turned
SIZE = 8


def attention_plot(src_tokens: Sequence[str], tgt_tokens: Sequence[str], weights: NDArray[np.floating]) -> Plot:
    """Where the model looked: one row for each output token; `weights` has shape (T, S), rows sum to 1.

    Raises:
        ValueError: `weights` does not have one row for each output token and one column for each source
            token.

    >>> weights = np.array([[0.9, 0.05, 0.05], [0.1, 0.2, 0.7]])
    >>> attention_plot(["the", "big", "dog"], ["der", "Hund"], weights).title
    'An output token puts 80% of its attention on one source token on average'
    """
    weights = np.asarray(weights, dtype=np.float64)
    if weights.shape != (len(tgt_tokens), len(src_tokens)) or not weights.size:
        raise ValueError(
            f"attention has shape {weights.shape} but there are {len(tgt_tokens)} output tokens "
            f"and {len(src_tokens)} source tokens"
        )
    src, tgt = printable(src_tokens), printable(tgt_tokens)
    pairs = [f"{token} from {src[int(row.argmax())]}" for token, row in zip(tgt, weights, strict=True)]
    alt = "Strongest source token of each output token: " + ", ".join(pairs)
    left = NAME + LETTER * max(map(len, tgt)) + MARGIN
    below = NAME + SLANT * LETTER * max(map(len, src)) + MARGIN
    map_width, map_height = CELL * len(src), max(CELL * len(tgt), 3 * CELL)
    width, height = max(left + map_width + KEY, 2.6), below + map_height + MARGIN
    figure = fixed_figure(width, height)
    axes = figure.add_axes((left / width, below / height, map_width / width, map_height / height))
    axes.imshow(weights, cmap="Greys", vmin=0, vmax=1, aspect="auto", interpolation="none")
    _label(axes, src, tgt)
    figure.text(MARGIN / width, (below + map_height / 2) / height, "Output token", rotation=90, va="center", size=SIZE)
    figure.text((left + map_width / 2) / width, MARGIN / height, "Source token", ha="center", size=SIZE)
    key = figure.add_axes(
        ((left + map_width + 0.15) / width, (below + map_height - 3 * CELL) / height, CELL / width, 3 * CELL / height)
    )
    key.imshow([[1.0], [0.5], [0.0]], cmap="Greys", vmin=0, vmax=1, aspect="auto", interpolation="none")
    key.set(xticks=[], yticks=[])
    for row, share in enumerate(("100%", "50%", "0%")):
        key.text(0.7, row, share, va="center", size=SIZE)
    mean = float(weights.max(axis=1).mean())
    title = f"An output token puts {mean:.0%} of its attention on one source token on average"
    return Plot(title, alt, draw_svg(figure, alt))


def _label(axes: Axes, src: Sequence[str], tgt: Sequence[str]) -> None:
    axes.set(xticks=[], yticks=[])
    # parse_math: a token with two dollar signs is text, not a formula.
    for place, token in enumerate(src):
        axes.annotate(
            token, (place, len(tgt) - 0.5), (3, -4), textcoords="offset points", rotation=60, ha="right", va="top",
            rotation_mode="anchor", size=SIZE, parse_math=False,
        )  # fmt: skip
    for place, token in enumerate(tgt):
        axes.annotate(
            token, (-0.5, place), (-4, 0), textcoords="offset points", ha="right", va="center", size=SIZE,
            parse_math=False,
        )  # fmt: skip
