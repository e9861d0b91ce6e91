"""The tutorials run on what they generate, and both halves of each learn it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TUTORIALS = {"imdb_sentiment": ("test accuracy", 0.85), "multi30k_translation": ("test BLEU", 60)}


def test_every_tutorial_is_run() -> None:
    assert {path.stem for path in (ROOT / "docs" / "tutorials").glob("*.py")} == set(TUTORIALS)


@pytest.mark.parametrize("name", TUTORIALS)
def test_both_halves_learn(name: str, tmp_path: Path) -> None:
    figure, least = TUTORIALS[name]
    script = ROOT / "docs" / "tutorials" / f"{name}.py"
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, str(script), "--small"], cwd=tmp_path, env=environment, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    figures = dict(re.findall(rf"with (\w+): {figure} ([\d.]+)", done.stdout))
    assert list(figures) == ["torchtext", "nlpseq"]
    assert all(float(value) >= least for value in figures.values()), done.stdout
    assert list(tmp_path.iterdir()) == []  # the small data are gone
