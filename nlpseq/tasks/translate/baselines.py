"""What stands beside a translator: what simple methods score, and how the corpus itself is worded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nlpseq.report.copied import words_of
from nlpseq.report.wording import score_wording

if TYPE_CHECKING:
    from datasets import Dataset

# The nearest sentence is looked for among at most this many training pairs, evenly spread, and the words that training
# showed are listed for no larger a text: more would take longer than the rest of a report.
MEMORY_PAIRS = 100_000
LISTED_PAIRS = 500_000
PRODUCT_CELLS = 20_000_000  # similarities held at once


def compare_with_text(
    train: Dataset, sources: Sequence[str], hyps: Sequence[str], refs: Sequence[str], *, tokenize: str
) -> dict[str, Any]:
    """The "baselines" on the test split, and how the "wording" of the outputs compares with that of the corpus."""
    seen = None
    if len(train) <= LISTED_PAIRS:
        text = train[:]
        seen = _words(text["src"]), _words(text["tgt"])
    return {
        "baselines": baselines(sources, refs, train, tokenize=tokenize),
        "wording": score_wording(sources, hyps, refs, seen=seen),
    }


def baselines(sources: Sequence[str], refs: Sequence[str], train: Dataset, *, tokenize: str) -> list[dict[str, Any]]:
    """What it scores to copy the source, and to give out the translation of the most similar training sentence.

    Similar by the cosine of TF-IDF vectors over words; a translation memory of old.
    """
    from nlpseq.evaluation.translation import score_bleu, score_chrf

    systems = {"source, copied": list(sources)}
    if nearest := _nearest(sources, train):
        systems["nearest training pair"] = nearest
    found = []
    for name, hyps in systems.items():
        bleu = score_bleu(hyps, refs, tokenize=tokenize, bootstrap_samples=0)["bleu"]
        chrf2 = score_chrf(hyps, refs, bootstrap_samples=0)["chrf2"]
        found.append({"name": name, "bleu": bleu, "chrf2": chrf2})
    return found


def _nearest(sources: Sequence[str], train: Dataset) -> list[str]:
    """The training translation nearest to each source; none where the training text has no words."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    count = min(len(train), MEMORY_PAIRS)
    memory = train.select([len(train) * number // count for number in range(count)])[:]
    vectorizer = TfidfVectorizer(analyzer=words_of)
    try:
        known = vectorizer.fit_transform(memory["src"])  # (M, V), sparse
    except ValueError:  # an empty vocabulary
        return []
    wanted = vectorizer.transform(sources)  # (N, V)
    rows = max(1, PRODUCT_CELLS // count)
    places = [
        np.asarray((wanted[first : first + rows] @ known.T).argmax(axis=1)).ravel()
        for first in range(0, wanted.shape[0], rows)
    ]
    return [memory["tgt"][place] for place in np.concatenate(places).tolist()]


def _words(texts: Sequence[str]) -> set[str]:
    return {word for text in texts for word in words_of(text)}
