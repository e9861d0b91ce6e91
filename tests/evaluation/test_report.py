"""The report: one opening sentence, intervals, user text as text, small and self-contained."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from nlpseq.errors import UserError
from nlpseq.evaluation.metrics import score_translations
from nlpseq.evaluation.report import (
    Attention,
    TranslationReport,
    best_and_worst,
    length_buckets,
    opening,
    write_report,
)

EVIL = "<script>alert('x')</script> | *bold* `tick` & [link](http://example.org)"
WORDS = "ein hund rennt im park mit zwei kleinen roten autos und einem mann".split()


def synthetic_report(sentences: int, *, curves: Path | None = None) -> TranslationReport:
    rng = np.random.default_rng(sentences)
    refs = [" ".join(rng.choice(WORDS, size=rng.integers(3, 25))) for _ in range(sentences)]
    hyps = [" ".join(w for w in ref.split() if rng.random() < 0.8) for ref in refs]
    refs[0], hyps[0] = EVIL, EVIL
    attention = {}
    for index in range(sentences):
        src, tgt = refs[index].split(), hyps[index].split()
        if tgt:
            attention[index] = Attention(src, tgt, rng.dirichlet(np.ones(len(src)), size=len(tgt)))
    return TranslationReport(
        title=f"Run {EVIL}",
        task="en-de",
        metrics=score_translations(hyps, refs, bootstrap_samples=100),
        sources=refs,
        hyps=hyps,
        refs=refs,
        attention=attention,
        curves=curves,
        facts={"Seed": "1", "Command": EVIL, "sha256 of train.en": "ab" * 32},
    )


class TagList(HTMLParser):
    """Remembers the tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    lines = ["step,minutes,train_loss,val_loss,val_bleu"]
    lines += [f"{step},{step / 200},{900 / (step + 90):.3f},," for step in range(1, 6000, 2)]
    lines += ["6000,30.0,0.14,2.5,36.9"]
    (folder / "curves.csv").write_text("\n".join(lines), encoding="utf-8")
    write_report(folder, synthetic_report(1000, curves=folder / "curves.csv"))
    return folder


def test_page_is_small_and_asks_nothing_of_network_or_script(run_dir: Path) -> None:
    page = (run_dir / "report.html").read_text(encoding="utf-8")
    parser = TagList()
    parser.feed(page)
    assert len(page.encode()) < 2_000_000
    assert not {"script", "link", "iframe", "img"} & set(parser.tags)
    for name, value in parser.attributes:
        assert not name.startswith("on")
        if name in ("href", "src", "xlink:href"):
            assert value is not None and value.startswith(("#", "data:image/png;base64,"))
    identifiers = [value for name, value in parser.attributes if name == "id"]
    assert len(identifiers) == len(set(identifiers))


def test_user_text_shows_as_text(run_dir: Path) -> None:
    page = (run_dir / "report.html").read_text(encoding="utf-8")
    escaped = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; | *bold* `tick` &amp; [link](http://example.org)"
    assert "<script" not in page
    # title twice, command, and source, reference, output of the sentence
    assert page.count(escaped) == 6
    markdown = (run_dir / "report.md").read_text(encoding="utf-8")
    assert "<script" not in markdown
    assert (
        r"&lt;script&gt;alert('x')&lt;/script&gt; \| \*bold\* \`tick\` &amp; \[link\](http://example.org)" in markdown
    )


def test_pictures_have_words_for_those_who_cannot_see_them(run_dir: Path) -> None:
    page = (run_dir / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg ") == page.count('<svg role="img" aria-label="') == page.count("<figcaption>") == 9
    assert "Validation BLEU is highest, 36.9, at the end, after 30.0 minutes" in page


def test_tables_of_the_markdown_keep_their_columns(run_dir: Path) -> None:
    columns = 0
    for line in (run_dir / "report.md").read_text(encoding="utf-8").splitlines():
        bars = len(re.findall(r"(?<!\\)\|", line))
        assert not line.startswith("|") or columns in (0, bars), line
        columns = bars if line.startswith("|") else 0


def test_the_page_opens_with_the_one_sentence_and_every_score_has_its_signature(run_dir: Path) -> None:
    report = synthetic_report(1000)
    page = (run_dir / "report.html").read_text(encoding="utf-8")
    assert f'</h1>\n<p class="opening">{opening(report)}</p>' in page
    low, high = report.metrics["bleu_interval"]
    assert opening(report).endswith(f"with 95% confidence between {low:.1f} and {high:.1f}.")
    for key in ("bleu", "bleu_lowercase", "chrf2", "ter"):
        assert report.metrics[f"{key}_signature"] in page


def test_best_and_worst_do_not_overlap() -> None:
    hyps = ["der Hund", "die Katze", "xy", "das Haus ist", "ein Auto da"]
    refs = ["der Hund", "die Katze", "Brot", "das Haus war", "ein Auto da"]
    best, worst = best_and_worst(hyps, refs)
    assert list(best) == [4, 1, 0] and list(worst) == [2, 3]
    assert best[4] == 100.0 and worst[2] == 0.0


def test_buckets_hold_every_sentence_once_in_order_of_length() -> None:
    report = synthetic_report(83)
    buckets, unit = length_buckets(report)
    assert unit == "words" and len(buckets) == 5
    assert sum(bucket.sentences for bucket in buckets) == 83
    for before, after in zip(buckets, buckets[1:], strict=False):
        assert before.longest < after.shortest
    assert buckets[-1].longest == max(len(source.split()) for source in report.sources)


def test_sources_without_spaces_are_measured_in_characters() -> None:
    report = dataclasses.replace(synthetic_report(3), sources=["我爱北京", "猫", "犬が好き"], attention={})
    buckets, unit = length_buckets(report)
    assert unit == "characters" and (buckets[0].shortest, buckets[-1].longest) == (1, 4)


def test_one_empty_output_without_interval_curves_or_facts(tmp_path: Path) -> None:
    metrics = score_translations([""], ["ein Hund"], bootstrap_samples=0)
    report = TranslationReport(
        title="t", task="en-de", metrics=metrics, sources=["a dog"], hyps=[""], refs=["ein Hund"]
    )
    page = write_report(tmp_path, report).read_text(encoding="utf-8")
    assert "On 1 en-de test sentence the model scores 0.0 of 100 BLEU, how sure that is was not computed." in page
    assert "No learning curves were recorded." in page


def test_bad_input(tmp_path: Path) -> None:
    report = synthetic_report(4)
    with pytest.raises(ValueError, match="3 sources, 4 outputs, 4 references and metrics over 4"):
        dataclasses.replace(report, sources=report.sources[:3])
    with pytest.raises(ValueError, match="sentence 4 of 4"):
        dataclasses.replace(report, attention={4: report.attention[0]})
    with pytest.raises(UserError, match="no such file"):
        write_report(tmp_path, dataclasses.replace(report, curves=tmp_path / "curves.csv"))
    assert not (tmp_path / "report.html").exists()
