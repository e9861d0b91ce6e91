"""The report of two runs side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from nlpseq.evaluation.significance import Comparison, signed
from nlpseq.report.blocks import Bar, Bars, Block, Overview, Paragraph, Section, Table
from nlpseq.report.page import write_page
from nlpseq.report.plots.beside import curves_beside
from nlpseq.report.plots.curves import CurveScore, read_curves
from nlpseq.report.plots.drawing import Plot
from nlpseq.report.scores import ScoreKind


class Compared(NamedTuple):
    """A significance test on what both runs made of the same items, and how to show its figures."""

    score: ScoreKind
    comparison: Comparison


@dataclass(frozen=True, kw_only=True)
class PairReport:
    """What the report of two runs of one task is made of, the first run first in every pair.

    `names` tell the runs apart. `metrics` are those of the runs' `metrics.json`; those of `scores` that both have
    are shown. `tests` are the significance tests, that of the most important score first. `differences` are the
    sections on the items that the runs disagree on. `curves` are the paths of the runs' `curves.csv`, None where
    there is none; `facts` and `settings` are shown where they differ.

    >>> report = PairReport(names=("a", "b"), data="reviews", items="texts", metrics=({}, {}), scores=(), tests=())
    >>> report.title
    'a and b side by side'
    """

    names: tuple[str, str]
    data: str
    items: str
    metrics: tuple[Mapping[str, Any], Mapping[str, Any]]
    scores: Sequence[ScoreKind]
    tests: Sequence[Compared]
    differences: Sequence[Section] = ()
    curves: tuple[Path | None, Path | None] = (None, None)
    curve_scores: Sequence[CurveScore] = ()
    loss_unit: str = ""
    settings: tuple[Mapping[str, Any], Mapping[str, Any]] = field(default_factory=lambda: ({}, {}))
    facts: tuple[Mapping[str, str], Mapping[str, str]] = field(default_factory=lambda: ({}, {}))

    @property
    def title(self) -> str:
        """The heading of the page."""
        return f"{self.names[0]} and {self.names[1]} side by side"

    def opening(self) -> str:
        """The one sentence that says which of the two is better, by how much, and how sure that is."""
        score, found = self.tests[0]
        first, second = self.names
        values = f"{score.show(found.score_a)} and {score.show(found.score_b)}"
        verdict, shown = f"{first} and {second} may well be equally good", found
        if found.differ:
            shown = found.better_less_other(higher_is_better=score.higher_is_better)
            better, other = (second, first) if shown is found else (first, second)
            verdict = f"{better} is really better than {other}"
        certain = "how sure that is is not known"
        if shown.interval is not None:
            low, high = (_signed(score, end) for end in shown.interval)
            certain = f"with 95% confidence between {low} and {high}"
        return (
            f"{verdict}: {score.label} {values} on the same {found.items:,} {self.items} of {self.data}, a difference "
            f"of {_signed(score, shown.difference)}, {certain} ({_p_value(found)} by {found.test})."
        )

    def comparison(self) -> str:
        """What was compared with what."""
        return (
            f"What both runs made of the same {self.items} was compared, {self.items[:-1]} by {self.items[:-1]}. "
            "A difference is called real where the p-value is below 0.05 and the interval leaves 0 out; what another "
            "random seed in training would change is not in these figures."
        )

    def overview(self) -> Overview:
        """The difference with its interval, and both scores with theirs."""
        score, found = self.tests[0]
        rows = [_bar(name, score, metrics) for name, metrics in zip(self.names, self.metrics, strict=True)]
        title = f"{score.label}: {'a real difference' if found.differ else 'no difference that is sure'}"
        between = " to ".join(_signed(score, end) for end in found.interval or ())
        plots = self._curve_plots()
        return Overview(
            label=f"{score.label}, {self.names[1]} less {self.names[0]}",
            figure=_signed(score, found.difference),
            certainty=f"95% interval {between or 'not known'}, {_p_value(found)}: "
            + ("real" if found.differ else "may well be chance"),
            beside=Bars(title, ("", "", score.label), rows, score.digits, score.unit),
            curve=plots[0] if plots else None,
        )

    def sections(self) -> list[Section]:
        """The items that differ most, scores and their significance, learning curves, how the two were made."""
        return [*self.differences, self._scores(), self._curves(), self._made()]

    def _scores(self) -> Section:
        a, b = self.metrics
        known = [score for score in self.scores if a.get(score.key) is not None and b.get(score.key) is not None]
        header = ["Score", *(name for run in self.names for name in (run, "95% interval"))]
        rows = [[score.label, *_figures(score, a), *_figures(score, b)] for score in known]
        tests = [
            [
                test.score.label,
                _signed(test.score, test.comparison.difference),
                " to ".join(_signed(test.score, end) for end in test.comparison.interval or ()) or "not known",
                _p_value(test.comparison).removeprefix("p = ").removeprefix("p "),
                "yes" if test.comparison.differ else "not sure",
                test.comparison.test,
            ]
            for test in self.tests
        ]
        notes = [test.score.note for test in self.tests]
        second = ["Is the difference real?", f"{self.names[1]} − {self.names[0]}", "95% interval", "p", "Real", "Test"]
        return Section(
            "Scores",
            [
                Table(header, rows, "lrrrr", [score.note for score in known]),
                Table(second, tests, "lrrrll", notes),
                *self._signatures(known),
            ],
        )

    def _signatures(self, scores: Sequence[ScoreKind]) -> list[Block]:
        """Signatures, which must be equal for scores to be comparable: a warning where they are not."""
        a, b = self.metrics
        signed = [score for score in scores if a.get(score.signature)]
        unequal = [score.label for score in signed if a.get(score.signature) != b.get(score.signature)]
        if not signed:
            return []
        if not unequal:
            rows = [[score.label, str(a[score.signature])] for score in signed]
            return [Table(["Score", "Signature of both"], rows, "lc")]
        rows = [[score.label, str(a[score.signature]), str(b.get(score.signature, "–"))] for score in signed]
        warning = Paragraph(f"Not comparable, for the signatures differ: {', '.join(unequal)}.")
        return [warning, Table(["Signature of", *self.names], rows, "lcc")]

    def _curve_plots(self) -> list[Plot]:
        there = {name: path for name, path in zip(self.names, self.curves, strict=True) if path is not None}
        runs = {name: read_curves(path) for name, path in there.items()}
        return curves_beside(runs, self.curve_scores, loss_unit=self.loss_unit) if runs else []

    def _curves(self) -> Section:
        """All but the first, which stands on the first screen."""
        missing = [name for name, path in zip(self.names, self.curves, strict=True) if path is None]
        blocks: list[Block] = [*self._curve_plots()[1:]]
        if missing:
            blocks.append(Paragraph(f"No learning curves were recorded for {' and '.join(missing)}."))
        return Section("Learning curves over each other", blocks, folded=True)

    def _made(self) -> Section:
        blocks: list[Block] = []
        for what, (a, b) in (("Setting", self.settings), ("Fact", self.facts)):
            keys = list({**a, **b})
            differing = [[key, str(a.get(key, "–")), str(b.get(key, "–"))] for key in keys if a.get(key) != b.get(key)]
            if differing:
                blocks.append(Table([f"{what} that differs", *self.names], differing, "lcc"))
        a, b = self.facts
        shared = [[key, str(a[key])] for key in a if a[key] == b.get(key)]
        if shared:
            blocks.append(Table(["Fact of both", "Value"], shared, "lc"))
        return Section(
            "How the two runs were made", blocks or [Paragraph("Nothing was noted down that differs.")], folded=True
        )


def write_pair_report(page: Path, report: PairReport) -> Path:
    """Write `page`, which ends in .html, and the same beside it in Markdown; the path of the page.

    Raises:
        UserError: a curves file is broken, or the folder cannot be written.
    """
    return write_page(
        page, title=report.title, opening=report.opening(), comparison=report.comparison(),
        overview=report.overview(), sections=report.sections(),
    )  # fmt: skip


def _figures(score: ScoreKind, metrics: Mapping[str, Any]) -> list[str]:
    interval = metrics.get(f"{score.key}_interval")
    around = f"{score.show(interval[0])} to {score.show(interval[1])}" if interval else "not known"
    return [score.show(metrics[score.key]), around]


def _bar(name: str, score: ScoreKind, metrics: Mapping[str, Any]) -> Bar:
    interval = metrics.get(f"{score.key}_interval")
    ends = [score.scale * end for end in interval] if interval else [None, None]
    return Bar(name, score.scale * metrics[score.key], *ends)


def _signed(score: ScoreKind, difference: float) -> str:
    shown = signed(score.scale * difference, score.digits)
    return f"{shown}{score.unit.replace('%', ' points')}".replace("-", "−")


def _p_value(found: Comparison) -> str:
    return f"p = {found.p_value:.4f}" if found.p_value >= 0.0001 else "p < 0.0001"
