"""The report of a summarisation run, gathered from its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nlpseq.config import SummarizeSettings
from nlpseq.report import BaselineScores, SummaryReport, write_report
from nlpseq.runs.corpus import saved_corpus
from nlpseq.runs.folder import read_metrics, run_settings
from nlpseq.runs.record import cut_short, read_record
from nlpseq.tasks.report import curves_of, damaged_output, data_name, in_words, run_facts
from nlpseq.tasks.summarize.outputs import SUMMARIES_FILE, read_summaries
from nlpseq.tasks.summarize.stages import score_summaries


def rescore(run_dir: Path) -> dict[str, Any]:
    """The metrics of the run, those computed anew that follow from its saved summaries.

    Raises:
        UserError: the summaries are not of the run's test split.
    """
    return read_metrics(run_dir) | score_summaries(*_texts(run_dir))


def rewrite_run_report(run_dir: Path) -> Path:
    """Write `report.html` and `report.md` from what is saved in the folder, the best and the worst by ROUGE-L.

    Raises:
        UserError: a file of it is missing or damaged.
    """
    from nlpseq.evaluation.rouge import ROUGE_TYPES, document_rouge

    settings, metrics = run_settings(run_dir, SummarizeSettings), read_metrics(run_dir)
    documents, hyps, refs = _texts(run_dir)
    name = data_name(run_dir)
    report = SummaryReport(
        title=f"Summarisation: {name}",
        data=f"{name} ({metrics['split']} split)",
        metrics=metrics,
        documents=documents,
        hyps=hyps,
        refs=refs,
        rouge=document_rouge(hyps, refs)["rougeL"],
        copying=metrics["copying"],
        baselines=[
            BaselineScores(base["name"], {kind: base[kind] for kind in ROUGE_TYPES}) for base in metrics["baselines"]
        ],
        curves=curves_of(run_dir),
        facts={
            "Command": "nlpseq evaluate . (in the folder of the run)",
            "Search": in_words(metrics["decode"]),
            "Decoding": f"{metrics['decode_seconds']} seconds, {metrics['documents_per_second']} documents a second",
            **run_facts(run_dir, settings),
        },
    )
    return write_report(run_dir, report, notice=cut_short(read_record(run_dir).training))


def _texts(run_dir: Path) -> tuple[list[str], list[str], list[str]]:
    """Documents, summaries and references of the run's test split.

    Raises:
        UserError: they are not of one number.
    """
    documents = list(saved_corpus(run_dir)["test"]["src"])
    refs, hyps = read_summaries(run_dir)
    if len(hyps) != len(refs):
        raise damaged_output(run_dir / SUMMARIES_FILE, f"{len(hyps)} lines for {len(refs)} test documents")
    return documents, hyps, refs
