"""The report of a tagging run, gathered from its folder: which entities it finds, and what becomes of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np

from nlpseq.config import TagSettings
from nlpseq.counting import counted
from nlpseq.evaluation.tagging import compare_tags, entity_outcomes, span_f1
from nlpseq.report import blocks
from nlpseq.report.blocks import Example, Legend, Paragraph, Section, Table, clip_spans
from nlpseq.report.differences import score_differences
from nlpseq.report.facets import Facet, Known, facet_of, mean_scorer, share_scorer, unknown_in
from nlpseq.report.labels import label_findings, mistake_sections, percentages
from nlpseq.report.page import Report
from nlpseq.report.plots.curves import CurveScore
from nlpseq.report.plots.drawing import isolated
from nlpseq.report.ranking import INSTRUCTIVE, WORST
from nlpseq.report.scores import BaselineScores, ScoreKind
from nlpseq.runs.corpus import saved_corpus, shared_test_rows, training_words
from nlpseq.runs.facts import report_parts
from nlpseq.runs.folder import read_metrics, run_settings
from nlpseq.runs.record import read_record
from nlpseq.tasks.tag.outputs import TaggedSplit, read_tags, slashed
from nlpseq.tasks.task import Pair
from nlpseq.text.tag_scheme import Span, known_scheme, scheme_spans

ENTITIES, TOKENS = "entity_signature", "token_signature"
F1 = ScoreKind(
    "f1", "F1", "of the entities, 0 to 100, right where label and borders are; of plain tags their accuracy", ENTITIES,
    scale=100,
)  # fmt: skip
SCORES = (
    F1,
    ScoreKind(
        "entity_precision", "Precision", "share of the entities found that are right", ENTITIES, scale=100, unit="%"
    ),
    ScoreKind(
        "entity_recall", "Recall", "share of the entities in the data that are found", ENTITIES, scale=100, unit="%"
    ),
    ScoreKind(
        "token_accuracy", "Token accuracy", "share of the tokens with the right tag", TOKENS, scale=100, unit="%"
    ),
    ScoreKind("token_macro_f1", "Macro F1", "mean over the labels, 0 to 100, higher is better", TOKENS, scale=100),
)
CURVE_SCORES = (CurveScore("val_f1", "F1", scale=100),)
LOSS_UNIT = "nats per token"
# How a kind of mistake is said: in the table, and of one of them.
MISTAKES = {
    "missed": "Missed",
    "invented": "Invented",
    "wrong_label": "Wrong label, right borders",
    "wrong_border": "Right label, wrong borders",
    "wrong_both": "Wrong label and borders",
}
MOST_LABELS = 25
LEGEND = (
    blocks.Span("Marked like this", "phrase"), blocks.Span(" is what stands in the data, "),
    blocks.Span("like this", "against"), blocks.Span(" what the model says."),
)  # fmt: skip


class Mistake(NamedTuple):
    """What the data have and what the model said in one place, and how sure it was: its least sure token there."""

    sentence: int
    kind: str
    ref: Span | None
    hyp: Span | None
    probability: float


@dataclass(frozen=True, kw_only=True)
class TagReport(Report):
    """What the report of a tagging run is made of: its `metrics`, its test split, curves and facts."""

    all_scores: ClassVar[Sequence[ScoreKind]] = SCORES
    curve_scores: ClassVar[Sequence[CurveScore]] = CURVE_SCORES
    loss_unit: ClassVar[str] = LOSS_UNIT
    resampled: ClassVar[str] = "test sentences"

    title: str
    data: str
    metrics: Mapping[str, Any]
    split: TaggedSplit
    known: Known | None
    baselines: Sequence[BaselineScores]
    curves: Path | None
    facts: Mapping[str, str]

    @property
    def plain(self) -> bool:
        """Whether the tags are plain ones."""
        return bool(self.metrics["scheme"] == "plain")

    def opening(self) -> str:
        """The one sentence that says how good the model is and how sure that is."""
        what = (
            f"{counted(self.metrics['tokens'], 'token')}"
            if self.plain
            else f"{counted(self.metrics['entities'], 'entity')}"
        )
        return (
            f"On {counted(self.metrics['sentences'], 'test sentence')} of {self.data}, with {what}, the model reaches "
            f"{F1.show(self.metrics['f1'])} F1, {self.sure()}."
        )

    def comparison(self) -> str:
        """What was compared with what."""
        if self.plain:
            return "The tag of each token was compared with the one in the data."
        return (
            "The entities that the model's tags spell were compared with those in the data, as conlleval does: one is "
            "right where its label, its first and its last token are."
        )

    def findings(self, advice: Sequence[str]) -> list[tuple[str, str]]:
        """The group of entities or the label that it is best and worst at, and what to do next."""
        return label_findings(
            self.facets, self.metrics["labels"], advice=advice, item="token" if self.plain else "entity",
            more="more sentences with label {} to train on",
        )  # fmt: skip

    def sections(self) -> list[Section]:
        """The mistakes, where the model fails, what becomes of the entities, each label."""
        shown = [
            *self._mistakes(),
            Section("Where it fails", [facet.bars() for facet in self.facets]),
            self._confusion(),
        ]
        return [*shown, self._labels()] if self.plain else [*shown, self._outcomes(), self._seen(), self._labels()]

    @cached_property
    def facets(self) -> list[Facet]:
        """F1 by the length of the sentence; how many entities are found by their length and their rarest word."""
        right, items, what = self._items()
        of_sentence = np.zeros((len(self.split.tokens), 2))
        for sentence, _, _, found in items:
            of_sentence[sentence] += (found, 1)
        filled = np.flatnonzero(of_sentence[:, 1])
        if not len(filled):
            return []
        shown: dict[str, Any] = {"overall": 100 * float(right.mean()), "unit": "%"}
        score = share_scorer(right)
        spans = [self.split.tokens[sentence][start:end] for sentence, start, end, _ in items]
        facets = [
            facet_of(
                np.array([len(self.split.tokens[place]) for place in filled]),
                mean_scorer(100 * of_sentence[:, 0], of_sentence[:, 1].tolist()),
                title="By length of the sentence (tokens)", header=("Tokens", "Sentences", "recall"), among=filled,
                phrase="sentences of {} tokens", **shown,
            )
        ]  # fmt: skip
        if self.known:
            rarest = [min(self.known.get(token.casefold(), 0) for token in span) for span in spans]
            facets.append(
                facet_of(
                    np.array(rarest), score, title="By how often training has their rarest word",
                    header=("Times", what.capitalize(), "recall"),
                    phrase=f"{what} whose rarest word training has {{}} times", **shown,
                )
            )  # fmt: skip
        if not self.plain:
            facets.append(
                facet_of(
                    np.array([len(span) for span in spans]), score, title="By length of the entity (tokens)",
                    header=("Tokens", "Entities", "recall"), phrase="entities of {} tokens", **shown,
                )
            )  # fmt: skip
        return facets

    def _items(self) -> tuple[np.ndarray, list[tuple[int, int, int, bool]], str]:
        """Whether each entity of the data (or each token of plain tags) is found, where it stands, what they are."""
        refs, hyps = self.split.refs, self.split.hyps
        if self.plain:
            items = [
                (place, token, token + 1, ref == hyp)
                for place, (one, other) in enumerate(zip(refs, hyps, strict=True))
                for token, (ref, hyp) in enumerate(zip(one, other, strict=True))
            ]
        else:
            items = [
                (place, span.start, span.end, kind == "right")
                for place, kind, span, _ in entity_outcomes(refs, hyps) if span is not None
            ]  # fmt: skip
        return np.array([found for *_, found in items], dtype=bool), items, "tokens" if self.plain else "entities"

    def _outcomes(self) -> Section:
        true, mistakes = self.metrics["entities"], self.metrics["mistakes"]
        right = true - sum(count for kind, count in mistakes.items() if kind != "invented")
        rows = [["Right", f"{right:,}", _share(right, true)]]
        rows += [[name, f"{mistakes[kind]:,}", _share(mistakes[kind], true)] for kind, name in MISTAKES.items()]
        table = Table(["Outcome", "Entities", "Of those in the data (%)"], rows, "lrr")
        note = Paragraph("Each entity is counted once; invented ones have no entity of the data in their place.")
        return Section("What becomes of the entities", [table, note], folded=True)

    def _seen(self) -> Section:
        rows = [
            [name, f"{figures['support']:,}", *percentages(figures, "precision", "recall", "f1")]
            for name, key in (("Seen in training", "seen"), ("Never seen", "unseen"))
            if (figures := self.metrics.get(key))
        ]
        header = ["Entities whose words are, as a whole,", "In the data", "Precision (%)", "Recall (%)", "F1"]
        share = f"{self.metrics.get('unknown_words', 0):.1%} of the test tokens are words that training does not have."
        return Section(
            "Entities seen and not seen in training", [Table(header, rows, "lrrrr"), Paragraph(share)], folded=True
        )

    def _labels(self) -> Section:
        rows = [
            [
                row["name"], f"{row['support']:,}", f"{row['predicted']:,}",
                *percentages(row, "precision", "recall", "f1"),
            ]
            for row in self.metrics["labels"]
        ]  # fmt: skip
        header = ["Label", "In the data", "Found", "Precision (%)", "Recall (%)", "F1"]
        return Section("Each label", [Table(header, rows, "lrrrrr")], folded=True)

    def _confusion(self) -> Section:
        counts = Counter((one.ref and one.ref.label, one.hyp and one.hyp.label) for one in self._all_mistakes())
        pairs = [[ref or "none", hyp or "none", f"{count:,}"] for (ref, hyp), count in counts.most_common(MOST_LABELS)]
        table = Table(["Label in the data", "Label of the model", "Mistakes"], pairs, "llr")
        note = Paragraph("None stands for no entity in that place; of one label twice the borders are wrong.")
        return Section("Which label is taken for which", [table, note] if pairs else [Paragraph("None for another.")])

    def _mistakes(self) -> list[Section]:
        surest = sorted(self._all_mistakes(), key=lambda one: -one.probability)
        # Of each kind of mistake that is frequent, one that no unknown word excuses.
        left = [one for one in surest[WORST:] if not self._unknown(one)]
        kinds = Counter(map(_kind, left)).most_common(INSTRUCTIVE)
        typical = [next(one for one in left if _kind(one) == kind) for kind, _ in kinds]
        note = "Of each frequent kind of mistake, the surest where training has every word of it."
        return mistake_sections(surest[:WORST], typical, self._example, note=note, legend=[Legend(LEGEND)])

    def _unknown(self, one: Mistake) -> list[str]:
        spans = [span for span in (one.ref, one.hyp) if span is not None]
        tokens = self.split.tokens[one.sentence]
        return unknown_in(" ".join(token for span in spans for token in tokens[span.start : span.end]), self.known)

    def _example(self, one: Mistake) -> Example:
        tokens = self.split.tokens[one.sentence]
        named = [
            f"{isolated(' '.join(tokens[span.start : span.end]))} ({span.label})" if span else "nothing"
            for span in (one.ref, one.hyp)
        ]
        fields: list[tuple[str, blocks.Text]] = [
            ("Sentence", clip_spans(_marked(tokens, one.ref, one.hyp))),
            ("In the data", named[0]),
            ("Model", f"{named[1]}, {one.probability:.1%} sure"),
        ]
        if unknown := self._unknown(one):
            fields.append(("Unknown", f"not in the training text: {', '.join(unknown)}"))
        return Example(f"Sentence {one.sentence + 1:,}: {MISTAKES[one.kind].lower()}", fields)

    def _all_mistakes(self) -> Iterator[Mistake]:
        refs, hyps, shares = self.split.refs, self.split.hyps, self.split.probabilities
        if self.plain:
            for place, (ref, hyp) in enumerate(zip(refs, hyps, strict=True)):
                for one, other in zip(scheme_spans(ref, "plain"), scheme_spans(hyp, "plain"), strict=True):
                    if one != other:
                        yield Mistake(place, "wrong_label", one, other, shares[place][one.start])
            return
        for place, kind, ref_span, hyp_span in entity_outcomes(refs, hyps):
            span = hyp_span or ref_span
            if kind != "right" and span is not None:
                yield Mistake(place, kind, ref_span, hyp_span, min(shares[place][span.start : span.end]))


def _kind(one: Mistake) -> tuple[str, str, str]:
    return one.kind, one.ref.label if one.ref else "", one.hyp.label if one.hyp else ""


def _share(count: int, of: int) -> str:
    return f"{100 * count / max(1, of):.1f}"


def _marked(tokens: Sequence[str], ref: Span | None, hyp: Span | None) -> list[blocks.Span]:
    """The tokens of a sentence, marked where the data have an entity, and where the model has one."""
    marks = [""] * len(tokens)
    for span, mark in ((ref, "phrase"), (hyp, "against")):
        if span is not None:
            marks[span.start : span.end] = [mark] * (span.end - span.start)
    spans: list[blocks.Span] = []
    for mark, group in groupby(zip(marks, tokens, strict=True), key=itemgetter(0)):
        spans += [blocks.Span(" " * bool(spans)), blocks.Span(" ".join(token for _, token in group), mark)]
    return spans


def report(run_dir: Path) -> TagReport:
    """The report of a run, from its files.

    Raises:
        UserError: a file of it is missing or damaged.
    """
    settings, metrics, name = run_settings(run_dir, TagSettings), read_metrics(run_dir), read_record(run_dir).data
    test = saved_corpus(run_dir)["test"]
    speed = f"{metrics['seconds']} seconds, {metrics['sentences_per_second']:,} sentences a second"
    return TagReport(
        title=f"Tagging: {name}",
        data=name,
        known=training_words(run_dir, "tokens"),
        split=read_tags(run_dir, test["tokens"][:], test["tags"][:]),
        **report_parts(run_dir, settings, metrics, scores=SCORES, facts={"Tagging": speed}),
    )


def pair(run_a: Path, run_b: Path) -> Pair:
    """Two runs on one test split, by the F1 over the sentences.

    Raises:
        UserError: a run is not evaluated, or the test splits differ.
    """
    shared: dict[str, Any] = shared_test_rows(run_a, run_b, {"tokens": "tokens", "tags": "tags"})
    tokens, refs = shared.values()
    scheme = known_scheme(read_metrics(run_a)["scheme"])
    hyps_a, hyps_b = (read_tags(run, tokens, refs).hyps for run in (run_a, run_b))
    by_sentence = [
        [100.0 if ref == hyp else 100 * span_f1([ref], [hyp], scheme) for ref, hyp in zip(refs, hyps, strict=True)]
        for hyps in (hyps_a, hyps_b)
    ]
    written_a, written_b, given = ([*map(slashed, tokens, tags)] for tags in (hyps_a, hyps_b, refs))
    return Pair(
        items="sentences",
        tests=[(F1, partial(compare_tags, refs, hyps_a, hyps_b, scheme))],
        differences=lambda names: score_differences(
            names, (written_a, written_b), (by_sentence[0], by_sentence[1]), given={"In the data": given}, score="F1",
            items="sentences",
        ),
        curve_scores=CURVE_SCORES,
        loss_unit=LOSS_UNIT,
    )  # fmt: skip
