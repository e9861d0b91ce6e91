"""Where a model looked: a heat map of attention weights, drawn by hand, since matplotlib takes seconds for twenty."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from nlpseq.report.plots.drawing import Plot, printable

# Pixels: a cell, a letter of a label, the least room for labels.
CELL, LETTER, MARGIN = 20, 6.6, 26
SLANT = 0.87  # sine of the 60 degrees by which the labels of the columns are turned
LEAST = 0.02  # a weight below it is not seen


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
    mean = float(weights.max(axis=1).mean())
    title = f"An output token puts {mean:.0%} of its attention on one source token on average"
    left = MARGIN + LETTER * max(map(len, tgt))
    above = MARGIN + SLANT * LETTER * max(map(len, src))
    beside = 0.5 * LETTER * len(src[-1]) + CELL  # the last label leans out to the right
    width, height = left + CELL * len(src) + beside, above + CELL * len(tgt) + 4
    cells = "".join(_marks(src, tgt, weights, left, above))
    label = html.escape(alt)
    svg = (
        f'<svg role="img" aria-label="{label}" xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" '
        f'height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" font-size="12" '
        f'fill="currentColor">{cells}</svg>'
    )
    return Plot(title, alt, svg)


def _marks(
    src: Sequence[str], tgt: Sequence[str], weights: NDArray[np.floating], left: float, above: float
) -> Iterator[str]:
    for place, token in enumerate(src):
        x, y = left + CELL * (place + 0.6), above - 5
        yield f'<text x="{x:.0f}" y="{y:.0f}" transform="rotate(-60 {x:.0f} {y:.0f})">{html.escape(token)}</text>'
    for row, token in enumerate(tgt):
        y = above + CELL * row
        yield f'<text x="{left - 6:.0f}" y="{y + 14:.0f}" text-anchor="end">{html.escape(token)}</text>'
        for column in np.flatnonzero(weights[row] >= LEAST):
            share = weights[row, column]
            yield (
                f'<rect x="{left + CELL * column:.0f}" y="{y:.0f}" width="{CELL - 1}" height="{CELL - 1}" '
                f'fill-opacity="{share:.2f}"><title>{share:.0%}</title></rect>'
            )
    yield (
        f'<rect x="{left:.0f}" y="{above:.0f}" width="{CELL * len(src)}" height="{CELL * len(tgt)}" fill="none" '
        'stroke="currentColor" stroke-opacity=".4"/>'
    )
