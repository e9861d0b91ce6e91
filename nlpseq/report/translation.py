"""The report of a translation run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpseq.counting import counted
from nlpseq.report.blocks import Block, Example, Paragraph, Section, Text, clip
from nlpseq.report.facets import Facet, Known, facet_of, mean_scorer, text_facets, unknown_in, word_facet
from nlpseq.report.findings import findings, of_unknown_words
from nlpseq.report.lengths import length_table, text_lengths
from nlpseq.report.page import Report
from nlpseq.report.plots.attention import attention_plot
from nlpseq.report.plots.curves import CurveScore
from nlpseq.report.ranking import extremes, worst_and_instructive
from nlpseq.report.scores import BaselineScores, ScoreKind
from nlpseq.report.weighted import token_labels
from nlpseq.report.wording import wording_section

BUCKET_SAMPLES = 500

BLEU = ScoreKind("bleu", "BLEU", "cased, 0 to 100, higher is better", "bleu_signature")
SCORES = (
    BLEU,
    ScoreKind(
        "bleu_lowercase",
        "BLEU, lower-cased",
        "0 to 100; not comparable with the cased BLEU",
        "bleu_lowercase_signature",
    ),
    ScoreKind("chrf2", "chrF2", "character n-grams, 0 to 100, higher is better", "chrf2_signature"),
    ScoreKind(
        "ter", "TER", "edits for every 100 reference words, lower is better", "ter_signature", higher_is_better=False
    ),
    ScoreKind(
        "perplexity",
        "Perplexity",
        "of the references, per token; comparable for equal tokens only, lower is better",
        "perplexity_signature",
        digits=2,
        higher_is_better=False,
    ),
)
CURVE_SCORES = (CurveScore("val_bleu", "BLEU"),)
LOSS_UNIT = "nats per token"


class SentenceAttention(NamedTuple):
    """Where the model looked while it wrote one sentence; `weights` has shape (T, S) and rows that sum to 1.

    >>> SentenceAttention(["the", "dog"], ["Hund"], np.array([[0.2, 0.8]])).weights.shape
    (1, 2)
    """

    src_tokens: Sequence[str]
    tgt_tokens: Sequence[str]
    weights: NDArray[np.floating]


@dataclass(frozen=True, kw_only=True)
class TranslationReport(Report):
    """What the report of a translation run is made of.

    `metrics` is what `score_translations` gave for `hyps` and `refs`; `sources`, `hyps` and `refs` are
    plain text in the same order. `wording` is what `score_wording` gave for them. `attention` is keyed by
    the index of the sentence and drawn for those among `best_and_worst`. `baselines` have the metrics'
    keys. `known` is how often the training text has each word, of the source and of the target side. `curves` is the
    path of a `curves.csv`, `facts` are shown as they are (wall time, seed,
    checksums, command).

    Raises:
        ValueError: sources, outputs, references and metrics are not about the same number of sentences, or
            attention is given for a sentence that does not exist.

    >>> TranslationReport(
    ...     title="t", task="en-de", metrics={"sentences": 2}, sources=["a"], hyps=["b"], refs=["c"]
    ... )
    Traceback (most recent call last):
    ...
    ValueError: 1 sources, 1 outputs, 1 references and metrics over 2 sentences do not belong together
    """

    all_scores: ClassVar[Sequence[ScoreKind]] = SCORES
    curve_scores: ClassVar[Sequence[CurveScore]] = CURVE_SCORES
    loss_unit: ClassVar[str] = LOSS_UNIT
    resampled: ClassVar[str] = "test sentences"

    title: str
    task: str
    metrics: Mapping[str, Any]
    sources: Sequence[str]
    hyps: Sequence[str]
    refs: Sequence[str]
    wording: Mapping[str, Any] | None = None
    attention: Mapping[int, SentenceAttention] = field(default_factory=dict)
    known: tuple[Known, Known] | None = None
    baselines: Sequence[BaselineScores] = ()
    curves: str | Path | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        sources, outputs, refs = len(self.sources), len(self.hyps), len(self.refs)
        scored = self.metrics["sentences"]
        if not sources == outputs == refs == scored:
            raise ValueError(
                f"{sources} sources, {outputs} outputs, {refs} references and metrics over {scored} "
                "sentences do not belong together"
            )
        for index in self.attention:
            if not 0 <= index < sources:
                raise ValueError(f"attention is given for sentence {index} of {sources}")

    def opening(self) -> str:
        """The one sentence that says how good the model is and how sure that is.

        >>> metrics = {"sentences": 1, "bleu": 37.5, "bleu_interval": [36.2, 38.8]}
        >>> texts = {"sources": ["a dog"], "hyps": ["ein Hund"], "refs": ["ein Hund"]}
        >>> TranslationReport(title="Demo", task="en-de", metrics=metrics, **texts).opening()
        'On 1 en-de test sentence the model scores 37.5 of 100 BLEU, with 95% confidence between 36.2 and 38.8.'
        """
        count, bleu = self.metrics["sentences"], BLEU.show(self.metrics["bleu"])
        sentences = counted(count, f"{self.task} test sentence")
        return f"On {sentences} the model scores {bleu} of 100 BLEU, {self.sure()}."

    def comparison(self) -> str:
        """What was compared with what."""
        others = "; so were the outputs of the baselines" if self.baselines else ""
        return (
            "The model's output for each source sentence was compared with its reference, as plain detokenised "
            f"text{others}."
        )

    def findings(self, advice: Sequence[str]) -> list[tuple[str, str]]:
        """The group of sentences or words that it is best and worst at, and what to do next."""
        scores = self._chrf
        half = float(np.median(scores))
        middle = f"half of the sentences have a chrF2 of {half:.1f} or more"
        empty = sum(not hyp.strip() for hyp in self.hyps)
        return findings(
            self.facets,
            good=middle,
            fails=f"{counted(empty, 'sentence')} of which nothing is left" if empty else "",
            advice=[*advice, of_unknown_words(self.facets)],
        )

    def sections(self) -> list[Section]:
        """The worst translations, where the model fails, the best ones, the words of the outputs."""
        best, worst = extremes(self._chrf, self.refs)
        lowest, instructive = worst_and_instructive(worst, lambda index: bool(self._unknown(index)))
        found = [Section("Worst translations", self._examples(lowest))]
        if instructive:
            note = Paragraph("The lowest scores where the training text has every word of the source.")
            found.append(Section("Wrong, though every word is known", [note, *self._examples(instructive)]))
        return [
            *found,
            Section("Where it fails", [facet.bars() for facet in self.facets]),
            Section("Best translations", self._examples(best), folded=True),
            self._wording(text_lengths(self.sources)[1]),
        ]

    @cached_property
    def facets(self) -> list[Facet]:
        """BLEU by length, chrF2 by the words of the source, F1 of the words of the target."""
        overall = float(np.mean(self._chrf))
        known = self.known or (None, None)
        found = [
            bleu_by_length(self),
            *text_facets(
                self.sources, mean_scorer(self._chrf), known[0], label="sentence chrF2", items="sources",
                overall=overall, lengths=False,
            ),
        ]  # fmt: skip
        of_words = word_facet(self.hyps, self.refs, known[1]) if known[1] else None
        return [*found, *([of_words] if of_words else [])]

    @cached_property
    def _chrf(self) -> list[float]:
        from nlpseq.evaluation.translation import sentence_chrf

        return sentence_chrf(self.hyps, self.refs)

    def _unknown(self, index: int) -> list[str]:
        return unknown_in(self.sources[index], self.known[0] if self.known else None)

    def _wording(self, unit: str) -> Section:
        texts = {"Source": self.sources, "Reference": self.refs, "Output": self.hyps}
        table = length_table(texts, unit=unit)
        if self.wording is None:
            ratio = f"The outputs hold {self.metrics['length_ratio']:.3f} tokens for each token of the references."
            return Section("Length", [Paragraph(ratio), table], folded=True)
        return wording_section(self.wording, table, self.metrics["length_ratio"])._replace(folded=True)

    def _examples(self, chosen: Iterable[int]) -> list[Block]:
        return [self._example(index) for index in chosen]

    def _example(self, index: int) -> Example:
        texts = {"Source": self.sources[index], "Reference": self.refs[index], "Output": self.hyps[index]}
        fields: list[tuple[str, Text]] = [(name, clip(text)) for name, text in texts.items()]
        if unknown := self._unknown(index):
            fields.append(("Unknown", f"never in the training text: {', '.join(unknown)}"))
        plot = None
        if found := self.attention.get(index):
            plot = attention_plot(token_labels(found.src_tokens), token_labels(found.tgt_tokens), found.weights)
        return Example(f"Sentence {index + 1:,}, chrF {self._chrf[index]:.1f}", fields, plot)


def best_and_worst(hyps: Sequence[str], refs: Sequence[str]) -> tuple[dict[int, float], dict[int, float]]:
    """Index -> sentence chrF of the best and of the worst translations, longer references first among equals.

    None in both. Ask here for which sentences to record attention.

    >>> best_and_worst(["Hund", "xyw"], ["Hund", "Katze"])
    ({0: 100.0}, {1: 0.0})
    """
    from nlpseq.evaluation.translation import sentence_chrf

    return extremes(sentence_chrf(hyps, refs), refs)


def bleu_by_length(report: TranslationReport) -> Facet:
    """BLEU of up to five groups of about equal size by source length."""
    from nlpseq.evaluation.translation import score_bleu

    def score(group: NDArray[np.intp]) -> tuple[float, float | None, float | None]:
        hyps, refs = ([texts[index] for index in group.tolist()] for texts in (report.hyps, report.refs))
        found = score_bleu(hyps, refs, tokenize=report.metrics["tokenize"], bootstrap_samples=BUCKET_SAMPLES)
        low, high = found["bleu_interval"] or (None, None)
        return found["bleu"], low, high

    lengths, unit = text_lengths(report.sources)
    return facet_of(
        lengths, score, title=f"By length of the source ({unit})", header=("Length", "Sources", "BLEU"),
        phrase=f"sources of {{}} {unit}", overall=report.metrics["bleu"],
    )  # fmt: skip
