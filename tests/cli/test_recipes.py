"""`nlpseq recipes`: what each is for, and no line that a terminal breaks."""

from __future__ import annotations

import pytest

from nlpseq.cli import main
from nlpseq.recipe.shipped import shipped_paths


def test_each_recipe_within_a_narrow_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipes"]) == 0
    lines = capsys.readouterr().out.splitlines()
    named = [line.split()[0] for line in lines[: lines.index("")] if not line.startswith(" ")]
    assert named == list(shipped_paths())
    assert max(map(len, lines)) <= 80
    at = lines.index("classify                    Sentiment of the embedded reviews")
    about = " ".join(line.strip() for line in lines[at + 1 : at + 3])
    assert about.startswith("data: corpora/reviews; reaches 97.2% accuracy in 1 minute")
