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
from nlpseq.data.arrow import progress_bars
from nlpseq.data.corpus import load_parallel
from nlpseq.data.encoded import EncodedPairs
from nlpseq.data.splits import corpus_files, file_checksums
from nlpseq.errors import UserError
from nlpseq.files import write_text_atomically
from nlpseq.recipe import write_settings
from nlpseq.tasks.folder import METRICS_FILE, SETTINGS_FILE, device_of, evaluated_metrics, file_mark, run_settings
from nlpseq.tasks.saved_model import seal
from nlpseq.tasks.splits import wanted_splits, with_all_splits
from nlpseq.tasks.stages import Stages, fingerprint
from nlpseq.text import TextPipeline, build_pipeline

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

    from nlpseq.tasks.translator import Translator

log = logging.getLogger("nlpseq")

TRANSLATIONS_FILE = "translations.txt"
# Fewer are written before a progress bar could be read.
NOTICEABLE_PAIRS = 1_000_000


@dataclass(frozen=True)
class Prepared:
    """What training needs: text pipelines, encoded training pairs, and the text to validate and test on."""

    src: TextPipeline
    tgt: TextPipeline
    train: EncodedPairs
    corpus: DatasetDict
    mark: str


def prepare(settings: TranslateSettings) -> Prepared:
    """Read the corpus, build the tokenizers on its training side and encode it into the run folder; or find that done.

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
        src, tgt = (TextPipeline.load(run_dir / "text", side) for side in ("src", "tgt"))
        return Prepared(src, tgt, EncodedPairs.load(folder / "train"), corpus, mark)

    stages.mark("prepare", "under way")  # should it fail, what is there is of two corpora
    corpus = _load_splits(settings)
    log.info("corpus: %s", ", ".join(f"{name} {len(split):,} pairs" for name, split in corpus.items()))
    src, tgt = build_pipelines(corpus["train"], settings.data, settings.text, seed=settings.train.seed)
    log.info("vocabularies: %s %d, %s %d tokens", settings.data.src, len(src.vocab), settings.data.tgt, len(tgt.vocab))
    sampled = settings.text.sampling_alpha > 0
    train = EncodedPairs.build(
        corpus["train"], src, tgt, folder / "train",
        samples=settings.text.sampling_copies if sampled else 1,
        alpha=settings.text.sampling_alpha, seed=settings.train.seed, max_length=settings.data.max_length,
    )  # fmt: skip
    src.save(run_dir / "text", "src")
    tgt.save(run_dir / "text", "tgt")
    with progress_bars(len(corpus["train"]) >= NOTICEABLE_PAIRS):
        corpus.save_to_disk(folder / "corpus")
    write_text_atomically(folder / "checksums.json", json.dumps(checksums, indent=2) + "\n")
    write_settings(settings, run_dir / SETTINGS_FILE)
    stages.mark("prepare", mark)
    return Prepared(src, tgt, train, corpus, mark)


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


def train(settings: TranslateSettings) -> Translator:
    """Train the run's model, going on where an interrupted training was left, and load the best of it.

    Raises:
        UserError: anything wrong with the corpus, the settings or an old checkpoint.
        KeyboardInterrupt: stopped by the user; the best model so far is in the run folder.
    """
    from nlpseq.tasks.train_stage import Training, train_stage
    from nlpseq.tasks.translation_objective import TranslationObjective
    from nlpseq.tasks.translator import Translator

    prepared = prepare(settings)
    run_dir = Path(settings.run_dir)

    def start() -> Training:
        translator = Translator.untrained(
            prepared.src, prepared.tgt, settings.model,
            languages=(settings.data.src, settings.data.tgt), decode=settings.decode,
        )  # fmt: skip
        translator.save_settings(run_dir)
        write_settings(settings, run_dir / SETTINGS_FILE)
        batches, steps_per_epoch = _training_stream(prepared, settings)
        return Training(
            translator.model,
            TranslationObjective(settings.train.label_smoothing, settings.train.consistency),
            batches,
            steps_per_epoch,
            validate=_validator(translator, prepared, settings),
            padded_share=batches.loader.batch_sampler.padded_share(),
        )

    mark = fingerprint(prepared.mark, asdict(settings.model), asdict(settings.train))
    train_stage(run_dir, settings.train, mark=mark, start=start)
    return _reload(settings)


def evaluate(
    run_dir: str | Path,
    *,
    split: str | None = None,
    data: ParallelDataSettings | None = None,
    decode: DecodeSettings | None = None,
) -> dict[str, Any]:
    """Decode a split with the run's model and score it; on the run's own test split, write metrics and report too.

    Args:
        split: name of a split, in the run's corpus or in that of `data`; the run's test split if not given.
        data: another corpus to score on.
        decode: other search settings than the run's.

    Raises:
        UserError: the run or the split is not there, or it has no pairs.
    """
    from nlpseq.evaluation.metrics import bleu_tokenizer, score_translations
    from nlpseq.tasks.translator import Translator

    run_dir = Path(run_dir)
    settings = load_settings(run_dir)
    own = split is None and data is None and decode is None
    dataset, name = _evaluation_split(run_dir, data or settings.data, split, other=data is not None)
    decode = decode or settings.decode
    mark = fingerprint(file_mark(run_dir / "model.safetensors"), name, asdict(decode))
    if own and (found := evaluated_metrics(run_dir, mark)) is not None:
        return found
    translator = Translator.from_pretrained(run_dir, device=device_of(settings))
    sources, refs = list(dataset["src"]), list(dataset["tgt"])
    started = time.perf_counter()
    hyps = _translate_with_progress(translator, sources, decode)
    seconds = time.perf_counter() - started
    metrics = {
        "task": f"{settings.data.src}-{settings.data.tgt}",
        "split": name,
        **score_translations(hyps, refs, tokenize=bleu_tokenizer((data or settings.data).tgt)),
        **_perplexity(translator, sources, refs),
        "decode": asdict(decode),
        "decode_seconds": round(seconds, 2),
        "sentences_per_second": round(len(sources) / seconds, 1),
    }
    if own:
        from nlpseq.tasks.model_card import write_run_card
        from nlpseq.tasks.translation_report import compare_with_text, write_run_report

        metrics |= compare_with_text(run_dir, sources, hyps, refs, tokenize=metrics["tokenize"])
        write_text_atomically(run_dir / TRANSLATIONS_FILE, "".join(f"{one_line(hyp)}\n" for hyp in hyps))
        write_text_atomically(run_dir / METRICS_FILE, json.dumps(metrics, indent=2, ensure_ascii=False) + "\n")
        write_run_report(run_dir, translator, sources=sources, hyps=hyps, refs=refs)
        write_run_card(run_dir)
        Stages(run_dir).mark("evaluate", mark)
    return metrics


def run(settings: TranslateSettings) -> dict[str, Any]:
    """Prepare, train and evaluate; what an earlier call with the same settings has done is not done again."""
    train(settings)
    return evaluate(settings.run_dir)


def load_settings(run_dir: Path) -> TranslateSettings:
    """The settings a run was made with.

    Raises:
        UserError: there is no such run.
    """
    return run_settings(run_dir, TranslateSettings)


def sample_translations(run_dir: Path, count: int = 3) -> list[tuple[str, str, str]]:
    """(source, output, reference) of a few test sentences, spread evenly over the split."""
    from datasets import load_from_disk

    sources = load_from_disk(run_dir / "data" / "corpus")["test"]["src"]
    refs, hyps = read_translations(run_dir)
    places = [len(refs) * (2 * n + 1) // (2 * count) for n in range(count)]
    return [(sources[i], hyps[i], refs[i]) for i in places]


def read_translations(run_dir: Path) -> tuple[list[str], list[str]]:
    """References and translations of the run's test split.

    Raises:
        UserError: the run has not been evaluated.
    """
    from datasets import load_from_disk

    path = run_dir / TRANSLATIONS_FILE
    if not path.is_file():
        raise UserError(f"{path}: not there yet; run nlpseq evaluate {run_dir} first")
    refs = list(load_from_disk(run_dir / "data" / "corpus")["test"]["tgt"])
    return refs, path.read_text(encoding="utf-8").split("\n")[:-1]


def one_line(text: str) -> str:
    """The text without line breaks, so that one sentence stays one line of output.

    >>> one_line("zwei\\nZeilen")
    'zwei Zeilen'
    """
    return " ".join(text.splitlines())


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
    sampler = BucketBatchSampler(*prepared.train.lengths(), batch_tokens=train.batch_tokens, seed=train.seed)
    collate = partial(collate_pairs, pad_id=prepared.src.pad_id, bos_id=prepared.tgt.bos_id)
    loader = BatchLoader(prepared.train, sampler, collate)
    steps_per_epoch = train.steps_per_epoch(len(loader))
    total = steps_per_epoch * train.accumulate * train.max_epochs
    return EpochStream(loader, total=total), steps_per_epoch


def _validator(translator: Translator, prepared: Prepared, settings: TranslateSettings) -> Any:
    """A function that scores the validation split: "loss" (nats a token) and, with it, "bleu" (greedy, 13a)."""
    from nlpseq.evaluation.metrics import bleu_tokenizer, score_bleu

    sources, refs = (list(prepared.corpus["validation"][side]) for side in ("src", "tgt"))
    greedy = replace(settings.decode, beam_size=1)
    tokenize = bleu_tokenizer(settings.data.tgt)
    tokens = sum(len(ids) + 1 for ids in prepared.tgt.encode_batch(refs))

    def validate() -> dict[str, float]:
        hyps = translator.translate(sources, decode=greedy)
        return {
            "loss": float(-translator.score(sources, refs).sum()) / tokens,
            "bleu": score_bleu(hyps, refs, tokenize=tokenize, bootstrap_samples=0)["bleu"],
        }

    return validate


def _reload(settings: TranslateSettings) -> Translator:
    from nlpseq.tasks.translator import Translator

    # Other search settings need no new training, but must reach the model folder.
    translator = replace(
        Translator.from_pretrained(settings.run_dir, device=device_of(settings)), decode=settings.decode
    )
    translator.save_settings(Path(settings.run_dir))
    seal(Path(settings.run_dir))
    write_settings(settings, Path(settings.run_dir) / SETTINGS_FILE)
    return translator


def _evaluation_split(
    run_dir: Path, data: ParallelDataSettings, split: str | None, *, other: bool
) -> tuple[Dataset, str]:
    if split is None and not other:
        from datasets import load_from_disk

        return load_from_disk(run_dir / "data" / "corpus")["test"], data.test or "test"
    wanted = split or data.test
    found = load_parallel(
        data.path, src=data.src, tgt=data.tgt, splits={"test": wanted},
        encoding=data.encoding, separator=data.separator,
    )  # fmt: skip
    return found["test"], wanted or "test"


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
