"""What the report of a summarisation run shows, and that of two runs side by side."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from nlpseq.config import SummarizeSettings
from nlpseq.report import SummaryReport, summarization
from nlpseq.report.differences import score_differences
from nlpseq.report.scores import ScoreKind
from nlpseq.runs.corpus import saved_corpus, shared_test_rows, training_words
from nlpseq.runs.facts import in_words, report_parts
from nlpseq.runs.folder import read_metrics, run_settings
from nlpseq.runs.record import read_record
from nlpseq.tasks.summarize.outputs import read_summaries
from nlpseq.tasks.task import Pair


def report(run_dir: Path) -> SummaryReport:
    """The report of a run, from its files; the best and the worst summaries by ROUGE-L.

    Raises:
        UserError: a file of it is missing or damaged.
    """
    from nlpseq.evaluation.rouge import document_rouge

    settings, metrics = run_settings(run_dir, SummarizeSettings), read_metrics(run_dir)
    test = saved_corpus(run_dir)["test"]
    hyps, refs, name = read_summaries(run_dir, len(test)), list(test["tgt"]), read_record(run_dir).data
    source, target = (training_words(run_dir, column) for column in ("src", "tgt"))
    facts = {
        "Search": in_words(metrics["decode"]),
        "Decoding": f"{metrics['decode_seconds']} seconds, {metrics['documents_per_second']} documents a second",
    }
    return SummaryReport(
        title=f"Summarisation: {name}",
        data=f"{name} ({metrics['split']} split)",
        documents=list(test["src"]),
        hyps=hyps,
        refs=refs,
        rouge=document_rouge(hyps, refs)["rougeL"],
        copying=metrics["copying"],
        known=(source, target) if source and target else None,
        **report_parts(run_dir, settings, metrics, scores=summarization.SCORES, facts=facts),
    )


def pair(run_a: Path, run_b: Path) -> Pair:
    """Two runs on one test split, by the ROUGE of each document.

    Raises:
        UserError: a run is not evaluated, or the test splits differ.
    """
    from nlpseq.evaluation.rouge import document_rouge
    from nlpseq.evaluation.significance import Comparison, compare_scores

    given = shared_test_rows(run_a, run_b, {"Document": "src", "Reference": "tgt"})
    refs = given["Reference"]
    hyps = read_summaries(run_a, len(refs)), read_summaries(run_b, len(refs))

    scores = [document_rouge(texts, refs) for texts in hyps]

    def compare(score: ScoreKind) -> Comparison:
        return compare_scores(*(found[score.key] for found in scores), measure=score.label)

    return Pair(
        items="documents",
        tests=[(score, partial(compare, score)) for score in summarization.SCORES],
        differences=lambda names: score_differences(
            names, hyps, (scores[0]["rougeL"], scores[1]["rougeL"]), given=given, score="ROUGE-L", items="documents"
        ),
        curve_scores=summarization.CURVE_SCORES,
        loss_unit=summarization.LOSS_UNIT,
    )
