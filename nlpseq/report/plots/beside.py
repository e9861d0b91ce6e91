"""Two runs in one picture: their learning curves over each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from nlpseq.report.plots.curves import MAX_CURVE_POINTS, Curves, CurveScore, points, time_axis
from nlpseq.report.plots.drawing import BLUE, ORANGE, Plot, draw_svg, legend_label, new_figure, thousands

# Told apart by line, marker and colour, in this order of importance: a page may be printed in black and white.
# The first is the thicker one, so that it is seen where both are equal.
STYLES = ((BLUE, "-", "o", 2.8), (ORANGE, "--", "s", 1.3))
MAX_MARKERS = 25


def curves_beside(runs: Mapping[str, Curves], scores: Sequence[CurveScore] = (), *, loss_unit: str) -> list[Plot]:
    """Validation loss, scores, learning rate and throughput of up to two runs, as far as there are numbers for them.

    >>> runs = {"a": {"step": np.array([1.0, 2.0]), "val_bleu": np.array([8.0, 31.0])},
    ...     "b": {"step": np.array([1.0, 2.0]), "val_bleu": np.array([9.0, 30.0])}}
    >>> [plot.title for plot in curves_beside(runs, [CurveScore("val_bleu", "BLEU")], loss_unit="nats per token")]
    ['Validation BLEU is at its best 31.0 for a, 30.0 for b']
    """
    loss = "validation" if any(len(points(curves, "val_loss")[0]) for curves in runs.values()) else "training"
    column = "val_loss" if loss == "validation" else "train_loss"
    plots = _overlaid(
        runs, column, axis=f"{loss.capitalize()} loss ({loss_unit})",
        finding=lambda found: f"{loss.capitalize()} loss is at its lowest {_listed(found, np.min, '{:.3g}'.format)}",
    )  # fmt: skip
    for score in scores:
        plots += _overlaid(
            runs, score.column, scale=score.scale, axis=f"Validation {score.name} ({score.unit or '0 to 100'})",
            finding=partial(_best_score, score=score),
        )  # fmt: skip
    plots += _overlaid(
        runs, "lr", axis="Learning rate",
        finding=lambda found: f"The learning rate is at its highest {_listed(found, np.max, '{:.2g}'.format)}",
    )  # fmt: skip
    return plots + _overlaid(
        runs, "tokens_per_second", axis="Tokens a second", from_zero=True,
        finding=lambda found: f"Tokens a second in training, median: {_listed(found, np.median, '{:,.0f}'.format)}",
    )  # fmt: skip


ByRun = Mapping[str, np.ndarray]


def _overlaid(
    runs: Mapping[str, Curves],
    column: str,
    *,
    finding: Callable[[ByRun], str],
    axis: str,
    scale: float = 1.0,
    from_zero: bool = False,
) -> list[Plot]:
    # Minutes and steps have no place on one axis.
    units = {time_axis(curves)[0] for curves in runs.values()}
    if len(units) > 1:
        runs = {name: {key: curves[key] for key in curves if key != "minutes"} for name, curves in runs.items()}
    found = {name: scale * values for name, curves in runs.items() if len(values := points(curves, column)[1])}
    if not found:
        return []
    figure, axes = new_figure()
    for (name, curves), (color, line, marker, width) in zip(runs.items(), STYLES, strict=False):
        if name not in found:
            continue
        time, values = points(curves, column)[0], found[name]
        keep = np.unique(np.linspace(0, len(values) - 1, MAX_CURVE_POINTS).round().astype(int))
        axes.plot(
            time[keep], values[keep], line, color=color, linewidth=width, marker=marker, markersize=3 + width,
            markevery=max(1, len(keep) // MAX_MARKERS), label=legend_label(name),
        )  # fmt: skip
    axes.legend(frameon=False)
    axes.set_xlabel("Training time (minutes)" if units == {"minutes"} else "Optimizer step")
    axes.set_ylabel(axis)
    axes.xaxis.set_major_formatter(thousands)
    axes.yaxis.set_major_formatter(thousands)
    if from_zero:
        axes.set_ylim(0, 1.1 * axes.get_ylim()[1])
    axes.grid(alpha=0.8)
    alt = f"{axis} over training time: " + "; ".join(
        f"{name} from {values[0]:.4g} to {values[-1]:.4g}, lowest {values.min():.4g}, highest {values.max():.4g}"
        for name, values in found.items()
    )
    return [Plot(finding(found), alt, draw_svg(figure, alt))]


def _best_score(found: ByRun, *, score: CurveScore) -> str:
    return f"Validation {score.name} is at its best {_listed(found, np.max, ('{:.1f}' + score.unit).format)}"


def _listed(found: ByRun, figure: Callable[..., float], show: Callable[[float], str]) -> str:
    return ", ".join(f"{show(figure(values))} for {name}" for name, values in found.items())
