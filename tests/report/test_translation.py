"""The translation report: best and worst apart, lengths, bad input."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from nlpseq.evaluation.translation import score_translations
from nlpseq.report import TranslationReport, best_and_worst, write_report
from nlpseq.report.translation import length_buckets


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
    scores, unit = length_buckets(translation)
    assert unit == "words" and list(scores) == ["BLEU", "chrF2"]
    for buckets in scores.values():
        assert len(buckets) == 5 and sum(bucket.texts for bucket in buckets) == 1000
        for before, after in zip(buckets, buckets[1:], strict=False):
            assert before.longest < after.shortest
        assert buckets[-1].longest == max(len(source.split()) for source in translation.sources)
        assert all(bucket.low < bucket.score < bucket.high for bucket in buckets)


def test_sources_without_spaces_are_measured_in_characters() -> None:
    texts = ["我爱北京", "猫", "犬が好き"]
    scores, unit = length_buckets(report_of(texts, texts, texts))
    buckets = scores["chrF2"]
    assert unit == "characters" and (buckets[0].shortest, buckets[-1].longest) == (1, 4)


def test_one_empty_output_without_interval(tmp_path: Path) -> None:
    page = write_report(tmp_path, report_of(["a dog"], [""], ["ein Hund"], samples=0)).read_text(encoding="utf-8")
    assert "On 1 en-de test sentence the model scores 0.0 of 100 BLEU, how sure that is is not known." in page
    assert "<em>(empty)</em>" in page and "<p>There are none.</p>" in page


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
