"""The site of `make docs`, the course unexecuted: no warning, no dead link, all of it in its place."""

from __future__ import annotations

import json
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


# What newcomers ask, in their words, and where the answer stands.
QUESTIONS = {
    "add a cell": "inside.html#add-a-cell",
    "own csv": "your-data.html#your-own-csv",
    "fine-tune": "your-data.html#fine-tune-a-trained-model",
    "multi-label": "your-data.html#several-labels-a-text-multi-label",
    "onnx": "deploy.html#onnx-without-pytorch",
    "resume": "start.html#stop-and-resume",
    "chrf": "report.html#the-figures",
    "what is chrf": "report.html#the-figures",
    "pack on gpu": "text-library.html#pack-for-a-bidirectional-lstm",
    "bucketiterator": "from-torchtext.html#batches",
    "out of memory": "scale.html#out-of-memory",
}


def test_a_question_is_answered_one_click_from_the_first_page(site: Path) -> None:
    first = (site / "index.html").read_text(encoding="utf-8").partition("<article")[2]
    for question, answer in QUESTIONS.items():
        page, _, place = answer.partition("#")
        assert f'href="{answer}"' in first, question
        assert f'id="{place}"' in (site / page).read_text(encoding="utf-8"), question


def test_the_search_gives_the_answer_first(site: Path) -> None:
    """A main entry of the index whose words are the question's own is what Sphinx's search puts before all else."""
    found = (site / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(found.removeprefix("Search.setIndex(").removesuffix(")"))
    for question, answer in QUESTIONS.items():
        page, _, place = answer.partition("#")
        entries = [entry for entry in index["indexentries"].get(question, []) if entry[2]]
        assert [index["filenames"][entry[0]] for entry in entries] == [page.replace(".html", ".md")], question
        text = (site / page).read_text(encoding="utf-8")
        # It leads to the heading of the answer.
        assert abs(text.index(f'id="{place}"') - text.index(f'id="{entries[0][1]}"')) < 500, question
