"""Translation scores with the signature that makes them comparable: BLEU, chrF and TER by sacreBLEU.

`score_translations` gives everything that belongs into a run's `metrics.json`, with intervals; `score_bleu`,
`score_chrf` and `score_ter` give one score each.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence
from typing import Any

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
    hyps, streams = checked_streams(hyps, refs)
    tokenize = tokenize or bleu_tokenizer(refs=refs)
    cased = bleu_metric(tokenize=tokenize)
    metrics: dict[str, Any] = {"bleu": cased, "bleu_lowercase": bleu_metric(lowercase=True, tokenize=tokenize)}
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
    lowercase: bool = False,
    bootstrap_samples: int = 1000,
    seed: int = 12345,
) -> dict[str, Any]:
    """Corpus BLEU, 0 to 100 (Papineni et al. 2002; Post 2018): `bleu`, `bleu_interval` and `bleu_signature`.

    The arguments and the errors raised are those of `score_translations`.

    >>> score_bleu(["a b c d e"], ["a b c d e"], bootstrap_samples=0)["bleu"]
    100.0
    """
    hyps, streams = checked_streams(hyps, refs)
    metric = bleu_metric(lowercase=lowercase, tokenize=tokenize or bleu_tokenizer(refs=refs))
    return _scored("bleu", metric, hyps, streams, samples=bootstrap_samples, seed=seed)


def score_chrf(
    hyps: Sequence[str], refs: References, *, lowercase: bool = False, bootstrap_samples: int = 1000, seed: int = 12345
) -> dict[str, Any]:
    """Corpus chrF2, the F-score of character 1- to 6-grams, 0 to 100 (Popovic 2015).

    Keys: `chrf2`, `chrf2_interval`, `chrf2_signature`. Raises the errors of `score_translations`.

    >>> score_chrf(["ein Hund"], ["ein Hund"], bootstrap_samples=0)["chrf2"]
    100.0
    """
    metric = CHRF(lowercase=lowercase)
    return _scored("chrf2", metric, *checked_streams(hyps, refs), samples=bootstrap_samples, seed=seed)


def score_ter(
    hyps: Sequence[str], refs: References, *, lowercase: bool = True, bootstrap_samples: int = 1000, seed: int = 12345
) -> dict[str, Any]:
    """Translation edit rate: edits for every 100 reference words, lower is better (Snover et al. 2006).

    Keys: `ter`, `ter_interval`, `ter_signature`; None as in `score_translations`, whose errors it raises.

    >>> score_ter(["a b c d"], ["a b c e"], bootstrap_samples=0)["ter"]
    25.0
    """
    hyps, streams = checked_streams(hyps, refs)
    metric = _ter(hyps, streams, lowercase=lowercase)
    return _scored("ter", metric, hyps, streams, samples=bootstrap_samples, seed=seed)


def sentence_chrf(hyps: Sequence[str], refs: References) -> list[float]:
    """chrF2 of every sentence on its own, 0 to 100: to rank sentences by.

    Raises:
        ValueError: no hypotheses, or unequal numbers of hypotheses and references.

    >>> sentence_chrf(["Hund", "xyw"], ["Hund", "Katze"])
    [100.0, 0.0]
    """
    hyps, _ = checked_streams(hyps, refs)
    metric = CHRF()
    return [float(metric.sentence_score(hyp, _as_list(ref)).score) for hyp, ref in zip(hyps, refs, strict=True)]


def bleu_metric(*, tokenize: str, lowercase: bool = False) -> BLEU:
    """sacreBLEU's BLEU with one of `TOKENIZERS`.

    Raises:
        UserError: an unknown tokenizer, or one whose package is not installed.
    """
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


def checked_streams(hyps: Sequence[str], refs: References) -> tuple[list[str], list[list[Any]]]:
    """The hypotheses, and the references as sacreBLEU wants them: all first ones, then all second ones.

    Raises:
        ValueError: no hypotheses, unequal numbers of hypotheses and references, or a sentence without a reference.
        UserError: an item that is no text.
    """
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


def _as_list(ref: str | Sequence[str]) -> list[str]:
    return [ref] if isinstance(ref, str) else list(ref)


def _reference_streams(refs: References) -> list[list[Any]]:
    """sacreBLEU wants all first references, then all second ones, None where a sentence has none."""
    rows = [_as_list(ref) for ref in refs]
    return [[row[i] if i < len(row) else None for row in rows] for i in range(max(map(len, rows)))]


def _writing(refs: References, lang: str = "") -> Writing:
    return writing_of(text for ref in refs for text in _as_list(ref)) or writing_by_name(lang) or "spaced"


def _ter(hyps: Sequence[str], streams: Sequence[Sequence[str | None]], *, lowercase: bool = True) -> TER | None:
    """TER whose words are words, or None where it has none or would take minutes."""
    refs = [text for stream in streams for text in stream if text is not None]
    writing = _writing(refs)
    if writing == "unspaced":
        return None
    asian = writing in ("chinese", "japanese")
    metric = TER(normalized=asian, asian_support=asian, case_sensitive=not lowercase)

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
