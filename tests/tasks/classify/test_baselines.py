"""Linear models beside a classifier: scored once for the same texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlpseq.tasks.classify.baselines import baselines

TRAIN = ["good film", "bad film", "good plot", "bad plot", "a good one"], [1, 0, 1, 0, 1]
TEST = ["good", "bad", "good and bad", "good again"], [1, 0, 0, 1]


def test_they_are_kept_as_long_as_the_text_is_the_same(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="nlpseq")
    found = baselines(tmp_path, TRAIN, TEST)
    assert [base["name"] for base in found][0] == "majority" and found[0]["accuracy"] == 0.5
    assert baselines(tmp_path, TRAIN, TEST) == found
    assert caplog.text.count("training linear baselines on the same data, 5 texts") == 1
    (tmp_path / "baselines.json").write_text("[")  # damaged
    assert [base["accuracy"] for base in baselines(tmp_path, TRAIN, TEST)] == [base["accuracy"] for base in found]
    assert baselines(tmp_path, TRAIN, (TEST[0], [0, 1, 1, 0]))[0]["accuracy"] == 0.5
    assert caplog.text.count("training linear baselines") == 3
