"""How a score changes with the length of the text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from nlpseq.report.plots.drawing import BLUE, Plot, draw_svg, new_figure

HIGH = 50  # where all scores are above it, the axis does not begin at 0


class LengthBucket(NamedTuple):
    """The score, with its 95% interval if it has one, of the `texts` texts of a length from `shortest` to `longest`."""

    shortest: int
    longest: int
    texts: int
    score: float
    low: float | None
    high: float | None

    @property
    def ends(self) -> tuple[float, float]:
        """The interval; the score itself where there is none."""
        return (self.score, self.score) if self.low is None or self.high is None else (self.low, self.high)

    def shown_interval(self) -> str:
        """The interval in words for people.

        >>> LengthBucket(4, 4, 12, 31.0, 28.5, 33.5).shown_interval()
        '28.5 to 33.5'
        >>> LengthBucket(4, 4, 1, 0.0, None, None).shown_interval()
        'not known'
        """
        return "not known" if self.low is None else f"{self.low:.1f} to {self.high:.1f}"

    @property
    def label(self) -> str:
        """The range of lengths in words for people.

        >>> LengthBucket(4, 4, 12, 31.0, 28.5, 33.5).label
        '4'
        """
        return str(self.shortest) if self.shortest == self.longest else f"{self.shortest}–{self.longest}"


def length_plot(buckets: Sequence[LengthBucket], *, score: str, scale: str, texts: str, unit: str) -> Plot:
    """`score`, 0 to 100 in the unit `scale`, with its interval by the length of `texts`, counted in `unit`.

    >>> buckets = [LengthBucket(1, 5, 9, 40.0, 36.0, 44.0), LengthBucket(6, 20, 9, 30.0, 27.0, 33.0)]
    >>> length_plot(buckets, score="BLEU", scale="0 to 100", texts="sources", unit="words").title
    'BLEU is 10.0 lower on the longest sources (6–20 words) than on the shortest (1–5)'
    """
    alt = f"{score} ({scale}) by length of the {texts}: " + "; ".join(
        f"{bucket.label} {unit} ({bucket.texts} {texts}) {bucket.score:.1f}, interval {bucket.shown_interval()}"
        for bucket in buckets
    )
    figure, axes = new_figure()
    scores = np.array([bucket.score for bucket in buckets])
    # The bootstrap's interval is not bound to contain the score itself, an error bar is.
    below = np.maximum(scores - [bucket.ends[0] for bucket in buckets], 0)
    above = np.maximum([bucket.ends[1] for bucket in buckets] - scores, 0)
    places = range(len(buckets))
    axes.errorbar(places, scores, yerr=[below, above], fmt="o", color=BLUE, ecolor="black", capsize=5)
    axes.set_xticks(places, [f"{bucket.label}\nn = {bucket.texts:,}" for bucket in buckets], size=9)
    axes.set_xlim(-0.5, len(buckets) - 0.5)
    axes.set_ylim(_limits(float((scores - below).min()), float((scores + above).max())))
    axes.grid(axis="y", alpha=0.3)
    axes.set_xlabel(f"Length of the {texts} ({unit})")
    axes.set_ylabel(f"{score} ({scale}), 95% interval")
    return Plot(_finding(buckets, score, texts, unit), alt, draw_svg(figure, alt))


def _limits(low: float, high: float) -> tuple[float, float]:
    """From 0 on, unless all that is to be seen is far above it; no score goes beyond 100."""
    least, most = (0.0, max(1.0, 1.1 * high)) if low < HIGH else (10 * (low // 10), 10 * (high // 10) + 10)
    return least, min(most, 101.0)


def _finding(buckets: Sequence[LengthBucket], score: str, texts: str, unit: str) -> str:
    first, last = buckets[0], buckets[-1]
    if len(buckets) == 1:
        return f"{score} is {first.score:.1f}; all {texts} have about the same length ({first.label} {unit})"
    if first.ends[0] <= last.ends[1] and last.ends[0] <= first.ends[1]:
        return f"{score} shows no clear difference between the shortest and the longest {texts}"
    change = "lower" if last.score < first.score else "higher"
    return (
        f"{score} is {abs(last.score - first.score):.1f} {change} on the longest {texts} "
        f"({last.label} {unit}) than on the shortest ({first.label})"
    )
