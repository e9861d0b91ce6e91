"""`nlpseq recipes`: a line each."""

from __future__ import annotations

import pytest

from nlpseq.cli import main
from nlpseq.recipe.shipped import shipped_paths


def test_a_line_a_recipe(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipes"]) == 0
    header, _, *lines = capsys.readouterr().out.splitlines()
    assert header.split() == ["Recipe", "Task", "Data", "What", "Reaches"]
    assert [line.split()[0] for line in lines[: lines.index("")]] == list(shipped_paths())
    assert any(line.split()[:3] == ["classify", "classify", "corpora/reviews"] for line in lines)
    assert any("97.2% accuracy in 1 minute" in line for line in lines)
