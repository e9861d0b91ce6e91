"""The n-grams that made the difference between two runs, as compare-mt has them (Neubig et al. 2019, section 2.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from nlpseq.report.blocks import Block, Paragraph, Table
from nlpseq.text.words import WORDS

ORDERS = (1, 2, 3, 4)
TEXT_ORDERS = (1, 2)  # of texts that both read
SHOWN = 8
LEAST = 2  # times that an n-gram must make a difference


def output_ngrams(
    names: tuple[str, str], outputs: tuple[Sequence[str], Sequence[str]], refs: Sequence[str]
) -> list[Block]:
    """For each run the n-grams of the references that its outputs have much more often than those of the other run.

    >>> blocks = output_ngrams(("a", "b"), (["the dog"] * 3, ["a dog"] * 3), ["The dog"] * 3)
    >>> blocks[0].rows
    [['The', '3', '0', '3'], ['The dog', '3', '0', '3']]
    """
    matched: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    total: Counter[str] = Counter()
    written: dict[str, str] = {}
    for ref, *hyps in zip(refs, *outputs, strict=True):
        there = Counter(key for key, shown in _ngrams(ref, ORDERS) if written.setdefault(key, shown))
        total += there
        for counts, hyp in zip(matched, hyps, strict=True):
            counts += Counter(key for key, _ in _ngrams(hyp, ORDERS)) & there
    return _tables(names, matched, total, written, "In the references")


def telling_ngrams(names: tuple[str, str], texts: Sequence[str], ahead: NDArray[np.float64]) -> list[Block]:
    """For each run the words and pairs of words of the texts on which it, rather than the other run, is right.

    Args:
        ahead: of each text, by how much the first run is better; below 0 where the second is.

    >>> blocks = telling_ngrams(("a", "b"), ["not bad", "not good", "fine"], np.array([1.0, 1.0, -1.0]))
    >>> blocks[0].rows
    [['not', '2', '0', '2']]
    """
    better: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    total: Counter[str] = Counter()
    written: dict[str, str] = {}
    for text, lead in zip(texts, ahead.tolist(), strict=True):
        keys = {key for key, shown in _ngrams(text, TEXT_ORDERS) if written.setdefault(key, shown)}
        total.update(keys)
        if lead:
            better[lead < 0].update(keys)
    return _tables(names, better, total, written, "In all texts")


def _tables(
    names: tuple[str, str],
    counts: tuple[Counter[str], Counter[str]],
    total: Counter[str],
    written: dict[str, str],
    last: str,
) -> list[Block]:
    blocks: list[Block] = []
    for place, name in enumerate(names):
        mine, theirs = counts[place], counts[1 - place]
        # The log-odds with one added to both, times how much there is to win: rare ones are no evidence.
        ranked = sorted(
            (key for key in mine if mine[key] - theirs[key] >= LEAST),
            key=lambda key: (-(mine[key] - theirs[key]) * np.log((mine[key] + 1) / (theirs[key] + 1)), len(key)),
        )[:SHOWN]
        rows = [[written[key], f"{mine[key]:,}", f"{theirs[key]:,}", f"{total[key]:,}"] for key in ranked]
        head = [f"Better by {name}", name, names[1 - place], last]
        blocks.append(Table(head, rows, "lrrr") if rows else Paragraph(f"No n-gram is much better by {name}."))
    return blocks


def _ngrams(text: str, orders: Sequence[int]) -> Iterator[tuple[str, str]]:
    """Each n-gram without regard to case, and as it is written."""
    found = list(WORDS.finditer(text))
    folded = [match[0].casefold() for match in found]
    for n in orders:
        for start in range(len(found) - n + 1):
            key = " ".join(folded[start : start + n])
            yield key, text[found[start].start() : found[start + n - 1].end()]
