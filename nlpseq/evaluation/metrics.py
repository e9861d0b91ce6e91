"""Translation scores with the signature that makes them comparable: BLEU, chrF and TER by sacreBLEU.

`Bleu`, `ChrF` and `Ter` are `evaluate` metrics that need neither the network nor a writable home, unlike
those of `evaluate.load`; `score_translations` gives everything that belongs into a run's `metrics.json`,
with intervals. Importing this module imports `evaluate` and with it `datasets`: import it inside the
function that scores.
"""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import datasets
import evaluate
from sacrebleu.metrics import BLEU, CHRF, TER

from nlpseq.errors import UserError

TOKENIZERS = ("13a", "zh", "ja-mecab", "ko-mecab", "char", "intl", "none")  # those that download nothing

# sacreBLEU's TER takes about (words ** 3) * 0.2 microseconds a sentence: this many is some 9 seconds.
TER_WORK_LIMIT = 40_000_000

References = Sequence[str] | Sequence[Sequence[str]]


class Bleu(evaluate.Metric):
    """Corpus BLEU of detokenised text, 0 to 100 (Papineni et al. 2002; Post 2018 for the signature).

    `compute(predictions=..., references=..., lowercase=False, tokenize="13a")`; references hold one string,
    or a list of equally good strings, for each prediction.

    >>> cat = "the cat sat on the mat"
    >>> scores = Bleu(keep_in_memory=True).compute(predictions=[cat], references=[cat])
    >>> scores["bleu_signature"].split("|")[:4]
    ['nrefs:1', 'case:mixed', 'eff:no', 'tok:13a']
    """

    def _build_data_dir(self) -> str:
        return _data_dir(self)

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
        score = metric.corpus_score(list(predictions), _reference_streams(references))
        return {
            "bleu": score.score,
            "bleu_signature": str(metric.get_signature()),
            "precisions": list(score.precisions),
            "brevity_penalty": score.bp,
            "length_ratio": score.ratio,
        }


class ChrF(evaluate.Metric):
    """Corpus chrF2, the F-score of character 1- to 6-grams, 0 to 100 (Popovic 2015).

    `compute(predictions=..., references=..., lowercase=False)`.

    >>> ChrF(keep_in_memory=True).compute(predictions=["ein Hund"], references=["ein Hund"])["chrf2"]
    100.0
    """

    def _build_data_dir(self) -> str:
        return _data_dir(self)

    def _info(self) -> evaluate.MetricInfo:
        return _metric_info("Corpus chrF2 by sacreBLEU, 0 to 100.", "https://aclanthology.org/W15-3049")

    def _compute(self, predictions: Sequence[str], references: References, lowercase: bool = False) -> dict[str, Any]:
        metric = CHRF(lowercase=lowercase)
        score = metric.corpus_score(list(predictions), _reference_streams(references))
        return {"chrf2": score.score, "chrf2_signature": str(metric.get_signature())}


class Ter(evaluate.Metric):
    """Translation edit rate: edits for every 100 reference words, lower is better (Snover et al. 2006).

    `compute(predictions=..., references=..., lowercase=True)`; lower-cased by default, as sacreBLEU does.
    Its cost grows with the third power of the sentence length.

    >>> Ter(keep_in_memory=True).compute(predictions=["a b c d"], references=["a b c e"])["ter"]
    25.0
    """

    def _build_data_dir(self) -> str:
        return _data_dir(self)

    def _info(self) -> evaluate.MetricInfo:
        return _metric_info(
            "Translation edit rate by sacreBLEU, 0 is perfect.",
            "https://aclanthology.org/2006.amta-papers.25",
        )

    def _compute(self, predictions: Sequence[str], references: References, lowercase: bool = True) -> dict[str, Any]:
        metric = TER(case_sensitive=not lowercase)
        score = metric.corpus_score(list(predictions), _reference_streams(references))
        return {"ter": score.score, "ter_signature": str(metric.get_signature())}


def bleu_tokenizer(lang: str) -> str:
    """sacreBLEU's tokenizer for a target language: characters where words are not apart by spaces, else 13a.

    >>> bleu_tokenizer("de"), bleu_tokenizer("zh-CN"), bleu_tokenizer("ja")
    ('13a', 'zh', 'char')
    """
    return {"zh": "zh", "ja": "char", "ko": "char", "th": "char", "lo": "char", "km": "char", "my": "char"}.get(
        lang.lower().replace("_", "-").split("-")[0], "13a"
    )


def score_translations(
    hyps: Sequence[str],
    refs: References,
    *,
    tokenize: str = "13a",
    bootstrap_samples: int = 1000,
    seed: int = 12345,
) -> dict[str, Any]:
    """Everything about a test set that belongs into `metrics.json`.

    `refs[i]` is the reference of `hyps[i]`, or the list of its references. Keys: `bleu`, `bleu_lowercase`,
    `chrf2` and `ter`, each with `..._interval` (95% [low, high] by sacreBLEU's bootstrap, None for
    `bootstrap_samples` below 2) and `..._signature`; `length_ratio` (tokens of the hypotheses for each
    token of the references), `sentences`, `tokenize`, `bootstrap_samples`, `seed`. `ter` is None where
    sentences are so long that it would take more than some seconds. Seed and samples default to those of
    the `sacrebleu` command. The bootstrap holds about 50 bytes for each sentence and sample: 50 MB for
    1,000 of each.

    Raises:
        ValueError: no hypotheses, or unequal numbers of hypotheses and references.
        UserError: an unknown tokenizer, or one whose package is not installed.

    >>> hyps, refs = ["Ein Hund läuft im Park."], ["Ein Hund rennt im Park."]
    >>> scores = score_translations(hyps, refs, bootstrap_samples=0)
    >>> round(scores["bleu"], 2), scores["bleu_interval"], scores["length_ratio"]
    (37.99, None, 1.0)
    """
    streams = _checked_streams(hyps, refs)
    cased = _bleu(lowercase=False, tokenize=tokenize)
    metrics: dict[str, Any] = {"bleu": cased, "bleu_lowercase": _bleu(lowercase=True, tokenize=tokenize)}
    metrics["chrf2"] = CHRF()
    metrics["ter"] = TER() if _ter_work(hyps, refs) <= TER_WORK_LIMIT else None
    scores: dict[str, Any] = {"sentences": len(hyps)}
    with _sacrebleu_seed(seed):
        for name, metric in metrics.items():
            if metric is None:
                scores |= {name: None, f"{name}_interval": None, f"{name}_signature": None}
                continue
            score = metric.corpus_score(list(hyps), streams, n_bootstrap=bootstrap_samples)
            scores |= _named_score(name, score, str(metric.get_signature()), bootstrap_samples)
            if metric is cased:
                scores["length_ratio"] = round(score.ratio, 4)
    return scores | {"tokenize": tokenize, "bootstrap_samples": bootstrap_samples, "seed": seed}


def score_bleu(
    hyps: Sequence[str],
    refs: References,
    *,
    tokenize: str = "13a",
    bootstrap_samples: int = 1000,
    seed: int = 12345,
) -> dict[str, Any]:
    """Only `bleu`, `bleu_interval` and `bleu_signature` of `score_translations`, for parts of a test set.

    Raises the same errors.

    >>> score_bleu(["a b c d e"], ["a b c d e"])["bleu_interval"]
    [100.0, 100.0]
    """
    streams = _checked_streams(hyps, refs)
    metric = _bleu(lowercase=False, tokenize=tokenize)
    with _sacrebleu_seed(seed):
        score = metric.corpus_score(list(hyps), streams, n_bootstrap=bootstrap_samples)
    return _named_score("bleu", score, str(metric.get_signature()), bootstrap_samples)


def sentence_chrf(hyps: Sequence[str], refs: References) -> list[float]:
    """chrF2 of every sentence on its own, 0 to 100: to rank sentences by.

    Raises:
        ValueError: no hypotheses, or unequal numbers of hypotheses and references.

    >>> sentence_chrf(["Hund", "xyw"], ["Hund", "Katze"])
    [100.0, 0.0]
    """
    _checked_streams(hyps, refs)
    metric = CHRF()
    return [metric.sentence_score(hyp, _as_list(ref)).score for hyp, ref in zip(hyps, refs, strict=True)]


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


def _data_dir(metric: evaluate.Metric) -> str:
    """evaluate makes a folder under the home even for metrics that it keeps in memory: spare that."""
    return "" if metric.keep_in_memory else evaluate.Metric._build_data_dir(metric)


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


def _checked_streams(hyps: Sequence[str], refs: References) -> list[list[Any]]:
    if isinstance(hyps, str) or isinstance(refs, str):
        raise ValueError("hyps and refs must be lists with one entry for each sentence, not one string")
    if len(hyps) != len(refs):
        raise ValueError(f"{len(hyps)} hypotheses but {len(refs)} references: every sentence needs both")
    if not hyps:
        raise ValueError("there are no sentences to score")
    for number, ref in enumerate(refs):
        if not _as_list(ref):
            raise ValueError(f"sentence {number} has no reference")
    return _reference_streams(refs)


def _ter_work(hyps: Sequence[str], refs: References) -> int:
    return sum(
        max(len(hyp.split()), len(text.split())) ** 3
        for hyp, ref in zip(hyps, refs, strict=True)
        for text in _as_list(ref)
    )


def _named_score(name: str, score: Any, signature: str, samples: int) -> dict[str, Any]:
    # format() is sacreBLEU's public way to its interval, which it leaves out where every resample scored 0.
    figures = json.loads(score.format(width=4, signature=signature, is_json=True))
    middle, half = figures.get("confidence_mean", 0.0), figures.get("confidence_var", 0.0)
    interval = [round(max(0.0, middle - half), 4), round(middle + half, 4)] if samples > 1 else None
    return {name: figures["score"], f"{name}_interval": interval, f"{name}_signature": signature}


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
