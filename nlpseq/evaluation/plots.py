"""The pictures of a report as inline SVG: learning curves, BLEU by source length, attention.

Each title states what the picture shows to be true. Colours are Okabe and Ito's, told apart by colour-blind
readers; line styles and markers differ as well, for prints in black and white.
"""

from __future__ import annotations

import csv
import html
import io
import math
import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpseq.errors import UserError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE = "#0072B2", "#D55E00"
CURVE_COLUMNS = ("step", "minutes", "train_loss", "val_loss", "val_bleu")
MAX_CURVE_POINTS = 500
MAX_TOKEN_LENGTH = 20
Curves = dict[str, NDArray[np.float64]]


class Plot(NamedTuple):
    """One picture: `title` states the finding, `alt` describes it in words, `svg` is an `<svg>` element."""

    title: str
    alt: str
    svg: str


class LengthBucket(NamedTuple):
    """BLEU of the sentences whose sources have a length from `shortest` to `longest`."""

    shortest: int
    longest: int
    sentences: int
    bleu: float
    low: float
    high: float

    @property
    def label(self) -> str:
        """The range of lengths in words for people.

        >>> LengthBucket(4, 4, 12, 31.0, 28.5, 33.5).label
        '4'
        """
        return str(self.shortest) if self.shortest == self.longest else f"{self.shortest}–{self.longest}"


def read_curves(path: str | Path) -> Curves:
    """The known columns of a `curves.csv`, each (rows,), NaN where a row has no such number.

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
    columns = [name for name in CURVE_COLUMNS if name in present]
    if not {"step", "minutes"} & set(columns):
        raise UserError(f"{path}: needs a column named step or minutes")
    return {
        name: np.array([_number(row[name], f"{path}, line {line}, column {name}") for line, row in rows])
        for name in columns
    }


def learning_curves(curves: Curves) -> list[Plot]:
    """Loss over time and validation BLEU over time, as far as there are numbers for them.

    >>> steps = np.array([10.0, 20.0, 30.0])
    >>> [plot.title for plot in learning_curves({"step": steps, "val_bleu": np.array([8.0, 31.0, 29.5])})]
    ['Validation BLEU is highest, 31.0, at step 20 and 29.5 at the end']
    """
    losses = {"train_loss": ("training", BLUE, "-", ""), "val_loss": ("validation", ORANGE, "--", "o")}
    bleu = {"val_bleu": ("validation", ORANGE, "--", "o")}
    return [
        *_curve_plot(curves, losses, finding=_loss_finding(curves), unit="Loss (nats per token)"),
        *_curve_plot(curves, bleu, finding=_bleu_finding(curves), unit="BLEU (0 to 100)"),
    ]


def length_plot(buckets: Sequence[LengthBucket], *, unit: str) -> Plot:
    """BLEU with its interval by source length; `unit` names what is counted, for example "words".

    >>> buckets = [LengthBucket(1, 5, 9, 40.0, 36.0, 44.0), LengthBucket(6, 20, 9, 30.0, 27.0, 33.0)]
    >>> length_plot(buckets, unit="words").title
    'BLEU is 10.0 lower on the longest sources (6–20 words) than on the shortest (1–5)'
    """
    alt = "BLEU by source length: " + "; ".join(
        f"{bucket.label} {unit} ({bucket.sentences} sentences) {bucket.bleu:.1f}, "
        f"interval {bucket.low:.1f} to {bucket.high:.1f}"
        for bucket in buckets
    )
    figure, axes = _figure(6.4, 3.2)
    bleu = np.array([bucket.bleu for bucket in buckets])
    # The bootstrap's interval is not bound to contain the score itself, an error bar is.
    below = np.maximum(bleu - [bucket.low for bucket in buckets], 0)
    above = np.maximum([bucket.high for bucket in buckets] - bleu, 0)
    places = range(len(buckets))
    axes.errorbar(places, bleu, yerr=[below, above], fmt="o", color=BLUE, ecolor="black", capsize=5)
    axes.set_xticks(places, [f"{bucket.label}\nn = {bucket.sentences}" for bucket in buckets])
    axes.set_xlim(-0.5, len(buckets) - 0.5)
    axes.set_ylim(0, max(1.0, 1.1 * float((bleu + above).max())))
    axes.set_xlabel(f"Source length ({unit})")
    axes.set_ylabel("BLEU (0 to 100), 95% interval")
    return Plot(_length_finding(buckets, unit), alt, _svg(figure, alt))


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
    src, tgt = _printable(src_tokens), _printable(tgt_tokens)
    pairs = [f"{token} from {src[int(row.argmax())]}" for token, row in zip(tgt, weights, strict=True)]
    alt = "Strongest source token of each output token: " + ", ".join(pairs)
    width = 1.6 + 0.3 * len(src) + 0.09 * max(map(len, tgt))
    figure, axes = _figure(width, 1.0 + 0.26 * len(tgt) + 0.09 * max(map(len, src)))
    image = axes.imshow(weights, cmap="Greys", vmin=0, vmax=1, aspect="auto", interpolation="none")
    figure.colorbar(image, ax=axes, label="Weight (0 to 1)")
    # parse_math: a token with two dollar signs is text, not a formula.
    axes.set_xticks(range(len(src)), src, rotation=60, ha="right", rotation_mode="anchor", parse_math=False)
    axes.set_yticks(range(len(tgt)), tgt, parse_math=False)
    axes.set_xlabel("Source token")
    axes.set_ylabel("Output token")
    mean = float(weights.max(axis=1).mean())
    title = f"An output token puts {mean:.0%} of its attention on one source token on average"
    return Plot(title, alt, _svg(figure, alt))


def _number(cell: str | None, place: str) -> float:
    # A run that was stopped while writing leaves a last line with cells missing.
    if cell is None or not cell.strip():
        return math.nan
    try:
        return float(cell)
    except ValueError:
        raise UserError(f"{place}: {cell!r} is not a number; mend or delete the line") from None


def _time(curves: Curves) -> tuple[str, NDArray[np.float64]]:
    minutes = curves.get("minutes")
    if minutes is not None and np.isfinite(minutes).any():
        return "minutes", minutes
    return "step", curves.get("step", np.array([]))


def _points(curves: Curves, column: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    _, time = _time(curves)
    values = curves.get(column, np.full_like(time, np.nan))
    there = np.isfinite(time) & np.isfinite(values)
    return time[there], values[there]


def _when(curves: Curves, time: float) -> str:
    unit, _ = _time(curves)
    return f"after {time:.1f} minutes" if unit == "minutes" else f"at step {time:,.0f}"


def _loss_finding(curves: Curves) -> str:
    time, loss = _points(curves, "val_loss")
    if not len(loss):
        time, loss = _points(curves, "train_loss")
        if not len(loss):
            return ""
        return f"Training loss goes from {loss[0]:.2f} to {loss[-1]:.2f} {_when(curves, time[-1])}"
    best = int(loss.argmin())
    if best == len(loss) - 1:
        return f"Validation loss is lowest, {loss[best]:.2f}, at the end, {_when(curves, time[best])}"
    return f"Validation loss is lowest, {loss[best]:.2f}, {_when(curves, time[best])} and {loss[-1]:.2f} at the end"


def _bleu_finding(curves: Curves) -> str:
    time, bleu = _points(curves, "val_bleu")
    if not len(bleu):
        return ""
    best = int(bleu.argmax())
    if best == len(bleu) - 1:
        return f"Validation BLEU is highest, {bleu[best]:.1f}, at the end, {_when(curves, time[best])}"
    return f"Validation BLEU is highest, {bleu[best]:.1f}, {_when(curves, time[best])} and {bleu[-1]:.1f} at the end"


def _length_finding(buckets: Sequence[LengthBucket], unit: str) -> str:
    first, last = buckets[0], buckets[-1]
    if len(buckets) == 1:
        return f"BLEU is {first.bleu:.1f}; all sources have about the same length ({first.label} {unit})"
    if first.low <= last.high and last.low <= first.high:
        return "BLEU shows no clear difference between the shortest and the longest sources"
    change = "lower" if last.bleu < first.bleu else "higher"
    return (
        f"BLEU is {abs(last.bleu - first.bleu):.1f} {change} on the longest sources "
        f"({last.label} {unit}) than on the shortest ({first.label})"
    )


def _curve_plot(curves: Curves, lines: dict[str, tuple[str, str, str, str]], *, finding: str, unit: str) -> list[Plot]:
    if not finding:
        return []
    figure, axes = _figure(6.4, 3.2)
    described = []
    for column, (label, color, style, marker) in lines.items():
        time, values = _points(curves, column)
        if not len(values):
            continue
        keep = slice(None, None, math.ceil(len(values) / MAX_CURVE_POINTS))
        axes.plot(time[keep], values[keep], style, color=color, marker=marker, markersize=4, label=label)
        described.append(
            f"{label} from {values[0]:.2f} to {values[-1]:.2f}, lowest {values.min():.2f}, highest {values.max():.2f}"
        )
    if len(described) > 1:
        axes.legend(frameon=False)
    axes.set_ylabel(unit)
    axes.grid(alpha=0.3)
    _label_time(axes, curves)
    alt = f"{unit} over training time: " + "; ".join(described)
    return [Plot(finding, alt, _svg(figure, alt))]


def _label_time(axes: Axes, curves: Curves) -> None:
    """Minutes below and steps above, or what there is of both."""
    name, time = _time(curves)
    axes.set_xlabel("Training time (minutes)" if name == "minutes" else "Optimizer step")
    steps = curves.get("step")
    if name != "minutes" or steps is None:
        return
    both = np.isfinite(time) & np.isfinite(steps)
    time, steps = time[both], steps[both]
    if len(time) < 2 or (np.diff(time) < 0).any() or (np.diff(steps) < 0).any() or steps[0] == steps[-1]:
        return
    from matplotlib.ticker import MaxNLocator

    ticks = MaxNLocator(nbins=6, integer=True).tick_values(steps[0], steps[-1])
    ticks = ticks[(ticks >= steps[0]) & (ticks <= steps[-1])]
    above = axes.twiny()
    above.set_xlim(axes.get_xlim())
    above.set_xticks(np.interp(ticks, steps, time), [f"{tick:,.0f}" for tick in ticks])
    above.set_xlabel("Optimizer step")


def _printable(tokens: Sequence[str]) -> list[str]:
    """Tokens that a tick label can show: no control characters, not empty, not overlong."""
    clean = [re.sub(r"[\x00-\x1f\x7f]", "·", token) or "∅" for token in tokens]
    return [token if len(token) <= MAX_TOKEN_LENGTH else token[: MAX_TOKEN_LENGTH - 1] + "…" for token in clean]


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    # Figure without pyplot: no window system, no global state.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots()


def _svg(figure: Figure, alt: str) -> str:
    import matplotlib

    buffer = io.StringIO()
    # The salt keeps the identifiers of several pictures on one page apart, and equal from run to run.
    style = matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": alt, "font.family": "sans-serif"})
    with style, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # the reader's browser has the fonts
        figure.savefig(buffer, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)  # nothing refers to groups, and they repeat in every picture
    return svg.replace("<svg ", f'<svg role="img" aria-label="{html.escape(alt)}" ', 1)
