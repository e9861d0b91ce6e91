"""Summarisation from raw text to a scored model: prepare, train, decode, score, each a function of the settings."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.config import SummarizeSettings, SummaryDataSettings
from nlpseq.counting import counted
from nlpseq.data.columns import summary_columns
from nlpseq.data.encode import column_texts
from nlpseq.data.parallel import load_parallel
from nlpseq.data.rows import SUMMARIES, Rows, encode_summaries
from nlpseq.data.splits import corpus_files
from nlpseq.runs.corpus import evaluation_split, save_corpus, saved_corpus
from nlpseq.runs.outputs import in_order
from nlpseq.runs.saved_model import seal
from nlpseq.runs.splits import corpus_checksums, wanted_splits, with_all_splits
from nlpseq.runs.start import start_of
from nlpseq.tasks.summarize.outputs import read_summaries, write_summaries
from nlpseq.tasks.task import Checksums, Evaluation, Figures
from nlpseq.text.copy_alphabet import CopyAlphabet, build_copy_alphabet, one_line

if TYPE_CHECKING:
    import numpy as np
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


def checksums(settings: SummarizeSettings) -> Checksums:
    """Split -> file -> SHA-256 of the corpus."""

    def files(splits: Mapping[str, str | None]) -> dict[str, list[Path]]:
        return corpus_files(settings.data.path, splits=splits, **corpus_columns(settings.data, splits))

    return corpus_checksums(settings.data, files, example="corpora/notices")


def corpus_columns(data: SummaryDataSettings, splits: Mapping[str, str | None]) -> dict[str, str]:
    """What the columns "src" and "tgt" are called in the corpus, looked for where that is not given."""
    document, summary = summary_columns(
        data.path, document=data.document, summary=data.summary, splits=splits,
        encoding=data.encoding, separator=data.separator,
    )  # fmt: skip
    return {"src": document, "tgt": summary}


def load_corpus(data: SummaryDataSettings, splits: Mapping[str, str | None] | None = None) -> DatasetDict:
    """The splits of a corpus, columns "src" (documents) and "tgt" (summaries); by default those that there are."""
    splits = splits or wanted_splits(data)
    columns = corpus_columns(data, splits)
    return load_parallel(data.path, splits=splits, encoding=data.encoding, separator=data.separator, **columns)


split = partial(evaluation_split, columns=("src", "tgt"), load=load_corpus)


def training_ids(folder: Path) -> np.ndarray:
    """The ids of the documents in one row."""
    return Rows.load(folder / "data" / SUMMARIES).ids("src").values


def prepare(settings: SummarizeSettings, folder: Path) -> Prepared:
    """Read the corpus, build the alphabet on its training side and encode it into `folder`.

    Raises:
        UserError: anything wrong with the corpus or the text settings.
    """
    data, text = settings.data, settings.text
    corpus = with_all_splits(load_corpus(data), data, seed=settings.train.seed)
    train = corpus["train"]
    log.info("corpus: %s", ", ".join(f"{name} {counted(len(split), 'pair')}" for name, split in corpus.items()))
    if (start := start_of(settings)) is not None:
        alphabet = replace(CopyAlphabet.load(start.text), max_characters=text.max_source_characters)
    else:
        alphabet = build_copy_alphabet(
            column_texts(train, "src"), column_texts(train, "tgt"),
            case=text.copy_case, max_characters=text.max_source_characters, min_freq=text.min_freq,
        )  # fmt: skip
    log.info("alphabet: %d characters; case of what is copied: %s", len(alphabet), alphabet.case)
    encoded = encode_summaries(train, alphabet, folder / "data", max_summary_characters=text.max_summary_characters)
    alphabet.save(folder / "text")
    save_corpus(corpus, folder)
    return Prepared(alphabet, encoded, corpus)


def load_prepared(settings: SummarizeSettings, folder: Path) -> Prepared:
    """What `prepare` has left in `folder`.

    Raises:
        UserError: a file of it is missing or damaged.
    """
    alphabet = CopyAlphabet.load(folder / "text")
    own = len(alphabet) + alphabet.max_characters  # and the characters that a document adds
    train = Rows.load(folder / "data" / SUMMARIES, src=len(alphabet), copies=own, tgt=own)
    return Prepared(alphabet, train, saved_corpus(folder, "src", "tgt"))


def train(settings: SummarizeSettings, prepared: Prepared, folder: Path, fingerprint: str) -> bool:
    """Train the model in `folder`, going on where an interrupted training was left; whether there was anything to do.

    Raises:
        UserError: anything wrong with the settings or an old checkpoint.
        KeyboardInterrupt: stopped by the user; the best model so far is in `folder`.
    """
    from nlpseq.data.batch import collate_summaries
    from nlpseq.runs.training import Training, bucketed, train_stage
    from nlpseq.tasks.summarize.objective import SummarizationObjective

    def start() -> Training:
        summarizer = _untrained(settings, prepared)
        if (begin := start_of(settings)) is not None:
            begin.give_weights(summarizer.model)
        rows, alphabet = prepared.train, prepared.alphabet
        collate = partial(collate_summaries, pad_id=alphabet.pad_id, bos_id=alphabet.bos_id)
        return Training(
            summarizer.model,
            SummarizationObjective(settings.train.label_smoothing),
            validator(summarizer, prepared, settings),
            *bucketed(
                rows, rows.lengths("src", "tgt"), collate, settings.train, batch_tokens=settings.train.batch_tokens
            ),
            config=summarizer.config,
        )

    return train_stage(folder, settings.train, fingerprint=fingerprint, start=start)


def finish(settings: SummarizeSettings, prepared: Prepared, folder: Path) -> None:
    """Tell the model of search settings that have changed, and write anew what was damaged of its description."""
    seal(folder, _untrained(settings, prepared).config)


def decode(evaluation: Evaluation, summarizer: Summarizer) -> Figures:
    """Summarise a split."""
    settings, documents = evaluation.settings, list(evaluation.rows["src"])
    started = time.perf_counter()
    found = ((index, beam[0].text) for index, beam in summarizer.search_batches(documents, decode=settings.decode))
    hyps = in_order(found, len(documents), missing="", doing="summarising", unit="documents")
    seconds = time.perf_counter() - started
    write_summaries(evaluation.out, hyps)
    return {
        "task": "summarize",
        "split": evaluation.split,
        "decode": asdict(settings.decode),
        "decode_seconds": round(seconds, 2),
        "documents_per_second": round(len(documents) / seconds, 1),
    }


def score(evaluation: Evaluation, figures: Figures) -> Figures:
    """ROUGE, that of the leads, and what was copied."""
    from nlpseq.evaluation.rouge import score_copying, score_rouge

    documents, refs = list(evaluation.rows["src"]), list(evaluation.rows["tgt"])
    hyps = read_summaries(evaluation.out, len(refs))
    return {
        **score_rouge(hyps, refs),
        "baselines": _leads(documents, refs),
        "copying": {"summaries": score_copying(documents, hyps), "references": score_copying(documents, refs)},
    }


def load(name_or_path: str | Path, *, device: str = "cpu") -> Summarizer:
    """The trained summariser."""
    from nlpseq.tasks.summarize.summarizer import Summarizer

    return Summarizer.from_pretrained(name_or_path, device=device)


def validator(
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


def _untrained(settings: SummarizeSettings, prepared: Prepared) -> Summarizer:
    from nlpseq.tasks.summarize.summarizer import Summarizer

    longest = int(prepared.train.lengths("tgt").max()) - 1
    return Summarizer.untrained(
        prepared.alphabet, settings.model,
        max_length=int(MARGIN * longest) + MARGIN_CHARACTERS, decode=settings.decode,
    )  # fmt: skip
