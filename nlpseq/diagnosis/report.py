"""What a gradient diagnosis found, for people: tables, panels titled by their findings, one sentence, one page."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlpseq.config.choices import CELL_NAMES
from nlpseq.counting import counted
from nlpseq.diagnosis.flow import INITIALISATIONS, NOTICEABLE, PREDICT_EVERY, GradientFlow
from nlpseq.diagnosis.plot import Panel, gradient_plot
from nlpseq.files import atomic_path, write_text_atomically
from nlpseq.report.blocks import Section, Table
from nlpseq.report.page import write_page
from nlpseq.report.plots.drawing import Plot

PAGE = "gradients.html"
WEIGHTS = {"torch": "torch's starting weights", "good": "good starting weights"}
# Distances of the tables, besides the farthest.
SHOWN_DISTANCES = (1, 10, 25, 50)

READING = (
    "How to read it: each line follows the gradient of the last token's loss back to the tokens before it, as a share "
    "of what arrives at the last token itself, in the median over windows of the training text. Where a line falls "
    "below 1%, what stood there hardly changes the weights any more: the gradient vanishes (Hochreiter 1998; Bengio, "
    "Simard and Frasconi 1994). Where it rises, the gradient explodes, and one update can undo many; clipping bounds "
    "that update, but brings nothing back that has faded (Pascanu, Mikolov and Bengio 2013, sections 2 and 3). A "
    "language model learns from the last words first, so that a short training can shorten the reach. Good weights are "
    "orthogonal from state to state, the identity for relu, and open an LSTM's forget gates (the start of nlpseq's "
    "classifiers); torch's are uniform. The models have one layer, read forward, start at the full learning rate and "
    f"predict one position in {PREDICT_EVERY}: their losses compare with one another, not with those of a run."
)


@dataclass(frozen=True)
class GradientReport:
    """All flows of one experiment and what is said of them.

    Attributes:
        flows: of each cell with each kind of starting weights, at the start and, after updates, without and with
            clipping.
        hidden_size, updates, clip_norm: of the experiment.
        facts: how it was made, for the page.
    """

    flows: Sequence[GradientFlow]
    hidden_size: int
    updates: int
    clip_norm: float
    facts: dict[str, str]

    def summary(self) -> str:
        """One sentence: the LSTM beside the tanh cell, at their best."""
        start = self._named("good", None)
        if not self.updates:
            return f"At the start at {self.hidden_size} units, with good starting weights, {_beside(start)}."
        after = self._named("good", self.clip_norm)
        before = " and ".join(_distance(start[name]) for name in ("LSTM", "tanh"))
        return (
            f"After {counted(self.updates, 'update')} at {self.hidden_size} units, with good starting weights and "
            f"clipping at {self.clip_norm:g}, {_beside(after)} (at the start: {before})."
        )

    def tables(self) -> list[tuple[str, Table]]:
        """Titled tables: at the start and, if there were updates, after them."""
        farthest = len(self.flows[0].relative) - 1
        distances = [*(distance for distance in SHOWN_DISTANCES if distance < farthest), farthest]
        header = ["Cell", "Weights", *(f"at {distance}" for distance in distances), "Reach", "Loss"]
        align = "ll" + "r" * (len(header) - 2)
        rows = [_row(flow, distances) for flow in self.flows if flow.clip_norm is None]
        found = [("Gradient left at the start, by distance in tokens", Table(header, rows, align))]
        if self.updates:
            header = [*header[:2], "Clipping", *header[2:-1], "Largest norm", "Loss"]
            rows = [_row(flow, distances) for flow in self.flows if flow.clip_norm is not None]
            title = f"Gradient left after {counted(self.updates, 'update')}, by distance in tokens"
            found.append((title, Table(header, rows, "lll" + align[2:] + "r")))
        return found

    def plot(self) -> Plot:
        """Panels: torch's weights left and good ones right; below each other the start, both trainings, the norms."""
        clippings = [None, 0.0, self.clip_norm] if self.updates else [None]
        rows = [[self._flow_panel(kind, clipping) for kind in INITIALISATIONS] for clipping in clippings]
        if self.updates:
            rows.append([self._norm_panel(kind) for kind in INITIALISATIONS])
        return gradient_plot("How much of the last token's gradient arrives at the tokens before it", rows)

    def text(self) -> str:
        """Tables and sentence for a terminal."""
        return "\n\n".join([*(f"{title}\n{_aligned(table)}" for title, table in self.tables()), self.summary()])

    def write(self, folder: str | Path) -> Path:
        """Write `gradients.csv`, `updates.csv`, `gradients.svg` and the page, `gradients.html` and `.md`; its path.

        Raises:
            UserError: the folder cannot be written.
        """
        folder, plot = Path(folder), self.plot()
        _write_csv(
            folder / "gradients.csv",
            ("cell", "initialisation", "clipping", "when", "distance", "relative_gradient"),
            (
                (*_key(flow), "start" if flow.clip_norm is None else "after", distance, f"{share:.6g}")
                for flow in self.flows
                for distance, share in enumerate(flow.relative)
            ),
        )
        _write_csv(
            folder / "updates.csv",
            ("cell", "initialisation", "clipping", "update", "loss", "gradient_norm"),
            (
                (*_key(flow), update, f"{loss:.6g}", f"{norm:.6g}")
                for flow in self.flows
                for update, (loss, norm) in enumerate(zip(flow.losses, flow.norms, strict=True), start=1)
            ),
        )
        write_text_atomically(folder / "gradients.svg", plot.svg)
        return write_page(
            folder / PAGE,
            title="Gradients over distance",
            opening=self.summary(),
            comparison=READING,
            sections=self._sections(plot),
        )

    def _named(self, initialisation: str, clip_norm: float | None) -> dict[str, GradientFlow]:
        return {
            CELL_NAMES[flow.cell]: flow
            for flow in self.flows
            if (flow.initialisation, flow.clip_norm) == (initialisation, clip_norm)
        }

    def _flow_panel(self, initialisation: str, clip_norm: float | None) -> Panel:
        flows = self._named(initialisation, clip_norm)
        when = "At the start" if clip_norm is None else f"After {counted(self.updates, 'update')}"
        clipping = {None: "", 0.0: ", no clipping"}.get(clip_norm, f", clipping at {self.clip_norm:g}")
        best_first = sorted(flows, key=lambda name: flows[name].reach, reverse=True)
        finding = ", ".join(f"{name} {_distance(flows[name])}" for name in best_first)
        return Panel(
            f"{when}, {WEIGHTS[initialisation]}{clipping}\nTokens back with 1% left: {finding}",
            {name: flow.relative for name, flow in flows.items()},
            "Tokens before the last one",
            "Gradient, share of the last token's",
            (NOTICEABLE, "1%"),
        )

    def _norm_panel(self, initialisation: str) -> Panel:
        flows = self._named(initialisation, 0.0)
        long = {name: int((~(flow.norms <= self.clip_norm)).sum()) for name, flow in flows.items()}
        finding = ", ".join(f"{name} {count}" for name, count in long.items() if count) or "none"
        return Panel(
            f"Each update's gradient, {WEIGHTS[initialisation]}, no clipping\n"
            f"Updates above {self.clip_norm:g}, of {self.updates}: {finding}",
            {name: flow.norms for name, flow in flows.items()},
            "Update",
            "Norm of the gradient",
            (self.clip_norm, f"clipping at {self.clip_norm:g}"),
            first=1,
        )

    def _sections(self, plot: Plot) -> list[Section]:
        return [
            Section("The picture", [plot]),
            *(Section(title, [table]) for title, table in self.tables()),
            Section("How this was measured", [Table(["Fact", "Value"], list(self.facts.items()), "lc")]),
        ]


def _row(flow: GradientFlow, distances: Sequence[int]) -> list[str]:
    left = [_number(flow.relative[distance], ".2g") for distance in distances]
    loss = _number(flow.loss, ".2f")
    row = [CELL_NAMES[flow.cell], flow.initialisation, *left, _distance(flow), loss]
    if flow.clip_norm is None:
        return row
    clipping = f"at {flow.clip_norm:g}" if flow.clip_norm else "none"
    return [*row[:2], clipping, *row[2:-1], _number(flow.norms.max(), ".3g"), loss]


def _number(value: float, form: str) -> str:
    return "–" if math.isnan(value) else format(value, form)


def _distance(flow: GradientFlow) -> str:
    """How far the gradient reaches, as short as can be."""
    if flow.diverged:
        return "overflows" if flow.trained else f"diverged at update {len(flow.norms)}"
    if flow.grows:
        return f"grows {flow.relative[-1]:.2g}-fold"
    return f"{'all ' if flow.reach == len(flow.relative) - 1 else ''}{flow.reach}"


def _beside(flows: dict[str, GradientFlow]) -> str:
    """The LSTM beside the tanh cell, as a part of a sentence."""
    lstm, tanh = flows["LSTM"], flows["tanh"]
    if tanh.diverged or tanh.grows or lstm.diverged or lstm.grows:
        return f"the LSTM's gradient {_strength(lstm)} and the tanh cell's {_strength(tanh)}"
    return f"the LSTM's gradient {_strength(lstm)}, the tanh cell's {tanh.reach}"


def _strength(flow: GradientFlow) -> str:
    farthest = len(flow.relative) - 1
    if flow.diverged:
        return "is not finite"
    if flow.grows:
        return f"is {flow.relative[-1]:.2g} times as strong {counted(farthest, 'token')} back"
    return f"still has 1% of its strength {counted(flow.reach, 'token')} back"


def _aligned(table: Table) -> str:
    """The table for a terminal.

    >>> print(_aligned(Table(["Cell", "Reach"], [["tanh", "9"], ["LSTM", "31"]], "lr")))
    Cell  Reach
    tanh      9
    LSTM     31
    """
    lines = [table.header, *table.rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if letter == "r" else cell.ljust(width)
            for cell, width, letter in zip(line, widths, table.align, strict=True)
        )
        for line in lines
    )


def _key(flow: GradientFlow) -> tuple[str, str, str]:
    return flow.cell, flow.initialisation, "" if flow.clip_norm is None else f"{flow.clip_norm:g}"


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with atomic_path(path) as beside, open(beside, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
