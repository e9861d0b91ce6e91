"""How much of a text is copied from another: the share of its n-grams that stand there, by n."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from nlpseq.report.plots.drawing import BLUE, ORANGE, Plot, draw_svg, new_figure, printable

STYLES = ((BLUE, "o-"), (ORANGE, "s--"), ("black", "^:"), ("0.5", "D-."))


def copying_plot(copied: Mapping[str, Sequence[float | None]]) -> Plot:
    """Shares, 0 to 1, of the 1-grams, 2-grams and so on that are copied, None where there are none of a length.

    One line for each of up to four names.

    >>> copying_plot({"summaries": [0.9, 0.5], "references": [0.7, None]}).title
    'Of their words, the summaries copy 90%, the references 70% from the document'
    """
    figure, axes = new_figure()
    labels = printable(list(copied))
    for label, shares, (color, style) in zip(labels, copied.values(), STYLES, strict=False):
        percents = [math.nan if share is None else 100 * share for share in shares]
        axes.plot(range(1, 1 + len(shares)), percents, style, color=color, label=label)
    axes.legend(frameon=False)
    axes.set_ylim(0, 102)
    axes.set_xticks(range(1, 1 + max(map(len, copied.values()))))
    axes.set_xlabel("Words of the n-gram")
    axes.set_ylabel("Copied from the document (%)")
    axes.grid(alpha=0.8)
    alt = "Copied n-grams (%), n from 1 on: " + "; ".join(
        f"{name} " + ", ".join("none" if share is None else f"{100 * share:.0f}" for share in shares)
        for name, shares in copied.items()
    )
    return Plot(_finding(copied), alt, draw_svg(figure, alt))


def _finding(copied: Mapping[str, Sequence[float | None]]) -> str:
    words = [(name, shares[0]) for name, shares in copied.items() if shares[0] is not None]
    if not words:
        return "There is not a word that could be copied"
    (first, share), *others = words
    beside = "".join(f", the {name} {other:.0%}" for name, other in others)
    return f"Of their words, the {first} copy {share:.0%}{beside} from the document"
