"""The items of the test data on which two runs differ most, as sections of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpseq.counting import counted
from nlpseq.report.blocks import Block, Example, Paragraph, Section, Table, Text, clip
from nlpseq.report.facets import facet_of, mean_scorer
from nlpseq.report.lengths import text_lengths
from nlpseq.report.ngrams import output_ngrams, telling_ngrams
from nlpseq.report.plots.position import ChunkLosses, positions_beside
from nlpseq.report.ranking import EXAMPLES

Names = tuple[str, str]


class LabelChoice(NamedTuple):
    """The class that a model chose for a text and the probability it gave to it.

    >>> LabelChoice("pos", 0.75).label
    'pos'
    """

    label: str
    probability: float


def score_differences(
    names: Names,
    outputs: tuple[Sequence[str], Sequence[str]],
    scores: tuple[Sequence[float], Sequence[float]],
    *,
    given: Mapping[str, Sequence[str]],
    score: str,
    items: str,
) -> list[Section]:
    """Texts written by both runs, where the first one's score is the farthest above and below the second one's.

    Args:
        scores: of each text of both, 0 to 100, higher is better.
        given: what is shown above both outputs, such as "Source" and "Reference".
        score: name of the score.
        items: what the texts are, such as "sentences".

    >>> scores = [10.0], [90.0]
    >>> sections = score_differences(("a", "b"), (["x"], ["y"]), scores, given={}, score="chrF", items="texts")
    >>> [(section.heading, len(section.blocks)) for section in sections][:2]
    [('Where a is ahead', 1), ('Where b is ahead', 2)]
    """
    ahead = np.asarray(scores[0], dtype=np.float64) - np.asarray(scores[1], dtype=np.float64)
    same = sum(one == other for one, other in zip(*outputs, strict=True))
    sections = []
    for name, sign in zip(names, (1, -1), strict=True):
        chosen = _farthest(sign * ahead)
        blocks: list[Block] = [
            Paragraph(
                f"{name} has the higher {score} in {int((sign * ahead > 0).sum()):,} of {len(ahead):,} {items}; "
                f"both wrote the same in {same:,}."
            )
        ]
        for index in chosen:
            fields: list[tuple[str, Text]] = [(label, clip(texts[index])) for label, texts in given.items()]
            fields += [
                (f"{run} ({score} {found[index]:.1f})", clip(texts[index]))
                for run, texts, found in zip(names, outputs, scores, strict=True)
            ]
            heading = f"{items[:-1].capitalize()} {index + 1:,}: {abs(ahead[index]):.1f} more for {name}"
            blocks.append(Example(heading, fields))
        sections.append(Section(f"Where {name} is ahead", blocks))
    return [*sections, *_what_made_it(names, outputs, ahead, given, score, items)]


def _what_made_it(
    names: Names,
    outputs: tuple[Sequence[str], Sequence[str]],
    ahead: NDArray[np.float64],
    given: Mapping[str, Sequence[str]],
    score: str,
    items: str,
) -> list[Section]:
    """The n-grams that one output shares with the reference more often than the other, and the lengths that differ."""
    found = []
    if refs := given.get("Reference"):
        tables = output_ngrams(names, outputs, refs)
        note = Paragraph("How often the output of each run has an n-gram that the reference of the sentence has too.")
        found.append(Section("N-grams that made the difference", [note, *tables]))
    elif texts := given.get("Text"):
        found.append(Section("Words of the texts that made the difference", [*telling_ngrams(names, texts, ahead)]))
    if given and len(ahead):
        texts = next(iter(given.values()))
        lengths, unit = text_lengths(texts)
        facet = facet_of(
            lengths, mean_scorer(-ahead), title=f"{score} of {names[1]} less that of {names[0]}, by length ({unit})",
            header=("Length", items.capitalize(), score), phrase="{}", overall=float(-ahead.mean()),
        )  # fmt: skip
        found.append(Section("By length", [facet.bars()]))
    return found


def prediction_differences(
    names: Names,
    texts: Sequence[str],
    labels: Sequence[str],
    predictions: tuple[Sequence[LabelChoice], Sequence[LabelChoice]],
) -> list[Section]:
    """How often both, one or none of two classifiers is right, and the texts where one is and the other is not.

    >>> found = [LabelChoice("pos", 0.9)], [LabelChoice("neg", 0.8)]
    >>> counts, only_a, only_b, words = prediction_differences(("a", "b"), ["fine"], ["pos"], found)
    >>> counts.blocks[0].rows, only_a.heading, len(only_b.blocks)
    ([['a right', '0', '1'], ['a wrong', '0', '0']], 'Right by a, wrong by b', 1)
    """
    first, second = (
        np.array([each.label == label for each, label in zip(found, labels, strict=True)]) for found in predictions
    )
    a, b = names
    rows = [
        [f"{a} right", f"{int((first & second).sum()):,}", f"{int((first & ~second).sum()):,}"],
        [f"{a} wrong", f"{int((~first & second).sum()):,}", f"{int((~first & ~second).sum()):,}"],
    ]
    sections = [Section("Right and wrong together", [Table(["Texts", f"{b} right", f"{b} wrong"], rows, "lrr")])]
    # The surer both were, the more they differ.
    sure = np.array([one.probability + other.probability for one, other in zip(*predictions, strict=True)])
    for (right, wrong), chosen in zip(((a, b), (b, a)), (first & ~second, ~first & second), strict=True):
        blocks: list[Block] = [
            Paragraph(
                f"{int(chosen.sum()):,} of {counted(len(texts), 'text')}; those that the two were surest of come first."
            )
        ]
        for index in _farthest(np.where(chosen, sure, 0.0)):
            fields: list[tuple[str, Text]] = [("Text", clip(texts[index])), ("In the data", labels[index])]
            fields += [
                (name, f"{found[index].label}, {found[index].probability:.1%} sure")
                for name, found in zip(names, predictions, strict=True)
            ]
            blocks.append(Example(f"Text {index + 1:,}: {labels[index]}", fields))
        sections.append(Section(f"Right by {right}, wrong by {wrong}", blocks))
    tables = telling_ngrams(names, texts, first.astype(np.float64) - second)
    return [*sections, Section("Words of the texts that made the difference", tables)]


def passage_differences(
    names: Names, passages: Sequence[str], losses: tuple[ChunkLosses, ChunkLosses]
) -> list[Section]:
    """Bits per character of both models over the same text, and the passages where they are the farthest apart.

    Passage i of the text is what chunk i of both losses is about.

    >>> losses = [ChunkLosses(np.array([nats]), np.array([5])) for nats in (6.0, 3.0)]
    >>> sections = passage_differences(("a", "b"), ["a dog"], (losses[0], losses[1]))
    >>> [(section.heading, len(section.blocks)) for section in sections][1:]
    [('Where a is ahead', 1), ('Where b is ahead', 2)]
    """
    bits = [np.asarray(found.nats) / np.log(2) / np.asarray(found.characters) for found in losses]
    ahead = bits[1] - bits[0]
    of_all = counted(len(ahead), "passage")
    plot = positions_beside(dict(zip(names, losses, strict=True)))
    sections = [Section("Bits per character over the text", [plot])]
    for name, sign in zip(names, (1, -1), strict=True):
        blocks: list[Block] = [
            Paragraph(f"{name} needs fewer bits in {int((sign * ahead > 0).sum()):,} of {of_all} of the text.")
        ]
        for index in _farthest(sign * ahead):
            fields: list[tuple[str, Text]] = [("Text", clip(passages[index]))]
            fields += [(run, f"{found[index]:.3f} bits per character") for run, found in zip(names, bits, strict=True)]
            heading = f"Passage {index + 1:,}: {abs(ahead[index]):.3f} bits per character fewer by {name}"
            blocks.append(Example(heading, fields))
        sections.append(Section(f"Where {name} is ahead", blocks))
    return sections


def _farthest(ahead: NDArray[np.floating]) -> list[int]:
    """Indices of the largest values above 0, the largest first."""
    order = np.argsort(-ahead, kind="stable")[:EXAMPLES]
    return [int(index) for index in order if ahead[index] > 0]
