"""The report of a run on texts with any number of labels, gathered from its folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from nlpseq.config import MultiLabelSettings
from nlpseq.counting import counted
from nlpseq.evaluation.calibration import calibration_error
from nlpseq.evaluation.multilabel import compare_label_sets, uncalibrated
from nlpseq.files import read_json
from nlpseq.report.blocks import Block, Example, Paragraph, Section, Table, Text, clip
from nlpseq.report.differences import score_differences
from nlpseq.report.facets import Facet, Known, facet_of, mean_scorer, text_facets, unknown_in
from nlpseq.report.labels import label_findings, mistake_sections, percentages, reliability_section
from nlpseq.report.page import Report
from nlpseq.report.plots.curves import CurveScore
from nlpseq.report.plots.reliability import LABELS, Reliability
from nlpseq.report.scores import BaselineScores, ScoreKind
from nlpseq.report.weighted import legend, weighted_text
from nlpseq.runs.corpus import saved_corpus, shared_test_rows, training_words
from nlpseq.runs.explanations import Explanations, read_explanations
from nlpseq.runs.facts import report_parts
from nlpseq.runs.folder import CONFIG_FILE, read_metrics, run_settings
from nlpseq.runs.record import read_record
from nlpseq.tasks.multilabel.outputs import LabelSets, read_labels, shown_mistakes, wrongness
from nlpseq.tasks.task import Pair

SIGNATURE = "multilabel_signature"
MICRO = ScoreKind("micro_f1", "Micro F1", "over all pairs of a text and a label, 0 to 100", SIGNATURE, scale=100)
SCORES = (
    MICRO,
    ScoreKind("macro_f1", "Macro F1", "mean over the labels, 0 to 100", SIGNATURE, scale=100),
    ScoreKind("exact", "Exact matches", "share of texts with just the right labels", SIGNATURE, scale=100, unit="%"),
    ScoreKind(
        "ece", "Expected calibration error",
        "percentage points between the probability of a label and the share of texts that have it, lower is better",
        SIGNATURE, scale=100, higher_is_better=False,
    ),
)  # fmt: skip
CURVE_SCORES = (
    CurveScore("val_micro_f1", "micro F1", scale=100), CurveScore("val_macro_f1", "macro F1", scale=100),
)  # fmt: skip
LOSS_UNIT = "nats per text"
MOST_LABELS = 40
# The temperature of models that were trained before there was one.
UNCALIBRATED = 1.0


@dataclass(frozen=True, kw_only=True)
class MultiLabelReport(Report):
    """What the report is made of: the run's `metrics`, its test `texts` and their labels, what explains the mistakes,
    curves and facts."""

    all_scores: ClassVar[Sequence[ScoreKind]] = SCORES
    curve_scores: ClassVar[Sequence[CurveScore]] = CURVE_SCORES
    loss_unit: ClassVar[str] = LOSS_UNIT
    resampled: ClassVar[str] = "test texts"

    title: str
    data: str
    metrics: Mapping[str, Any]
    texts: Sequence[str]
    sets: LabelSets
    explanations: Explanations
    known: Known | None
    baselines: Sequence[BaselineScores]
    curves: Path | None
    facts: Mapping[str, str]

    def opening(self) -> str:
        """The one sentence that says how good the model is and how sure that is."""
        never = [row["name"] for row in self.metrics["classes"] if row["support"] and not row["predicted"]]
        missed = f"; it never predicts {', '.join(never[:5])}{' and others' * (len(never) > 5)}" if never else ""
        texts = counted(self.metrics["texts"], "test text")
        return (
            f"On {texts} of {self.data}, with {self.metrics['labels_a_text']:.1f} of "
            f"{len(self.metrics['classes'])} labels a text, the model reaches {MICRO.show(self.metrics['micro_f1'])} "
            f"micro F1, {self.sure()}{missed}."
        )

    def comparison(self) -> str:
        """What was compared with what."""
        return (
            "The labels whose probability reaches their threshold, which was chosen on the validation split, were "
            "compared with those that the text has in the data."
        )

    def findings(self, advice: Sequence[str]) -> list[tuple[str, str]]:
        """The group of texts or the label that it is best and worst at, and what to do next."""
        more = "more training texts of label {}"
        return label_findings(self.facets, self.metrics["classes"], advice=advice, item="text", more=more)

    def sections(self) -> list[Section]:
        """The texts where the model was surest and wrong, where it fails, each label, and whether it knows what it
        knows."""
        return [
            *self._mistakes(), Section("Where it fails", [facet.bars() for facet in self.facets]), self._each_label(),
            self._calibration(),
        ]  # fmt: skip

    @cached_property
    def facets(self) -> list[Facet]:
        """The mean F1 of the labels of a text, by its length, its words and how many labels it has."""
        scores = [100 * _overlap(truth, guess) for truth, guess in zip(*self.sets[:2], strict=True)]
        overall = float(np.mean(scores))
        score = mean_scorer(scores)
        return [
            *text_facets(self.texts, score, self.known, label="text F1", items="texts", overall=overall),
            facet_of(
                self.sets.truth.sum(axis=1), score, title="By how many labels a text has",
                header=("Labels", "Texts", "text F1"), phrase="texts with {} labels", overall=overall,
            ),
        ]  # fmt: skip

    def _each_label(self) -> Section:
        classes = sorted(self.metrics["classes"], key=lambda row: -row["support"])
        rows = [
            [
                row["name"], f"{row['support']:,}", f"{row['predicted']:,}",
                f"{self.metrics['thresholds'][row['name']]:.2f}",
                *percentages(row, "precision", "recall", "f1"),
            ]
            for row in classes[:MOST_LABELS]
        ]  # fmt: skip
        header = ["Label", "Texts", "Predicted", "Threshold", "Precision (%)", "Recall (%)", "F1"]
        blocks: list[Block] = [Table(header, rows, "lrrrrrr")]
        if len(classes) > MOST_LABELS:
            blocks.append(Paragraph(f"The {MOST_LABELS} commonest of {len(classes):,} labels."))
        return Section("Each label", blocks)

    def _calibration(self) -> Section:
        metrics, (truth, _, shares) = self.metrics, self.sets
        after, before = Reliability(metrics["ece"], metrics["calibration_bins"], metrics["ece_interval"]), None
        if metrics["temperature"] != UNCALIBRATED:
            found = calibration_error(uncalibrated(shares, metrics["temperature"]), truth)
            before = Reliability(found.error, [asdict(entry) for entry in found.bins])
        return reliability_section(after, before, LABELS)

    def _mistakes(self) -> list[Section]:
        names = [row["name"] for row in self.metrics["classes"]]
        surest, typical = shown_mistakes(self.sets, self.texts)
        note = "Of each label that is wrong most often, the shortest text."
        marks = [legend("the label that is explained")] if self.explanations.weights else []
        return mistake_sections(surest, typical, partial(self._example, names), note=note, legend=marks)

    def _example(self, names: Sequence[str], index: int) -> Example:
        truth, predicted, shares = self.sets
        text, weights = self.texts[index], self.explanations.weights.get(index)
        fields: list[tuple[str, Text]] = [
            ("Text", clip(text)), ("In the data", _named(names, truth[index])),
            ("Model", _named(names, predicted[index], shares[index])),
        ]  # fmt: skip
        if weights:
            label = int(wrongness(self.sets)[index].argmax())
            places, residue = self.explanations.places.get(index, ()), self.explanations.residues.get(index)
            shown, why = weighted_text(text, weights, places, residue)
            given = "given" if predicted[index, label] else "left out"
            explained = f"{names[label]}, which was {given} wrongly ({shares[index, label]:.1%})"
            fields = [("Text", shown), *fields[1:], ("Explained", explained), *why]
        if unknown := unknown_in(text, self.known):
            fields.append(("Unknown", f"not in the training text: {clip(', '.join(unknown))}"))
        return Example(f"Text {index + 1:,}", fields)


def report(run_dir: Path) -> MultiLabelReport:
    """The report of a run, from its files.

    Raises:
        UserError: a file of it is missing or damaged.
    """
    settings, metrics, name = (
        run_settings(run_dir, MultiLabelSettings),
        read_metrics(run_dir),
        read_record(run_dir).data,
    )
    texts = saved_corpus(run_dir)["test"]["text"][:]
    facts = {
        "Labelling": f"{metrics['seconds']} seconds, {metrics['texts_per_second']:,} texts a second",
    }
    if metrics["temperature"] != UNCALIBRATED:
        facts["Temperature"] = f"{metrics['temperature']:.3f}, fitted on the validation split"
    return MultiLabelReport(
        title=f"Labels: {name}",
        data=name,
        texts=texts,
        known=training_words(run_dir, "text"),
        sets=read_labels(run_dir, texts=len(texts), labels=len(metrics["classes"])),
        explanations=read_explanations(run_dir),
        **report_parts(run_dir, settings, metrics, scores=SCORES, facts=facts),
    )


def pair(run_a: Path, run_b: Path) -> Pair:
    """Two runs on one test split, by their micro F1.

    Raises:
        UserError: a run is not evaluated, or the test splits or the labels differ.
    """
    texts = shared_test_rows(run_a, run_b, {"text": "text"})["text"]
    names = [str(name) for name in read_json(run_a / CONFIG_FILE, dict)["labels"]]
    first, second = (read_labels(run, texts=len(texts), labels=len(names)) for run in (run_a, run_b))
    by_text = [
        [100 * _overlap(truth, guess) for truth, guess in zip(*found[:2], strict=True)] for found in (first, second)
    ]
    written_a, written_b, given = (
        [_named(names, row) for row in part] for part in (first.predicted, second.predicted, first.truth)
    )
    return Pair(
        items="texts",
        tests=[(MICRO, partial(compare_label_sets, first.truth, first.predicted, second.predicted))],
        differences=lambda both: score_differences(
            both, (written_a, written_b), (by_text[0], by_text[1]), given={"Text": texts, "In the data": given},
            score="F1", items="texts",
        ),
        curve_scores=CURVE_SCORES,
        loss_unit=LOSS_UNIT,
    )  # fmt: skip


def _overlap(truth: np.ndarray, guess: np.ndarray) -> float:
    """F1 of the labels of one text; 1 where it has none and is given none."""
    total = int(truth.sum() + guess.sum())
    return 2 * int((truth & guess).sum()) / total if total else 1.0


def _named(names: Sequence[str], flags: np.ndarray, shares: np.ndarray | None = None) -> str:
    found = [
        name if shares is None else f"{name} ({shares[place]:.1%})"
        for place, name in enumerate(names) if flags[place]
    ]  # fmt: skip
    return ", ".join(found) or "none"
