"""The report of a translation run, gathered from its folder, with simple methods beside the model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nlpseq.config import TranslateSettings
from nlpseq.files import write_text_atomically
from nlpseq.report import Attention, BaselineScores, TranslationReport, best_and_worst, write_report
from nlpseq.report.copied import words_of
from nlpseq.report.wording import score_wording
from nlpseq.runs.corpus import saved_corpus
from nlpseq.runs.folder import read_metrics, run_settings
from nlpseq.runs.record import cut_short, read_record
from nlpseq.tasks.report import curves_of, damaged_output, data_name, in_words, read_output, run_facts
from nlpseq.tasks.translate.outputs import ATTENTION_FILE, TRANSLATIONS_FILE, one_line, read_translations

if TYPE_CHECKING:
    from datasets import Dataset

    from nlpseq.tasks.translate.translator import Translator

# The nearest sentence is looked for among so many training pairs, evenly spread, and the words that training showed
# are listed up to so many: more would take longer than the rest of a report.
MEMORY_PAIRS = 100_000
LISTED_PAIRS = 500_000
PRODUCT_CELLS = 20_000_000  # similarities held at once


def write_run_report(
    run_dir: Path, translator: Translator, *, sources: Sequence[str], hyps: Sequence[str], refs: Sequence[str]
) -> Path:
    """Save where the model looked in its best and worst sentences, and write `report.html` and `report.md`."""
    best, worst = best_and_worst(hyps, refs)
    chosen = [*best, *worst]
    found = translator.search([sources[index] for index in chosen], attention=True)
    rows = [
        {
            "sentence": index,
            "source_tokens": beam[0].source_tokens,
            "tokens": beam[0].tokens,
            "weights": [[round(float(weight), 4) for weight in row] for row in beam[0].attention],
        }
        for index, beam in zip(chosen, found, strict=True)
        # In another batch a sum may be rounded otherwise and another beam win: that one is not what is shown.
        if beam and beam[0].tokens and beam[0].attention is not None and one_line(beam[0].text) == one_line(hyps[index])
    ]
    write_text_atomically(run_dir / ATTENTION_FILE, json.dumps(rows, ensure_ascii=False) + "\n")
    return rewrite_run_report(run_dir)


def rescore(run_dir: Path) -> dict[str, Any]:
    """The metrics of the run, those computed anew that follow from its saved translations.

    Raises:
        UserError: the translations are not of the run's test split.
    """
    from nlpseq.evaluation.translation import score_translations

    metrics = read_metrics(run_dir)
    sources, hyps, refs = _texts(run_dir)
    scores = score_translations(hyps, refs, tokenize=metrics["tokenize"])
    return metrics | scores | compare_with_text(run_dir, sources, hyps, refs, tokenize=metrics["tokenize"])


def rewrite_run_report(run_dir: Path) -> Path:
    """Write `report.html` and `report.md` from what is saved in the folder.

    Raises:
        UserError: a file of it is missing or damaged.
    """
    settings, metrics = run_settings(run_dir, TranslateSettings), read_metrics(run_dir)
    sources, hyps, refs = _texts(run_dir)
    task = f"{settings.data.src}-{settings.data.tgt}"
    report = TranslationReport(
        title=f"Translation {task}: {data_name(run_dir)}",
        task=task,
        metrics=metrics,
        sources=sources,
        hyps=hyps,
        refs=refs,
        wording=metrics.get("wording"),
        attention=_attention(run_dir / ATTENTION_FILE),
        baselines=[
            BaselineScores(base["name"], {key: value for key, value in base.items() if key != "name"})
            for base in metrics.get("baselines", [])
        ],
        curves=curves_of(run_dir),
        facts={
            "Command": "nlpseq evaluate . (in the folder of the run)",
            "Search": in_words(metrics["decode"]),
            "Decoding": f"{metrics['decode_seconds']} seconds, {metrics['sentences_per_second']} sentences a second",
            **run_facts(run_dir, settings),
        },
    )
    return write_report(run_dir, report, notice=cut_short(read_record(run_dir).training))


def compare_with_text(
    run_dir: Path, sources: Sequence[str], hyps: Sequence[str], refs: Sequence[str], *, tokenize: str
) -> dict[str, Any]:
    """The "baselines" on the test split, and how the "wording" of the outputs compares with that of the corpus."""
    train = saved_corpus(run_dir)["train"]
    seen = None
    if len(train) <= LISTED_PAIRS:
        text = train[:]
        seen = _words(text["src"]), _words(text["tgt"])
    return {
        "baselines": baselines(sources, refs, train, tokenize=tokenize),
        "wording": score_wording(sources, hyps, refs, seen=seen),
    }


def baselines(sources: Sequence[str], refs: Sequence[str], train: Dataset, *, tokenize: str) -> list[dict[str, Any]]:
    """What it scores to copy the source, and to give out the translation of the most similar training sentence.

    Similar by the cosine of TF-IDF vectors over words; a translation memory of old.
    """
    from nlpseq.evaluation.translation import score_bleu, score_chrf

    systems = {"source, copied": list(sources)}
    if nearest := _nearest(sources, train):
        systems["nearest training pair"] = nearest
    found = []
    for name, hyps in systems.items():
        bleu = score_bleu(hyps, refs, tokenize=tokenize, bootstrap_samples=0)["bleu"]
        chrf2 = score_chrf(hyps, refs, bootstrap_samples=0)["chrf2"]
        found.append({"name": name, "bleu": bleu, "chrf2": chrf2})
    return found


def _nearest(sources: Sequence[str], train: Dataset) -> list[str]:
    """The training translation nearest to each source; none where the training text has no words."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    count = min(len(train), MEMORY_PAIRS)
    memory = train.select([len(train) * number // count for number in range(count)])[:]
    vectorizer = TfidfVectorizer(analyzer=words_of)
    try:
        known = vectorizer.fit_transform(memory["src"])  # (M, V), sparse
    except ValueError:  # an empty vocabulary
        return []
    wanted = vectorizer.transform(sources)  # (N, V)
    rows = max(1, PRODUCT_CELLS // count)
    places = [
        np.asarray((wanted[first : first + rows] @ known.T).argmax(axis=1)).ravel()
        for first in range(0, wanted.shape[0], rows)
    ]
    return [memory["tgt"][place] for place in np.concatenate(places).tolist()]


def _words(texts: Sequence[str]) -> set[str]:
    return {word for text in texts for word in words_of(text)}


def _texts(run_dir: Path) -> tuple[list[str], list[str], list[str]]:
    """Sources, translations and references of the run's test split.

    Raises:
        UserError: they are not of one number.
    """
    sources = list(saved_corpus(run_dir)["test"]["src"])
    refs, hyps = read_translations(run_dir)
    if len(hyps) != len(refs):
        raise damaged_output(run_dir / TRANSLATIONS_FILE, f"{len(hyps)} lines for {len(refs)} test sentences")
    return sources, hyps, refs


def _attention(path: Path) -> dict[int, Attention]:
    try:
        return {
            row["sentence"]: Attention(row["source_tokens"], row["tokens"], np.array(row["weights"]))
            for row in read_output(path)
        }
    except (KeyError, TypeError) as error:
        raise damaged_output(path, error) from error
