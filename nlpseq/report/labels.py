"""What reports of labels share, of texts or of tokens: the label that fares best and worst, and the mistakes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from nlpseq.counting import counted, plural
from nlpseq.report.blocks import Block, Example, Paragraph, Section, Table
from nlpseq.report.facets import Facet
from nlpseq.report.findings import findings, of_unknown_words
from nlpseq.report.plots.drawing import isolated
from nlpseq.report.plots.reliability import CLASSES, Decisions, Reliability, reliability_plot

Item = TypeVar("Item")
CONFIDENT, TYPICAL = "Most confident mistakes", "Typical mistakes"


def label_findings(
    facets: Sequence[Facet],
    rows: Sequence[Mapping[str, Any]],
    *,
    advice: Sequence[str],
    item: str,
    more: str,
) -> list[tuple[str, str]]:
    """The group of items or the label that a model is best and worst at, and what to do next.

    Args:
        rows: name, F1 and support of each label.
        advice: see `findings`.
        item: what the support counts, such as "text".
        more: the advice for the worst label, {} for its name.
    """
    known = [row for row in rows if row["support"]]
    best, worst = (pick(known, key=lambda row: row["f1"], default=None) for pick in (max, min))
    good, fails = (
        f"label {isolated(row['name'])}: F1 {100 * row['f1']:.1f} of {counted(row['support'], item)}" if row else ""
        for row in (best, worst)
    )
    last = more.format(isolated(worst["name"])) if worst else ""
    return findings(facets, good=good, fails=fails, advice=[*advice, of_unknown_words(facets), last])


def mistake_sections(
    surest: Sequence[Item],
    typical: Sequence[Item],
    example: Callable[[Item], Example],
    *,
    note: str,
    legend: Sequence[Block] = (),
) -> list[Section]:
    """The mistakes that a model was surest of, and of each frequent kind a typical one, which `note` explains."""
    if not surest:
        return [Section(CONFIDENT, [Paragraph("The model made no mistake on these texts.")])]
    found = [Section(CONFIDENT, [*legend, *map(example, surest)])]
    return [*found, Section(TYPICAL, [Paragraph(note), *map(example, typical)])] if typical else found


def reliability_section(after: Reliability, before: Reliability | None, decisions: Decisions = CLASSES) -> Section:
    """Whether the probabilities can be believed: the reliability diagram, and the table of its bins."""
    rows = [
        [f"{entry['low']:.1%} to {entry['high']:.1%}", f"{entry['count']:,}"]
        + percentages(entry, "confidence", "accuracy")
        for entry in after.bins
        if entry["count"]
    ]
    header = ["Probability", plural(decisions.item).capitalize(), "Mean probability (%)", f"{decisions.true} (%)"]
    plot = reliability_plot(after, before, decisions)
    return Section("Can its probabilities be believed?", [plot, Table(header, rows, "lrrr")], folded=True)


def percentages(row: Mapping[str, Any], *keys: str) -> list[str]:
    """Shares of a row of figures in percent, as a table has them.

    >>> percentages({"precision": 0.5, "recall": 1.0}, "precision", "recall")
    ['50.0', '100.0']
    """
    return [f"{100 * row[key]:.1f}" for key in keys]
