"""Whether a classifier's probabilities can be believed: the reliability diagram (Guo et al. 2017, section 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from nlpseq.counting import counted, plural
from nlpseq.report.plots.drawing import BLUE, ORANGE, WIDTH, Plot, draw_svg, empty_figure


class Reliability(NamedTuple):
    """The expected calibration error, 0 to 1, and its bins: mappings with `low`, `high`, `count`, `confidence` and
    `accuracy`, the last two None where `count` is 0; the error's 95% `interval` if it is known."""

    error: float
    bins: Sequence[Mapping[str, Any]]
    interval: Sequence[float] | None = None


class Decisions(NamedTuple):
    """What has a probability, in words: an item that is decided, what is true of some of them, as a title and in a
    sentence, and the probability, as a title, in a sentence and in one word."""

    item: str
    true: str
    is_true: str
    confidence: str
    probability: str
    word: str


CLASSES = Decisions(
    "text", "Accuracy", "right", "Confidence: probability of the chosen class", "probability of the chosen class",
    "confidence",
)  # fmt: skip
LABELS = Decisions(
    "pair", "Labels that apply", "apply", "Probability of a label", "probability of a label",
    "probability",
)  # fmt: skip


def reliability_plot(after: Reliability, before: Reliability | None = None, decisions: Decisions = CLASSES) -> Plot:
    """Accuracy against confidence with, if it is known, what it was before calibration, and how many texts are where.

    >>> half = [{"low": 0.5, "high": 1.0, "count": 4, "confidence": 0.9, "accuracy": 0.75}]
    >>> reliability_plot(Reliability(0.15, half)).title
    'The probability of the chosen class is off by 15.0 percentage points on average'
    """
    series = [("after calibration" if before else "this model", after, BLUE, "o", "-")]
    if before:
        series.append(("before calibration", before, ORANGE, "s", "--"))
    described = ". ".join(_described(name, curve, decisions) for name, curve, *_ in series)
    alt = f"{decisions.true} by {decisions.word}. {described}"
    figure = empty_figure(WIDTH, 3.6)
    axes, below = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    axes.plot([0, 100], [0, 100], ":", color="black", label="probability as it should be")
    for name, curve, color, marker, line in series:
        filled = [entry for entry in curve.bins if entry["count"]]
        axes.plot(
            [100 * entry["confidence"] for entry in filled],
            [100 * entry["accuracy"] for entry in filled],
            marker + line, color=color, markersize=5, label=name,
        )  # fmt: skip
        edges = [100 * entry["low"] for entry in curve.bins] + [100 * curve.bins[-1]["high"]]
        counts = np.array([entry["count"] for entry in curve.bins])
        below.stairs(100 * counts / counts.sum(), edges, color=color, linestyle=line)
    least = min(entry["low"] for _, curve, *_ in series for entry in curve.bins if entry["count"])
    axes.set_xlim(100 * least, 101)
    axes.set_ylim(0, 102)
    axes.set_ylabel(f"{decisions.true} (%)")
    below.set_ylabel(f"{plural(decisions.item).capitalize()} (%)")
    below.set_xlabel(f"{decisions.confidence} (%)")
    axes.grid(alpha=0.8)
    figure.legend(frameon=False, loc="outside upper center", ncols=2, fontsize=8)
    return Plot(_finding(after, before, decisions), alt, draw_svg(figure, alt))


def _finding(after: Reliability, before: Reliability | None, decisions: Decisions) -> str:
    if before is None:
        return f"The {decisions.probability} is off by {100 * after.error:.1f} percentage points on average"
    if abs(after.error - before.error) < 0.0005:
        return f"Calibration leaves the calibration error at {100 * after.error:.1f} percentage points"
    if after.interval and after.interval[0] <= before.error <= after.interval[1]:
        return (
            f"Calibration does not clearly change the calibration error: {100 * before.error:.1f} percentage points "
            f"before, {100 * after.error:.1f} after"
        )
    verb = "lowers" if after.error < before.error else "raises"
    return (
        f"Calibration {verb} the calibration error from {100 * before.error:.1f} "
        f"to {100 * after.error:.1f} percentage points"
    )


def _described(name: str, curve: Reliability, decisions: Decisions) -> str:
    bins = "; ".join(
        f"at {entry['confidence']:.0%} {decisions.word} {entry['accuracy']:.0%} {decisions.is_true} of "
        f"{counted(entry['count'], decisions.item)}"
        for entry in curve.bins
        if entry["count"]
    )
    return f"{name[0].upper()}{name[1:]}: {bins}"
