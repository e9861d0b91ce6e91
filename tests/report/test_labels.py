"""The labels that fare best and worst, and the mistakes, as every report of labels says them."""

from __future__ import annotations

from nlpseq.report.blocks import Example, Legend, Paragraph, Span
from nlpseq.report.labels import label_findings, mistake_sections

ROWS = [
    {"name": "sport", "f1": 0.9, "support": 30},
    {"name": "weather", "f1": 0.4, "support": 20},
    {"name": "never there", "f1": 0.0, "support": 0},
]


def test_the_best_and_the_worst_label_that_there_are_texts_of() -> None:
    found = dict(label_findings([], ROWS, advice=[""], item="text", more="more texts of {}"))
    assert found["Good at"] == "Label sport: F1 90.0 of 30 texts."
    assert found["Fails at"] == "Label weather: F1 40.0 of 20 texts."
    assert found["Next"] == "More texts of weather."
    assert dict(label_findings([], ROWS, advice=["train longer"], item="text", more="{}"))["Next"] == "Train longer."
    assert "no group of items" in dict(label_findings([], [], advice=[], item="text", more="{}"))["Good at"].lower()


def test_the_surest_mistakes_then_typical_ones() -> None:
    def example(index: int) -> Example:
        return Example(f"Text {index}", [])

    legend = Legend([Span("marked")])
    surest, typical = mistake_sections([3, 1], [2], example, note="The shortest.", legend=[legend])
    assert surest.blocks == [legend, example(3), example(1)]
    assert typical.blocks == [Paragraph("The shortest."), example(2)]
    assert len(mistake_sections([3], [], example, note="")) == 1
    (none,) = mistake_sections([], [], example, note="")
    assert none.blocks == [Paragraph("The model made no mistake on these texts.")]
