"""Summarisation from raw text to an evaluated model: prepare, train, evaluate, each a function of the settings."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.config import SummarizeSettings, SummaryDataSettings, SummaryDecodeSettings
from nlpseq.data.columns import DOCUMENT_NAMES, summary_columns
from nlpseq.data.parallel import load_parallel
from nlpseq.data.rows import SUMMARIES, Rows, encode_summaries
from nlpseq.data.splits import corpus_files, file_checksums
from nlpseq.errors import UserError
from nlpseq.files import write_text_atomically
from nlpseq.runs.corpus import evaluation_split, save_corpus, saved_corpus
from nlpseq.runs.folder import METRICS_FILE, device_of
from nlpseq.runs.saved_model import model_settings, seal
from nlpseq.runs.splits import wanted_splits, with_all_splits
from nlpseq.runs.stages import changed_settings
from nlpseq.tasks.summarize.outputs import SUMMARIES_FILE
from nlpseq.tasks.summarize.suggest import load_corpus, suggest
from nlpseq.tasks.task import Task, trained_from
from nlpseq.tasks.verbs import VERBS
from nlpseq.text.copy_alphabet import CopyAlphabet, build_copy_alphabet, one_line

if TYPE_CHECKING:
    from datasets import DatasetDict

    from nlpseq.tasks.summarize.summarizer import Summarizer

log = logging.getLogger("nlpseq")

# How many words of a document's beginning make up each of the baselines.
LEADS = (8, 12)
# A summary may be so much longer than the longest one in training: a share of it, and characters.
MARGIN, MARGIN_CHARACTERS = 1.1, 5


@dataclass(frozen=True)
class Prepared:
    """What training needs: the alphabet, encoded training pairs, and the text of all splits."""

    alphabet: CopyAlphabet
    train: Rows
    corpus: DatasetDict


def load_prepared(settings: SummarizeSettings, folder: Path) -> Prepared:
    """What `prepare` has left in `folder`.

    Raises:
        UserError: a file of it is missing or damaged.
    """
    return Prepared(
        CopyAlphabet.load(folder / "text"), Rows.load(folder / "data" / SUMMARIES), saved_corpus(folder)
    )  # fmt: skip


def prepare_in(settings: SummarizeSettings, folder: Path) -> Prepared:
    """Read the corpus, build the alphabet on its training side and encode it into `folder`.

    Raises:
        UserError: anything wrong with the corpus or the text settings.
    """
    text = settings.text
    corpus = with_all_splits(
        _load_corpus(settings.data, wanted_splits(settings.data)), settings.data, seed=settings.train.seed
    )
    train = corpus["train"]
    log.info("corpus: %s", ", ".join(f"{name} {len(split):,} pairs" for name, split in corpus.items()))
    alphabet = build_copy_alphabet(
        iter(train["src"]), iter(train["tgt"]),
        case=text.copy_case, max_characters=text.max_source_characters, min_freq=text.min_freq,
    )  # fmt: skip
    log.info("alphabet: %d characters; case of what is copied: %s", len(alphabet), alphabet.case)
    encoded = encode_summaries(train, alphabet, folder / "data", max_summary_characters=text.max_summary_characters)
    alphabet.save(folder / "text")
    save_corpus(corpus, folder)
    return Prepared(alphabet, encoded, corpus)


def train_in(settings: SummarizeSettings, prepared: Prepared, folder: Path, fingerprint: str) -> bool:
    """Train the model in `folder`, going on where an interrupted training was left; whether there was anything to do.

    Raises:
        UserError: anything wrong with the settings or an old checkpoint.
        KeyboardInterrupt: stopped by the user; the best model so far is in `folder`.
    """
    from nlpseq.runs.training import Training, train_stage
    from nlpseq.tasks.summarize.objective import SummarizationObjective

    def start() -> Training:
        summarizer = _untrained(settings, prepared)
        summarizer.save_without_weights(folder)
        batches, steps_per_epoch = _training_stream(prepared, settings)
        return Training(
            summarizer.model,
            SummarizationObjective(settings.train.label_smoothing),
            batches,
            steps_per_epoch,
            validate=_validator(summarizer, prepared, settings),
            padded_share=batches.loader.batch_sampler.padded_share(),
        )

    return train_stage(folder, settings.train, fingerprint=fingerprint, start=start)


def finish(settings: SummarizeSettings, prepared: Prepared, folder: Path) -> None:
    """Tell the model of search settings that have changed, and write anew what was damaged of its description."""
    _untrained(settings, prepared).save_without_weights(folder)
    seal(folder)


def evaluate_in(settings: SummarizeSettings, folder: Path) -> dict[str, Any]:
    """Summarise the run's test split and score it; metrics, outputs, report and card in `folder`."""
    from nlpseq.tasks.model_card import write_run_card
    from nlpseq.tasks.summarize.report import rewrite_run_report
    from nlpseq.tasks.summarize.summarizer import Summarizer

    summarizer = Summarizer.from_pretrained(folder, device=device_of(settings))
    test, name = saved_corpus(folder)["test"], settings.data.test or "test"
    metrics, hyps = _decode_and_score(summarizer, settings, list(test["src"]), list(test["tgt"]), split=name)
    write_text_atomically(folder / SUMMARIES_FILE, "".join(f"{hyp}\n" for hyp in hyps))
    write_text_atomically(folder / METRICS_FILE, json.dumps(metrics, indent=2, ensure_ascii=False) + "\n")
    rewrite_run_report(folder)
    write_run_card(folder)
    return metrics


def score(
    run_dir: Path,
    *,
    split: str | None = None,
    data: SummaryDataSettings | None = None,
    decode: SummaryDecodeSettings | None = None,
) -> dict[str, Any]:
    """Summarise and score a split of the run, or another corpus; nothing is written.

    Args:
        split: name of a split, in the run's corpus or in that of `data`; the run's test split if not given.
        data: another corpus to score on.
        decode: other search settings than the run's.

    Raises:
        UserError: the run or the split is not there, or it has no pairs.
    """
    from nlpseq.tasks.summarize.summarizer import Summarizer

    settings: SummarizeSettings = model_settings(run_dir)
    dataset, name = evaluation_split(
        run_dir, data or settings.data, split, other=data is not None,
        load=lambda place, wanted: _load_corpus(place, {"test": wanted})["test"],
    )  # fmt: skip
    summarizer = Summarizer.from_pretrained(run_dir, device=device_of(settings))
    settings = replace(settings, decode=decode or settings.decode)
    return _decode_and_score(summarizer, settings, list(dataset["src"]), list(dataset["tgt"]), split=name)[0]


def _decode_and_score(
    summarizer: Summarizer, settings: SummarizeSettings, documents: list[str], refs: list[str], *, split: str
) -> tuple[dict[str, Any], list[str]]:
    """The metrics and the summaries of a split."""
    started = time.perf_counter()
    hyps = _summarize_with_progress(summarizer, documents, settings.decode)
    seconds = time.perf_counter() - started
    metrics = {
        "task": "summarize",
        "split": split,
        **score_summaries(documents, hyps, refs),
        "decode": asdict(settings.decode),
        "decode_seconds": round(seconds, 2),
        "documents_per_second": round(len(documents) / seconds, 1),
    }
    return metrics, hyps


def score_summaries(documents: list[str], hyps: list[str], refs: list[str]) -> dict[str, Any]:
    """All that `metrics.json` says of the summaries themselves: ROUGE, that of the leads, what was copied."""
    from nlpseq.evaluation.rouge import score_copying, score_rouge

    return {
        **score_rouge(hyps, refs),
        "baselines": _leads(documents, refs),
        "copying": {"summaries": score_copying(documents, hyps), "references": score_copying(documents, refs)},
    }


def _checksums(data: SummaryDataSettings) -> dict[str, dict[str, str]]:
    if not data.path:
        raise UserError("data.path is not set; give a folder, a file or a hub name, as in --data.path corpora/notices")
    splits = wanted_splits(data)
    document, summary = summary_columns(
        data.path, document=data.document, summary=data.summary, splits=splits,
        encoding=data.encoding, separator=data.separator,
    )  # fmt: skip
    files = corpus_files(data.path, src=document, tgt=summary, splits=splits)
    return {split: file_checksums(paths) for split, paths in files.items()}


def _load_corpus(data: SummaryDataSettings, splits: Mapping[str, str | None]) -> DatasetDict:
    """The splits, columns "src" (documents) and "tgt" (summaries)."""
    document, summary = summary_columns(
        data.path, document=data.document, summary=data.summary, splits=splits,
        encoding=data.encoding, separator=data.separator,
    )  # fmt: skip
    return load_parallel(
        data.path, src=document, tgt=summary, splits=splits, encoding=data.encoding, separator=data.separator
    )


def _training_stream(prepared: Prepared, settings: SummarizeSettings) -> tuple[Any, int]:
    from nlpseq.data.batch import collate_summaries
    from nlpseq.data.loader import BatchLoader, EpochStream
    from nlpseq.data.sampler import BucketBatchSampler

    train, alphabet = settings.train, prepared.alphabet
    sampler = BucketBatchSampler(prepared.train.lengths("src", "tgt"), batch_tokens=train.batch_tokens, seed=train.seed)
    collate = partial(collate_summaries, pad_id=alphabet.pad_id, bos_id=alphabet.bos_id)
    loader = BatchLoader(prepared.train, sampler, collate)
    steps_per_epoch = train.steps_per_epoch(len(loader))
    total = steps_per_epoch * train.accumulate * train.max_epochs
    return EpochStream(loader, total=total), steps_per_epoch


def _validator(
    summarizer: Summarizer, prepared: Prepared, settings: SummarizeSettings
) -> Callable[[], dict[str, float]]:
    """A function that scores some of the validation split: "loss" (nats a character), and ROUGE of greedy search."""
    from nlpseq.evaluation.rouge import document_rouge

    validation = prepared.corpus["validation"]
    count = min(len(validation), settings.train.validation_documents)
    chosen = validation.select([len(validation) * n // count for n in range(count)])
    documents, refs = list(chosen["src"]), list(chosen["tgt"])
    characters = sum(len(one_line(ref)) + 1 for ref in refs)
    greedy = replace(settings.decode, beam_size=1)

    def validate() -> dict[str, float]:
        loss = float(-summarizer.score(documents, refs).sum()) / characters
        rouge = document_rouge(summarizer.summarize(documents, decode=greedy), refs)
        return {"loss": loss, **{name: sum(scores) / count for name, scores in rouge.items()}}

    return validate


def _leads(documents: list[str], refs: list[str]) -> list[dict[str, Any]]:
    """The first words of each document as its summary, scored like the model's."""
    from nlpseq.evaluation.rouge import document_rouge, lead_words

    found = []
    for words in LEADS:
        scores = document_rouge([lead_words(document, words) for document in documents], refs)
        means = {name: round(sum(values) / len(values), 4) for name, values in scores.items()}
        found.append({"name": f"lead-{words}", **means})
    return found


def _summarize_with_progress(summarizer: Summarizer, documents: list[str], decode: SummaryDecodeSettings) -> list[str]:
    from tqdm import tqdm

    hyps = [""] * len(documents)
    with tqdm(total=len(documents), desc="summarising", unit=" documents", disable=None) as progress:
        for index, summaries in summarizer.search_batches(documents, decode=decode):
            hyps[index] = summaries[0].text
            progress.update()
    return hyps


def _untrained(settings: SummarizeSettings, prepared: Prepared) -> Summarizer:
    from nlpseq.tasks.summarize.summarizer import Summarizer

    longest = int(prepared.train.lengths("tgt").max()) - 1
    return Summarizer.untrained(
        prepared.alphabet, settings.model,
        max_length=int(MARGIN * longest) + MARGIN_CHARACTERS, decode=settings.decode,
    )  # fmt: skip


def _load(run_dir: str | Path, device: str) -> Summarizer:
    from nlpseq.tasks.summarize.summarizer import Summarizer

    return Summarizer.from_pretrained(run_dir, device=device)


TASK = Task(
    name="summarize",
    settings=SummarizeSettings,
    checksums=lambda settings: _checksums(settings.data),
    prepared_from=lambda settings: [
        changed_settings(settings.data, without=("path",)), changed_settings(settings.text), settings.train.seed
    ],
    prepare=prepare_in,
    load_prepared=load_prepared,
    trained_from=lambda settings: [changed_settings(settings.model), trained_from(settings.train)],
    train=train_in,
    finish=finish,
    finished_from=lambda settings: asdict(settings.decode),
    evaluated_from=lambda settings: None,  # the search settings stand in config.json
    evaluate=evaluate_in,
    score=score,
    load=_load,
    load_corpus=load_corpus,
    suggest=suggest,
    same_data=("document", "summary"),
    text_columns=DOCUMENT_NAMES,
)  # fmt: skip
prepare, train, run, evaluate = (partial(verb, TASK) for verb in VERBS)
