"""The page of every report: one opening sentence, user text as text, small, self-contained, the same in Markdown."""

from __future__ import annotations

import dataclasses
import html
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from nlpseq.errors import UserError
from nlpseq.report import write_report
from nlpseq.report.pair import write_pair_report
from nlpseq.report.plots.drawing import BLUE, ORANGE

TASKS = ("translation", "classification", "generation", "summary")
PAIRS = ("translation_pair", "classification_pair", "generation_pair")
VOID = {"meta", "br", "path", "rect", "use", "image", "stop", "circle"}


class Tags(HTMLParser):
    """Remembers the tags and attributes of a page, and whether each is closed where it should be."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


@dataclasses.dataclass
class Written:
    report: Any
    page: str
    markdown: str
    parsed: Tags


@pytest.fixture(scope="module", params=TASKS + PAIRS)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Written:
    report, folder = request.getfixturevalue(request.param), tmp_path_factory.mktemp(request.param)
    pair = request.param in PAIRS
    path = write_pair_report(folder / "pair.html", report) if pair else write_report(folder, report)
    page, markdown = (each.read_text(encoding="utf-8") for each in (path, path.with_suffix(".md")))
    parsed = Tags()
    parsed.feed(page)
    return Written(report, page, markdown, parsed)


def test_small_and_asks_nothing_of_network_or_script(written: Written) -> None:
    assert len(written.page.encode()) < 2_000_000
    assert not written.parsed.open
    assert not {"script", "link", "iframe", "img"} & set(written.parsed.tags)
    for name, value in written.parsed.attributes:
        assert not name.startswith("on")
        if name in ("href", "src", "xlink:href"):
            assert value is not None and value.startswith(("#", "data:image/png;base64,"))
    assert not re.search(r"url\((?!#)|@import", written.page)
    identifiers = [value for name, value in written.parsed.attributes if name == "id"]
    assert len(identifiers) == len(set(identifiers))


def test_user_text_shows_as_text(written: Written, evil: str) -> None:
    escaped = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; | *bold* `tick` &amp; [link](http://example.org)"
    assert "<script" not in written.page
    assert written.page.count(escaped) >= 4  # title twice, command, and some text
    assert "<script" not in written.markdown
    in_markdown = r"&lt;script&gt;alert('x')&lt;/script&gt; \| \*bold\* \`tick\` &amp; \[link\](http://example.org)"
    assert in_markdown in written.markdown


def test_it_opens_with_one_sentence_and_what_was_compared(written: Written) -> None:
    opening = written.report.opening()
    assert opening.count(". ") == 0 and opening.endswith(".") and "with 95% confidence between" in opening
    paragraphs = re.findall(r"</h1>\n<p class=\"opening\">(.*?)</p>\n<p>(.*?)</p>", written.page)
    assert [tuple(map(html.unescape, found)) for found in paragraphs] == [(opening, written.report.comparison())]


def test_pictures_have_titles_and_words(written: Written) -> None:
    pictures = written.page.count("<svg ")
    assert pictures >= 5
    assert written.page.count('<svg role="img" aria-label="') == written.page.count("<figcaption>") == pictures


def test_pictures_can_be_read_without_colours(written: Written) -> None:
    """Greys, and two colours that the colour-blind can tell; lines of both differ in their dashes as well."""
    for picture in re.findall(r"<svg .*?</svg>", written.page, flags=re.DOTALL):
        for color in re.findall(r"(?:fill|stroke): (#[0-9a-f]{6})", picture):
            grey = color[1:3] == color[3:5] == color[5:7]
            assert grey or color in (BLUE.lower(), ORANGE.lower()), color
        lines = re.findall(r'style="fill: none; (?:opacity: [\d.]+; )?stroke: (#[0-9a-f]{6})([^"]*)"', picture)
        dashes = {
            color: {
                re.sub(r".*dasharray: ([\d.,]+).*|.*", r"\1", rest) for found, rest in lines if found == color.lower()
            }
            for color in (BLUE, ORANGE)
        }
        assert not dashes[BLUE] & dashes[ORANGE], dashes


def test_it_prints(written: Written) -> None:
    """Pictures, rows and examples stay whole, the list of sections and the dark colours stay on the screen."""
    (rules,) = re.findall(r"@media print {(.*)}\n</style>", written.page)
    for rule in ("color-scheme: light", "nav { display: none", "tr { break-inside: avoid", "overflow: visible"):
        assert rule in rules
    assert re.search(r"^figure {[^}]*break-inside: avoid", written.page, flags=re.MULTILINE)


def test_tables_of_the_markdown_keep_their_columns(written: Written) -> None:
    columns = 0
    for line in written.markdown.splitlines():
        bars = len(re.findall(r"(?<!\\)\|", line))
        assert not line.startswith("|") or columns in (0, bars), line
        columns = bars if line.startswith("|") else 0


def test_both_have_the_same_sections(written: Written) -> None:
    headings = re.findall(r'<h2 id="section-\d+">(.*?)</h2>', written.page)
    in_markdown = re.findall(r"^## (.*)$", written.markdown, flags=re.MULTILINE)
    unescaped = [html.unescape(re.sub(r"\\([^\w\s])", r"\1", heading)) for heading in in_markdown]
    assert list(map(html.unescape, headings)) == unescaped
    assert headings[0] == "Scores" and headings[1].startswith("Learning curves")
    assert headings[-1] in ("How this run was made", "How the two runs were made")


@pytest.mark.parametrize("task", TASKS)
def test_without_curves_facts_and_baselines(task: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    report = request.getfixturevalue(task)
    bare = dataclasses.replace(report, curves=None, facts={}, baselines=(), title="\ud800 lone surrogate")
    page = write_report(tmp_path, bare).read_text(encoding="utf-8")
    assert "No learning curves were recorded." in page and "baseline" not in page.lower()
    assert "? lone surrogate" in page


def test_curves_that_are_not_there_leave_no_page(translation: Any, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file"):
        write_report(tmp_path, dataclasses.replace(translation, curves=tmp_path / "curves.csv"))
    assert not (tmp_path / "report.html").exists()
