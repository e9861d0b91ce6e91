"""Are two runs really different on the same test split?"""

from __future__ import annotations

from pathlib import Path

from nlpseq.config import ClassifySettings, SummarizeSettings, TranslateSettings
from nlpseq.errors import UserError
from nlpseq.evaluation.metrics import bleu_tokenizer
from nlpseq.evaluation.rouge import document_rouge
from nlpseq.evaluation.significance import Comparison, compare_classifiers, compare_scores, compare_translations
from nlpseq.tasks.classify import read_predictions
from nlpseq.tasks.folder import any_run_settings
from nlpseq.tasks.summarize import read_summaries
from nlpseq.tasks.translate import read_translations


def compare_runs(run_a: str | Path, run_b: str | Path) -> Comparison:
    """Compare what two evaluated runs of one task wrote for the same test split.

    Raises:
        UserError: a run is not there or not evaluated, the tasks differ, or the test splits do.
    """
    run_a, run_b = Path(run_a), Path(run_b)
    a, b = any_run_settings(run_a), any_run_settings(run_b)
    if a.task != b.task:
        raise UserError(f"{run_a} is a run of the task {a.task} and {run_b} of {b.task}; compare two of one task")
    if isinstance(a, ClassifySettings):
        rows_a, rows_b = read_predictions(run_a), read_predictions(run_b)
        labels = [row[0] for row in rows_a]
        _check_same(run_a, run_b, labels, [row[0] for row in rows_b])
        return compare_classifiers(labels, [row[1] for row in rows_a], [row[1] for row in rows_b])
    if isinstance(a, SummarizeSettings):
        refs, hyps_a = read_summaries(run_a)
        other_refs, hyps_b = read_summaries(run_b)
        _check_same(run_a, run_b, refs, other_refs)
        scores_a, scores_b = (document_rouge(hyps, refs)["rouge1"] for hyps in (hyps_a, hyps_b))
        return compare_scores(scores_a, scores_b, measure="ROUGE-1")
    if not isinstance(a, TranslateSettings):
        raise UserError(f"runs of the task {a.task} cannot be compared; see their metrics.json for the intervals")
    refs, hyps_a = read_translations(run_a)
    other_refs, hyps_b = read_translations(run_b)
    _check_same(run_a, run_b, refs, other_refs)
    return compare_translations(refs, hyps_a, hyps_b, tokenize=bleu_tokenizer(a.data.tgt))


def _check_same(run_a: Path, run_b: Path, truth_a: list[str], truth_b: list[str]) -> None:
    if truth_a != truth_b:
        raise UserError(
            f"{run_a} and {run_b} were tested on different texts ({len(truth_a):,} and {len(truth_b):,}); "
            "evaluate both on one test split"
        )
