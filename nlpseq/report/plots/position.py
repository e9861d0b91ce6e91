"""How hard a text is to foretell from its beginning to its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpseq.report.plots.drawing import BLUE, ORANGE, Plot, draw_svg, legend_label, new_figure

MAX_WINDOWS = 60


class ChunkLosses(NamedTuple):
    """The negative log-likelihood of a text, chunk by chunk in its order: `nats` (N,) over `characters` (N,)."""

    nats: NDArray[np.floating]
    characters: NDArray[np.integer]

    @property
    def bits_per_character(self) -> float:
        """Of the whole text.

        >>> round(ChunkLosses(np.log(2) * np.array([300.0, 200.0]), np.array([100, 150])).bits_per_character, 6)
        2.0
        """
        return float(np.sum(self.nats) / np.log(2) / np.sum(self.characters))


def position_plot(losses: ChunkLosses) -> Plot:
    """Bits per character over the position in the text; the dotted line is the average.

    >>> position_plot(ChunkLosses(np.log(2) * np.array([300.0, 200.0]), np.array([100, 100]))).title
    'Between 2.00 and 3.00 bits per character over the text, most from character 1 to 100'
    """
    edges, bits = _windows(losses)
    if len(bits) == 1:
        title = f"{bits[0]:.2f} bits per character; the text is too short for a curve"
    else:
        hardest = int(bits.argmax())
        title = (
            f"Between {bits.min():.2f} and {bits.max():.2f} bits per character over the text, "
            f"most from character {edges[hardest] + 1:,} to {edges[hardest + 1]:,}"
        )
    return _plot(title, {"this model": losses})


def dynamic_plot(trained: ChunkLosses, dynamic: ChunkLosses) -> Plot:
    """The same for a model as it was trained and for one that learns while it reads.

    >>> trained = ChunkLosses(np.log(2) * np.array([300.0, 200.0]), np.array([100, 100]))
    >>> dynamic_plot(trained, trained._replace(nats=0.9 * trained.nats)).title
    'Learning while reading saves 0.25 bits per character'
    """
    saved = trained.bits_per_character - dynamic.bits_per_character
    title = f"Learning while reading {'saves' if saved >= 0 else 'costs'} {abs(saved):.2f} bits per character"
    return _plot(title, {"as trained": trained, "with dynamic evaluation": dynamic})


def positions_beside(runs: Mapping[str, ChunkLosses]) -> Plot:
    """The same for two models that read the same text.

    >>> first = ChunkLosses(np.log(2) * np.array([300.0, 200.0]), np.array([100, 100]))
    >>> positions_beside({"a": first, "b": first._replace(nats=0.9 * first.nats)}).title
    'b needs fewer bits per character in 2 of 2 stretches of the text, a in 0'
    """
    (first, one), (second, other) = ((name, _windows(losses)[1]) for name, losses in runs.items())
    ahead, behind = int((other < one).sum()), int((one < other).sum())
    title = (
        f"{second} needs fewer bits per character in {ahead:,} of {len(one):,} stretches of the text, "
        f"{first} in {behind:,}"
    )
    return _plot(title, runs)


def _plot(title: str, losses: Mapping[str, ChunkLosses]) -> Plot:
    figure, axes = new_figure()
    described = []
    for (name, series), color, style in zip(losses.items(), (BLUE, ORANGE), ("-", "--"), strict=False):
        edges, bits = _windows(series)
        mean = series.bits_per_character
        axes.stairs(bits, edges, baseline=None, color=color, linestyle=style, linewidth=1.3, label=legend_label(name))
        axes.axhline(mean, color="black", linestyle=":", linewidth=1)
        described.append(f"{name} {mean:.2f} on average, from {bits.min():.2f} to {bits.max():.2f}")
    if len(losses) > 1:
        axes.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
    axes.margins(x=0)
    axes.set_xlabel("Position in the held-out text (characters)")
    axes.set_ylabel("Bits per character")
    axes.xaxis.set_major_formatter(lambda x, _: f"{x:,.0f}")
    axes.grid(alpha=0.8)
    alt = "Bits per character over the position in the held-out text: " + "; ".join(described)
    return Plot(title, alt, draw_svg(figure, alt))


def _windows(series: ChunkLosses) -> tuple[NDArray[np.integer], NDArray[np.float64]]:
    """Edges (W + 1,) in characters and bits per character (W,) of windows of about as many chunks each."""
    starts = np.unique(np.linspace(0, len(series.nats), MAX_WINDOWS + 1).astype(int)[:-1])
    nats = np.add.reduceat(np.asarray(series.nats, dtype=np.float64), starts)
    characters = np.add.reduceat(np.asarray(series.characters), starts)
    return np.concatenate([[0], characters.cumsum()]), nats / np.log(2) / characters
