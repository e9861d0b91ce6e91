"""Where a model looked: a heat map of attention weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlpseq.evaluation.plots.drawing import Plot, draw_svg, new_figure, printable


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
    width = 1.6 + 0.3 * len(src) + 0.09 * max(map(len, tgt))
    figure, axes = new_figure(width, 1.0 + 0.26 * len(tgt) + 0.09 * max(map(len, src)))
    image = axes.imshow(weights, cmap="Greys", vmin=0, vmax=1, aspect="auto", interpolation="none")
    figure.colorbar(image, ax=axes, label="Weight (0 to 1)")
    # parse_math: a token with two dollar signs is text, not a formula.
    axes.set_xticks(range(len(src)), src, rotation=60, ha="right", rotation_mode="anchor", parse_math=False)
    axes.set_yticks(range(len(tgt)), tgt, parse_math=False)
    axes.set_xlabel("Source token")
    axes.set_ylabel("Output token")
    mean = float(weights.max(axis=1).mean())
    title = f"An output token puts {mean:.0%} of its attention on one source token on average"
    return Plot(title, alt, draw_svg(figure, alt))
