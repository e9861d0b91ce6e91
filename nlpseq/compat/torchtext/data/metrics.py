"""BLEU as torchtext computes it: of a corpus of tokens, unsmoothed, from 0 to 1.

For scores to publish use `nlpseq.evaluation.translation`: sacreBLEU on whole text, comparable with other people's.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import torch

from nlpseq.compat.torchtext.refusals import missing

__all__ = ["bleu_score"]


def bleu_score(
    candidate_corpus: Sequence[Sequence[str]],
    references_corpus: Sequence[Sequence[Sequence[str]]],
    max_n: int = 4,
    weights: Sequence[float] = (0.25, 0.25, 0.25, 0.25),
) -> float:
    """Corpus BLEU (Papineni et al., 2002) with the closest reference's length.

    Args:
        candidate_corpus: the tokens of each translation.
        references_corpus: for each translation the tokens of one or more references.
        max_n: count n-grams of up to so many tokens.
        weights: of the n-gram precisions, one for each n.

    Raises:
        AssertionError: `weights` are not `max_n`, or the two corpora have different lengths.

    >>> candidates = [["My", "full", "pytorch", "test"], ["Another", "Sentence"]]
    >>> references = [[["My", "full", "pytorch", "test"], ["Completely", "Different"]], [["No", "Match"]]]
    >>> round(bleu_score(candidates, references), 6)
    0.840896
    """
    if max_n != len(weights):
        raise AssertionError(f"weights: {len(weights)} numbers for n-grams of up to {max_n} tokens; give {max_n}")
    if len(candidate_corpus) != len(references_corpus):
        raise AssertionError(
            f"{len(candidate_corpus)} candidates and {len(references_corpus)} sets of references; give one for each"
        )
    clipped, total = [0] * max_n, [0] * max_n
    candidates_length = references_length = 0
    for candidate, references in zip(candidate_corpus, references_corpus, strict=True):
        size = len(candidate)
        candidates_length += size
        references_length += min(map(len, references), key=lambda length: abs(size - length))
        for n in range(1, max_n + 1):
            best: Counter[tuple[str, ...]] = Counter()
            for reference in references:
                best |= Counter(_ngrams(reference, n))
            clipped[n - 1] += (Counter(_ngrams(candidate, n)) & best).total()
            total[n - 1] += max(size - n + 1, 0)
    if min(clipped) == 0:
        return 0.0
    # In single precision, for torchtext's very numbers, and added up from left to right.
    precisions = torch.tensor(clipped, dtype=torch.float32) / torch.tensor(total, dtype=torch.float32)
    score = torch.exp(sum(torch.tensor(weights) * torch.log(precisions), start=torch.zeros(()))).item()
    return math.exp(min(1 - references_length / candidates_length, 0)) * score


def _ngrams(tokens: Sequence[str], n: int) -> Iterable[tuple[str, ...]]:
    return zip(*(tokens[start:] for start in range(n)), strict=False)


def __getattr__(name: str) -> Any:
    raise missing(__name__, name)
