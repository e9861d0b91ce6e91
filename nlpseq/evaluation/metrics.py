"""Translation scores with the signature that makes them comparable: BLEU, chrF and TER by sacreBLEU.

`Bleu`, `ChrF` and `Ter` are `evaluate` metrics that need neither the network nor a writable home, unlike
those of `evaluate.load`; `score_translations` gives everything that belongs into a run's `metrics.json`,
with intervals. Importing this module imports `evaluate` and with it `datasets`: import it inside the
function that scores.
"""

from __future__ import annotations

import difflib
import math
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import datasets
import evaluate
import numpy as np
from sacrebleu.metrics import BLEU, CHRF, TER

from nlpseq.errors import UserError
from nlpseq.evaluation.bootstrap import Interval, resamples, rounded, shows_no_spread
from nlpseq.text.scripts import Writing, writing_by_name, writing_of
from nlpseq.text.texts import as_texts

TOKENIZERS = ("13a", "zh", "ja-mecab", "ko-mecab", "char", "intl", "none")  # those that download nothing

# sacreBLEU's TER takes about (words ** 3) * 0.2 microseconds a sentence: this many is some 9 seconds.
TER_WORK_LIMIT = 40_000_000

References = Sequence[str] | Sequence[Sequence[str]]


class OfflineMetric(evaluate.Metric):
    """A metric of `evaluate` that needs neither the network nor, kept in memory, a writable home.

    Raises:
        ValueError: when it is given no predictions.
    """

    def add_batch(self, *, predictions: Any = None, references: Any = None, **inputs: Any) -> None:
        """Take texts in, as `compute` does too."""
        if predictions is not None and not len(predictions):
            raise ValueError("there are no sentences to score")
        super().add_batch(predictions=predictions, references=references, **inputs)

    def _build_data_dir(self) -> str:
        # evaluate makes a folder under the home even for metrics that it keeps in memory: spare that.
        return "" if self.keep_in_memory else super()._build_data_dir()


class Bleu(OfflineMetric):
    """Corpus BLEU of detokenised text, 0 to 100 (Papineni et al. 2002; Post 2018 for the signature).

    `compute(predictions=..., references=..., lowercase=False, tokenize="13a")`; references hold one string,
    or a list of equally good strings, for each prediction.

    >>> cat = "the cat sat on the mat"
    >>> scores = Bleu(keep_in_memory=True).compute(predictions=[cat], references=[cat])
    >>> scores["bleu_signature"].split("|")[:4]
    ['nrefs:1', 'case:mixed', 'eff:no', 'tok:13a']
    """

    def _info(self) -> evaluate.MetricInfo:
        return _metric_info("Corpus BLEU by sacreBLEU, 0 to 100.", "https://aclanthology.org/W18-6319")

    def _compute(
        self,
        predictions: Sequence[str],
        references: References,
        lowercase: bool = False,
        tokenize: str = "13a",
    ) -> dict[str, Any]:
        metric = _bleu(lowercase=lowercase, tokenize=tokenize)
        score = metric.corpus_score(*_checked_streams(predictions, references))
        return {
            "bleu": score.score,
            "bleu_signature": str(metric.get_signature()),
            "precisions": list(score.precisions),
            "brevity_penalty": score.bp,
            "length_ratio": score.ratio,
        }


class ChrF(OfflineMetric):
    """Corpus chrF2, the F-score of character 1- to 6-grams, 0 to 100 (Popovic 2015).

    `compute(predictions=..., references=..., lowercase=False)`.

    >>> ChrF(keep_in_memory=True).compute(predictions=["ein Hund"], references=["ein Hund"])["chrf2"]
    100.0
    """

    def _info(self) -> evaluate.MetricInfo:
        return _metric_info("Corpus chrF2 by sacreBLEU, 0 to 100.", "https://aclanthology.org/W15-3049")

    def _compute(self, predictions: Sequence[str], references: References, lowercase: bool = False) -> dict[str, Any]:
        metric = CHRF(lowercase=lowercase)
        score = metric.corpus_score(*_checked_streams(predictions, references))
        return {"chrf2": score.score, "chrf2_signature": str(metric.get_signature())}


class Ter(OfflineMetric):
    """Translation edit rate: edits for every 100 reference words, lower is better (Snover et al. 2006).

    `compute(predictions=..., references=..., lowercase=True)`; lower-cased by default, as sacreBLEU does.
    Its cost grows with the third power of the sentence length.

    >>> Ter(keep_in_memory=True).compute(predictions=["a b c d"], references=["a b c e"])["ter"]
    25.0
    """

    def _info(self) -> evaluate.MetricInfo:
        return _metric_info(
            "Translation edit rate by sacreBLEU, 0 is perfect.",
            "https://aclanthology.org/2006.amta-papers.25",
        )

    def _compute(self, predictions: Sequence[str], references: References, lowercase: bool = True) -> dict[str, Any]:
        metric = TER(case_sensitive=not lowercase)
        score = metric.corpus_score(*_checked_streams(predictions, references))
        return {"ter": score.score, "ter_signature": str(metric.get_signature())}


def bleu_tokenizer(lang: str = "", refs: References = ()) -> str:
    """sacreBLEU's tokenizer for the script of the references: characters where spaces do not part words, else 13a.

    References without letters, or none, leave the choice to the name of the language (`writing_by_name`).

    >>> bleu_tokenizer("target", ["我爱北京。"]), bleu_tokenizer("target", ["猫が好き"])
    ('zh', 'char')
    >>> bleu_tokenizer("zh", ["A dog."])
    '13a'
    >>> bleu_tokenizer("de"), bleu_tokenizer("zho_Hans"), bleu_tokenizer("jpn")
    ('13a', 'zh', 'char')
    """
    return {"spaced": "13a", "chinese": "zh"}.get(_writing(refs, lang), "char")


def score_translations(
    hyps: Sequence[str],
    refs: References,
    *,
    tokenize: str | None = None,
    bootstrap_samples: int = 1000,
    seed: int = 12345,
) -> dict[str, Any]:
    """Everything about a test set that belongs into `metrics.json`.

    `refs[i]` is the reference of `hyps[i]`, or the list of its references. `tokenize` is BLEU's tokenizer, that of the
    script of the references (`bleu_tokenizer`) if not given. Keys: `bleu`, `bleu_lowercase`, `chrf2` and `ter`, each
    with `..._interval` (95% [low, high] by sacreBLEU's bootstrap, None for `bootstrap_samples` below 2 and where all
    resamples score the same) and `..._signature`; `length_ratio` (tokens of the hypotheses for each token of the
    references), `sentences`, `tokenize`, `bootstrap_samples`, `seed`. `ter` counts Chinese and Japanese characters
    (sacreBLEU's Asian mode); it is None where words are not parted otherwise, and where sentences are so long that it
    would take more than some seconds. Seed and samples default to those of the `sacrebleu` command.

    Raises:
        ValueError: no hypotheses, or unequal numbers of hypotheses and references.
        UserError: an unknown tokenizer, one whose package is not installed, or an item that is no text.

    >>> hyps, refs = ["Ein Hund läuft im Park."], ["Ein Hund rennt im Park."]
    >>> scores = score_translations(hyps, refs, bootstrap_samples=0)
    >>> round(scores["bleu"], 2), scores["bleu_interval"], scores["length_ratio"]
    (37.99, None, 1.0)
    """
    hyps, streams = _checked_streams(hyps, refs)
    tokenize = tokenize or bleu_tokenizer(refs=refs)
    cased = _bleu(lowercase=False, tokenize=tokenize)
    metrics: dict[str, Any] = {"bleu": cased, "bleu_lowercase": _bleu(lowercase=True, tokenize=tokenize)}
    metrics |= {"chrf2": CHRF(), "ter": _ter(hyps, streams)}
    scores: dict[str, Any] = {"sentences": len(hyps)}
    for name, metric in metrics.items():
        scores |= _scored(name, metric, hyps, streams, samples=bootstrap_samples, seed=seed)
        if metric is cased:
            scores["length_ratio"] = round(cased.corpus_score(hyps, streams).ratio, 4)
    return scores | {"tokenize": tokenize, "bootstrap_samples": bootstrap_samples, "seed": seed}


def score_bleu(
    hyps: Sequence[str],
    refs: References,
    *,
    tokenize: str | None = None,
    bootstrap_samples: int = 1000,
    seed: int = 12345,
) -> dict[str, Any]:
    """Only `bleu`, `bleu_interval` and `bleu_signature` of `score_translations`, for parts of a test set.

    Raises the same errors.

    >>> score_bleu(["a b c d e"], ["a b c d e"], bootstrap_samples=0)["bleu"]
    100.0
    """
    hyps, streams = _checked_streams(hyps, refs)
    metric = _bleu(lowercase=False, tokenize=tokenize or bleu_tokenizer(refs=refs))
    return _scored("bleu", metric, hyps, streams, samples=bootstrap_samples, seed=seed)


def score_chrf(
    hyps: Sequence[str], refs: References, *, bootstrap_samples: int = 1000, seed: int = 12345
) -> dict[str, Any]:
    """Only `chrf2`, `chrf2_interval` and `chrf2_signature` of `score_translations`, for parts of a test set.

    Raises the same errors.
    """
    return _scored("chrf2", CHRF(), *_checked_streams(hyps, refs), samples=bootstrap_samples, seed=seed)


def sentence_chrf(hyps: Sequence[str], refs: References) -> list[float]:
    """chrF2 of every sentence on its own, 0 to 100: to rank sentences by.

    Raises:
        ValueError: no hypotheses, or unequal numbers of hypotheses and references.

    >>> sentence_chrf(["Hund", "xyw"], ["Hund", "Katze"])
    [100.0, 0.0]
    """
    hyps, _ = _checked_streams(hyps, refs)
    metric = CHRF()
    return [float(metric.sentence_score(hyp, _as_list(ref)).score) for hyp, ref in zip(hyps, refs, strict=True)]


def _metric_info(description: str, citation: str) -> evaluate.MetricInfo:
    text = datasets.Value("string")
    return evaluate.MetricInfo(
        description=description,
        citation=citation,
        inputs_description="\nReferences: one string, or a list of strings, for each prediction.\n",
        features=[
            datasets.Features({"predictions": text, "references": datasets.Sequence(text)}),
            datasets.Features({"predictions": text, "references": text}),
        ],
    )


def _bleu(*, lowercase: bool, tokenize: str) -> BLEU:
    if tokenize not in TOKENIZERS:
        near = difflib.get_close_matches(str(tokenize), TOKENIZERS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"choose one of {', '.join(TOKENIZERS)}"
        raise UserError(f"tokenize: {tokenize!r} is not a tokenizer of BLEU; {hint}")
    try:
        # force: say nothing about full stops that stand apart, 13a splits them in both texts alike.
        return BLEU(lowercase=lowercase, tokenize=tokenize, force=True)
    except (RuntimeError, ImportError) as error:
        extra = tokenize.partition("-")[0]
        raise UserError(
            f"tokenize: {tokenize!r} needs a package that is not installed; "
            f"run pip install 'sacrebleu[{extra}]' or choose 'char'"
        ) from error


def _as_list(ref: str | Sequence[str]) -> list[str]:
    return [ref] if isinstance(ref, str) else list(ref)


def _reference_streams(refs: References) -> list[list[Any]]:
    """sacreBLEU wants all first references, then all second ones, None where a sentence has none."""
    rows = [_as_list(ref) for ref in refs]
    return [[row[i] if i < len(row) else None for row in rows] for i in range(max(map(len, rows)))]


def _checked_streams(hyps: Sequence[str], refs: References) -> tuple[list[str], list[list[Any]]]:
    """The hypotheses, and the references as sacreBLEU wants them."""
    if isinstance(hyps, str) or isinstance(refs, str):
        raise ValueError("hyps and refs must be lists with one entry for each sentence, not one string")
    texts = as_texts(hyps, name="hyps")
    if len(texts) != len(refs):
        raise ValueError(f"{len(texts)} hypotheses but {len(refs)} references: every sentence needs both")
    if not texts:
        raise ValueError("there are no sentences to score")
    for number, ref in enumerate(refs):
        if not as_texts(ref, name=f"refs[{number}]"):
            raise ValueError(f"sentence {number} has no reference")
    return texts, _reference_streams(refs)


def _writing(refs: References, lang: str = "") -> Writing:
    return writing_of(text for ref in refs for text in _as_list(ref)) or writing_by_name(lang) or "spaced"


def _ter(hyps: Sequence[str], streams: Sequence[Sequence[str | None]]) -> TER | None:
    """TER whose words are words, or None where it has none or would take minutes."""
    refs = [text for stream in streams for text in stream if text is not None]
    writing = _writing(refs)
    if writing == "unspaced":
        return None
    asian = writing in ("chinese", "japanese")
    metric = TER(normalized=asian, asian_support=asian)

    def length(text: str | None) -> int:
        return len(metric._preprocess_segment(text).split()) if text else 0

    sizes = [length(hyp) for hyp in hyps]
    work = sum(max(size, length(text)) ** 3 for stream in streams for size, text in zip(sizes, stream, strict=True))
    return metric if work <= TER_WORK_LIMIT else None


def _scored(
    name: str, metric: Any, hyps: Sequence[str], streams: list[list[Any]], *, samples: int, seed: int
) -> dict[str, Any]:
    """The score of a sacreBLEU metric with interval and signature, all None without a metric."""
    if metric is None:
        return {name: None, f"{name}_interval": None, f"{name}_signature": None}
    statistics = metric._extract_corpus_statistics(hyps, streams)
    score = float(metric._aggregate_and_compute(statistics).score)
    interval = None
    if samples > 1:
        metric.n_bootstrap, metric.seed = samples, str(seed)  # for its signature
        rows = np.array(statistics)  # (N, numbers whose sums give the score)
        draws = [
            float(metric._compute_score_from_stats(rows[picks].sum(axis=0).tolist()).score)
            for picks in resamples(len(hyps), samples, seed)
        ]
        interval = _sacrebleu_interval(draws, highest=math.inf if name == "ter" else 100.0)
    return {
        name: round(score, 4),
        f"{name}_interval": rounded(interval, 4),
        f"{name}_signature": str(metric.get_signature()),
    }


def _sacrebleu_interval(draws: Sequence[float], *, highest: float) -> Interval | None:
    """sacreBLEU's own interval is the mean of the resamples plus and minus half of what 95% of them span.

    Its bootstrap itself fails where some resamples score nothing, for the numbers are then of two types.
    """
    if shows_no_spread(draws):
        return None
    ordered = sorted(draws)
    tail = len(ordered) // 40
    middle, half = float(np.mean(ordered)), (ordered[-tail - 1] - ordered[tail]) / 2
    return Interval(max(0.0, middle - half), min(highest, middle + half))


@contextmanager
def _sacrebleu_seed(seed: int) -> Iterator[None]:
    """sacreBLEU reads its bootstrap seed from the environment only."""
    before = os.environ.get("SACREBLEU_SEED")
    os.environ["SACREBLEU_SEED"] = str(seed)
    try:
        yield
    finally:
        if before is None:
            del os.environ["SACREBLEU_SEED"]
        else:
            os.environ["SACREBLEU_SEED"] = before
