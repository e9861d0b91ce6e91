"""The report of a translation run, gathered from its folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.config import TranslateSettings
from nlpseq.evaluation.report import Attention, TranslationReport, best_and_worst, write_report
from nlpseq.tasks.train_stage import training_facts

if TYPE_CHECKING:
    from nlpseq.tasks.translator import Translator


def write_run_report(
    run_dir: Path,
    settings: TranslateSettings,
    translator: Translator,
    metrics: dict[str, Any],
    *,
    sources: list[str],
    hyps: list[str],
    refs: list[str],
) -> Path:
    """Write `report.html` and `report.md`, with attention pictures of the best and the worst sentences."""
    best, worst = best_and_worst(hyps, refs)
    chosen = [*best, *worst]
    searched = translator.search([sources[i] for i in chosen], attention=True)
    attention = {
        index: Attention(found[0].source_tokens, found[0].tokens, found[0].attention)
        for index, found in zip(chosen, searched, strict=True)
        if found and found[0].tokens and found[0].attention is not None
    }
    task = f"{settings.data.src}-{settings.data.tgt}"
    curves = run_dir / "curves.csv"
    report = TranslationReport(
        title=f"Translation {task}: {Path(settings.data.path).name}",
        task=task,
        metrics=metrics,
        sources=sources,
        hyps=hyps,
        refs=refs,
        attention=attention,
        curves=curves if curves.exists() else None,
        facts={
            "Command": f"nlpseq evaluate {run_dir.name}",
            "Search": ", ".join(f"{name} {value}" for name, value in metrics["decode"].items()),
            "Decoding": f"{metrics['sentences_per_second']} sentences a second",
            **training_facts(run_dir),
        },
    )
    return write_report(run_dir, report)
