"""Summaries beside their references: ROUGE with a Unicode tokenizer, what is copied, and the lead of a document.

ROUGE-1, -2 and -L are those of the rouge-score package; its own tokenizer, which drops every letter but a to z,
is replaced.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import regex

from nlpseq.errors import UserError
from nlpseq.evaluation.bootstrap import bootstrap_interval, rounded
from nlpseq.text.words import LETTER, UNSPACED, words

if TYPE_CHECKING:
    from rouge_score.rouge_scorer import RougeScorer

ROUGE_TYPES = ("rouge1", "rouge2", "rougeL")

# Words with the punctuation on them, as they stand between spaces.
_SPACED_WORD = regex.compile(rf"[{UNSPACED}&&{LETTER}]\p{{M}}*\p{{P}}*|[\S--{UNSPACED}]+", regex.V1)


def tokens(text: str) -> list[str]:
    """Lower-cased words of any script, without punctuation; Chinese, Japanese, Thai and the like by character.

    Compatibility forms count as the plain ones (Unicode NFKC): full-width letters, accents set apart.

    >>> tokens("Zürich's 2 Züge, 東京!")
    ['zürich', 's', '2', 'züge', '東', '京']
    """
    return words(unicodedata.normalize("NFKC", text).lower())


def score_rouge(
    hyps: Sequence[str], refs: Sequence[str], *, bootstrap_samples: int = 1000, seed: int = 12345
) -> dict[str, Any]:
    """Everything about summaries and their references that belongs into `metrics.json`: ROUGE (Lin 2004).

    Keys: `rouge1`, `rouge2`, `rougeL`, mean F1 over documents, 0 to 100, each with `..._interval` (95% [low,
    high] by the bootstrap over documents, None where all score the same); `documents`, `rouge_signature`.

    Raises:
        ValueError: no documents, or unequal numbers of hypotheses and references.
        UserError: rouge-score is not installed.

    >>> scores = score_rouge(["a b c"], ["a b d"])
    >>> scores["rouge1"], scores["rouge2"], scores["rougeL_interval"]
    (66.6667, 50.0, None)
    """
    scores: dict[str, Any] = {}
    for name, values in document_rouge(hyps, refs).items():
        interval = bootstrap_interval(values, samples=bootstrap_samples, seed=seed)
        scores |= {name: round(float(np.mean(values)), 4), f"{name}_interval": rounded(interval, 4)}
    return scores | {
        "documents": len(hyps),
        "rouge_signature": f"{_signature()}|bs:{bootstrap_samples}|seed:{seed}",
    }


def document_rouge(hyps: Sequence[str], refs: Sequence[str]) -> dict[str, list[float]]:
    """ROUGE-1, ROUGE-2 and ROUGE-L F1 of every document, 0 to 100, N of each: to compare models or to rank by.

    Raises the same errors as `score_rouge`.

    >>> document_rouge(["a b", ""], ["a b", "c"])["rouge1"]
    [100.0, 0.0]
    """
    if isinstance(hyps, str) or isinstance(refs, str):
        raise ValueError("hyps and refs must be lists with one entry for each document, not one string")
    if len(hyps) != len(refs):
        raise ValueError(f"{len(hyps)} hypotheses but {len(refs)} references: every document needs both")
    if not hyps:
        raise ValueError("there are no documents to score")
    scorer = _scorer()
    rows = [scorer.score(ref, hyp) for hyp, ref in zip(hyps, refs, strict=True)]
    return {name: [100.0 * row[name].fmeasure for row in rows] for name in ROUGE_TYPES}


def lead_words(document: str, n: int) -> str:
    """The document's first n words on one line: the baseline that summaries of news are hard put to beat.

    Words are what stands between spaces; in scripts that set none, single characters.

    Raises:
        ValueError: n is not positive.

    >>> lead_words("Oil prices rose again, U.S. dealers said.", 5)
    'Oil prices rose again, U.S.'
    >>> lead_words("東京の株価", 2)
    '東京'
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, not {n}")
    ends = [match.end() for match in islice(_SPACED_WORD.finditer(document), n)]
    return " ".join(document[: ends[-1]].split()) if ends else ""


def copied_share(document: str, summary: str, n: int) -> float | None:
    """Share, 0 to 1, of the summary's n-grams of `tokens` that stand in the document; None where it has none.

    One minus it is the novel share (See et al. 2017, section 6). Every occurrence in the summary counts.

    Raises:
        ValueError: n is not positive.

    >>> copied_share("the old king sings", "The king sings.", 2)
    0.5
    """
    copied, total = _copied_ngrams(tokens(document), tokens(summary), n)
    return copied / total if total else None


def score_copying(
    documents: Sequence[str],
    summaries: Sequence[str],
    *,
    orders: Sequence[int] = (1, 2, 3, 4),
    bootstrap_samples: int = 1000,
    seed: int = 12345,
) -> dict[str, Any]:
    """Of all n-grams in the summaries, the share found in their documents and the share that is novel, 0 to 1.

    Keys, for each n of `orders`: `copied_{n}grams` with `copied_{n}grams_interval` (95% [low, high] by the
    bootstrap over documents) and `novel_{n}grams`; all None where no summary has an n-gram.

    Raises:
        ValueError: no documents, unequal numbers of documents and summaries, or an order that is not positive.

    >>> score_copying(["the old king sings"], ["The king sings."], orders=[2])
    {'copied_2grams': 0.5, 'copied_2grams_interval': None, 'novel_2grams': 0.5}
    """
    if len(documents) != len(summaries):
        raise ValueError(f"{len(documents)} documents but {len(summaries)} summaries: every document needs one")
    if not documents:
        raise ValueError("there are no documents to score")
    pairs = [(tokens(document), tokens(summary)) for document, summary in zip(documents, summaries, strict=True)]
    scores: dict[str, Any] = {}
    for n in orders:
        counts = [count for pair in pairs if (count := _copied_ngrams(*pair, n))[1]]
        share = interval = None
        if counts:
            copied, totals = zip(*counts, strict=True)
            share = round(sum(copied) / sum(totals), 6)
            interval = rounded(bootstrap_interval(copied, totals, samples=bootstrap_samples, seed=seed), 6)
        novel = None if share is None else round(1 - share, 6)
        scores |= {f"copied_{n}grams": share, f"copied_{n}grams_interval": interval, f"novel_{n}grams": novel}
    return scores


def _copied_ngrams(document: Sequence[str], summary: Sequence[str], n: int) -> tuple[int, int]:
    """How many n-grams of the summary stand in the document, and how many it has."""
    if n < 1:
        raise ValueError(f"n must be at least 1, not {n}")
    known = set(_ngrams(document, n))
    found = [ngram in known for ngram in _ngrams(summary, n)]
    return sum(found), len(found)


def _ngrams(found: Sequence[str], n: int) -> Iterator[tuple[str, ...]]:
    return zip(*(found[start:] for start in range(n)), strict=False)


class _Tokenizer:
    """`tokens` as rouge-score wants it."""

    def tokenize(self, text: str) -> list[str]:
        return tokens(text)


def _scorer() -> RougeScorer:
    try:
        from rouge_score.rouge_scorer import RougeScorer
    except ImportError as error:
        raise UserError("ROUGE needs a package that is not installed; run pip install rouge-score") from error
    return RougeScorer(list(ROUGE_TYPES), tokenizer=_Tokenizer())


def _signature() -> str:
    return f"nrefs:1|case:lc|norm:nfkc|tok:unicode|stem:no|score:f1|version:rouge-score-{version('rouge-score')}"
