"""The report of a summarisation run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from nlpseq.counting import counted
from nlpseq.report.blocks import Example, Legend, Paragraph, Section, Table, Text, clip, clip_spans
from nlpseq.report.copied import LEGEND, excerpt, mark_copied
from nlpseq.report.facets import Facet, Known, mean_scorer, text_facets, unknown_in, word_facet
from nlpseq.report.findings import findings, of_unknown_words
from nlpseq.report.lengths import length_table, text_lengths
from nlpseq.report.page import Report
from nlpseq.report.plots.copying import copying_plot
from nlpseq.report.plots.curves import CurveScore
from nlpseq.report.ranking import extremes, worst_and_instructive
from nlpseq.report.scores import BaselineScores, ScoreKind

MAX_ORDER = 9

SIGNATURE = "rouge_signature"
ROUGE1 = ScoreKind("rouge1", "ROUGE-1", "F1 of the words shared with the reference, 0 to 100", SIGNATURE)
SCORES = (
    ROUGE1,
    ScoreKind("rouge2", "ROUGE-2", "F1 of the pairs of words shared, 0 to 100", SIGNATURE),
    ScoreKind("rougeL", "ROUGE-L", "F1 of the longest common subsequence of words, 0 to 100", SIGNATURE),
)
CURVE_SCORES = tuple(CurveScore(f"val_{score.key}", score.label) for score in SCORES)
LOSS_UNIT = "nats per character"


@dataclass(frozen=True, kw_only=True)
class SummaryReport(Report):
    """What the report of a summarisation run is made of.

    `data` names the test data. `metrics` is what `score_rouge` gave for `hyps` and `refs`; `documents`, `hyps` and
    `refs` are plain text in the same order. `rouge` is a ROUGE of each summary, 0 to 100, to find the best and the
    worst by. `copying` is what `score_copying` gave for the model's summaries, for the references, and for others
    perhaps. `known` is how often the training text has each word, of documents and of summaries. `baselines` have the
    metrics' keys. `curves` is the path of a `curves.csv`, `facts` are shown as they are.

    Raises:
        ValueError: documents, outputs, references, scores and metrics are not about the same number of summaries.

    >>> SummaryReport(title="t", data="news", metrics={"documents": 1}, documents=["d"], hyps=["a"], refs=[], rouge=[0])
    Traceback (most recent call last):
    ...
    ValueError: 1 documents, 1 outputs, 0 references, 1 scores and metrics over 1 documents do not belong together
    """

    all_scores: ClassVar[Sequence[ScoreKind]] = SCORES
    curve_scores: ClassVar[Sequence[CurveScore]] = CURVE_SCORES
    loss_unit: ClassVar[str] = LOSS_UNIT
    resampled: ClassVar[str] = "test documents"

    title: str
    data: str
    metrics: Mapping[str, Any]
    documents: Sequence[str]
    hyps: Sequence[str]
    refs: Sequence[str]
    rouge: Sequence[float]
    copying: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    known: tuple[Known, Known] | None = None
    baselines: Sequence[BaselineScores] = ()
    curves: str | Path | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        documents, outputs, refs, scores = map(len, (self.documents, self.hyps, self.refs, self.rouge))
        scored = self.metrics["documents"]
        if not documents == outputs == refs == scores == scored:
            raise ValueError(
                f"{documents} documents, {outputs} outputs, {refs} references, {scores} scores and metrics over "
                f"{scored} documents do not belong together"
            )

    def opening(self) -> str:
        """The one sentence that says how good the model is and how sure that is."""
        count, rouge = self.metrics["documents"], ROUGE1.show(self.metrics["rouge1"])
        documents = f"{counted(count, 'test document')} of {self.data}"
        return f"On {documents} the model's summaries score {rouge} of 100 ROUGE-1 F1, {self.sure()}."

    def comparison(self) -> str:
        """What was compared with what."""
        return (
            "The model's summary of each document was compared with the reference, word by word. ROUGE tells how many "
            "words the two share, not whether what the summary says is true. While training, greedy search wrote the "
            "summaries of some validation documents only: those scores are not to be compared with the test's."
        )

    def findings(self, advice: Sequence[str]) -> list[tuple[str, str]]:
        """The group of documents or words that it is best and worst at, and what to do next."""
        empty = sum(not text.strip() for text in self.hyps)
        half, nothing = (
            float(np.median(self.rouge)),
            "nothing yet: half of the summaries share no word with the reference",
        )
        return findings(
            self.facets,
            good=f"half of the summaries have a ROUGE-L of {half:.1f} or more" if half else nothing,
            fails=f"{counted(empty, 'empty summary')}" if empty else "",
            advice=[*advice, of_unknown_words(self.facets)],
        )

    def sections(self) -> list[Section]:
        """The worst summaries, where the model fails, the best ones, what is copied, how long they are."""
        best, worst = extremes(self.rouge, self.refs)
        known = self.known[0] if self.known else None
        lowest, instructive = worst_and_instructive(
            worst, lambda index: bool(unknown_in(self.refs[index], known)) or not self.hyps[index].strip()
        )
        legend = Legend(LEGEND)
        found = [Section("Worst summaries", [legend, *map(self._example, lowest)])]
        if instructive:
            note = Paragraph("The lowest scores where the training documents have every word of the reference.")
            found.append(Section("Wrong, though every word is known", [note, *map(self._example, instructive)]))
        return [
            *found,
            Section("Where it fails", [facet.bars() for facet in self.facets]),
            Section("Best summaries", [*map(self._example, best)], folded=True),
            *([self._copied()] if self.copying else []),
            self._lengths(),
        ]

    @cached_property
    def facets(self) -> list[Facet]:
        """ROUGE-L by the documents, F1 of the words of the references."""
        known = self.known or (None, None)
        of_words = word_facet(self.hyps, self.refs, known[1]) if known[1] else None
        return [
            *text_facets(
                self.documents, mean_scorer(self.rouge), known[0], label="ROUGE-L", items="documents",
                overall=float(np.mean(self.rouge)),
            ),
            *([of_words] if of_words else []),
        ]  # fmt: skip

    def _copied(self) -> Section:
        orders = [
            n for n in range(1, MAX_ORDER + 1) if all(f"copied_{n}grams" in found for found in self.copying.values())
        ]
        plot = copying_plot({name: [found[f"copied_{n}grams"] for n in orders] for name, found in self.copying.items()})
        rows = [
            [f"{name}, {kind}", *(_share(found, f"{kind}_{n}grams") for n in orders)]
            for name, found in self.copying.items()
            for kind in ("copied", "novel")
        ]
        header = ["Share (%)", *(f"{n}-grams" for n in orders)]
        note = "Copied: the n words stand in the document in this order. In brackets the 95% interval."
        return Section(
            "Copied and new words", [plot, Table(header, rows, "l" + "r" * len(orders)), Paragraph(note)], folded=True
        )

    def _lengths(self) -> Section:
        _, unit = text_lengths(self.documents)
        texts = {"Document": self.documents, "Reference": self.refs, "Output": self.hyps}
        table = length_table(texts, unit=unit)
        empty = sum(not text.strip() for text in self.hyps)
        finding = (
            f"An output has {table.rows[2][1]} {unit} in the median, a reference {table.rows[1][1]}; "
            f"{counted(empty, 'output')} without text."
        )
        return Section("Length", [Paragraph(finding), table], folded=True)

    def _example(self, index: int) -> Example:
        document, output = mark_copied(self.documents[index], self.hyps[index])
        fields: list[tuple[str, Text]] = [
            ("Output", clip_spans(output)),
            ("Reference", clip(self.refs[index])),
            ("Document", clip_spans(excerpt(document))),
        ]
        return Example(f"Summary {index + 1:,}, ROUGE {self.rouge[index]:.1f}", fields)


def _share(copying: Mapping[str, Any], key: str) -> str:
    share, interval = copying.get(key), copying.get(f"{key}_interval")
    if share is None:
        return "–"
    return f"{100 * share:.1f}" + (f" ({100 * interval[0]:.1f} to {100 * interval[1]:.1f})" if interval else "")
