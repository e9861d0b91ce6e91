"""The report of a translation run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpseq.report.blocks import Block, Example, Paragraph, Section, Text, clip
from nlpseq.report.lengths import length_groups, length_section, length_table, text_lengths
from nlpseq.report.plots.attention import attention_plot
from nlpseq.report.plots.curves import Curves, CurveScore, learning_curves
from nlpseq.report.plots.drawing import Plot
from nlpseq.report.plots.lengths import LengthBucket
from nlpseq.report.ranking import extremes
from nlpseq.report.scores import BaselineScores, Score, beside_baseline, certainty, score_section
from nlpseq.report.weighted import token_labels
from nlpseq.report.wording import unknown_words, wording_section

BUCKET_SAMPLES = 500

BLEU = Score("bleu", "BLEU", "cased, 0 to 100, higher is better", "bleu_signature")
SCORES = (
    BLEU,
    Score(
        "bleu_lowercase",
        "BLEU, lower-cased",
        "0 to 100; not comparable with the cased BLEU",
        "bleu_lowercase_signature",
    ),
    Score("chrf2", "chrF2", "character n-grams, 0 to 100, higher is better", "chrf2_signature"),
    Score(
        "ter", "TER", "edits for every 100 reference words, lower is better", "ter_signature", higher_is_better=False
    ),
    Score(
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


class Attention(NamedTuple):
    """Where the model looked while it wrote one sentence; `weights` has shape (T, S) and rows that sum to 1.

    >>> Attention(["the", "dog"], ["Hund"], np.array([[0.2, 0.8]])).weights.shape
    (1, 2)
    """

    src_tokens: Sequence[str]
    tgt_tokens: Sequence[str]
    weights: NDArray[np.floating]


@dataclass(frozen=True, kw_only=True)
class TranslationReport:
    """What the report of a translation run is made of.

    `metrics` is what `score_translations` gave for `hyps` and `refs`; `sources`, `hyps` and `refs` are
    plain text in the same order. `wording` is what `score_wording` gave for them. `attention` is keyed by
    the index of the sentence and drawn for those among `best_and_worst`. `baselines` have the metrics'
    keys. `curves` is the path of a `curves.csv`, `facts` are shown as they are (wall time, seed,
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

    title: str
    task: str
    metrics: Mapping[str, Any]
    sources: Sequence[str]
    hyps: Sequence[str]
    refs: Sequence[str]
    wording: Mapping[str, Any] | None = None
    attention: Mapping[int, Attention] = field(default_factory=dict)
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
        sentences = f"{count:,} {self.task} test sentence{'s' * (count != 1)}"
        sure = certainty(BLEU, self.metrics) + beside_baseline(BLEU, self.baselines)
        return f"On {sentences} the model scores {bleu} of 100 BLEU, {sure}."

    def comparison(self) -> str:
        """What was compared with what."""
        others = "; so were the outputs of the baselines" if self.baselines else ""
        return (
            "The model's output for each source sentence was compared with its reference, as plain detokenised "
            f"text{others}."
        )

    def scores(self) -> Section:
        """BLEU and the other scores."""
        return score_section(self.metrics, SCORES, self.baselines, resampled="test sentences")

    def curve_plots(self, curves: Curves) -> list[Plot]:
        """Loss, BLEU, learning rate and throughput."""
        return learning_curves(curves, CURVE_SCORES, loss_unit=LOSS_UNIT)

    def sections(self) -> list[Section]:
        """Scores by source length, the words of the outputs, the best and the worst translations."""
        best, worst = best_and_worst(self.hyps, self.refs)
        buckets, unit = length_buckets(self)
        return [
            length_section(buckets, scale="0 to 100", texts="sources", unit=unit),
            self._wording(unit),
            Section("Best translations", self._examples(best)),
            Section("Worst translations", self._examples(worst)),
        ]

    def _wording(self, unit: str) -> Section:
        texts = {"Source": self.sources, "Reference": self.refs, "Output": self.hyps}
        table = length_table(texts, unit=unit)
        if self.wording is None:
            ratio = f"The outputs hold {self.metrics['length_ratio']:.3f} tokens for each token of the references."
            return Section("Length", [Paragraph(ratio), table])
        return wording_section(self.wording, table, self.metrics["length_ratio"])

    def _examples(self, chosen: Mapping[int, float]) -> list[Block]:
        return [self._example(*pair) for pair in chosen.items()]

    def _example(self, index: int, chrf: float) -> Example:
        texts = {"Source": self.sources[index], "Reference": self.refs[index], "Output": self.hyps[index]}
        fields: list[tuple[str, Text]] = [(name, clip(text)) for name, text in texts.items()]
        if unknown := unknown_words(self.sources[index], self.wording):
            fields.append(("Unknown", f"never in the training text: {unknown}"))
        plot = None
        if found := self.attention.get(index):
            plot = attention_plot(token_labels(found.src_tokens), token_labels(found.tgt_tokens), found.weights)
        return Example(f"Sentence {index + 1:,}, chrF {chrf:.1f}", fields, plot)


def best_and_worst(hyps: Sequence[str], refs: Sequence[str]) -> tuple[dict[int, float], dict[int, float]]:
    """Index -> sentence chrF of the best and of the worst translations, longer references first among equals.

    At most ten of each, and none in both. Ask here for which sentences to record attention.

    >>> best_and_worst(["Hund", "xyw"], ["Hund", "Katze"])
    ({0: 100.0}, {1: 0.0})
    """
    from nlpseq.evaluation.translation import sentence_chrf

    return extremes(sentence_chrf(hyps, refs), refs)


def length_buckets(report: TranslationReport) -> tuple[dict[str, list[LengthBucket]], str]:
    """BLEU and chrF2 of up to five groups of about equal size by source length, and the unit of the length."""
    from nlpseq.evaluation.translation import score_bleu, score_chrf

    lengths, unit = text_lengths(report.sources)
    buckets: dict[str, list[LengthBucket]] = {"BLEU": [], "chrF2": []}
    for group in length_groups(lengths):
        inside = group.tolist()
        hyps, refs = ([texts[index] for index in inside] for texts in (report.hyps, report.refs))
        scores = score_chrf(hyps, refs, bootstrap_samples=BUCKET_SAMPLES) | score_bleu(
            hyps, refs, tokenize=report.metrics["tokenize"], bootstrap_samples=BUCKET_SAMPLES
        )
        ends = int(lengths[group].min()), int(lengths[group].max())
        for name, key in (("BLEU", "bleu"), ("chrF2", "chrf2")):
            buckets[name].append(
                LengthBucket(*ends, len(inside), scores[key], *(scores[f"{key}_interval"] or (None, None)))
            )
    return buckets, unit
