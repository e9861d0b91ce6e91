"""What the report of a translation run shows, and that of two runs side by side."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from nlpseq.config import TranslateSettings
from nlpseq.report import TranslationReport, translation
from nlpseq.report.differences import score_differences
from nlpseq.report.scores import ScoreKind
from nlpseq.runs.corpus import saved_corpus, shared_test_rows, training_words
from nlpseq.runs.facts import in_words, report_parts
from nlpseq.runs.folder import read_metrics, run_settings
from nlpseq.runs.record import read_record
from nlpseq.tasks.task import Pair
from nlpseq.tasks.translate.outputs import read_attention, read_translations

SENTENCE_CHRF = ScoreKind("sentence_chrf", "Sentence chrF2", "mean over the sentences, 0 to 100, higher is better", "")


def report(run_dir: Path) -> TranslationReport:
    """The report of a run, from its files.

    Raises:
        UserError: a file of it is missing or damaged.
    """
    settings, metrics, name = (
        run_settings(run_dir, TranslateSettings), read_metrics(run_dir), read_record(run_dir).data,
    )  # fmt: skip
    test = saved_corpus(run_dir)["test"]
    source, target = (training_words(run_dir, column) for column in ("src", "tgt"))
    task = f"{settings.data.src}-{settings.data.tgt}"
    facts = {
        "Search": in_words(metrics["decode"]),
        "Decoding": f"{metrics['decode_seconds']} seconds, {metrics['sentences_per_second']} sentences a second",
    }
    return TranslationReport(
        title=f"Translation {task}: {name}" if name != task else f"Translation {task}",
        task=task,
        sources=list(test["src"]),
        hyps=read_translations(run_dir, len(test)),
        refs=list(test["tgt"]),
        wording=metrics.get("wording"),
        attention=read_attention(run_dir),
        known=(source, target) if source and target else None,
        **report_parts(run_dir, settings, metrics, scores=translation.SCORES, facts=facts),
    )


def pair(run_a: Path, run_b: Path) -> Pair:
    """Two runs on one test split, by BLEU and by the chrF2 of each sentence.

    Raises:
        UserError: a run is not evaluated, or the test splits differ.
    """
    from nlpseq.evaluation.significance import compare_scores, compare_translations
    from nlpseq.evaluation.translation import sentence_chrf

    given = shared_test_rows(run_a, run_b, {"Source": "src", "Reference": "tgt"})
    refs = given["Reference"]
    hyps = read_translations(run_a, len(refs)), read_translations(run_b, len(refs))
    tokenize = read_metrics(run_a).get("tokenize")

    @cache
    def chrf() -> tuple[list[float], list[float]]:
        return sentence_chrf(hyps[0], refs), sentence_chrf(hyps[1], refs)

    return Pair(
        items="sentences",
        tests=[
            (translation.BLEU, lambda: compare_translations(refs, *hyps, tokenize=tokenize)),
            (SENTENCE_CHRF, lambda: compare_scores(*chrf())),
        ],
        differences=lambda names: score_differences(names, hyps, chrf(), given=given, score="chrF", items="sentences"),
        curve_scores=translation.CURVE_SCORES,
        loss_unit=translation.LOSS_UNIT,
    )
