"""The pages of `make docs`, made as it makes them."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

import nlpseq

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_build", ROOT / "docs" / "build.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def site(builder: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    builder.build(folder)
    return folder


def test_no_link_leads_nowhere(builder: ModuleType, site: Path) -> None:
    assert builder.dead_links(site) == []


def test_a_dead_link_is_found(builder: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<p id="here"></p><a href="#here"></a><a href="#gone"></a><a href="b.html"></a>')
    assert builder.dead_links(tmp_path) == ["a.html: #gone leads nowhere", "a.html: b.html leads nowhere"]


def test_every_public_name_has_its_place_on_the_api_page(site: Path) -> None:
    places = set(re.findall(r'id="([^"]+)"', (site / "nlpseq.html").read_text(encoding="utf-8")))
    assert set(nlpseq.__all__) <= places


def test_guides_lead_to_one_another(site: Path) -> None:
    for stem in ("index", "text-library", "from-torchtext", "torchtext-differences"):
        page = (site / f"{stem}.html").read_text(encoding="utf-8")
        assert all(f'href="{other}.html"' in page for other in ("index", "text-library", "from-torchtext", "nlpseq"))


@pytest.mark.parametrize(
    "page", ["README.md", "docs/from-torchtext.md", "docs/text-library.md", "benchmarks/RESULTS.md"]
)
def test_the_files_that_a_page_names_are_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?://|#)([^)#\s]+)", text)
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []
