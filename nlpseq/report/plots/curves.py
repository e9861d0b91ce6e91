"""Learning curves from `curves.csv`: losses, scores, learning rate and throughput over training time."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpseq.errors import UserError
from nlpseq.report.plots.drawing import BLUE, ORANGE, Plot, draw_svg, new_figure, thousands

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TIME_COLUMNS = ("step", "minutes")
OTHER_COLUMNS = ("train_loss", "lr", "tokens_per_second")
MAX_CURVE_POINTS = 500
STEPS_APART = 0.15  # of the width, at least, between two numbers of steps

Numbers = NDArray[np.float64]
Curves = dict[str, Numbers]


class CurveScore(NamedTuple):
    """A column of `curves.csv` that is a score: higher is better, and `scale` times the number is shown.

    >>> CurveScore("val_accuracy", "accuracy", scale=100, unit="%").show(0.917)
    '91.7%'
    """

    column: str
    name: str
    scale: float = 1.0
    unit: str = ""

    def show(self, value: float) -> str:
        """The value in words."""
        return f"{self.scale * value:.1f}{self.unit}"


class Line(NamedTuple):
    """How one column is drawn."""

    column: str
    label: str
    color: str
    style: str
    marker: str
    scale: float = 1.0


def read_curves(path: str | Path) -> Curves:
    """The known columns of a `curves.csv` and all named `val_...`, each (rows,), NaN where a row has no such number.

    Raises:
        UserError: no such file, neither a column `step` nor `minutes`, or a cell that is not a number.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "curves.csv"
    >>> _ = path.write_text("step,train_loss,val_bleu,note\\n10,4.5,,a\\n20,3.5,31.0,b\\n")
    >>> read_curves(path)["val_bleu"].tolist()
    [nan, 31.0]
    """
    try:
        with open(path, encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            present = reader.fieldnames or ()
            rows = [(reader.line_num, row) for row in reader]
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; train first, or leave the learning curves out") from None
    if not set(TIME_COLUMNS) & set(present):
        raise UserError(f"{path}: needs a column named step or minutes")
    columns = [name for name in present if name in TIME_COLUMNS + OTHER_COLUMNS or name.startswith("val_")]
    return {
        name: np.array([_number(row[name], f"{path}, line {line}, column {name}") for line, row in rows])
        for name in columns
    }


def learning_curves(curves: Curves, scores: Sequence[CurveScore] = (), *, loss_unit: str) -> list[Plot]:
    """Losses, scores, learning rate and throughput over time, as far as there are numbers for them.

    >>> curves = {"step": np.array([10.0, 20.0, 30.0]), "val_bleu": np.array([8.0, 31.0, 29.5])}
    >>> [plot.title for plot in learning_curves(curves, [CurveScore("val_bleu", "BLEU")], loss_unit="nats per token")]
    ['Validation BLEU is highest, 31.0, at step 20 and 29.5 at the end']
    """
    losses = [
        Line("train_loss", "training", BLUE, "-", ""),
        Line("val_loss", "validation", ORANGE, "--", "o"),
    ]
    plots = _curve_plot(curves, losses, finding=_loss_finding(curves), axis=f"Loss ({loss_unit})")
    for score in scores:
        line = Line(score.column, "validation", ORANGE, "--", "o", score.scale)
        axis = f"{score.name[0].upper()}{score.name[1:]} ({score.unit or '0 to 100'})"
        plots += _curve_plot(curves, [line], finding=_score_finding(curves, score), axis=axis)
    rate = [Line("lr", "learning rate", BLUE, "-", "")]
    plots += _curve_plot(curves, rate, finding=_rate_finding(curves), axis="Learning rate")
    what = "characters" if loss_unit.endswith("per character") else "tokens"  # which of them the network reads
    speed = [Line("tokens_per_second", "throughput", BLUE, "-", "")]
    plots += _curve_plot(
        curves, speed, finding=_speed_finding(curves, what), axis=f"{what.capitalize()} a second", from_zero=True
    )
    return plots


def _number(cell: str | None, place: str) -> float:
    # A run that was stopped while writing leaves a last line with cells missing.
    if cell is None or not cell.strip():
        return math.nan
    try:
        return float(cell)
    except ValueError:
        raise UserError(f"{place}: {cell!r} is not a number; correct or delete the line") from None


def time_axis(curves: Curves) -> tuple[str, Numbers]:
    """The name, "minutes" or "step", and the values of what the curves are drawn over."""
    minutes = curves.get("minutes")
    if minutes is not None and np.isfinite(minutes).any():
        return "minutes", minutes
    return "step", curves.get("step", np.array([]))


def points(curves: Curves, column: str) -> tuple[Numbers, Numbers]:
    """Times and values of a column where it has any; in minutes where these are known, else in steps."""
    _, time = time_axis(curves)
    values = curves.get(column, np.full_like(time, np.nan))
    there = np.isfinite(time) & np.isfinite(values)
    return time[there], values[there]


def _when(curves: Curves, time: float) -> str:
    unit, _ = time_axis(curves)
    if unit == "step":
        return f"at step {time:,.0f}"
    return f"after {time:.1f} minutes" if time >= 1 else f"after {60 * time:.0f} seconds"


def _loss_finding(curves: Curves) -> str:
    time, loss = points(curves, "val_loss")
    if len(loss):
        best, form = int(loss.argmin()), ".2f" if loss.min() >= 0.1 else ".2g"
        return _extreme_finding(curves, "Validation loss is lowest", time, best, shown=[f"{x:{form}}" for x in loss])
    time, loss = points(curves, "train_loss")
    if not len(loss):
        return ""
    return f"Training loss goes from {loss[0]:.2f} to {loss[-1]:.2f} {_when(curves, time[-1])}"


def _score_finding(curves: Curves, score: CurveScore) -> str:
    time, values = points(curves, score.column)
    if not len(values):
        return ""
    best = int(values.argmax())
    return _extreme_finding(
        curves, f"Validation {score.name} is highest", time, best, shown=list(map(score.show, values))
    )


def _extreme_finding(curves: Curves, extreme: str, time: Numbers, best: int, *, shown: Sequence[str]) -> str:
    when = _when(curves, time[best])
    if best == len(time) - 1:
        return f"{extreme}, {shown[best]}, at the end, {when}"
    end = "again" if shown[-1] == shown[best] else shown[-1]
    return f"{extreme}, {shown[best]}, {when} and {end} at the end"


def _rate_finding(curves: Curves) -> str:
    time, rate = points(curves, "lr")
    if not len(rate):
        return ""
    if rate.min() == rate.max():
        return f"The learning rate is {rate[0]:.2g} all the time"
    highest = int(rate.argmax())
    return (
        f"The learning rate is highest, {rate[highest]:.2g}, {_when(curves, time[highest])} and ends at {rate[-1]:.2g}"
    )


def _speed_finding(curves: Curves, what: str) -> str:
    _, speed = points(curves, "tokens_per_second")
    return f"Training reads {np.median(speed):,.0f} {what} a second in the median" if len(speed) else ""


def _curve_plot(
    curves: Curves, lines: Sequence[Line], *, finding: str, axis: str, from_zero: bool = False
) -> list[Plot]:
    if not finding:
        return []
    figure, axes = new_figure()
    described = []
    for line in lines:
        time, values = points(curves, line.column)
        if not len(values):
            continue
        values = line.scale * values
        keep = np.unique(np.linspace(0, len(values) - 1, MAX_CURVE_POINTS).round().astype(int))
        # A line of one point cannot be seen without a marker.
        marker = line.marker or ("." if len(values) == 1 else "")
        axes.plot(time[keep], values[keep], line.style, color=line.color, marker=marker, markersize=4, label=line.label)
        described.append(
            f"{line.label} from {values[0]:.4g} to {values[-1]:.4g}, "
            f"lowest {values.min():.4g}, highest {values.max():.4g}"
        )
    if len(described) > 1:
        axes.legend(frameon=False)
    axes.set_ylabel(axis)
    axes.yaxis.set_major_formatter(thousands)
    if from_zero:
        axes.set_ylim(0, 1.1 * axes.get_ylim()[1])
    axes.grid(alpha=0.8)
    _label_time(axes, curves)
    alt = f"{axis} over training time: " + "; ".join(described)
    return [Plot(finding, alt, draw_svg(figure, alt))]


def _label_time(axes: Axes, curves: Curves) -> None:
    """Minutes below and steps above, or what there is of both."""
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(nbins=6))
    name, time = time_axis(curves)
    axes.set_xlabel("Training time (minutes)" if name == "minutes" else "Optimizer step")
    steps = curves.get("step")
    if name != "minutes" or steps is None:
        return
    both = np.isfinite(time) & np.isfinite(steps)
    time, steps = time[both], steps[both]
    if len(time) < 2 or (np.diff(time) < 0).any() or (np.diff(steps) < 0).any() or steps[0] == steps[-1]:
        return
    ticks = MaxNLocator(nbins=5, integer=True).tick_values(steps[0], steps[-1])
    ticks = ticks[(ticks >= steps[0]) & (ticks <= steps[-1])]
    above = axes.twiny()
    above.set_xlim(axes.get_xlim())
    # Where a training was slow for a while, numbers of equal distance would lie on each other.
    apart, kept = STEPS_APART * float(np.ptp(axes.get_xlim())), dict[float, str]()
    for tick, place in zip(ticks, np.interp(ticks, steps, time), strict=True):
        if not kept or place - max(kept) >= apart:
            kept[place] = f"{tick:,.0f}"
    above.set_xticks(list(kept), list(kept.values()))
    above.set_xlabel("Optimizer step")
