"""Whether two models that were tried on the same items really differ: exact McNemar and the paired bootstrap.

Both tests ask how often a difference this large would come about by the choice of the test items alone. Neither
knows of the other source of chance, the seed of the training.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nlpseq.counting import counted
from nlpseq.evaluation.bootstrap import (
    Interval,
    check_items,
    percentile_interval,
    proportion_interval,
    resamples,
)

if TYPE_CHECKING:
    from sacrebleu.metrics import BLEU

LEVEL = 0.05  # of the test; the intervals are the 95% ones that go with it
MIN_ITEMS = 10  # a bootstrap of one item shows no spread at all, and of a few far too little


@dataclass(frozen=True)
class Comparison:
    """Two models on the same items.

    Args:
        measure: what the scores are, such as accuracy or BLEU
        score_a: of the first model
        score_b: of the second model
        difference: score_b - score_a
        interval: 95% interval of the difference; None where every item has the same difference, which shows no spread
        p_value: how likely so large a difference is between models that do not differ
        test: what gave the p-value
        items: number of texts or sentences
        discordant: items that only the first, and that only the second model got right; of classifiers
    """

    measure: str
    score_a: float
    score_b: float
    difference: float
    interval: Interval | None
    p_value: float
    test: str
    items: int
    discordant: tuple[int, int] | None = None

    @property
    def differ(self) -> bool:
        """Whether the p-value is below 0.05 and the interval leaves 0 out as well; never for fewer than ten items.

        Near the border the two can disagree, above all for BLEU, where sacreBLEU's p-value is nearly one-sided.
        """
        apart = self.interval is None or not self.interval.low <= 0.0 <= self.interval.high
        return self.p_value < LEVEL and apart and self.items >= MIN_ITEMS

    def better_less_other(self, *, higher_is_better: bool) -> Comparison:
        """The same with the better model, by its score, as the second: its difference is the better less the other."""
        if (self.difference >= 0) == higher_is_better:
            return self
        return replace(
            self,
            score_a=self.score_b,
            score_b=self.score_a,
            difference=-self.difference,
            interval=self.interval and Interval(-self.interval.high, -self.interval.low),
            discordant=self.discordant and (self.discordant[1], self.discordant[0]),
        )

    def sentence(self, name_a: str, name_b: str) -> str:
        """One sentence for a reader: whether they really differ, with scores, interval and p-value.

        The difference is the higher less the lower where they do, else the second less the first.

        >>> comparison = compare_scores([0.1, 0.3, 0.2, 0.4], [0.1, 0.3, 0.2, 0.4], measure="ROUGE-1")
        >>> print(comparison.sentence("small", "large"))
        small and large may well be equally good: ROUGE-1 0.2500 and 0.2500, a difference of 0.0000 \
(no 95% interval, all items differ alike, p = 1.0000 by paired bootstrap, 4 items).
        """
        verdict, shown = f"{name_a} and {name_b} may well be equally good", self
        if self.differ:
            shown = self.better_less_other(higher_is_better=True)
            better, other = (name_b, name_a) if self.difference > 0 else (name_a, name_b)
            verdict = f"{better} really scores higher than {other}"
        digits = 4 if max(abs(self.score_a), abs(self.score_b)) <= 1 else 2
        around = "no 95% interval, all items differ alike"
        if shown.interval is not None:
            around = "95% interval " + " to ".join(signed(end, digits) for end in shown.interval)
        p_value = f"p = {self.p_value:.4f}" if self.p_value >= 0.0001 else "p < 0.0001"
        return (
            f"{verdict}: {self.measure} {self.score_a:.{digits}f} and {self.score_b:.{digits}f}, a difference of "
            f"{signed(shown.difference, digits)} ({around}, {p_value} by {self.test}, {counted(self.items, 'item')})."
        )


def signed(figure: float, digits: int) -> str:
    """A difference with its sign; none where it rounds to 0.

    >>> signed(1.25, 1), signed(-0.34, 1), signed(-0.04, 1)
    ('+1.2', '-0.3', '0.0')
    """
    shown = f"{figure:+,.{digits}f}"
    return shown if round(figure, digits) else shown[1:]


def compare_classifiers(
    labels: Sequence[Hashable],
    predictions_a: Sequence[Hashable],
    predictions_b: Sequence[Hashable],
) -> Comparison:
    """Accuracies compared by the exact two-sided McNemar test (McNemar 1947; Dietterich 1998).

    Of the texts that only one classifier got right, each is a fair coin's toss if the two are equally good. The
    interval is Newcombe's (1998, method 10), made of Wilson's: no point where they never disagree.

    Raises:
        ValueError: no texts, or unequal numbers of labels and predictions.

    >>> comparison = compare_classifiers([1] * 8, [1] + [0] * 7, [0] + [1] * 7)
    >>> comparison.discordant, comparison.p_value, comparison.difference
    ((1, 7), 0.0703125, 0.75)
    """
    from scipy.stats import binomtest

    _check(labels, predictions_a, predictions_b)
    right_a, right_b = (
        np.array([found == label for found, label in zip(predictions, labels, strict=True)])
        for predictions in (predictions_a, predictions_b)
    )
    only_a, only_b = int((right_a & ~right_b).sum()), int((right_b & ~right_a).sum())
    discordant = only_a + only_b
    return Comparison(
        measure="accuracy",
        score_a=float(right_a.mean()),
        score_b=float(right_b.mean()),
        difference=(only_b - only_a) / len(labels),
        interval=_paired_interval(int((right_a & right_b).sum()), only_a, only_b, len(labels)),
        p_value=float(binomtest(only_a, discordant, 0.5).pvalue) if discordant else 1.0,
        test="exact McNemar",
        items=len(labels),
        discordant=(only_a, only_b),
    )


def compare_translations(
    refs: Sequence[str] | Sequence[Sequence[str]],
    hyps_a: Sequence[str],
    hyps_b: Sequence[str],
    *,
    tokenize: str | None = None,
    bootstrap_samples: int = 1000,
    seed: int = 12345,
) -> Comparison:
    """BLEU compared by sacreBLEU's paired bootstrap (Koehn 2004), as `sacrebleu --paired-bs` does.

    The interval is the percentile interval of the difference over as many resamples of the sentences. `refs[i]`
    is the reference of sentence i, or the list of its references. Equal scores give the p-value 1, where
    sacreBLEU gives its smallest. Memory is about 50 bytes for each sentence and sample.

    Raises:
        ValueError: no sentences, unequal numbers, fewer than two samples, or a seed that is not positive.
        UserError: an unknown tokenizer, or one whose package is not installed.

    >>> refs = ["a b c d e", "f g h i j", "k l m n o"]
    >>> comparison = compare_translations(refs, refs, ["a b c d x", "f g h i j", "k l m n o"])
    >>> round(comparison.score_a, 2), round(comparison.difference, 2), comparison.differ
    (100.0, -10.78, False)
    """
    from sacrebleu.significance import PairedTest

    from nlpseq.evaluation.translation import bleu_metric, bleu_tokenizer, checked_streams

    hyps_a, streams = checked_streams(hyps_a, refs)
    hyps_b, _ = checked_streams(hyps_b, refs)
    if bootstrap_samples < 2 or seed < 1:
        raise ValueError(f"bootstrap_samples must be at least 2 and seed at least 1, not {bootstrap_samples}, {seed}")
    bleu = bleu_metric(tokenize=tokenize or bleu_tokenizer(refs=refs))
    systems: list[tuple[str, Sequence[str]]] = [("a", list(hyps_a)), ("b", list(hyps_b))]
    with _sacrebleu_seed(seed):
        _, results = PairedTest(systems, {"BLEU": bleu}, streams, test_type="bs", n_samples=bootstrap_samples)()
    result_a, result_b = cast("list[Any]", results["BLEU"])
    difference = result_b.score - result_a.score
    stats_a, stats_b = (_bleu_statistics(bleu, hyps, refs) for hyps in (hyps_a, hyps_b))
    differences = [
        _bleu_of(bleu, stats_b[picks].sum(axis=0)) - _bleu_of(bleu, stats_a[picks].sum(axis=0))
        for picks in resamples(len(hyps_a), bootstrap_samples, seed)
    ]
    return Comparison(
        measure="BLEU",
        score_a=result_a.score,
        score_b=result_b.score,
        difference=difference,
        interval=percentile_interval(differences),
        p_value=float(result_b.p_value) if difference else 1.0,
        test="sacreBLEU's paired bootstrap",
        items=len(hyps_a),
    )


def compare_scores(
    scores_a: ArrayLike,
    scores_b: ArrayLike,
    *,
    measure: str = "mean score",
    bootstrap_samples: int = 1000,
    seed: int = 12345,
) -> Comparison:
    """Means of scores that every item has of its own, such as ROUGE, by the `paired_bootstrap`. Shape: both (N,).

    Raises:
        ValueError: no items, unequal shapes, a score that is not finite, or fewer than two samples.

    >>> comparison = compare_scores([10.0, 20.0, 30.0] * 4, [12.0, 21.0, 33.0] * 4)
    >>> comparison.score_b, comparison.difference, comparison.differ
    (22.0, 2.0, True)
    """
    rows_a, rows_b = np.asarray(scores_a, dtype=np.float64), np.asarray(scores_b, dtype=np.float64)
    if rows_a.ndim != 1 or rows_a.shape != rows_b.shape:
        raise ValueError(f"scores {rows_a.shape} and {rows_b.shape} must both have shape (N,)")
    check_items(rows_b - rows_a, np.ones_like(rows_a))

    def means(picks: NDArray[np.int64]) -> tuple[float, float]:
        return float(rows_a[picks].mean()), float(rows_b[picks].mean())

    return paired_bootstrap(means, items=len(rows_a), measure=measure, bootstrap_samples=bootstrap_samples, seed=seed)


def paired_bootstrap(
    scores: Callable[[NDArray[np.int64]], tuple[float, float]],
    *,
    items: int,
    measure: str,
    bootstrap_samples: int = 1000,
    seed: int = 12345,
) -> Comparison:
    """Any scores of both models over some of the items, compared over resamples of them.

    The two-sided p-value is the share of the resampled differences that lie at least as far from the observed one as
    this lies from 0, itself counted in.

    Args:
        scores: numbers of items (N,) -> the score of the first and of the second model over these.

    Raises:
        ValueError: fewer than two samples.

    >>> wrong = np.array([0, 1] * 20)
    >>> found = paired_bootstrap(lambda picks: (1.0, 1 - float(wrong[picks].mean())), items=40, measure="accuracy")
    >>> found.score_b, found.differ
    (0.5, True)
    """
    if bootstrap_samples < 2:
        raise ValueError(f"bootstrap_samples must be at least 2, not {bootstrap_samples}")
    score_a, score_b = scores(np.arange(items))
    difference = score_b - score_a
    draws = (scores(picks) for picks in resamples(items, bootstrap_samples, seed))
    differences = np.array([b - a for a, b in draws])
    extreme = int((np.abs(differences - difference) >= abs(difference)).sum())
    return Comparison(
        measure=measure,
        score_a=score_a,
        score_b=score_b,
        difference=difference,
        interval=percentile_interval(differences),
        p_value=(extreme + 1) / (bootstrap_samples + 1),
        test="paired bootstrap",
        items=items,
    )


def _check(labels: Sequence[Hashable], *predictions: Sequence[Hashable]) -> None:
    if any(len(labels) != len(found) for found in predictions):
        raise ValueError(
            f"{len(labels)} labels but {' and '.join(str(len(found)) for found in predictions)} predictions"
        )
    if not len(labels):
        raise ValueError("there are no texts to compare on")


def _paired_interval(both: int, only_a: int, only_b: int, items: int) -> Interval:
    """95% interval of the second share less the first, both of the same items (Newcombe 1998, method 10)."""
    neither = items - both - only_a - only_b
    first, second = (both + only_a) / items, (both + only_b) / items
    low_a, high_a = proportion_interval(both + only_a, items)
    low_b, high_b = proportion_interval(both + only_b, items)
    margins = (both + only_a) * (only_b + neither) * (both + only_b) * (only_a + neither)
    product = both * neither - only_a * only_b
    corrected = max(product - items / 2, 0) if product > 0 else product
    correlation = corrected / margins**0.5 if margins else 0.0

    def distance(a: float, b: float) -> float:
        return float(max(0.0, a**2 - 2 * correlation * a * b + b**2)) ** 0.5

    difference = (only_b - only_a) / items
    low, high = distance(second - low_b, high_a - first), distance(high_b - second, first - low_a)
    return Interval(max(-1.0, difference - low), min(1.0, difference + high))


def _bleu_statistics(
    bleu: BLEU, hyps: Sequence[str], refs: Sequence[str] | Sequence[Sequence[str]]
) -> NDArray[np.int64]:
    """Matches and totals of 1- to 4-grams and both lengths of each sentence, whose sums give corpus BLEU: (N, 10)."""
    rows = []
    for hyp, ref in zip(hyps, refs, strict=True):
        score = bleu.corpus_score([hyp], [[text] for text in ([ref] if isinstance(ref, str) else ref)])
        rows.append([*score.counts, *score.totals, score.sys_len, score.ref_len])
    return np.array(rows)


def _bleu_of(bleu: BLEU, sums: NDArray[np.int64]) -> float:
    *grams, sys_len, ref_len = sums.tolist()
    return float(bleu.compute_bleu(grams[:4], grams[4:], sys_len, ref_len, smooth_method=bleu.smooth_method).score)


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
