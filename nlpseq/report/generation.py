"""The report of a language model that generates text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpseq.counting import counted
from nlpseq.report.blocks import Block, Example, Legend, Paragraph, Section, Span, Table, clip, clip_spans
from nlpseq.report.facets import Facet, Known, mean_scorer, text_facets, unknown_in
from nlpseq.report.findings import findings, of_unknown_words
from nlpseq.report.page import Report
from nlpseq.report.plots.curves import CurveScore
from nlpseq.report.plots.position import ChunkLosses, dynamic_plot, position_plot
from nlpseq.report.ranking import BEST, worst_and_instructive
from nlpseq.report.scores import BaselineScores, ScoreKind

SIGNATURE = "language_model_signature"
BITS = ScoreKind(
    "bits_per_character",
    "Bits per character",
    "of the held-out text, lower is better",
    SIGNATURE,
    digits=3,
    higher_is_better=False,
    short_label="bits/char",
)
NATS = ScoreKind(
    "nats_per_character",
    "Nats per character",
    "the same on another scale, lower is better",
    SIGNATURE,
    digits=3,
    higher_is_better=False,
)
PERPLEXITY = ScoreKind(
    "perplexity",
    "Perplexity",
    "per character: so many equally likely ones are as hard to foretell, lower is better",
    SIGNATURE,
    digits=2,
    higher_is_better=False,
)
SCORES = (BITS, NATS, PERPLEXITY)
LOSS_UNIT = "nats per character"


class Sample(NamedTuple):
    """The `text` that the model wrote after `prompt`; `settings` names what else set it, as "top-k 20, seed 1".

    >>> Sample(0.8, "To be", " or not", "seed 1").text
    ' or not'
    """

    temperature: float
    prompt: str
    text: str
    settings: str = ""


@dataclass(frozen=True, kw_only=True)
class GenerationReport(Report):
    """What the report of a generation run is made of.

    `data` names the held-out text. `metrics` is what `score_language_model` gave for `losses`, the nats and the
    characters of the text's chunks in their order, and `passages` are those chunks' texts, if they are known; `known`
    is how often the training text has each word. `dynamic_metrics` and `dynamic_losses` are the same under dynamic
    evaluation (Krause et al. 2018), None without it. `baselines` have the metrics' keys. `curves` is the path of a
    `curves.csv`, `facts` are shown as they are.

    Raises:
        ValueError: losses and metrics are not about the same text, or only one of the dynamic two is given.

    >>> losses = ChunkLosses(np.ones(2), np.array([3, 3]))
    >>> GenerationReport(title="t", data="verse", metrics={"characters": 7}, losses=losses)
    Traceback (most recent call last):
    ...
    ValueError: chunks of 6 characters and metrics over 7 characters do not belong together
    """

    all_scores: ClassVar[Sequence[ScoreKind]] = SCORES
    curve_scores: ClassVar[Sequence[CurveScore]] = ()
    loss_unit: ClassVar[str] = LOSS_UNIT
    resampled: ClassVar[str] = "chunks of the held-out text"

    title: str
    data: str
    metrics: Mapping[str, Any]
    losses: ChunkLosses
    passages: Sequence[str] = ()
    known: Known | None = None
    samples: Sequence[Sample] = ()
    dynamic_metrics: Mapping[str, Any] | None = None
    dynamic_losses: ChunkLosses | None = None
    baselines: Sequence[BaselineScores] = ()
    curves: str | Path | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.dynamic_metrics is None) != (self.dynamic_losses is None):
            raise ValueError("dynamic_metrics and dynamic_losses belong together: give both or none")
        for losses, metrics in ((self.losses, self.metrics), (self.dynamic_losses, self.dynamic_metrics)):
            if losses is None or metrics is None:
                continue
            characters = int(np.sum(losses.characters))
            if len(losses.nats) != len(losses.characters) or characters != metrics["characters"]:
                raise ValueError(
                    f"chunks of {characters} characters and metrics over {metrics['characters']} characters "
                    "do not belong together"
                )

    def opening(self) -> str:
        """The one sentence that says how good the model is and how sure that is."""
        count, bits = self.metrics["characters"], BITS.show(self.metrics["bits_per_character"])
        characters = f"{counted(count, 'held-out character')} of {self.data}"
        return f"On {characters} the model needs {bits} bits per character, {self.sure()}."

    def comparison(self) -> str:
        """What was compared with what."""
        return (
            "Each character of the held-out text, read once from beginning to end, was compared with the probability "
            "that the model gave it after all characters before it."
        )

    def findings(self, advice: Sequence[str]) -> list[tuple[str, str]]:
        """The passages that it foretells best and worst, and what to do next."""
        bits = self._bits
        return findings(
            self.facets,
            good=f"the easiest passage needs {bits.min():.2f} bits per character",
            fails=f"the hardest passage needs {bits.max():.2f} bits per character",
            advice=[*advice, of_unknown_words(self.facets)],
        )

    def sections(self) -> list[Section]:
        """The hardest passages, where in the text the model fails, samples, dynamic evaluation."""
        found = [Section("Where it fails", [position_plot(self.losses), *(facet.bars() for facet in self.facets)])]
        if self.dynamic_metrics is not None and self.dynamic_losses is not None:
            found.append(self._dynamic(self.dynamic_metrics, self.dynamic_losses))
        return [*self._passages(), *found, self._samples()]

    @cached_property
    def facets(self) -> list[Facet]:
        """Bits per character by the words of the passages."""
        # A passage begins and ends in the middle of a word.
        whole = [re.sub(r"^\S+|\S+$", "", passage) for passage in self.passages]
        bits = np.asarray(self.losses.nats, dtype=np.float64) / np.log(2)
        return text_facets(
            whole, mean_scorer(bits, self.losses.characters.tolist()), self.known, label="bits/char",
            items="passages", overall=self.metrics["bits_per_character"], digits=2, higher_is_better=False,
            lengths=False,
        )  # fmt: skip

    @property
    def _bits(self) -> NDArray[np.float64]:
        return np.asarray(self.losses.nats, dtype=np.float64) / np.log(2) / np.asarray(self.losses.characters)

    def _passages(self) -> list[Section]:
        if not self.passages:
            return []
        hardest = np.argsort(-self._bits, kind="stable").tolist()
        first, instructive = worst_and_instructive(hardest[: len(hardest) // 2], self._has_unknown)
        found = [Section("Hardest passages", [self._passage(index) for index in first])]
        if instructive and self.known:
            note = Paragraph("The hardest of those whose words the training text has all.")
            shown = [self._passage(index) for index in instructive]
            found.append(Section("Hard, though every word is known", [note, *shown]))
        easiest = [self._passage(index) for index in reversed(hardest[len(hardest) // 2 :][-BEST:])]
        return [*found, Section("Easiest passages", easiest, folded=True)]

    def _has_unknown(self, index: int) -> bool:
        return bool(unknown_in(re.sub(r"^\S+|\S+$", "", self.passages[index]), self.known))

    def _passage(self, index: int) -> Example:
        bits = f"{self._bits[index]:.2f} bits per character"
        return Example(f"Passage {index + 1:,}: {bits}", [("Text", clip(self._marked(index)))])

    def _marked(self, index: int) -> str:
        """A passage, with dots where it begins or ends inside of a word."""
        text = self.passages[index]
        before, behind = (self.passages[at] if 0 <= at < len(self.passages) else "" for at in (index - 1, index + 1))
        begins, ends = before[-1:].isalnum() and text[:1].isalnum(), text[-1:].isalnum() and behind[:1].isalnum()
        return f"{'…' * begins}{text}{'…' * ends}"

    def _dynamic(self, metrics: Mapping[str, Any], losses: ChunkLosses) -> Section:
        about = (
            "Here the model also learns from each stretch of the held-out text after it was scored (Krause et al. "
            "2018). These figures are not to be compared with those of models that stay as they are."
        )
        rows = [[score.label, *(_figure(score, found) for found in (self.metrics, metrics))] for score in SCORES]
        table = Table(["Score", "As trained", "With dynamic evaluation"], rows, "lrr")
        plot = dynamic_plot(self.losses, losses)
        return Section("Dynamic evaluation, apart from the other scores", [Paragraph(about), table, plot])

    def _samples(self) -> Section:
        if not self.samples:
            return Section("Samples", [Paragraph("No samples were drawn.")])
        blocks: list[Block] = []
        if any(sample.prompt for sample in self.samples):
            blocks.append(
                Legend([Span("What looks like this", "prompt"), Span(" is the prompt, which was given to the model.")])
            )
        for number, sample in enumerate(sorted(self.samples, key=lambda sample: sample.temperature), start=1):
            settings = f", {sample.settings}" if sample.settings else ""
            heading = f"Sample {number} at temperature {sample.temperature:g}{settings}"
            text = sample.text if sample.prompt else sample.text.lstrip("\n")
            blocks.append(Example(heading, [("Text", clip_spans([Span(sample.prompt, "prompt"), Span(text)]))]))
        return Section("Samples", blocks)


def _figure(score: ScoreKind, metrics: Mapping[str, Any]) -> str:
    interval = metrics.get(f"{score.key}_interval")
    around = f" ({score.show(interval[0])} to {score.show(interval[1])})" if interval else ""
    return score.show(metrics[score.key]) + around
