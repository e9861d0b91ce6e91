"""Repeated, copied and unknown words of outputs beside those of references."""

from __future__ import annotations

import pytest

from nlpseq.report.blocks import Paragraph, Table
from nlpseq.report.wording import score_wording, wording_section


def test_counts_by_hand() -> None:
    found = score_wording(
        ["Anna met Bert", "a b"], ["Anna traf traf traf", "a b"], ["Anna traf Bert", "c d"],
        seen=({"anna", "met", "b"}, {"traf", "anna", "a"}),
    )  # fmt: skip
    outputs, references = found["outputs"], found["references"]
    assert outputs["repeated_1grams"] == pytest.approx(2 / 6, abs=1e-6)
    assert outputs["repeated_2grams"] == pytest.approx(1 / 4, abs=1e-6)  # Anna traf, traf traf, traf traf, a b
    assert outputs["repeated_4grams"] == 0.0 and references["repeated_4grams"] is None
    assert outputs["copied_words"] == pytest.approx(3 / 6) and references["copied_words"] == pytest.approx(2 / 5)
    assert outputs["unseen_words"] == pytest.approx(1 / 6, abs=1e-6)  # b
    assert found["sources"]["unseen_words"] == pytest.approx(2 / 5) and found["sources"]["unseen"] == ["bert", "a"]
    assert (found["unchanged"], found["empty"]) == (1, 0)
    low, high = outputs["copied_words_interval"]
    assert low == pytest.approx(1 / 4) and high == 1.0


def test_no_words_and_no_training_text() -> None:
    found = score_wording(["!", "a b"], ["", ""], ["?", "x y"])
    assert found["outputs"]["copied_words"] is None and found["outputs"]["unseen_words"] is None
    assert found["empty"] == 2 and found["unchanged"] == 0
    section = wording_section(found, Table(["Length"], [["Output"]], "l"), 0.0)
    texts = [block.text for block in section.blocks if isinstance(block, Paragraph)]
    assert "2 of them are empty, none the unchanged source" in texts[0]
    assert "There are no words to count." in texts and texts[-1].startswith("Which words the training text does not")
