"""The page that all reports share: `report.html` and `report.md`, the same in both, without network or JavaScript.

All text from corpora and models is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Protocol

from nlpseq.files import write_text_atomically
from nlpseq.report.blocks import Bars, Block, Example, Legend, Matrix, Overview, Paragraph, Section, Span, Table
from nlpseq.report.findings import behind_baseline, of_the_curves
from nlpseq.report.markdown import plain
from nlpseq.report.plots.curves import Curves, CurveScore, learning_curves, read_curves
from nlpseq.report.plots.drawing import Plot
from nlpseq.report.scores import BaselineScores, ScoreKind, beside_baseline, certainty, overview, score_section

PAGE = "report.html"


class Report(Protocol):
    """What the report of a run shows, whatever its task.

    Attributes:
        all_scores: the first is the headline.
        curve_scores: those of the validation, over the training.
        loss_unit: what the loss is measured in.
        resampled: what the intervals are of.
    """

    all_scores: ClassVar[Sequence[ScoreKind]]
    curve_scores: ClassVar[Sequence[CurveScore]]
    loss_unit: ClassVar[str]
    resampled: ClassVar[str]

    title: str
    metrics: Mapping[str, Any]
    baselines: Sequence[BaselineScores]
    curves: str | Path | None
    facts: Mapping[str, str]

    @property
    def headline(self) -> ScoreKind:
        """What stands first."""
        return self.all_scores[0]

    def opening(self) -> str:
        """The one sentence that says how good the model is and how sure that is."""
        ...

    def comparison(self) -> str:
        """What was compared with what."""
        ...

    def findings(self, advice: Sequence[str]) -> list[tuple[str, str]]:
        """What it is good at, where it fails, what to do next; `advice` comes before what the task itself advises."""
        ...

    def sections(self) -> list[Section]:
        """What only this task has: the mistakes first, then where the model fails, then the rest."""
        ...

    def scores(self) -> Section:
        """The scores, with intervals and baselines."""
        return score_section(self.metrics, self.all_scores, self.baselines, resampled=self.resampled)

    def curve_plots(self, curves: Curves) -> list[Plot]:
        """Loss, the validation's scores, learning rate and throughput."""
        return learning_curves(curves, self.curve_scores, loss_unit=self.loss_unit)

    def sure(self) -> str:
        """How sure the headline is, and where it stands beside the baselines."""
        return certainty(self.headline, self.metrics) + beside_baseline(self.headline, self.baselines)


def write_report(run_dir: str | Path, report: Report, *, notice: str = "") -> Path:
    """Write `report.html` and `report.md` into `run_dir` and return the path of the page.

    Args:
        run_dir: where to.
        report: what it says.
        notice: a sentence that is to be read before all others.

    Raises:
        UserError: the curves file is missing or broken, or the folder cannot be written.
        ValueError: attention weights do not fit their tokens.

    >>> import tempfile
    >>> from nlpseq.evaluation.translation import score_translations
    >>> from nlpseq.report import TranslationReport
    >>> hyps, refs = ["Ein Hund läuft.", "Eine Katze."], ["Ein Hund rennt.", "Eine Katze."]
    >>> report = TranslationReport(
    ...     title="Demo", task="en-de", metrics=score_translations(hyps, refs, bootstrap_samples=50),
    ...     sources=["A dog runs.", "A cat."], hyps=hyps, refs=refs,
    ... )
    >>> write_report(tempfile.mkdtemp(), report).name
    'report.html'
    """
    curves = read_curves(report.curves) if report.curves is not None else {}
    plots = report.curve_plots(curves) if curves else []
    advice = [behind_baseline(report.headline, report.metrics, report.baselines), of_the_curves(curves)]
    if notice:
        advice.insert(0, "give the training the time it needs: it was cut short")
    first = overview(report.headline, report.metrics, report.baselines)
    return write_page(
        Path(run_dir) / PAGE,
        title=report.title,
        opening=f"{notice} {report.opening()}".strip(),
        comparison=report.comparison(),
        overview=first._replace(curve=plots[0] if plots else None, findings=report.findings(advice)),
        sections=[
            *report.sections(),
            report.scores()._replace(folded=True),
            _learning_curves(plots),
            _facts(report),
        ],
    )


def write_page(
    page: Path,
    *,
    title: str,
    opening: str,
    comparison: str,
    sections: Sequence[Section],
    overview: Overview | None = None,
) -> Path:
    """Write `page`, which ends in .html, and the same beside it in Markdown; the path of the page.

    Raises:
        UserError: the folder cannot be written.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=lambda name: name == "page.html.j2",
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {"md": plain, "md_lines": _markdown_lines, "md_span": _markdown_span}
    for kind in (Paragraph, Legend, Table, Bars, Matrix, Example, Plot):
        templates.tests[kind.__name__.lower()] = lambda block, kind=kind: isinstance(block, kind)
    content = {
        "title": title, "opening": opening, "comparison": comparison, "overview": overview, "sections": sections,
        "page": page.name,
    }  # fmt: skip
    for path in (page, page.with_suffix(".md")):
        text = templates.get_template(f"page{path.suffix}.j2").render(content)
        # A lone surrogate, which a damaged text may hold, is no UTF-8.
        write_text_atomically(path, text.encode("utf-8", "replace").decode("utf-8"))
    return page


def _learning_curves(plots: Sequence[Plot]) -> Section:
    """All but the first, which stands on the first screen."""
    if not plots:
        return Section("Learning curves", [Paragraph("No learning curves were recorded.")], folded=True)
    if len(plots) == 1:
        return Section("Learning curves", [Paragraph("There is one, and it stands above.")], folded=True)
    return Section("Learning curves", plots[1:], folded=True)


def _facts(report: Report) -> Section:
    table = Table(["Fact", "Value"], list(report.facts.items()), "lc")
    blocks: list[Block] = [table] if report.facts else [Paragraph("Nothing was noted down.")]
    return Section("How this run was made", blocks, folded=True)


def _markdown_lines(text: str) -> str:
    """Any text with its line breaks, in one line of Markdown."""
    return "<br>".join(map(plain, text.splitlines()))


def _markdown_span(span: Span) -> str:
    """A piece of a text in one line of Markdown, its mark as emphasis, its outer spaces outside of that."""
    body = span.text.strip()
    if not body:
        return _markdown_space(span.text)
    lead, _, tail = span.text.partition(body)
    stars = {"": "", "against": "*", "copied": "*"}.get(span.mark, "**")
    lines = "<br>".join(map(plain, body.split("\n")))
    return f"{_markdown_space(lead)}{stars}{lines}{stars}{_markdown_space(tail)}"


def _markdown_space(space: str) -> str:
    return "<br>" * space.count("\n") or " " * bool(space)
