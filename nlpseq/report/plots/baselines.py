"""A model's score beside what simple methods reach on the same test data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nlpseq.report.plots.drawing import BLUE, ORANGE, Plot, draw_svg, new_figure, printable


def baselines_plot(
    value: float,
    interval: Sequence[float] | None,
    baselines: Mapping[str, float],
    *,
    finding: str,
    axis: str,
    digits: int,
    higher_is_better: bool,
) -> Plot:
    """One row a system: the model with its interval first, then the baselines, the best of them first.

    >>> plot = baselines_plot(92.0, [91, 93], {"NB-SVM": 91.5}, finding="f", axis="Accuracy (%)",
    ...     digits=1, higher_is_better=True)
    >>> plot.alt
    'Accuracy (%): this model 92.0, 95% interval 91.0 to 93.0; NB-SVM 91.5'
    """
    ranked = sorted(baselines.items(), key=lambda pair: pair[1], reverse=higher_is_better)
    certain = f", 95% interval {interval[0]:.{digits}f} to {interval[1]:.{digits}f}" if interval else ""
    beside = [f"{name} {x:.{digits}f}" for name, x in ranked]
    alt = f"{axis}: " + "; ".join([f"this model {value:.{digits}f}{certain}", *beside])
    figure, axes = new_figure(6.4, 0.9 + 0.3 * (1 + len(ranked)))
    if interval:
        # The bootstrap's interval is not bound to contain the score itself, an error bar is.
        around = [[max(0.0, value - interval[0])], [max(0.0, interval[1] - value)]]
        axes.errorbar([value], [0], xerr=around, fmt="none", color="black", capsize=5)
        axes.axvspan(*interval, color="0.9", zorder=0)
    axes.plot([value], [0], "o", color=BLUE, markersize=8)
    axes.plot([x for _, x in ranked], range(1, 1 + len(ranked)), "D", color=ORANGE, markerfacecolor="white")
    for row, x in enumerate([value, *(x for _, x in ranked)]):
        # Below the marker, where no error bar runs through it.
        label = f"{x:.{digits}f}"
        axes.annotate(label, (x, row), xytext=(0, -5), textcoords="offset points", ha="center", va="top", size=8)
    names = printable(["this model", *(name for name, _ in ranked)])
    axes.set_yticks(range(len(names)), names, parse_math=False)
    axes.set_ylim(len(ranked) + 0.7, -0.6)
    axes.set_xlabel(axis + (", 95% interval" if interval else ""))
    axes.grid(axis="x", alpha=0.3)
    axes.margins(x=0.08)
    return Plot(finding, alt, draw_svg(figure, alt))
