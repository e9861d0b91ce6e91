"""The report on summaries: what is copied is marked in both texts, odd summaries."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from nlpseq.evaluation.rouge import document_rouge, score_copying, score_rouge
from nlpseq.report import SummaryReport, write_report


def report_of(documents: list[str], hyps: list[str], refs: list[str]) -> SummaryReport:
    return SummaryReport(
        title="t",
        data="news",
        metrics=score_rouge(hyps, refs, bootstrap_samples=50),
        documents=documents,
        hyps=hyps,
        refs=refs,
        rouge=document_rouge(hyps, refs)["rougeL"],
        copying={"summaries": score_copying(documents, hyps, bootstrap_samples=50)},
    )


def test_copied_words_are_marked(tmp_path: Path) -> None:
    report = report_of(["Shares of the <b>Bank fell."], ["the bank's shares"], ["bank shares"])
    page = write_report(tmp_path, report).read_text(encoding="utf-8")
    assert '<mark class="copied">the</mark>' in page and 'of <mark class="copied">the</mark> &lt;b&gt;' in page
    assert '<mark class="copied">bank</mark>&#39;s <mark class="copied">shares</mark>' in page


def test_scores_stand_beside_the_lead(summary: SummaryReport, tmp_path: Path) -> None:
    page = write_report(tmp_path, summary).read_text(encoding="utf-8")
    low, high = summary.metrics["rougeL_interval"]
    assert f'{low:.1f} to {high:.1f}</td><td class="r">19.0</td>' in page
    assert summary.opening().endswith("; the best baseline (lead-8) reaches 20.0.")


def test_novel_and_copied_shares_sum_to_one(summary: SummaryReport, tmp_path: Path) -> None:
    markdown = write_report(tmp_path, summary).with_suffix(".md").read_text(encoding="utf-8")
    rows = {line.split("|")[1].strip(): line.split("|")[2:] for line in markdown.splitlines() if "ies, " in line[:20]}
    for copied, novel in zip(rows["summaries, copied"][:4], rows["summaries, novel"][:4], strict=True):
        assert float(copied.split()[0]) + float(novel) == pytest.approx(100, abs=0.11)


@pytest.mark.parametrize(
    ("document", "hyp", "ref"),
    [
        ("", "", ""),
        ("東京の株価が上がる", "株価が上がる", "東京"),
        ("a " * 3000, "a " * 50, "a b"),
        ("d", "!?", "\ud800"),
    ],
)
def test_odd_texts(document: str, hyp: str, ref: str, tmp_path: Path) -> None:
    page = write_report(tmp_path, report_of([document], [hyp], [ref])).read_text(encoding="utf-8")
    assert "On 1 test document of news" in page and len(page) < 200_000


def test_bad_input(summary: SummaryReport) -> None:
    with pytest.raises(ValueError, match="300 documents, 300 outputs, 299 references, 300 scores and metrics"):
        dataclasses.replace(summary, refs=summary.refs[1:])
