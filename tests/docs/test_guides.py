"""The Python on the guides runs; each page is one program."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from nlpseq import Classifier
from nlpseq.config import ClassifySettings

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```(?:python|\{code-block\} python)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", ["start.md", "your-data.md"])
def test_the_blocks_run(
    page: str, tmp_path: Path, own_cache: Path, review_run: ClassifySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Classifier.from_pretrained(review_run.run_dir).save_pretrained(tmp_path / "runs" / "classify")
    names: dict[str, Any] = {}
    blocks = BLOCK.findall((ROOT / "docs" / page).read_text(encoding="utf-8"))
    assert blocks
    for block in blocks:
        exec(block, names)
    if page == "your-data.md":
        assert sorted(names["new"].columns) == ["label", "message", "probability"]


def test_the_files_that_a_page_names_are_there() -> None:
    for page in [ROOT / "README.md", ROOT / "benchmarks" / "RESULTS.md", *(ROOT / "docs").glob("*.md")]:
        links = re.findall(r"\]\((?!https?://|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
        assert [link for link in links if not (page.parent / link).exists()] == [], page.name
