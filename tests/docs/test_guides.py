"""The Python on the guides runs; each page is one program."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

import nlpseq
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


def test_the_python_of_the_readme_is_python_with_names_that_there_are() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    assert len(blocks) == 2 and len(text.splitlines()) <= 120
    for block in blocks:
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom):
                assert node.module == "nlpseq" and {name.name for name in node.names} <= set(nlpseq.__all__)
    picture = text.splitlines().index("| the report of a run | its page in the browser, `nlpseq serve runs/classify` |")
    assert picture < 40
    assert all(path.stat().st_size < 200_000 for path in (ROOT / "docs" / "pictures").glob("*.png"))


def test_the_files_that_a_page_names_are_there() -> None:
    for page in [ROOT / "README.md", ROOT / "benchmarks" / "RESULTS.md", *(ROOT / "docs").glob("*.md")]:
        links = re.findall(r"\]\((?!https?://|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
        assert [link for link in links if not (page.parent / link).exists()] == [], page.name
