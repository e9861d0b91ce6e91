"""Translation from raw text to a scored model: prepare, train, decode, score, each a function of the settings."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.config import ParallelDataSettings, TextSettings, TranslateSettings
from nlpseq.counting import counted
from nlpseq.data.encode import column_texts
from nlpseq.data.parallel import load_parallel
from nlpseq.data.rows import PAIRS, Rows, encode_pairs
from nlpseq.data.splits import corpus_files
from nlpseq.runs.corpus import evaluation_split, save_corpus, saved_corpus
from nlpseq.runs.outputs import in_order
from nlpseq.runs.record import read_record
from nlpseq.runs.saved_model import seal
from nlpseq.runs.splits import corpus_checksums, wanted_splits, with_all_splits
from nlpseq.runs.start import start_of
from nlpseq.tasks.task import Checksums, Evaluation, Figures
from nlpseq.tasks.translate.baselines import compare_with_text
from nlpseq.tasks.translate.outputs import read_translations, write_attention, write_translations
from nlpseq.tasks.translate.shortlist import Shortlist
from nlpseq.text import TextPipeline, build_pipeline

if TYPE_CHECKING:
    import numpy as np
    from datasets import Dataset, DatasetDict

    from nlpseq.answers.translation import ReadText
    from nlpseq.tasks.translate.translator import Translator

log = logging.getLogger("nlpseq")


@dataclass(frozen=True)
class Prepared:
    """What training needs: text pipelines, encoded training pairs, and the text to validate and test on."""

    src: TextPipeline
    tgt: TextPipeline
    train: Rows
    corpus: DatasetDict


def checksums(settings: TranslateSettings) -> Checksums:
    """Split -> file -> SHA-256 of the corpus."""
    data = settings.data
    return corpus_checksums(data, partial(corpus_files, data.path, src=data.src, tgt=data.tgt), example="corpora/en-de")


def load_corpus(data: ParallelDataSettings, splits: Mapping[str, str | None] | None = None) -> DatasetDict:
    """The splits of a corpus, columns "src" and "tgt"; by default those that there are."""
    return load_parallel(
        data.path, src=data.src, tgt=data.tgt, splits=splits or wanted_splits(data),
        encoding=data.encoding, separator=data.separator,
    )  # fmt: skip


split = partial(evaluation_split, columns=("src", "tgt"), load=load_corpus)


def training_ids(folder: Path) -> np.ndarray:
    """The ids of the source side in one row."""
    return Rows.load(folder / "data" / "train" / PAIRS).ids("src").values


def prepare(settings: TranslateSettings, folder: Path) -> Prepared:
    """Read the corpus, train tokenizers and vocabularies on its training side and encode it into `folder`.

    Raises:
        UserError: anything wrong with the corpus or the text settings.
    """
    data, text, seed = settings.data, settings.text, settings.train.seed
    corpus = with_all_splits(load_corpus(data), data, seed=seed)
    log.info("corpus: %s", ", ".join(f"{name} {counted(len(split), 'pair')}" for name, split in corpus.items()))
    if (start := start_of(settings)) is not None:
        src, tgt = (TextPipeline.load(start.text, side) for side in ("src", "tgt"))
    else:
        src, tgt = build_pipelines(corpus["train"], data, text, seed=seed)
    log.info("vocabularies: %s %d, %s %d tokens", data.src, len(src.vocab), data.tgt, len(tgt.vocab))
    train = encode_pairs(
        corpus["train"], src, tgt, folder / "data" / "train",
        samples=text.sampling_copies if text.sampling_alpha > 0 else 1,
        alpha=text.sampling_alpha, seed=seed, max_length=data.max_length,
    )  # fmt: skip
    src.save(folder / "text", "src")
    tgt.save(folder / "text", "tgt")
    save_corpus(corpus, folder)
    return Prepared(src, tgt, train, corpus)


def load_prepared(settings: TranslateSettings, folder: Path) -> Prepared:
    """What `prepare` has left in `folder`.

    Raises:
        UserError: a file of it is missing or damaged.
    """
    src, tgt = (TextPipeline.load(folder / "text", side) for side in ("src", "tgt"))
    train = Rows.load(folder / "data" / "train" / PAIRS, src=len(src.vocab), tgt=len(tgt.vocab))
    return Prepared(src, tgt, train, saved_corpus(folder, "src", "tgt"))


def build_pipelines(
    train: Dataset, data: ParallelDataSettings, text: TextSettings, *, seed: int
) -> tuple[TextPipeline, TextPipeline]:
    """Tokenizers and vocabularies of both sides, from the training text alone; one and the same where joint."""
    if text.tokenizer == "subword" and text.joint:
        both = chain(column_texts(train, "src"), column_texts(train, "tgt"))
        joint = build_pipeline(both, kind="subword", vocab_size=text.vocab_size, model_type=text.model_type, seed=seed)
        return joint, joint
    src, tgt = (
        build_pipeline(
            column_texts(train, side), kind=text.tokenizer, lang=lang, vocab_size=text.vocab_size,
            model_type=text.model_type, min_freq=text.min_freq, seed=seed,
        )
        for side, lang in (("src", data.src), ("tgt", data.tgt))
    )  # fmt: skip
    return src, tgt


def train(settings: TranslateSettings, prepared: Prepared, folder: Path, fingerprint: str) -> bool:
    """Train the model in `folder`, going on where an interrupted training was left; whether there was anything to do.

    Raises:
        UserError: anything wrong with the settings or an old checkpoint.
        KeyboardInterrupt: stopped by the user; the best model so far is in `folder`.
    """
    from nlpseq.data.batch import collate_pairs
    from nlpseq.runs.training import Training, bucketed, train_stage
    from nlpseq.tasks.translate.objective import TranslationObjective

    def start() -> Training:
        translator = _untrained(settings, prepared)
        if (begin := start_of(settings)) is not None:
            begin.give_weights(translator.model)
        rows, batch_tokens = prepared.train, settings.train.batch_tokens
        collate = partial(collate_pairs, pad_id=prepared.src.pad_id, bos_id=prepared.tgt.bos_id)
        return Training(
            translator.model,
            TranslationObjective(settings.train.label_smoothing, settings.train.consistency),
            validator(translator, prepared, settings),
            *bucketed(rows, rows.lengths(), collate, settings.train, batch_tokens=batch_tokens),
            config=translator.config,
        )

    return train_stage(folder, settings.train, fingerprint=fingerprint, start=start)


def finish(settings: TranslateSettings, prepared: Prepared, folder: Path) -> None:
    """Tell the model of search settings that have changed, and write anew what was damaged of its description."""
    if settings.decode.shortlist:
        Shortlist.of(
            prepared.train.ids("src"), prepared.train.ids("tgt"),
            src_size=len(prepared.src.vocab), tgt_size=len(prepared.tgt.vocab),
        ).save(folder / "text")  # fmt: skip
    seal(folder, _untrained(settings, prepared).config)


def decode(evaluation: Evaluation, translator: Translator) -> Figures:
    """Translate a split; of the run's own, the attention of the best and the worst sentences is kept too."""
    settings = evaluation.settings
    refs = list(evaluation.rows["tgt"])
    started = time.perf_counter()
    sources = translator.read(evaluation.rows["src"])
    found = ((index, beam[0].text) for index, beam in translator.search_read(sources, decode=settings.decode))
    hyps = in_order(found, len(sources), missing="", doing="translating", unit="sentences")
    seconds = time.perf_counter() - started
    write_translations(evaluation.out, hyps)
    if evaluation.own:
        write_attention(evaluation.out, translator, sources=sources, refs=refs)
    # The run's own choice, whatever is scored.
    tokenize = read_record(evaluation.folder).metrics.get("tokenize") or _bleu_tokenizer(settings, refs)
    return {
        "task": f"{settings.data.src}-{settings.data.tgt}",
        "split": evaluation.split,
        "tokenize": tokenize,
        **_perplexity(translator, sources, translator.targets(refs)),
        "decode": asdict(settings.decode),
        "decode_seconds": round(seconds, 2),
        "sentences_per_second": round(len(sources) / seconds, 1),
    }


def score(evaluation: Evaluation, figures: Figures) -> Figures:
    """BLEU and the other scores; of the run's own split, simple methods beside them and how the outputs are worded."""
    from nlpseq.evaluation.translation import score_translations

    sources, refs = list(evaluation.rows["src"]), list(evaluation.rows["tgt"])
    hyps = read_translations(evaluation.out, len(refs))
    scores = score_translations(hyps, refs, tokenize=figures["tokenize"])
    if evaluation.own:
        train = saved_corpus(evaluation.folder)["train"]
        scores |= compare_with_text(train, sources, hyps, refs, tokenize=figures["tokenize"])
    return scores


def load(name_or_path: str | Path, *, device: str = "cpu") -> Translator:
    """The trained translator."""
    from nlpseq.tasks.translate.translator import Translator

    return Translator.from_pretrained(name_or_path, device=device)


def validator(
    translator: Translator, prepared: Prepared, settings: TranslateSettings
) -> Callable[[], dict[str, float]]:
    """A function that scores the validation split: "loss" (nats a token) and, with it, "bleu" (greedy, 13a)."""
    from nlpseq.evaluation.translation import score_bleu

    refs = list(prepared.corpus["validation"]["tgt"])
    sources, targets = translator.read(prepared.corpus["validation"]["src"]), translator.targets(refs)
    greedy = replace(settings.decode, beam_size=1, shortlist=0, precision="fp32")
    tokenize = _bleu_tokenizer(settings, refs)
    tokens = sum(map(len, targets))

    def validate() -> dict[str, float]:
        found = dict(translator.search_read(sources, decode=greedy))
        hyps = [found[index][0].text if index in found else "" for index in range(len(sources))]
        return {
            "loss": float(-translator.score_read(sources, targets).sum()) / tokens,
            "bleu": score_bleu(hyps, refs, tokenize=tokenize, bootstrap_samples=0)["bleu"],
        }

    return validate


def _untrained(settings: TranslateSettings, prepared: Prepared) -> Translator:
    from nlpseq.tasks.translate.translator import Translator

    return Translator.untrained(
        prepared.src, prepared.tgt, settings.model,
        languages=(settings.data.src, settings.data.tgt), decode=settings.decode,
    )  # fmt: skip


def _bleu_tokenizer(settings: TranslateSettings, refs: list[str]) -> str:
    """As set, or by the script of the references."""
    from nlpseq.evaluation.translation import bleu_tokenizer

    chosen: str = settings.bleu_tokenizer
    return chosen if chosen != "auto" else bleu_tokenizer(settings.data.tgt, refs)


def _perplexity(translator: Translator, sources: list[ReadText], targets: list[list[int]]) -> dict[str, Any]:
    import numpy as np

    from nlpseq.evaluation.bootstrap import Interval, bootstrap_interval, rounded

    counts = list(map(len, targets))
    nll = -np.asarray(translator.score_read(sources, targets), dtype=np.float64)
    interval = bootstrap_interval(nll, counts, seed=12345)
    return {
        "perplexity": round(math.exp(nll.sum() / sum(counts)), 3),
        "perplexity_interval": rounded(interval and Interval(*map(math.exp, interval)), 3),
        "perplexity_signature": f"per token of {translator.tgt.signature()}",
    }
