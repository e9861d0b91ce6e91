"""The report of a summarisation run, gathered from its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nlpseq.config import SummarizeSettings
from nlpseq.evaluation.report import BaselineScores, SummaryReport, write_report
from nlpseq.evaluation.rouge import ROUGE_TYPES
from nlpseq.tasks.train_stage import training_facts


def write_run_report(
    run_dir: Path,
    settings: SummarizeSettings,
    metrics: dict[str, Any],
    *,
    documents: list[str],
    hyps: list[str],
    refs: list[str],
    rouge: list[float],
) -> Path:
    """Write `report.html` and `report.md`, with the best and the worst summaries by `rouge`."""
    curves = run_dir / "curves.csv"
    name = Path(settings.data.path).name
    report = SummaryReport(
        title=f"Summarisation: {name}",
        data=f"{name}, {metrics['split']} split",
        metrics=metrics,
        documents=documents,
        hyps=hyps,
        refs=refs,
        rouge=rouge,
        copying=metrics["copying"],
        baselines=[
            BaselineScores(base["name"], {kind: base[kind] for kind in ROUGE_TYPES}) for base in metrics["baselines"]
        ],
        curves=curves if curves.exists() else None,
        facts={
            "Command": f"nlpseq evaluate {run_dir.name}",
            "Search": ", ".join(f"{key} {value}" for key, value in metrics["decode"].items()),
            "Decoding": f"{metrics['documents_per_second']} documents a second",
            **training_facts(run_dir),
        },
    )
    return write_report(run_dir, report)
