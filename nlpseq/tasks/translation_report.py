"""The report of a translation run, gathered from its folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.config import TranslateSettings
from nlpseq.evaluation.report import Attention, TranslationReport, best_and_worst, write_report

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
        facts=_facts(run_dir, metrics),
    )
    return write_report(run_dir, report)


def _facts(run_dir: Path, metrics: dict[str, Any]) -> dict[str, str]:
    facts = {
        "Command": f"nlpseq evaluate {run_dir.name}",
        "Search": ", ".join(f"{name} {value}" for name, value in metrics["decode"].items()),
        "Decoding": f"{metrics['sentences_per_second']} sentences a second",
    }
    training = run_dir / "training.json"
    if training.exists():
        found = json.loads(training.read_text(encoding="utf-8"))
        facts |= {name.replace("_", " ").capitalize() if name.islower() else name: str(v) for name, v in found.items()}
    checksums = run_dir / "data" / "checksums.json"
    if checksums.exists():
        for files in json.loads(checksums.read_text(encoding="utf-8")).values():
            facts |= {f"SHA-256 of {name}": digest for name, digest in files.items()}
    return facts
