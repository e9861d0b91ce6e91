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
    assert written.page.count(escaped) >= 3  # title twice, command, and mostly some text
    assert "<script" not in written.markdown
    in_markdown = r"&lt;script&gt;alert('x')&lt;/script&gt; \| \*bold\* \`tick\` &amp; \[link\](http://example.org)"
    assert in_markdown in written.markdown


def test_it_opens_with_one_sentence_and_what_was_compared(written: Written) -> None:
    opening = written.report.opening()
    assert opening.count(". ") == 0 and opening.endswith(".") and "with 95% confidence between" in opening
    paragraphs = re.findall(r"</h1>\n<p class=\"opening\">(.*?)</p>\n<p>(.*?)</p>", written.page)
    assert [tuple(map(html.unescape, found)) for found in paragraphs] == [(opening, written.report.comparison())]


def test_the_first_screen_has_figure_interval_and_three_sentences(written: Written) -> None:
    first = written.page[written.page.index('<div class="first">') : written.page.index("<nav ")]
    assert '<p class="figure"><small>' in first and "95% interval" in first and "<svg " in first
    if hasattr(written.report, "findings"):
        named = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", first)
        assert [name for name, _ in named] == ["Good at", "Fails at", "Next"]
        assert all(sentence.endswith(".") and re.search(r"\d", sentence) for _, sentence in named[:2])
        assert all(f"- **{name}**: " in written.markdown for name, _ in named)


def test_mistakes_stand_before_what_is_good(written: Written) -> None:
    headings = re.findall(r'<details class="section"( open)?><summary><h2>(.*?)</h2>', written.page)
    assert headings[0][0] and not any(opened for opened, heading in headings if heading.startswith("Best"))
    order = [heading for _, heading in headings]
    if "Where it fails" in order:
        assert order.index("Where it fails") < order.index("Scores") and not headings[order.index("Scores")][0]


def test_pictures_have_titles_and_words(written: Written) -> None:
    pictures, figures = written.page.count("<svg "), written.page.count('<figure class="third"')
    assert pictures >= 3
    assert written.page.count('<svg role="img" aria-label="') == figures == pictures
    assert written.page.count("<figcaption>") == written.page.count("<figure ")


def test_pictures_can_be_read_without_colours(written: Written) -> None:
    """Ink, and two colours of the page that the colour-blind can tell; lines of both differ in their dashes as well."""
    for picture in re.findall(r"<svg .*?</svg>", written.page, flags=re.DOTALL):
        assert not re.search(r"(fill|stroke): (?!none|currentColor|var\(--(blue|orange|line)\))", picture)
        lines = re.findall(r'style="fill: none; (?:opacity: [\d.]+; )?stroke: var\(--(\w+)\)([^"]*)"', picture)
        blue, orange = (
            {re.sub(r".*dasharray: ([\d.,]+).*|.*", r"\1", rest) for found, rest in lines if found == color}
            for color in ("blue", "orange")
        )
        assert not blue & orange


def test_it_prints(written: Written) -> None:
    """Pictures, rows and examples stay whole, the list of sections and the dark colours stay on the screen."""
    (rules,) = re.findall(r"@media print {(.*)}\n</style>", written.page)
    for rule in ("color-scheme: light", "nav { display: none", "tr { break-inside: avoid", "overflow: visible"):
        assert rule in rules
    assert "details.section::details-content { content-visibility: visible; }" in rules  # what is folded prints too
    assert re.search(r"^figure {[^}]*break-inside: avoid", written.page, flags=re.MULTILINE)


def test_tables_of_the_markdown_keep_their_columns(written: Written) -> None:
    columns = 0
    for line in written.markdown.splitlines():
        bars = len(re.findall(r"(?<!\\)\|", line))
        assert not line.startswith("|") or columns in (0, bars), line
        columns = bars if line.startswith("|") else 0


def test_both_have_the_same_sections(written: Written) -> None:
    headings = re.findall(r"<summary><h2>(.*?)</h2>", written.page)
    assert re.findall(r'<a href="#(section-\d+)">', written.page) == re.findall(
        r'<div id="(section-\d+)">', written.page
    )
    in_markdown = re.findall(r"^## (.*)$", written.markdown, flags=re.MULTILINE)
    unescaped = [html.unescape(re.sub(r"\\([^\w\s])", r"\1", heading)) for heading in in_markdown]
    assert list(map(html.unescape, headings)) == unescaped
    assert "Scores" in headings[1:-1] and headings[-2].startswith("Learning curves")
    assert headings[-1] in ("How this run was made", "How the two runs were made")


def test_beside_the_last_run(translation: Any, tmp_path: Path) -> None:
    last = {"name": "before", "score": translation.metrics["bleu"] - 3.0, "difference": 3.0, "real": True}
    better = dataclasses.replace(translation, metrics={**translation.metrics, "last_run": last})
    assert "really better than the last run, by 3.0" in write_report(tmp_path, better).read_text(encoding="utf-8")
    same = {**better.metrics, "last_run": {**last, "real": False}}
    page = write_report(tmp_path, dataclasses.replace(better, metrics=same)).read_text(encoding="utf-8")
    assert "no sure difference from the last run (3.0)" in page and "last run (before)" in page


@pytest.mark.parametrize("task", TASKS)
def test_without_curves_facts_and_baselines(task: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    report = request.getfixturevalue(task)
    bare = dataclasses.replace(report, curves=None, facts={}, baselines=(), title="\ud800 lone surrogate")
    page = write_report(tmp_path, bare).read_text(encoding="utf-8")
    assert "No learning curves were recorded." in page and "best baseline" not in page
    assert "There is neither a baseline nor an earlier run on these texts to set it beside." in page
    assert "? lone surrogate" in page


def test_curves_that_are_not_there_leave_no_page(translation: Any, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file"):
        write_report(tmp_path, dataclasses.replace(translation, curves=tmp_path / "curves.csv"))
    assert not (tmp_path / "report.html").exists()
