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
from nlpseq.data.arrow import progress_bars
from nlpseq.data.corpus import load_parallel
from nlpseq.data.encoded_summaries import EncodedSummaries
from nlpseq.data.splits import corpus_files, file_checksums
from nlpseq.data.summary_columns import summary_columns
from nlpseq.errors import UserError
from nlpseq.files import write_text_atomically
from nlpseq.models.weights import MODEL_FILE
from nlpseq.recipe import write_settings
from nlpseq.tasks.folder import METRICS_FILE, SETTINGS_FILE, device_of, evaluated_metrics, file_mark, run_settings
from nlpseq.tasks.saved_model import seal
from nlpseq.tasks.splits import wanted_splits, with_all_splits
from nlpseq.tasks.stages import Stages, fingerprint
from nlpseq.text.copy_alphabet import CopyAlphabet, build_copy_alphabet, one_line

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

    from nlpseq.tasks.summarizer import Summarizer

log = logging.getLogger("nlpseq")

SUMMARIES_FILE = "summaries.txt"
# How many words of a document's beginning make up each of the baselines.
LEADS = (8, 12)
# A summary may be so much longer than the longest one in training: a share of it, and characters.
MARGIN, MARGIN_CHARACTERS = 1.1, 5


@dataclass(frozen=True)
class Prepared:
    """What training needs: the alphabet, encoded training pairs, and the text of all splits."""

    alphabet: CopyAlphabet
    train: EncodedSummaries
    corpus: DatasetDict
    mark: str


def prepare(settings: SummarizeSettings) -> Prepared:
    """Read the corpus, build the alphabet on its training side and encode it into the run folder; or find that done.

    Raises:
        UserError: anything wrong with the corpus or the text settings.
    """
    from datasets import DatasetDict, load_from_disk

    run_dir = Path(settings.run_dir)
    stages = Stages(run_dir)
    checksums = _checksums(settings.data)
    mark = fingerprint(asdict(settings.data), asdict(settings.text), settings.train.seed, checksums)
    folder = run_dir / "data"
    if stages.done("prepare", mark):
        log.info("prepared already: %s", folder)
        corpus = load_from_disk(folder / "corpus")
        assert isinstance(corpus, DatasetDict)
        return Prepared(CopyAlphabet.load(run_dir / "text"), EncodedSummaries.load(folder), corpus, mark)
    corpus = with_all_splits(
        _load(settings.data, wanted_splits(settings.data)), settings.data, seed=settings.train.seed
    )
    stages.mark("prepare", "under way")  # should it fail, what is there is of two texts
    prepared = _prepare_splits(settings, corpus, mark)
    write_text_atomically(folder / "checksums.json", json.dumps(checksums, indent=2) + "\n")
    stages.mark("prepare", mark)
    return prepared


def train(settings: SummarizeSettings) -> Summarizer:
    """Train the run's model, going on where an interrupted training was left, and load the best of it.

    Raises:
        UserError: anything wrong with the corpus, the settings or an old checkpoint.
        KeyboardInterrupt: stopped by the user; the best model so far is in the run folder.
    """
    from nlpseq.tasks.summarization_objective import SummarizationObjective
    from nlpseq.tasks.summarizer import Summarizer
    from nlpseq.tasks.train_stage import Training, train_stage

    prepared = prepare(settings)
    run_dir = Path(settings.run_dir)

    def start() -> Training:
        longest = int(prepared.train.lengths()[1].max()) - 1
        summarizer = Summarizer.untrained(
            prepared.alphabet, settings.model,
            max_length=int(MARGIN * longest) + MARGIN_CHARACTERS, decode=settings.decode,
        )  # fmt: skip
        summarizer.save_settings(run_dir)
        write_settings(settings, run_dir / SETTINGS_FILE)
        batches, steps_per_epoch = _training_stream(prepared, settings)
        return Training(
            summarizer.model,
            SummarizationObjective(settings.train.label_smoothing),
            batches,
            steps_per_epoch,
            validate=_validator(summarizer, prepared, settings),
            padded_share=batches.loader.batch_sampler.padded_share(),
        )

    mark = fingerprint(prepared.mark, asdict(settings.model), asdict(settings.train))
    train_stage(run_dir, settings.train, mark=mark, start=start)
    # Other search settings need no new training, but must reach the model folder.
    summarizer = replace(Summarizer.from_pretrained(run_dir, device=device_of(settings)), decode=settings.decode)
    summarizer.save_settings(run_dir)
    seal(run_dir)
    write_settings(settings, run_dir / SETTINGS_FILE)
    return summarizer


def evaluate(
    run_dir: str | Path,
    *,
    split: str | None = None,
    data: SummaryDataSettings | None = None,
    decode: SummaryDecodeSettings | None = None,
) -> dict[str, Any]:
    """Summarise a split with the run's model and score it; on the run's own test split, write metrics and report too.

    Args:
        split: name of a split, in the run's corpus or in that of `data`; the run's test split if not given.
        data: another corpus to score on.
        decode: other search settings than the run's.

    Raises:
        UserError: the run or the split is not there, or it has no pairs.
    """
    from nlpseq.tasks.summarizer import Summarizer

    run_dir = Path(run_dir)
    settings = run_settings(run_dir, SummarizeSettings)
    own = split is None and data is None and decode is None
    dataset, name = _evaluation_split(run_dir, data or settings.data, split, other=data is not None)
    decode = decode or settings.decode
    mark = fingerprint(file_mark(run_dir / MODEL_FILE), name, asdict(decode))
    if own and (found := evaluated_metrics(run_dir, mark)) is not None:
        return found
    summarizer = Summarizer.from_pretrained(run_dir, device=device_of(settings))
    documents, refs = list(dataset["src"]), list(dataset["tgt"])
    started = time.perf_counter()
    hyps = _summarize_with_progress(summarizer, documents, decode)
    seconds = time.perf_counter() - started
    metrics = {
        "task": "summarize",
        "split": name,
        **score_summaries(documents, hyps, refs),
        "decode": asdict(decode),
        "decode_seconds": round(seconds, 2),
        "documents_per_second": round(len(documents) / seconds, 1),
    }
    if own:
        from nlpseq.tasks.model_card import write_run_card
        from nlpseq.tasks.summarization_report import rewrite_run_report

        write_text_atomically(run_dir / SUMMARIES_FILE, "".join(f"{hyp}\n" for hyp in hyps))
        write_text_atomically(run_dir / METRICS_FILE, json.dumps(metrics, indent=2, ensure_ascii=False) + "\n")
        rewrite_run_report(run_dir)
        write_run_card(run_dir)
        Stages(run_dir).mark("evaluate", mark)
    return metrics


def score_summaries(documents: list[str], hyps: list[str], refs: list[str]) -> dict[str, Any]:
    """All that `metrics.json` says of the summaries themselves: ROUGE, that of the leads, what was copied."""
    from nlpseq.evaluation.rouge import score_copying, score_rouge

    return {
        **score_rouge(hyps, refs),
        "baselines": _leads(documents, refs),
        "copying": {"summaries": score_copying(documents, hyps), "references": score_copying(documents, refs)},
    }


def run(settings: SummarizeSettings) -> dict[str, Any]:
    """Prepare, train and evaluate; what an earlier call with the same settings has done is not done again."""
    train(settings)
    return evaluate(settings.run_dir)


def sample_summaries(run_dir: Path, count: int = 3) -> list[tuple[str, str, str]]:
    """(document, output, reference) of a few test documents, spread evenly over the split."""
    from datasets import load_from_disk

    documents = load_from_disk(run_dir / "data" / "corpus")["test"]["src"]
    refs, hyps = read_summaries(run_dir)
    places = [len(refs) * (2 * n + 1) // (2 * count) for n in range(count)]
    return [(one_line(documents[i]), hyps[i], one_line(refs[i])) for i in places]


def read_summaries(run_dir: Path) -> tuple[list[str], list[str]]:
    """References and summaries of the run's test split.

    Raises:
        UserError: the run has not been evaluated.
    """
    from datasets import load_from_disk

    path = run_dir / SUMMARIES_FILE
    if not path.is_file():
        raise UserError(f"{path}: not there yet; run nlpseq evaluate {run_dir} first")
    refs = list(load_from_disk(run_dir / "data" / "corpus")["test"]["tgt"])
    return refs, path.read_text(encoding="utf-8").split("\n")[:-1]


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


def _load(data: SummaryDataSettings, splits: Mapping[str, str | None]) -> DatasetDict:
    """The splits, columns "src" (documents) and "tgt" (summaries)."""
    document, summary = summary_columns(
        data.path, document=data.document, summary=data.summary, splits=splits,
        encoding=data.encoding, separator=data.separator,
    )  # fmt: skip
    return load_parallel(
        data.path, src=document, tgt=summary, splits=splits, encoding=data.encoding, separator=data.separator
    )


def _prepare_splits(settings: SummarizeSettings, corpus: DatasetDict, mark: str) -> Prepared:
    run_dir, text = Path(settings.run_dir), settings.text
    folder, train = run_dir / "data", corpus["train"]
    log.info("corpus: %s", ", ".join(f"{name} {len(split):,} pairs" for name, split in corpus.items()))
    alphabet = build_copy_alphabet(
        iter(train["src"]), iter(train["tgt"]),
        case=text.copy_case, max_characters=text.max_source_characters, min_freq=text.min_freq,
    )  # fmt: skip
    log.info("alphabet: %d characters; case of what is copied: %s", len(alphabet), alphabet.case)
    encoded = EncodedSummaries.build(train, alphabet, folder, max_summary_characters=text.max_summary_characters)
    alphabet.save(run_dir / "text")
    with progress_bars(False):
        corpus.save_to_disk(folder / "corpus")
    write_settings(settings, run_dir / SETTINGS_FILE)
    return Prepared(alphabet, encoded, corpus, mark)


def _training_stream(prepared: Prepared, settings: SummarizeSettings) -> tuple[Any, int]:
    from nlpseq.data.batch import collate_summaries
    from nlpseq.data.loader import BatchLoader, EpochStream
    from nlpseq.data.sampler import BucketBatchSampler

    train, alphabet = settings.train, prepared.alphabet
    sampler = BucketBatchSampler(*prepared.train.lengths(), batch_tokens=train.batch_tokens, seed=train.seed)
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


def _evaluation_split(
    run_dir: Path, data: SummaryDataSettings, split: str | None, *, other: bool
) -> tuple[Dataset, str]:
    if split is None and not other:
        from datasets import load_from_disk

        return load_from_disk(run_dir / "data" / "corpus")["test"], data.test or "test"
    wanted = split or data.test
    return _load(data, {"test": wanted})["test"], wanted or "test"


def _summarize_with_progress(summarizer: Summarizer, documents: list[str], decode: SummaryDecodeSettings) -> list[str]:
    from tqdm import tqdm

    hyps = [""] * len(documents)
    with tqdm(total=len(documents), desc="summarising", unit=" documents", disable=None) as progress:
        for index, summaries in summarizer.search_batches(documents, decode=decode):
            hyps[index] = summaries[0].text
            progress.update()
    return hyps
