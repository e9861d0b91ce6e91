"""What two runs disagree on: the farthest apart first, each way, and nothing where they agree."""

from __future__ import annotations

import numpy as np

from nlpseq.report.blocks import Bars, Example, Paragraph, Section
from nlpseq.report.differences import (
    LabelChoice,
    passage_differences,
    prediction_differences,
    score_differences,
)
from nlpseq.report.plots.position import ChunkLosses


def examples(section: Section) -> list[Example]:
    return [block for block in section.blocks if isinstance(block, Example)]


def test_the_farthest_apart_come_first_each_way() -> None:
    scores = [float(number) for number in range(30)], [15.0] * 30
    outputs = [f"a{number}" for number in range(30)], [f"b{number}" for number in range(30)]
    given = {"Source": [f"s{number}" for number in range(30)]}
    first, second, lengths = score_differences(
        ("A", "B"), outputs, scores, given=given, score="chrF", items="sentences"
    )
    assert [example.heading for example in examples(first)][:2] == [
        "Sentence 30: 14.0 more for A",
        "Sentence 29: 13.0 more for A",
    ]
    assert len(examples(first)) == len(examples(second)) == 6
    assert examples(second)[0].fields == [("Source", "s0"), ("A (chrF 0.0)", "a0"), ("B (chrF 15.0)", "b0")]
    (bars,) = lengths.blocks
    assert isinstance(bars, Bars) and bars.overall == 0.5  # of B less A
    assert [(bar.label, bar.value, bar.items) for bar in bars.rows] == [("2", 10.5, 10), ("3", -4.5, 20)]
    assert first.blocks[0] == Paragraph("A has the higher chrF in 14 of 30 sentences; both wrote the same in 0.")


def test_equal_outputs_are_no_difference() -> None:
    same = ["x", "y"]
    for section in score_differences(("A", "B"), (same, same), ([1, 2], [1, 2]), given={}, score="F", items="texts"):
        assert not examples(section)
        assert section.blocks[0].text.endswith("both wrote the same in 2.")  # type: ignore[union-attr]


def test_predictions_one_right_and_one_wrong_the_surest_first() -> None:
    labels = ["x", "x", "y", "y"]
    chosen_a = [LabelChoice("x", 0.6), LabelChoice("x", 0.9), LabelChoice("y", 0.7), LabelChoice("x", 0.8)]
    chosen_b = [LabelChoice("y", 0.6), LabelChoice("y", 0.8), LabelChoice("y", 0.9), LabelChoice("z", 0.8)]
    found = prediction_differences(("A", "B"), ["1", "2", "3", "4"], labels, (chosen_a, chosen_b))
    counts, only_a, only_b, _ = found
    assert counts.blocks[0].rows == [["A right", "1", "2"], ["A wrong", "0", "1"]]  # type: ignore[union-attr]
    assert [example.fields[0][1] for example in examples(only_a)] == ["2", "1"]
    assert examples(only_a)[0].fields[2:] == [("A", "x, 90.0% sure"), ("B", "y, 80.0% sure")]
    assert not examples(only_b)


def test_passages_by_bits_per_character() -> None:
    characters = np.array([10, 10, 5])
    one, other = (ChunkLosses(np.log(2) * np.array(bits), characters) for bits in ([20, 30, 5], [30, 10, 5]))
    curve, first, second = passage_differences(("A", "B"), ["p", "q", "r"], (one, other))
    assert curve.blocks[0].title.startswith("B needs fewer bits per character in 1 of 3")  # type: ignore[union-attr]
    (example,) = examples(first)
    assert example.heading == "Passage 1: 1.000 bits per character fewer by A"
    assert example.fields[1:] == [("A", "2.000 bits per character"), ("B", "3.000 bits per character")]
    assert [example.fields[0][1] for example in examples(second)] == ["q"]
