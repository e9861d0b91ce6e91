"""Where a model is good and where it fails: its score over groups of items, by length and by how rare their words are.

The groups are those of compare-mt (Neubig et al. 2019, section 2.2): items by a property, and words by their frequency
in the training text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpseq.evaluation.bootstrap import bootstrap_interval, proportion_interval
from nlpseq.report.blocks import Bar, Bars
from nlpseq.report.lengths import length_groups, text_lengths
from nlpseq.text.words import words

SAMPLES, SEED = 500, 12345
LEAST_ITEMS = 10  # of a group that a sentence is said of
LONG_TEXT = 40  # words in the median: of longer texts the share of unknown words is told, not their number
MOST_TEXTS = 5000  # whose words are looked up
FREQUENCIES = (0, 1, 10, 100, 1000)

# Indices of items -> their score and both ends of its interval.
Scorer = Callable[[NDArray[np.intp]], tuple[float, float | None, float | None]]
Known = Mapping[str, int]


@dataclass(frozen=True)
class Facet:
    """A score over groups of items.

    Attributes:
        title: of its picture.
        header: what the groups, the items and the score are called.
        rows: the groups, each with its score and how many items it has.
        overall: the score of all items.
        phrase: the items of a group in a sentence, {} for its label.
        none: the same of the group that is called 0, where that reads better.
    """

    title: str
    header: tuple[str, str, str]
    rows: Sequence[Bar]
    overall: float
    phrase: str
    digits: int = 1
    unit: str = ""
    higher_is_better: bool = True
    none: str = ""

    def bars(self) -> Bars:
        """As it is shown."""
        return Bars(self.title, self.header, self.rows, self.digits, self.unit, self.overall)

    def lead(self, bar: Bar) -> float:
        """By how much of the score of all a group is surely better (above 0) or worse (below); 0 where it may not be.

        >>> rows = [Bar("1–5", 60.0, 55.0, 65.0, 30), Bar("6–9", 45.0, 35.0, 55.0, 30)]
        >>> facet = Facet("t", ("Words", "Texts", "F1"), rows, 50.0, "texts of {} words")
        >>> [facet.lead(bar) for bar in rows]
        [0.2, 0.0]
        """
        if bar.low is None or bar.high is None or bar.low <= self.overall <= bar.high or not self.overall:
            return 0.0
        if len(self.rows) < 2 or (bar.items or 0) < LEAST_ITEMS:
            return 0.0
        return (1 if self.higher_is_better else -1) * (bar.value - self.overall) / abs(self.overall)

    def phrased(self, bar: Bar) -> str:
        """What the items of a group are.

        >>> facet = Facet("t", ("Words", "Texts", "F1"), [], 50.0, "texts of {} words")
        >>> facet.phrased(Bar("1", 60.0)), facet.phrased(Bar("2–5", 60.0))
        ('texts of 1 word', 'texts of 2–5 words')
        """
        if bar.label == "0" and self.none:
            return self.none
        phrase = re.sub(r"(\{\} \w+?)s\b", r"\1", self.phrase) if bar.label == "1" else self.phrase
        return phrase.format(bar.label)

    def sentence(self, bar: Bar) -> str:
        """What is to be said of a group."""
        shown = self.bars()
        return (
            f"{self.phrased(bar)}: {self.header[2]} {shown.show(bar.value)} on {bar.items:,} of them, "
            f"against {shown.show(self.overall)} over all"
        )


def mean_scorer(values: Sequence[float] | NDArray[np.floating], weights: Sequence[float] | None = None) -> Scorer:
    """The mean of the items' scores, or sum(values) / sum(weights), with its interval by the bootstrap."""
    numbers = np.asarray(values, dtype=np.float64)
    per = np.ones_like(numbers) if weights is None else np.asarray(weights, dtype=np.float64)

    def score(group: NDArray[np.intp]) -> tuple[float, float | None, float | None]:
        found = bootstrap_interval(numbers[group], per[group], samples=SAMPLES, seed=SEED)
        low, high = found if found is not None else (None, None)
        return float(numbers[group].sum() / per[group].sum()), low, high

    return score


def share_scorer(right: NDArray[np.bool_]) -> Scorer:
    """The share of the items that are right, in percent, with Wilson's interval."""

    def score(group: NDArray[np.intp]) -> tuple[float, float | None, float | None]:
        low, high = proportion_interval(int(right[group].sum()), len(group))
        return 100 * float(right[group].mean()), 100 * low, 100 * high

    return score


def facet_of(
    values: NDArray[np.int64],
    score: Scorer,
    *,
    title: str,
    header: tuple[str, str, str],
    phrase: str,
    overall: float,
    among: NDArray[np.intp] | None = None,
    digits: int = 1,
    unit: str = "",
    higher_is_better: bool = True,
    none: str = "",
) -> Facet:
    """A facet of up to five groups of about equal size by a value of each item; `among` names the items, if not all.

    >>> found = facet_of(np.array([1, 1, 2, 9]), mean_scorer([1.0, 3.0, 5.0, 7.0]), title="t",
    ...     header=("Words", "Texts", "F1"), phrase="texts of {} words", overall=4.0)
    >>> [(bar.label, bar.value, bar.items) for bar in found.rows]
    [('1', 2.0, 2), ('2', 5.0, 1), ('9', 7.0, 1)]
    """
    places = np.arange(len(values)) if among is None else among
    rows = []
    for group in length_groups(values):
        least, most = int(values[group].min()), int(values[group].max())
        label = f"{least:,}" if least == most else f"{least:,}–{most:,}"
        rows.append(Bar(label, *score(places[group]), len(group)))
    return Facet(title, header, rows, overall, phrase, digits, unit, higher_is_better, none)


def text_facets(
    texts: Sequence[str],
    score: Scorer,
    known: Known | None,
    *,
    label: str,
    items: str,
    overall: float,
    digits: int = 1,
    unit: str = "",
    higher_is_better: bool = True,
    lengths: bool = True,
) -> list[Facet]:
    """The score called `label` by the length of the texts, and by how many of their words training has, and how often.

    Args:
        known: how often the training text has each word, see `count_words`; None where that is not known.
        items: what the texts are, such as "sources".
        lengths: whether by length too.

    Returns:
        Those with more than one group.
    """
    if not texts:
        return []
    shown: dict[str, Any] = {"overall": overall, "digits": digits, "unit": unit, "higher_is_better": higher_is_better}
    heads = (items.capitalize(), label)
    found = []
    if lengths:
        values, measure = text_lengths(texts)
        found.append(
            facet_of(
                values, score, title=f"By length ({measure})", header=("Length", *heads),
                phrase=f"{items} of {{}} {measure}", **shown,
            )
        )  # fmt: skip
    if known:
        places = np.unique(np.linspace(0, len(texts) - 1, min(len(texts), MOST_TEXTS)).round().astype(int))
        rows = [[known.get(word, 0) for word in words(texts[place].casefold())] for place in places]
        found += _word_facets(rows, places, score, items, heads, shown)
    return [facet for facet in found if len(facet.rows) > 1]


def _word_facets(
    rows: Sequence[Sequence[int]],
    places: NDArray[np.intp],
    score: Scorer,
    items: str,
    heads: tuple[str, str],
    shown: Mapping[str, Any],
) -> Iterator[Facet]:
    counts = [np.array(row) for row in rows]
    unseen = np.array([int((row == 0).sum()) for row in counts])
    title, what = "By words that training does not have", f"{items} with {{}} words that training does not have"
    none = f"{items} of which training has every word"
    if np.median([len(row) for row in counts]) > LONG_TEXT:
        unseen = np.array([round(100 * float((row == 0).mean())) if len(row) else 0 for row in counts])
        title, what = "By share of words that training does not have (%)", what.replace("{} words", "{}% words")
        none = f"{items} with hardly a word that training does not have"  # a share of 0% is a rounded one
    head = "Unknown" if "%" not in title else "Unknown (%)"
    yield facet_of(
        unseen, score, title=title, header=(head, *heads), phrase=what, among=places,
        none=none, **shown,
    )  # fmt: skip
    usual = np.array([int(np.median(row)) if len(row) else 0 for row in counts])
    yield facet_of(
        usual, score, title="By how often training has their words (median)", header=("Times", *heads),
        phrase=f"{items} whose words training has {{}} times in the median", among=places, **shown,
    )  # fmt: skip


def word_facet(hyps: Sequence[str], refs: Sequence[str], known: Known, *, of: str = "reference") -> Facet | None:
    """F1 of the words of all outputs, by how often the training text has the word; None where there are no words.

    A word is right as often as output and reference both have it (compare-mt's word accuracy).

    >>> found = word_facet(["a dog"], ["a cat"], {"a": 12, "dog": 1})
    >>> [(bar.label, bar.value, bar.items) for bar in found.rows]
    [('0', 0.0, 1), ('10–99', 100.0, 1)]
    """
    shape = len(refs), len(FREQUENCIES)
    both, all_of, in_refs = np.zeros(shape), np.zeros(shape), np.zeros(shape, dtype=np.int64)
    for place, (hyp, ref) in enumerate(zip(hyps, refs, strict=True)):
        mine, theirs = Counter(words(hyp.casefold())), Counter(words(ref.casefold()))
        for word in mine.keys() | theirs.keys():
            bucket = int(np.searchsorted(FREQUENCIES, known.get(word, 0), side="right")) - 1
            both[place, bucket] += 2 * min(mine[word], theirs[word])
            all_of[place, bucket] += mine[word] + theirs[word]
            in_refs[place, bucket] += theirs[word]
    if not in_refs.any():
        return None
    rows = []
    for bucket, least in enumerate(FREQUENCIES):
        filled = np.flatnonzero(all_of[:, bucket])
        if not in_refs[:, bucket].any():
            continue
        end = f"–{FREQUENCIES[bucket + 1] - 1}" if bucket + 1 < len(FREQUENCIES) else " or more"
        label = "0" if not least else f"{least:,}{end}"
        figures = mean_scorer(100 * both[:, bucket], all_of[:, bucket].tolist())(filled)
        rows.append(Bar(label, *figures, int(in_refs[:, bucket].sum())))
    return Facet(
        f"{of.capitalize()} words by how often training has them", ("Times", "Words", "F1"), rows,
        100 * float(both.sum() / all_of.sum()), f"{of} words that training has {{}} times", unit="%",
        none=f"{of} words that training does not have",
    )  # fmt: skip


def count_words(texts: Iterable[str]) -> Counter[str]:
    """How often there is each word, without regard to case.

    >>> count_words(["A dog", "a cat"])["a"]
    2
    """
    return Counter(word for text in texts for word in words(text.casefold()))


def unknown_in(text: str, known: Known | None) -> list[str]:
    """The words of a text that training does not have, as they are written in it, each once.

    >>> unknown_in("Rex, the dog Rex", {"the": 1, "dog": 2})
    ['Rex']
    """
    if not known:
        return []
    return list(dict.fromkeys(word for word in words(text) if word.casefold() not in known))
