"""The course: what every chapter has, and one chapter runs, by turns; `make course` and `make docs` run them all."""

from __future__ import annotations

import ast
import re
import sys
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs" / "course"))
from run import chapters, program, run  # noqa: E402

sys.path.pop(0)

CHAPTERS = chapters()
WIDTH = 100  # columns of code that a page shows without scrolling
CELL = re.compile(r"^```\{code-cell\}\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def name_of(chapter: Path) -> str:
    return chapter.stem


def todays() -> Path:
    """Another chapter tomorrow."""
    return CHAPTERS[date.today().toordinal() % len(CHAPTERS)]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=name_of)
def test_a_chapter_has_what_a_chapter_has(chapter: Path) -> None:
    text = chapter.read_text(encoding="utf-8")
    cells = CELL.findall(text)
    assert re.search(r'^%pip install "?nlpseq', cells[0], re.MULTILINE) and ":tags: [skip-execution]" in cells[0]
    assert len(cells) == text.count("```{code-cell}")
    exercises = text.partition("\n## Exercises\n")[2]
    assert re.findall(r"^\*\*(\d)\.\*\*", exercises, re.MULTILINE) == ["1", "2", "3"]
    assert exercises.count(":tags: [hide-cell]") == 3
    for cell in cells:
        assert "plt.show()" not in cell or re.search(r"^ +alt: .{30}", cell, re.MULTILINE), cell
        assert all(len(line) <= WIDTH or line.lstrip().startswith("alt:") for line in cell.splitlines()), cell
        assert "noqa" not in cell, cell
    assert "\n## The " in text and "assert " in text


@pytest.mark.parametrize("chapter", CHAPTERS, ids=name_of)
def test_a_chapter_is_a_program(chapter: Path) -> None:
    code = program(chapter)
    ast.parse(code)
    assert code.count("plt.show()") == chapter.read_text(encoding="utf-8").count("plt.show()")
    assert not re.search(r"^%pip", code, re.MULTILINE) and "\n---\n" not in code and ":tags:" not in code


def test_chapters_are_in_the_contents() -> None:
    contents = (ROOT / "docs" / "course" / "index.md").read_text(encoding="utf-8")
    assert re.findall(r"^(\d\d-[\w-]+)$", contents, re.MULTILINE) == [chapter.stem for chapter in CHAPTERS]


@pytest.mark.parametrize("chapter", [todays()], ids=name_of)
def test_a_chapter_runs_and_what_it_claims_holds(chapter: Path, own_cache: Path) -> None:
    done = run(chapter)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
