"""The report of a run on texts with any number of labels, gathered from its folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from nlpseq.config import MultiLabelSettings
from nlpseq.evaluation.multilabel import compare_label_sets
from nlpseq.files import read_json
from nlpseq.report.blocks import Block, Example, Paragraph, Section, Table, clip
from nlpseq.report.differences import score_differences
from nlpseq.report.plots.curves import Curves, CurveScore, learning_curves
from nlpseq.report.plots.drawing import Plot
from nlpseq.report.ranking import EXAMPLES
from nlpseq.report.scores import BaselineScores, Score, beside_baseline, certainty, score_section
from nlpseq.runs.corpus import saved_corpus, shared_test_rows
from nlpseq.runs.facts import report_parts
from nlpseq.runs.folder import CONFIG_FILE, read_metrics, run_settings
from nlpseq.runs.record import read_record
from nlpseq.tasks.multilabel.outputs import LabelSets, read_labels
from nlpseq.tasks.task import Pair

SIGNATURE = "multilabel_signature"
MICRO = Score("micro_f1", "Micro F1", "over all pairs of a text and a label, 0 to 100", SIGNATURE, scale=100)
SCORES = (
    MICRO,
    Score("macro_f1", "Macro F1", "mean over the labels, 0 to 100", SIGNATURE, scale=100),
    Score("exact", "Exact matches", "share of the texts with just the right labels", SIGNATURE, scale=100, unit="%"),
)
CURVE_SCORES = (
    CurveScore("val_micro_f1", "micro F1", scale=100), CurveScore("val_macro_f1", "macro F1", scale=100),
)  # fmt: skip
LOSS_UNIT = "nats per text"
MOST_LABELS = 40


@dataclass(frozen=True, kw_only=True)
class MultiLabelReport:
    """What the report is made of: the run's `metrics`, its test `texts` and their labels, curves and facts."""

    title: str
    data: str
    metrics: Mapping[str, Any]
    texts: Sequence[str]
    sets: LabelSets
    baselines: Sequence[BaselineScores]
    curves: Path | None
    facts: Mapping[str, str]

    def opening(self) -> str:
        """The one sentence that says how good the model is and how sure that is."""
        never = [row["name"] for row in self.metrics["classes"] if row["support"] and not row["predicted"]]
        missed = f"; it never predicts {', '.join(never[:5])}{' and others' * (len(never) > 5)}" if never else ""
        return (
            f"On {self.metrics['texts']:,} test texts of {self.data}, with {self.metrics['labels_a_text']:.1f} of "
            f"{len(self.metrics['classes'])} labels a text, the model reaches {MICRO.show(self.metrics['micro_f1'])} "
            f"micro F1, {certainty(MICRO, self.metrics)}{beside_baseline(MICRO, self.baselines)}{missed}."
        )

    def comparison(self) -> str:
        """What was compared with what."""
        return (
            "The labels whose probability reaches their threshold, which was chosen on the validation split, were "
            "compared with those that the text has in the data."
        )

    def scores(self) -> Section:
        """Micro F1 and the other scores."""
        return score_section(self.metrics, SCORES, self.baselines, resampled="test texts")

    def curve_plots(self, curves: Curves) -> list[Plot]:
        """Loss, both F1 at a threshold of one half, learning rate and throughput."""
        return learning_curves(curves, CURVE_SCORES, loss_unit=LOSS_UNIT)

    def sections(self) -> list[Section]:
        """Each label, and the texts where the model was surest and wrong."""
        return [self._each_label(), self._mistakes()]

    def _each_label(self) -> Section:
        classes = sorted(self.metrics["classes"], key=lambda row: -row["support"])
        rows = [
            [
                row["name"], f"{row['support']:,}", f"{row['predicted']:,}",
                f"{self.metrics['thresholds'][row['name']]:.2f}",
                *(f"{100 * row[key]:.1f}" for key in ("precision", "recall", "f1")),
            ]
            for row in classes[:MOST_LABELS]
        ]  # fmt: skip
        header = ["Label", "Texts", "Predicted", "Threshold", "Precision (%)", "Recall (%)", "F1"]
        blocks: list[Block] = [Table(header, rows, "lrrrrrr")]
        if len(classes) > MOST_LABELS:
            blocks.append(Paragraph(f"The {MOST_LABELS} commonest of {len(classes):,} labels."))
        return Section("Each label", blocks)

    def _mistakes(self) -> Section:
        truth, predicted, shares = self.sets
        names = [row["name"] for row in self.metrics["classes"]]
        # How far a probability is on the wrong side of one half, for labels that were given or left out wrongly.
        wrong = np.where(truth != predicted, np.where(predicted, shares, 1 - shares), 0.0)
        order = np.argsort(-wrong.max(axis=1), kind="stable")[:EXAMPLES]
        blocks: list[Block] = [
            Example(
                f"Text {index + 1:,}",
                [("Text", clip(self.texts[index])), ("In the data", _named(names, truth[index])),
                 ("Model", _named(names, predicted[index], shares[index]))],
            )
            for index in order if wrong[index].any()
        ]  # fmt: skip
        return Section("Most confident mistakes", blocks or [Paragraph("The model made none.")])


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
    speed = f"{metrics['seconds']} seconds, {metrics['texts_per_second']:,} texts a second"
    return MultiLabelReport(
        title=f"Labels: {name}",
        data=name,
        texts=texts,
        sets=read_labels(run_dir, texts=len(texts), labels=len(metrics["classes"])),
        **report_parts(run_dir, settings, metrics, scores=SCORES, facts={"Labelling": speed}),
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
