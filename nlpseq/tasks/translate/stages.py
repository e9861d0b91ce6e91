"""Translation from raw text to an evaluated model: prepare, train, evaluate, each a function of the settings."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.config import DecodeSettings, ParallelDataSettings, TextSettings, TranslateSettings
from nlpseq.data.columns import TEXT_NAMES
from nlpseq.data.parallel import load_parallel
from nlpseq.data.rows import PAIRS, Rows, encode_pairs
from nlpseq.data.splits import corpus_files, file_checksums
from nlpseq.errors import UserError
from nlpseq.files import write_text_atomically
from nlpseq.runs.corpus import evaluation_split, save_corpus, saved_corpus
from nlpseq.runs.folder import METRICS_FILE, device_of
from nlpseq.runs.record import read_record
from nlpseq.runs.saved_model import model_settings, seal
from nlpseq.runs.splits import wanted_splits, with_all_splits
from nlpseq.runs.stages import changed_settings
from nlpseq.tasks.task import Task, trained_from
from nlpseq.tasks.translate.outputs import TRANSLATIONS_FILE, one_line
from nlpseq.tasks.translate.suggest import load_corpus, suggest
from nlpseq.tasks.verbs import VERBS
from nlpseq.text import TextPipeline, build_pipeline

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

    from nlpseq.tasks.translate.translator import Translator

log = logging.getLogger("nlpseq")


@dataclass(frozen=True)
class Prepared:
    """What training needs: text pipelines, encoded training pairs, and the text to validate and test on."""

    src: TextPipeline
    tgt: TextPipeline
    train: Rows
    corpus: DatasetDict


def load_prepared(settings: TranslateSettings, folder: Path) -> Prepared:
    """What `prepare` has left in `folder`.

    Raises:
        UserError: a file of it is missing or damaged.
    """
    src, tgt = (TextPipeline.load(folder / "text", side) for side in ("src", "tgt"))
    return Prepared(src, tgt, Rows.load(folder / "data" / "train" / PAIRS), saved_corpus(folder))


def prepare_in(settings: TranslateSettings, folder: Path) -> Prepared:
    """Read the corpus, train tokenizers and vocabularies on its training side and encode it into `folder`.

    Raises:
        UserError: anything wrong with the corpus or the text settings.
    """
    corpus = _load_splits(settings)
    log.info("corpus: %s", ", ".join(f"{name} {len(split):,} pairs" for name, split in corpus.items()))
    src, tgt = build_pipelines(corpus["train"], settings.data, settings.text, seed=settings.train.seed)
    log.info("vocabularies: %s %d, %s %d tokens", settings.data.src, len(src.vocab), settings.data.tgt, len(tgt.vocab))
    sampled = settings.text.sampling_alpha > 0
    train = encode_pairs(
        corpus["train"], src, tgt, folder / "data" / "train",
        samples=settings.text.sampling_copies if sampled else 1,
        alpha=settings.text.sampling_alpha, seed=settings.train.seed, max_length=settings.data.max_length,
    )  # fmt: skip
    src.save(folder / "text", "src")
    tgt.save(folder / "text", "tgt")
    save_corpus(corpus, folder)
    return Prepared(src, tgt, train, corpus)


def build_pipelines(
    train: Dataset, data: ParallelDataSettings, text: TextSettings, *, seed: int
) -> tuple[TextPipeline, TextPipeline]:
    """Tokenizers and vocabularies of both sides, from the training text alone; one and the same where joint."""
    if text.tokenizer == "subword" and text.joint:
        both = chain(train["src"], train["tgt"])
        joint = build_pipeline(both, kind="subword", vocab_size=text.vocab_size, model_type=text.model_type, seed=seed)
        return joint, joint
    src, tgt = (
        build_pipeline(
            iter(train[side]), kind=text.tokenizer, lang=lang, vocab_size=text.vocab_size,
            model_type=text.model_type, min_freq=text.min_freq, seed=seed,
        )
        for side, lang in (("src", data.src), ("tgt", data.tgt))
    )  # fmt: skip
    return src, tgt


def train_in(settings: TranslateSettings, prepared: Prepared, folder: Path, fingerprint: str) -> bool:
    """Train the model in `folder`, going on where an interrupted training was left; whether there was anything to do.

    Raises:
        UserError: anything wrong with the settings or an old checkpoint.
        KeyboardInterrupt: stopped by the user; the best model so far is in `folder`.
    """
    from nlpseq.runs.training import Training, train_stage
    from nlpseq.tasks.translate.objective import TranslationObjective

    def start() -> Training:
        translator = _untrained(settings, prepared)
        translator.save_without_weights(folder)
        batches, steps_per_epoch = _training_stream(prepared, settings)
        return Training(
            translator.model,
            TranslationObjective(settings.train.label_smoothing, settings.train.consistency),
            batches,
            steps_per_epoch,
            validate=_validator(translator, prepared, settings),
            padded_share=batches.loader.batch_sampler.padded_share(),
        )

    return train_stage(folder, settings.train, fingerprint=fingerprint, start=start)


def finish(settings: TranslateSettings, prepared: Prepared, folder: Path) -> None:
    """Tell the model of search settings that have changed, and write anew what was damaged of its description."""
    _untrained(settings, prepared).save_without_weights(folder)
    seal(folder)


def evaluate_in(settings: TranslateSettings, folder: Path) -> dict[str, Any]:
    """Translate the run's test split and score it; metrics, outputs, report and card in `folder`."""
    from nlpseq.tasks.model_card import write_run_card
    from nlpseq.tasks.translate.report import compare_with_text, write_run_report
    from nlpseq.tasks.translate.translator import Translator

    translator = Translator.from_pretrained(folder, device=device_of(settings))
    test = saved_corpus(folder)["test"]
    sources, refs = list(test["src"]), list(test["tgt"])
    metrics, hyps = _decode_and_score(translator, settings, folder, sources, refs, split=settings.data.test or "test")
    metrics |= compare_with_text(folder, sources, hyps, refs, tokenize=metrics["tokenize"])
    write_text_atomically(folder / TRANSLATIONS_FILE, "".join(f"{one_line(hyp)}\n" for hyp in hyps))
    write_text_atomically(folder / METRICS_FILE, json.dumps(metrics, indent=2, ensure_ascii=False) + "\n")
    write_run_report(folder, translator, sources=sources, hyps=hyps, refs=refs)
    write_run_card(folder)
    return metrics


def score(
    run_dir: Path,
    *,
    split: str | None = None,
    data: ParallelDataSettings | None = None,
    decode: DecodeSettings | None = None,
) -> dict[str, Any]:
    """Translate and score a split of the run, or another corpus, with the run's own metric; nothing is written.

    Args:
        split: name of a split, in the run's corpus or in that of `data`; the run's test split if not given.
        data: another corpus to score on.
        decode: other search settings than the run's.

    Raises:
        UserError: the run or the split is not there, or it has no pairs.
    """
    from nlpseq.tasks.translate.translator import Translator

    settings: TranslateSettings = model_settings(run_dir)
    dataset, name = evaluation_split(
        run_dir, data or settings.data, split, other=data is not None,
        load=lambda place, wanted: load_parallel(
            place.path, src=place.src, tgt=place.tgt, splits={"test": wanted},
            encoding=place.encoding, separator=place.separator,
        )["test"],
    )  # fmt: skip
    translator = Translator.from_pretrained(run_dir, device=device_of(settings))
    sources, refs = list(dataset["src"]), list(dataset["tgt"])
    settings = replace(settings, decode=decode or settings.decode)
    return _decode_and_score(translator, settings, run_dir, sources, refs, split=name)[0]


def _decode_and_score(
    translator: Translator,
    settings: TranslateSettings,
    folder: Path,
    sources: list[str],
    refs: list[str],
    *,
    split: str,
) -> tuple[dict[str, Any], list[str]]:
    """The metrics and the translations of a split."""
    from nlpseq.evaluation.translation import score_translations

    tokenize = read_record(folder).metrics.get("tokenize")  # the run's own choice, whatever is scored
    started = time.perf_counter()
    hyps = _translate_with_progress(translator, sources, settings.decode)
    seconds = time.perf_counter() - started
    metrics = {
        "task": f"{settings.data.src}-{settings.data.tgt}",
        "split": split,
        **score_translations(hyps, refs, tokenize=tokenize or _bleu_tokenizer(settings, refs)),
        **_perplexity(translator, sources, refs),
        "decode": asdict(settings.decode),
        "decode_seconds": round(seconds, 2),
        "sentences_per_second": round(len(sources) / seconds, 1),
    }
    return metrics, hyps


def _untrained(settings: TranslateSettings, prepared: Prepared) -> Translator:
    from nlpseq.tasks.translate.translator import Translator

    return Translator.untrained(
        prepared.src, prepared.tgt, settings.model,
        languages=(settings.data.src, settings.data.tgt), decode=settings.decode,
    )  # fmt: skip


def _load(run_dir: str | Path, device: str) -> Translator:
    from nlpseq.tasks.translate.translator import Translator

    return Translator.from_pretrained(run_dir, device=device)


def _checksums(data: ParallelDataSettings) -> dict[str, dict[str, str]]:
    if not data.path:
        raise UserError("data.path is not set; give a folder, a file or a hub name, as in --data.path corpora/en-de")
    files = corpus_files(data.path, src=data.src, tgt=data.tgt, splits=wanted_splits(data))
    return {split: file_checksums(paths) for split, paths in files.items()}


def _load_splits(settings: TranslateSettings) -> DatasetDict:
    data = settings.data
    corpus = load_parallel(
        data.path, src=data.src, tgt=data.tgt, splits=wanted_splits(data),
        encoding=data.encoding, separator=data.separator,
    )  # fmt: skip
    return with_all_splits(corpus, data, seed=settings.train.seed)


def _training_stream(prepared: Prepared, settings: TranslateSettings) -> tuple[Any, int]:
    from nlpseq.data.batch import collate_pairs
    from nlpseq.data.loader import BatchLoader, EpochStream
    from nlpseq.data.sampler import BucketBatchSampler

    train = settings.train
    sampler = BucketBatchSampler(prepared.train.lengths(), batch_tokens=train.batch_tokens, seed=train.seed)
    collate = partial(collate_pairs, pad_id=prepared.src.pad_id, bos_id=prepared.tgt.bos_id)
    loader = BatchLoader(prepared.train, sampler, collate)
    steps_per_epoch = train.steps_per_epoch(len(loader))
    total = steps_per_epoch * train.accumulate * train.max_epochs
    return EpochStream(loader, total=total), steps_per_epoch


def _validator(translator: Translator, prepared: Prepared, settings: TranslateSettings) -> Any:
    """A function that scores the validation split: "loss" (nats a token) and, with it, "bleu" (greedy, 13a)."""
    from nlpseq.evaluation.translation import score_bleu

    sources, refs = (list(prepared.corpus["validation"][side]) for side in ("src", "tgt"))
    greedy = replace(settings.decode, beam_size=1)
    tokenize = _bleu_tokenizer(settings, refs)
    tokens = sum(len(ids) + 1 for ids in prepared.tgt.encode_batch(refs))

    def validate() -> dict[str, float]:
        hyps = translator.translate(sources, decode=greedy, split_sentences=False)
        return {
            "loss": float(-translator.score(sources, refs).sum()) / tokens,
            "bleu": score_bleu(hyps, refs, tokenize=tokenize, bootstrap_samples=0)["bleu"],
        }

    return validate


def _bleu_tokenizer(settings: TranslateSettings, refs: list[str]) -> str:
    """As set, or by the script of the references."""
    from nlpseq.evaluation.translation import bleu_tokenizer

    chosen: str = settings.bleu_tokenizer
    return chosen if chosen != "auto" else bleu_tokenizer(settings.data.tgt, refs)


def _translate_with_progress(translator: Translator, sources: list[str], decode: DecodeSettings) -> list[str]:
    from tqdm import tqdm

    hyps = [""] * len(sources)
    with tqdm(total=len(sources), desc="translating", unit=" sentences", disable=None) as progress:
        for index, hypotheses in translator.search_batches(sources, decode=decode):
            hyps[index] = hypotheses[0].text
            progress.update()
    return hyps


def _perplexity(translator: Translator, sources: list[str], refs: list[str]) -> dict[str, Any]:
    import math

    from nlpseq.evaluation.bootstrap import Interval, bootstrap_interval, rounded

    counts = [len(ids) + 1 for ids in translator.tgt.encode_batch(refs)]
    nll = (-translator.score(sources, refs)).double().numpy()
    interval = bootstrap_interval(nll, counts, seed=12345)
    return {
        "perplexity": round(math.exp(nll.sum() / sum(counts)), 3),
        "perplexity_interval": rounded(interval and Interval(*map(math.exp, interval)), 3),
        "perplexity_signature": f"per token of {translator.tgt.signature()}",
    }


TASK = Task(
    name="translate",
    settings=TranslateSettings,
    checksums=lambda settings: _checksums(settings.data),
    prepared_from=lambda settings: [
        changed_settings(settings.data, without=("path",)), changed_settings(settings.text), settings.train.seed
    ],
    prepare=prepare_in,
    load_prepared=load_prepared,
    trained_from=lambda settings: [
        changed_settings(settings.model),
        trained_from(settings.train),
        settings.bleu_tokenizer if settings.train.monitor == "bleu" else None,  # which chooses the best model
    ],
    train=train_in,
    finish=finish,
    finished_from=lambda settings: asdict(settings.decode),
    evaluated_from=lambda settings: settings.bleu_tokenizer,  # the search settings stand in config.json
    evaluate=evaluate_in,
    score=score,
    load=_load,
    load_corpus=load_corpus,
    suggest=suggest,
    same_data=("src", "tgt"),
    text_columns=("src", "source", *TEXT_NAMES),
)  # fmt: skip
prepare, train, run, evaluate = (partial(verb, TASK) for verb in VERBS)
