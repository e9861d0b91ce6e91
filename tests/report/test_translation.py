"""The translation report: best and worst apart, lengths, bad input."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from nlpseq.evaluation.translation import score_translations
from nlpseq.report import TranslationReport, best_and_worst, write_report
from nlpseq.report.translation import bleu_by_length


def report_of(sources: list[str], hyps: list[str], refs: list[str], *, samples: int = 50) -> TranslationReport:
    metrics = score_translations(hyps, refs, bootstrap_samples=samples)
    return TranslationReport(title="t", task="en-de", metrics=metrics, sources=sources, hyps=hyps, refs=refs)


def test_every_score_has_its_interval_and_signature(translation: TranslationReport, tmp_path: Path) -> None:
    page = write_report(tmp_path, translation).read_text(encoding="utf-8")
    low, high = translation.metrics["bleu_interval"]
    assert (
        f"with 95% confidence between {low:.1f} and {high:.1f}; the best baseline (source, cop" in translation.opening()
    )
    for key in ("bleu", "bleu_lowercase", "chrf2", "ter"):
        low, high = translation.metrics[f"{key}_interval"]
        assert translation.metrics[f"{key}_signature"] in page and f"{low:.1f} to {high:.1f}" in page


def test_best_and_worst_do_not_overlap() -> None:
    hyps = ["der Hund", "die Katze", "xy", "das Haus ist", "ein Auto da"]
    refs = ["der Hund", "die Katze", "Brot", "das Haus war", "ein Auto da"]
    best, worst = best_and_worst(hyps, refs)
    assert list(best) == [4, 1, 0] and list(worst) == [2, 3]
    assert best[4] == 100.0 and worst[2] == 0.0


def test_buckets_hold_every_sentence_once_in_order_of_length(translation: TranslationReport) -> None:
    facet = bleu_by_length(translation)
    assert facet.title.endswith("(words)") and facet.overall == translation.metrics["bleu"]
    assert len(facet.rows) == 5 and sum(bar.items for bar in facet.rows) == 1000
    ends = [tuple(map(int, bar.label.split("–"))) for bar in facet.rows]
    assert all(before[-1] < after[0] for before, after in zip(ends, ends[1:], strict=False))
    assert ends[-1][-1] == max(len(source.split()) for source in translation.sources)
    assert all(bar.low < bar.value < bar.high for bar in facet.rows)


def test_sources_without_spaces_are_measured_in_characters() -> None:
    texts = ["我爱北京", "猫", "犬が好き"]
    facet = bleu_by_length(report_of(texts, texts, texts))
    assert facet.title.endswith("(characters)") and [bar.label for bar in facet.rows][:: len(facet.rows) - 1] == [
        "1",
        "4",
    ]


def test_one_empty_output_without_interval(tmp_path: Path) -> None:
    page = write_report(tmp_path, report_of(["a dog"], [""], ["ein Hund"], samples=0)).read_text(encoding="utf-8")
    assert "On 1 en-de test sentence the model scores 0.0 of 100 BLEU, how sure that is is not known." in page
    assert "<em>(empty)</em>" in page and "<p>There are none.</p>" in page  # neither mistakes nor more than one best


def test_a_score_left_out_is_said_to_be(tmp_path: Path) -> None:
    report = report_of(["a b c"], ["a b c"], ["a b c"])
    metrics = {**report.metrics, "ter": None, "ter_interval": None, "ter_signature": None}
    page = write_report(tmp_path, dataclasses.replace(report, metrics=metrics)).read_text(encoding="utf-8")
    assert "left out, too slow" in page


def test_bad_input(translation: TranslationReport) -> None:
    with pytest.raises(ValueError, match="999 sources, 1000 outputs, 1000 references and metrics over 1000"):
        dataclasses.replace(translation, sources=translation.sources[1:])
    with pytest.raises(ValueError, match="sentence 1000 of 1000"):
        dataclasses.replace(translation, attention={1000: translation.attention[0]})


def test_mistakes_that_no_unknown_word_excuses(tmp_path: Path) -> None:
    sources = [f"known words {'rex' * (number % 2)}".strip() for number in range(40)]
    refs = [f"{number} bekannte Wörter" for number in range(40)]
    hyps = ["xyz"] * 30 + refs[:10]
    report = dataclasses.replace(report_of(sources, hyps, refs), known=({"known": 9, "words": 9}, {"bekannte": 9}))
    page = write_report(tmp_path, report).read_text(encoding="utf-8")
    shown = page[page.index("Wrong, though every word is known</h2>") : page.index("Where it fails</h2>")]
    assert shown.count("<article>") == 4 and "rex" not in shown
    assert "never in the training text: rex<" in page


def test_an_unspaced_target_is_compared_word_by_word() -> None:
    report = report_of(["a cat", "a dog"] * 10, ["一只猫", "一只猫"] * 10, ["一只猫", "一只狗"] * 10)
    facet = dataclasses.replace(report, known=({}, {"一": 5, "只": 5, "猫": 1, "狗": 1})).facets[-1]
    assert [(bar.label, bar.items) for bar in facet.rows] == [("1–9", 60)]
    assert facet.rows[0].value == pytest.approx(100 * 50 / 60)
