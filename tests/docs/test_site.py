"""The site of `make docs`, the course unexecuted: no warning, no dead link, all of it in its place."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

import nlpseq
from nlpseq.cli import parser
from nlpseq.config import RECIPES

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-D", "nb_execution_mode=off",
         "-d", str(folder / "doctrees"), str(ROOT / "docs"), str(folder / "html")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder / "html"


def words(page: Path) -> str:
    """The text of a page's article, in lines."""
    article = page.read_text(encoding="utf-8").partition("<article")[2]
    return re.sub(r"<[^>]+>", "", article)


def test_no_link_leads_nowhere_and_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "check.py"), str(site)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_public_name_has_one_place(site: Path) -> None:
    pages = [page.read_text(encoding="utf-8") for page in (site / "reference").glob("api-*.html")]
    for name in nlpseq.__all__:
        assert sum(f'id="nlpseq.{name}"' in page for page in pages) == 1, name


def test_every_setting_has_its_place(site: Path) -> None:
    for task, kind in RECIPES.items():
        page, settings = words(site / "reference" / f"settings-{task}.html"), kind()
        for section in fields(settings):
            part = getattr(settings, section.name)
            names = [f"{section.name}.{inner.name}" for inner in fields(part)] if is_dataclass(part) else []
            assert all(re.search(rf"^{re.escape(name)} ", page, re.MULTILINE) for name in names), (task, section.name)
    assert "In recipes: classify 2e-3" in words(site / "reference" / "settings-classify.html").replace("0.002", "2e-3")


def test_every_command_has_its_place(site: Path) -> None:
    page = words(site / "reference" / "commands.html")
    (choices,) = (action.choices for action in parser()._actions if action.dest == "command")
    assert choices is not None and len(list(choices)) > 15
    assert all(f"\nnlpseq {name}" in page for name in choices)
    assert "--threshold P" in page


def test_all_guides_are_in_the_menu(site: Path) -> None:
    menu = (site / "index.html").read_text(encoding="utf-8")
    for source in (ROOT / "docs").glob("*.md"):
        assert source.stem == "index" or f'href="{source.stem}.html"' in menu, source.name


def test_formulas_need_no_script(site: Path) -> None:
    page = (site / "course" / "02-gradients.html").read_text(encoding="utf-8")
    assert page.count("<math") > 10 and not re.search(r"<script[^>]*mathjax", page, re.IGNORECASE)


def test_search_needs_no_server(site: Path) -> None:
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    assert index.startswith("Search.setIndex(")
    assert '<script src="searchindex.js' in (site / "search.html").read_text(encoding="utf-8")
    for word in ("bucketiter", "chrf", "onnx", "resum"):  # as the index has them, without endings
        assert word in index, word
