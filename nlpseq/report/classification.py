"""The report of a classification run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from nlpseq.counting import counted
from nlpseq.evaluation.bootstrap import proportion_interval
from nlpseq.report.blocks import Example, Paragraph, Section, Table, Text, clip
from nlpseq.report.confusion import confusion_blocks, frequent_mistakes
from nlpseq.report.facets import Facet, Known, share_scorer, text_facets, unknown_in
from nlpseq.report.findings import findings, of_unknown_words
from nlpseq.report.labels import mistake_sections, reliability_section
from nlpseq.report.page import Report
from nlpseq.report.plots.curves import CurveScore
from nlpseq.report.plots.drawing import isolated
from nlpseq.report.plots.reliability import Reliability
from nlpseq.report.ranking import INSTRUCTIVE, WORST
from nlpseq.report.scores import BaselineScores, ScoreKind
from nlpseq.report.weighted import TokenPlaces, TokenWeights, legend, weighted_text

SIGNATURE = "classification_signature"
ACCURACY = ScoreKind(
    "accuracy", "Accuracy", "share of the texts given the right class, higher is better", SIGNATURE, scale=100, unit="%"
)
SCORES = (
    ACCURACY,
    ScoreKind("macro_f1", "Macro F1", "mean over the classes, 0 to 100, higher is better", SIGNATURE, scale=100),
    ScoreKind("log_loss", "Log loss", "nats a text, lower is better", SIGNATURE, digits=3, higher_is_better=False),
    ScoreKind(
        "ece",
        "Expected calibration error",
        "percentage points between probability and accuracy, lower is better",
        SIGNATURE,
        scale=100,
        higher_is_better=False,
    ),
)
CURVE_SCORES = (
    CurveScore("val_accuracy", "accuracy", scale=100, unit="%"),
    CurveScore("val_macro_f1", "macro F1", scale=100),
)
LOSS_UNIT = "nats per text"
NAMED_CLASSES = 5


@dataclass(frozen=True, kw_only=True)
class ClassificationReport(Report):
    """What the report of a classification run is made of.

    `data` names the test data in the opening sentence. `metrics` is what `score_classification` gave for `gold`
    (N,), the numbers of the true classes, and `probabilities` (N, C), the calibrated ones; `uncalibrated` is what it
    gave for the probabilities before calibration, None without calibration. `texts` are the N texts. `token_weights`
    is keyed by the index of the text: (token, weight) in the order of the text, above 0 where the token speaks for
    the class that the model chose; shown for those among `shown_mistakes`. `token_places` are the tokens' (first
    character, end) in the text, and `residues` what the weights leave unexplained, where that is notable. `known` is
    how often the training text has each word. `curves` is the path of a `curves.csv`, `facts` are shown as they are.

    Raises:
        ValueError: texts, classes, probabilities and metrics do not fit together, or token weights are given for
            a text that does not exist.

    >>> ClassificationReport(
    ...     title="t", data="reviews", metrics={"texts": 2, "classes": [{"name": "neg"}, {"name": "pos"}]},
    ...     texts=["fine"], gold=[1], probabilities=np.array([[0.2, 0.8]]),
    ... )
    Traceback (most recent call last):
    ...
    ValueError: 1 texts, 1 true classes, probabilities (1, 2) and metrics over 2 texts of 2 classes do not fit together
    """

    all_scores: ClassVar[Sequence[ScoreKind]] = SCORES
    curve_scores: ClassVar[Sequence[CurveScore]] = CURVE_SCORES
    loss_unit: ClassVar[str] = LOSS_UNIT
    resampled: ClassVar[str] = "test texts"

    title: str
    data: str
    metrics: Mapping[str, Any]
    texts: Sequence[str]
    gold: Sequence[int] | NDArray[np.integer]
    probabilities: NDArray[np.floating]
    uncalibrated: Mapping[str, Any] | None = None
    token_weights: Mapping[int, TokenWeights] = field(default_factory=dict)
    token_places: Mapping[int, TokenPlaces] = field(default_factory=dict)
    residues: Mapping[int, float] = field(default_factory=dict)
    known: Known | None = None
    baselines: Sequence[BaselineScores] = ()
    curves: str | Path | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        count, classes = self.metrics["texts"], len(self.metrics["classes"])
        if not len(self.texts) == len(self.gold) == count or self.probabilities.shape != (count, classes):
            raise ValueError(
                f"{len(self.texts)} texts, {len(self.gold)} true classes, probabilities {self.probabilities.shape} "
                f"and metrics over {count} texts of {classes} classes do not fit together"
            )
        for index in self.token_weights:
            if not 0 <= index < count:
                raise ValueError(f"token weights are given for text {index} of {count}")

    @property
    def names(self) -> list[str]:
        """The names of the classes (C,)."""
        return [str(entry["name"]) for entry in self.metrics["classes"]]

    def opening(self) -> str:
        """The one sentence that says how good the model is and how sure that is."""
        count = self.metrics["texts"]
        return (
            f"Of {counted(count, 'test text')} of {self.data} the model gives "
            f"{ACCURACY.show(self.metrics['accuracy'])} the right one of {len(self.names)} classes, {self.sure()}"
            f"{_never_sentence(never_predicted(self.metrics))}."
        )

    def comparison(self) -> str:
        """What was compared with what."""
        return "The class of the highest probability was compared with the label that the text has in the data."

    def scores(self) -> Section:
        """Accuracy, macro F1 and the other scores."""
        section = super().scores()
        note = Paragraph("The interval of the accuracy is Wilson's, which does not shrink to nothing at 100%.")
        return Section(section.heading, [*section.blocks, note])

    def findings(self, advice: Sequence[str]) -> list[tuple[str, str]]:
        """The group of texts or the class that it is best and worst at, and what to do next."""
        classes = [entry for entry in self.metrics["classes"] if entry["support"]]
        best, worst = (pick(classes, key=lambda entry: entry["recall"]) for pick in (max, min))
        never = never_predicted(self.metrics)
        rare = f"train.class_weights balanced: the model never predicts {isolated(never[0])}" if never else ""
        return findings(
            self.facets,
            good=_class_sentence(best),
            fails=_class_sentence(worst),
            advice=[rare, *advice, of_unknown_words(self.facets), _more_texts(worst)],
        )

    def sections(self) -> list[Section]:
        """The mistakes, where the model fails, which class is taken for which, and whether it knows what it knows."""
        return [
            *self._mistakes(),
            Section("Where it fails", [facet.bars() for facet in self.facets]),
            Section("Which class is taken for which", confusion_blocks(self.metrics["confusion"], self.names)),
            self._per_class(),
            self._calibration(),
        ]

    @cached_property
    def facets(self) -> list[Facet]:
        """The accuracy by length and by words."""
        right = self.probabilities.argmax(axis=1) == np.asarray(self.gold)
        return text_facets(
            self.texts, share_scorer(right), self.known, label="accuracy", items="texts",
            overall=100 * float(right.mean()), unit="%",
        )  # fmt: skip

    def _per_class(self) -> Section:
        predicted = np.asarray(self.metrics["confusion"]).sum(axis=0)
        rows = []
        for entry, guesses in zip(self.metrics["classes"], predicted, strict=True):
            support = entry["support"]
            interval = proportion_interval(round(entry["recall"] * support), support) if support else None
            rows.append(
                [
                    str(entry["name"]),
                    f"{support:,}",
                    f"{guesses:,}",
                    f"{100 * entry['precision']:.1f}" if guesses else "–",
                    f"{100 * entry['recall']:.1f}" if support else "–",
                    f"{100 * interval[0]:.1f} to {100 * interval[1]:.1f}" if interval else "–",
                    f"{100 * entry['f1']:.1f}" if support or guesses else "–",
                ]
            )
        header = ["Class", "Texts", "Predicted", "Precision (%)", "Recall (%)", "95% interval of recall", "F1"]
        note = "Precision: right of those predicted. Recall: right of those in the data; its interval is Wilson's."
        return Section("Each class", [Table(header, rows, "lrrrrrr"), Paragraph(note)], folded=True)

    def _calibration(self) -> Section:
        before = _reliability(self.uncalibrated) if self.uncalibrated else None
        return reliability_section(_reliability(self.metrics), before)

    def _mistakes(self) -> list[Section]:
        surest, typical = shown_mistakes(self.gold, self.probabilities, self.texts)
        explained = set(self.token_weights) & {*surest, *typical}
        marks = [legend("the class that the model chose")] if explained else []
        note = "Of each pair of classes that is mixed up most, the shortest text."
        return mistake_sections(surest, typical, self._mistake, note=note, legend=marks)

    def _mistake(self, index: int) -> Example:
        row, text, weights = self.probabilities[index], self.texts[index], self.token_weights.get(index)
        true, chosen = int(self.gold[index]), int(row.argmax())
        of_true, of_chosen = isolated(self.names[true]), isolated(self.names[chosen])
        fields: list[tuple[str, Text]] = [
            ("In the data", f"{of_true}, to which the model gives {row[true]:.1%}"),
            ("Model", f"{of_chosen}, {row[chosen]:.1%} sure"),
        ]
        shown: Text = clip(text)
        if weights:
            places, residue = self.token_places.get(index, ()), self.residues.get(index)
            shown, why = weighted_text(text, weights, places, residue)
            fields += why
        if unknown := unknown_in(text, self.known):
            fields.append(("Unknown", f"not in the training text: {clip(', '.join(unknown))}"))
        return Example(f"Text {index + 1:,}: {of_true} taken for {of_chosen}", [("Text", shown), *fields])


def never_predicted(metrics: Mapping[str, Any]) -> list[str]:
    """The names of the classes that test texts have and the model gives to none, in the order of the classes.

    >>> never_predicted({"confusion": [[2, 0], [1, 0]], "classes": [{"name": "a"}, {"name": "b"}]})
    ['b']
    """
    counts = np.asarray(metrics["confusion"])
    missed = (counts.sum(axis=1) > 0) & (counts.sum(axis=0) == 0)
    return [str(entry["name"]) for entry, never in zip(metrics["classes"], missed, strict=True) if never]


def _never_sentence(names: Sequence[str]) -> str:
    """The same as the end of a sentence, empty where there are none."""
    if not names:
        return ""
    named = ", ".join(map(isolated, names[:NAMED_CLASSES]))
    more = f" and {len(names) - NAMED_CLASSES:,} more" if len(names) > NAMED_CLASSES else ""
    return f"; never predicted: {named}{more}"


def shown_mistakes(
    gold: Sequence[int] | NDArray[np.integer], probabilities: NDArray[np.floating], texts: Sequence[str]
) -> tuple[list[int], list[int]]:
    """Indices of the mistakes that the model was surest of, and of a short one of each frequent pair of classes.

    Ask here for which texts to compute token weights.

    >>> shown_mistakes([0, 0, 1], np.array([[0.4, 0.6], [0.9, 0.1], [0.8, 0.2]]), ["a", "b", "c"])
    ([2, 0], [])
    """
    confidence, chosen, true = probabilities.max(axis=1), probabilities.argmax(axis=1), np.asarray(gold)
    wrong = np.flatnonzero(chosen != true)
    surest = wrong[np.argsort(-confidence[wrong], kind="stable")]
    left = surest[WORST:]
    confusion = np.zeros((probabilities.shape[1],) * 2, dtype=np.int64)
    np.add.at(confusion, (true[wrong], chosen[wrong]), 1)
    typical = []
    for one, other, _ in frequent_mistakes(confusion)[:INSTRUCTIVE]:
        pair = left[(true[left] == one) & (chosen[left] == other)]
        if len(pair):
            typical.append(min(pair.tolist(), key=lambda index: len(texts[index])))
    return surest[:WORST].tolist(), typical


def _class_sentence(entry: Mapping[str, Any]) -> str:
    right = round(entry["recall"] * entry["support"])
    texts = counted(entry["support"], "text")
    return f"class {isolated(str(entry['name']))}: {right:,} of its {texts} ({entry['recall']:.1%})"


def _more_texts(entry: Mapping[str, Any]) -> str:
    return (
        f"more training texts of class {isolated(str(entry['name']))}, of which the model finds {entry['recall']:.1%}"
    )


def _reliability(metrics: Mapping[str, Any]) -> Reliability:
    return Reliability(metrics["ece"], metrics["calibration_bins"], metrics.get("ece_interval"))
