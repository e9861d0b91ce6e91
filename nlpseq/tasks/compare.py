"""Are two runs really different on the same test split? And what did each of them make of it?"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from nlpseq.config import ClassifySettings, Settings, SummarizeSettings, TranslateSettings
from nlpseq.errors import UserError
from nlpseq.evaluation.rouge import document_rouge
from nlpseq.evaluation.significance import Comparison, compare_classifiers, compare_scores, compare_translations
from nlpseq.report.plots.position import ChunkLosses
from nlpseq.runs.corpus import saved_corpus
from nlpseq.runs.folder import any_run_settings, read_metrics, reading_outputs
from nlpseq.tasks.classify.outputs import read_predictions
from nlpseq.tasks.generate.outputs import read_losses
from nlpseq.tasks.summarize.outputs import read_summaries
from nlpseq.tasks.translate.outputs import read_translations
from nlpseq.text.alphabet import Alphabet

UNKNOWN = -1  # a character that an alphabet does not hold


class WrittenPair(NamedTuple):
    """What two runs wrote for the same sources (sentences or documents), and the references."""

    sources: list[str]
    refs: list[str]
    hyps: tuple[list[str], list[str]]


class PredictedPair(NamedTuple):
    """What two classifiers made of the same texts: `rows` are [label, predicted label, probability]."""

    texts: list[str]
    labels: list[str]
    rows: tuple[list[list[str]], list[list[str]]]


class ReadPair(NamedTuple):
    """What the same text cost two language models, and the passages that the chunks of both losses are about."""

    passages: list[str]
    losses: tuple[ChunkLosses, ChunkLosses]


def compare_runs(run_a: str | Path, run_b: str | Path) -> Comparison:
    """Compare what two evaluated runs of one task wrote for the same test split.

    Raises:
        UserError: a run is not there or not evaluated, the tasks differ, or the test splits do.
    """
    with reading_outputs(run_a, run_b):
        return _compared(Path(run_a), Path(run_b))


def _compared(run_a: Path, run_b: Path) -> Comparison:
    settings, _ = settings_of_one_task(run_a, run_b)
    if isinstance(settings, ClassifySettings):
        return compare_predictions(predicted_pair(run_a, run_b))
    if isinstance(settings, SummarizeSettings):
        refs, hyps = written_pair(run_a, run_b)[1:]
        return compare_rouge(refs, hyps)["rouge1"]
    if isinstance(settings, TranslateSettings):
        refs, hyps = written_pair(run_a, run_b)[1:]
        return compare_translations(refs, *hyps, tokenize=read_metrics(run_a).get("tokenize"))
    raise UserError(
        f"runs of the task {settings.task} are not compared here, where higher is better; "
        f"run nlpseq report {run_a} {run_b}"
    )


def settings_of_one_task(run_a: Path, run_b: Path) -> tuple[Settings, Settings]:
    """The settings of two runs.

    Raises:
        UserError: a run is not there, they are of two tasks, or one of them is a cross-validation.
    """
    a, b = any_run_settings(run_a), any_run_settings(run_b)
    if a.task != b.task:
        raise UserError(f"{run_a} is a run of the task {a.task} and {run_b} of {b.task}; compare two of one task")
    for run, settings in ((run_a, a), (run_b, b)):
        if isinstance(settings, ClassifySettings) and settings.data.folds:
            raise UserError(f"{run}: a cross-validation; compare one of its folds, as in {run / 'fold-1'}")
    return a, b


def predicted_pair(run_a: Path, run_b: Path) -> PredictedPair:
    """What two classifiers made of the test split that both have.

    Raises:
        UserError: a run is not evaluated, or the test splits differ.
    """
    rows = read_predictions(run_a), read_predictions(run_b)
    texts, other = (list(saved_corpus(run)["test"]["text"]) for run in (run_a, run_b))
    labels = [row[0] for row in rows[0]]
    _check_same(run_a, run_b, labels, [row[0] for row in rows[1]])
    _check_same(run_a, run_b, texts, other)
    return PredictedPair(texts, labels, rows)


def written_pair(run_a: Path, run_b: Path) -> WrittenPair:
    """What two translators or two summarisers wrote for the test split that both have.

    Raises:
        UserError: a run is not evaluated, or the test splits differ.
    """
    read = read_summaries if isinstance(any_run_settings(run_a), SummarizeSettings) else read_translations
    refs, hyps_a = read(run_a)
    other, hyps_b = read(run_b)
    _check_same(run_a, run_b, refs, other)
    sources, others = (list(saved_corpus(run)["test"]["src"]) for run in (run_a, run_b))
    _check_same(run_a, run_b, sources, others)
    for run, hyps in ((run_a, hyps_a), (run_b, hyps_b)):
        if len(hyps) != len(refs):
            raise UserError(f"{run}: {len(hyps)} outputs for {len(refs)} test texts; run nlpseq evaluate {run} again")
    return WrittenPair(sources, refs, (hyps_a, hyps_b))


def read_pair(run_a: Path, run_b: Path) -> ReadPair:
    """What the held-out text that both have cost two language models, whatever their alphabets.

    Raises:
        UserError: a run is not evaluated, the texts differ, or what one does not know of them had no price.
    """
    losses = read_losses(run_a)[0], read_losses(run_b)[0]
    codes, other = _held_out(run_a), _held_out(run_b)
    chunks, others = (np.asarray(found.characters) for found in losses)
    same = len(codes) == len(other) and np.array_equal(chunks, others) and chunks.sum() == len(codes) - 1
    if not same or ((codes != other) & (codes != UNKNOWN) & (other != UNKNOWN)).any():
        raise UserError(
            f"{run_a} and {run_b} were tested on different texts ({len(codes):,} and {len(other):,} characters); "
            "evaluate both on one text"
        )
    if ((codes == UNKNOWN) != (other == UNKNOWN)).any():
        for run in (run_a, run_b):
            if read_metrics(run).get("unknown_characters") is None:
                raise UserError(
                    f"{run} was evaluated before unknown characters had a price, and the two models do not know the "
                    f"same characters of the text; run nlpseq evaluate {run} again"
                )
    known = np.where(codes == UNKNOWN, other, codes)
    text = "".join("\N{REPLACEMENT CHARACTER}" if code == UNKNOWN else chr(code) for code in known.tolist())
    ends = 1 + np.cumsum(chunks)  # the first character is not scored
    starts = [1, *ends[:-1].tolist()]
    return ReadPair([text[start:end] for start, end in zip(starts, ends.tolist(), strict=True)], losses)


def compare_predictions(pair: PredictedPair) -> Comparison:
    """Accuracies, by the exact McNemar test."""
    chosen_a, chosen_b = ([row[1] for row in rows] for rows in pair.rows)
    return compare_classifiers(pair.labels, chosen_a, chosen_b)


def compare_rouge(refs: list[str], hyps: tuple[list[str], list[str]]) -> dict[str, Comparison]:
    """ROUGE-1, ROUGE-2 and ROUGE-L, by the paired bootstrap over documents."""
    scores_a, scores_b = (document_rouge(texts, refs) for texts in hyps)
    names = {"rouge1": "ROUGE-1", "rouge2": "ROUGE-2", "rougeL": "ROUGE-L"}
    return {key: compare_scores(scores_a[key], scores_b[key], measure=name) for key, name in names.items()}


def compare_losses(pair: ReadPair) -> Comparison:
    """Bits per character, lower is better, by the paired bootstrap over the chunks of the text."""
    mean = np.asarray(pair.losses[0].characters).mean()
    bits_a, bits_b = (np.asarray(found.nats, dtype=np.float64) / np.log(2) / mean for found in pair.losses)
    return compare_scores(bits_a, bits_b, measure="bits per character")


def _held_out(run_dir: Path) -> np.ndarray:
    """The code points of the text that a language model was tested on, (N,)."""
    from nlpseq.data.characters import load_ids

    alphabet = Alphabet.load(run_dir / "data" / "alphabet.json")
    ids = np.asarray(load_ids(run_dir / "data")[read_metrics(run_dir)["split"]])
    if alphabet.unit == "byte":
        text = ids.astype(np.uint8).tobytes().decode("utf-8", "replace")
        return np.frombuffer(text.encode("utf-32-le"), dtype="<u4").astype(np.int64)
    special = len(alphabet.special_ids)
    codes = [UNKNOWN] * special + [ord(character) for character in alphabet.vocab.get_itos()[special:]]
    return np.array(codes)[ids]


def _check_same(run_a: Path, run_b: Path, truth_a: list[str], truth_b: list[str]) -> None:
    if truth_a != truth_b:
        raise UserError(
            f"{run_a} and {run_b} were tested on different texts ({len(truth_a):,} and {len(truth_b):,}); "
            "evaluate both on one test split"
        )
