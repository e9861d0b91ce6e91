"""Comparisons against tables by hand, sacreBLEU and SciPy called independently, and how often they raise an alarm."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sacrebleu.metrics import BLEU
from sacrebleu.significance import PairedTest
from scipy.stats import ttest_rel

from nlpseq.errors import UserError
from nlpseq.evaluation.bootstrap import Interval
from nlpseq.evaluation.significance import Comparison, compare_classifiers, compare_scores, compare_translations

ROOT = Path(__file__).resolve().parents[2]

MCNEMAR_CASES = [
    # only a right, only b right, both right, neither; p = 2 * P(at most the smaller of them | fair coin), at most 1
    (0, 0, 3, 2, 1.0),
    (0, 1, 0, 0, 1.0),
    (0, 5, 4, 1, 2 / 2**5),
    (0, 6, 4, 1, 2 / 2**6),
    (1, 7, 2, 0, 2 * (1 + 8) / 2**8),
    (7, 1, 2, 0, 2 * (1 + 8) / 2**8),
    (2, 12, 40, 9, 2 * (1 + 14 + 91) / 2**14),
    (5, 5, 1, 1, 1.0),
]


def outcomes(only_a: int, only_b: int, both: int, neither: int) -> tuple[list[str], list[str], list[str]]:
    """Labels and two classifiers' predictions with so many of each outcome."""
    total = only_a + only_b + both + neither
    a = ["yes"] * only_a + ["no"] * only_b + ["yes"] * both + ["no"] * neither
    b = ["no"] * only_a + ["yes"] * only_b + ["yes"] * both + ["no"] * neither
    return ["yes"] * total, a, b


@pytest.mark.parametrize(("only_a", "only_b", "both", "neither", "p_value"), MCNEMAR_CASES)
def test_exact_mcnemar_by_hand(only_a: int, only_b: int, both: int, neither: int, p_value: float) -> None:
    result = compare_classifiers(*outcomes(only_a, only_b, both, neither))
    total = only_a + only_b + both + neither
    assert result.p_value == pytest.approx(p_value)
    assert result.discordant == (only_a, only_b)
    assert (result.score_a, result.score_b) == pytest.approx(((both + only_a) / total, (both + only_b) / total))
    assert result.difference == pytest.approx((only_b - only_a) / total)
    assert result.interval.low <= result.difference <= result.interval.high


@pytest.mark.parametrize(
    ("case", "low", "high"),
    [
        ((0, 0, 60, 0), -0.060172, 0.060172),  # both perfect: Wilson's 94.0 to 100 on both sides
        ((0, 0, 0, 10), -0.277533, 0.277533),
        ((0, 0, 45, 15), None, None),  # always alike
        ((0, 12, 0, 0), None, 1.0),
    ],
)
def test_accuracies_that_resamples_show_no_spread_of(
    case: tuple[int, int, int, int], low: float | None, high: float | None
) -> None:
    interval = compare_classifiers(*outcomes(*case)).interval
    difference = (case[1] - case[0]) / sum(case)
    assert interval.low < difference and interval.low < interval.high
    assert difference - 0.5 < interval.low
    for found, expected in zip(interval, (low, high), strict=True):
        assert expected is None or found == pytest.approx(expected, abs=1e-6)


def test_interval_of_accuracies_is_a_paired_one() -> None:
    # 10 of 400 differ one way and 30 the other: standard error sqrt(40 / 400 - 0.05 ** 2) / 20
    result = compare_classifiers(*outcomes(10, 30, 300, 60))
    spread = 1.96 * math.sqrt(0.1 - 0.05**2) / 20
    assert result.interval == pytest.approx((0.05 - spread, 0.05 + spread), abs=0.004)
    assert result.differ


def test_predictions_wrong_in_different_ways_are_equally_wrong() -> None:
    result = compare_classifiers([0, 1, 2], [1, 1, 2], [2, 1, 2])
    assert (result.discordant, result.p_value, result.differ) == ((0, 0), 1.0, False)


def test_sentences_of_classifiers() -> None:
    better = compare_classifiers(*outcomes(2, 22, 170, 6)).sentence("gru", "lstm")
    assert better.startswith("lstm really scores higher than gru: accuracy 0.8600 and 0.9600, a difference of +0.1000 ")
    assert "p < 0.0001 by exact McNemar, 200 items)." in better
    worse = compare_classifiers(*outcomes(22, 2, 170, 6)).sentence("gru", "lstm")
    assert worse.startswith("gru really scores higher than lstm: accuracy 0.9600 and 0.8600, a difference of +0.1000 ")
    same = compare_classifiers(*outcomes(7, 8, 180, 5)).sentence("gru", "lstm")
    assert same.startswith("gru and lstm may well be equally good: accuracy 0.9350 and 0.9400, a difference of +0.0050")
    assert "p = 1.0000 by exact McNemar" in same


def comparison(p_value: float, interval: tuple[float, float], items: int = 500) -> Comparison:
    return Comparison("BLEU", 30.0, 31.0, 1.0, Interval(*interval), p_value, "sacreBLEU's paired bootstrap", items)


@pytest.mark.parametrize(
    ("p_value", "interval", "items", "differ"),
    [
        (0.01, (0.2, 1.8), 500, True),
        (0.01, (-1.8, -0.2), 500, True),
        (0.04, (-0.1, 2.1), 500, False),  # sacreBLEU's p-value is nearly one-sided: the interval decides
        (0.06, (0.1, 1.9), 500, False),
        (0.05, (0.1, 1.9), 500, False),
        (0.01, (0.0, 1.9), 500, False),
        (0.001, (1.0, 1.0), 9, False),  # resamples of a few items show no spread
    ],
)
def test_test_and_interval_must_agree(p_value: float, interval: tuple[float, float], items: int, differ: bool) -> None:
    assert comparison(p_value, interval, items).differ is differ


def test_figures_above_one_have_two_decimals() -> None:
    assert comparison(0.0123, (0.2, 1.8)).sentence("A", "B") == (
        "B really scores higher than A: BLEU 30.00 and 31.00, a difference of +1.00 "
        "(95% interval +0.20 to +1.80, p = 0.0123 by sacreBLEU's paired bootstrap, 500 items)."
    )


WORDS = [f"w{number}" for number in range(23)]


def translations(sentences: int, noise: tuple[float, float], *, seed: int) -> tuple[list[str], list[str], list[str]]:
    """References and two systems that get so large a share of the words wrong."""
    rng = np.random.default_rng(seed)
    refs = [" ".join(rng.choice(WORDS, size=rng.integers(4, 12))) for _ in range(sentences)]
    a, b = (
        [" ".join(word if rng.random() > share else str(rng.choice(WORDS)) for word in ref.split()) for ref in refs]
        for share in noise
    )
    return refs, a, b


def test_translations_equal_sacrebleu_s_paired_test(monkeypatch: pytest.MonkeyPatch) -> None:
    refs, a, b = translations(47, (0.3, 0.22), seed=1)
    result = compare_translations(refs, a, b, bootstrap_samples=300, seed=7)
    monkeypatch.setenv("SACREBLEU_SEED", "7")
    _, columns = PairedTest([("a", a), ("b", b)], {"BLEU": BLEU()}, [refs], test_type="bs", n_samples=300)()
    theirs: list[Any] = columns["BLEU"]
    assert (result.score_a, result.score_b, result.p_value) == (theirs[0].score, theirs[1].score, theirs[1].p_value)
    assert result.score_b == pytest.approx(BLEU().corpus_score(b, [refs]).score)


def test_interval_of_translations_equals_corpus_bleu_of_resampled_sentences() -> None:
    refs, a, b = translations(31, (0.4, 0.2), seed=2)
    result = compare_translations(refs, a, b, bootstrap_samples=2000)
    rng, draws = np.random.default_rng(3), []
    for picks in rng.integers(31, size=(400, 31)):
        truth = [[refs[pick] for pick in picks]]
        scores = [BLEU(force=True).corpus_score([hyps[pick] for pick in picks], truth).score for hyps in (a, b)]
        draws.append(scores[1] - scores[0])
    assert result.interval == pytest.approx(np.quantile(draws, [0.025, 0.975]), abs=3.0)
    assert result.interval.high - result.interval.low > 15


def test_a_much_better_translator_is_seen_from_both_sides() -> None:
    refs, a, b = translations(60, (0.5, 0.1), seed=4)
    there, back = compare_translations(refs, a, b), compare_translations(refs, b, a)
    assert there.differ and back.differ
    assert there.difference == -back.difference > 20
    assert there.interval == pytest.approx((-back.interval.high, -back.interval.low))


def test_a_translator_does_not_differ_from_itself() -> None:
    refs, a, _ = translations(40, (0.3, 0.3), seed=5)
    result = compare_translations(refs, a, a)
    assert (result.difference, result.p_value, result.interval) == (0.0, 1.0, None)
    assert not result.differ


def test_references_of_unequal_number_and_empty_translations() -> None:
    refs = [["a b c d e", "a b c d"], ["k l m n o"], ["p q r s t u"]]
    result = compare_translations(refs, ["a b c d", "", "p q r s t u"], ["a b c d e", "k l m n o", ""])
    assert result.score_a == pytest.approx(100 * math.exp(1 - 15 / 10))
    assert result.items == 3 and not result.differ
    chinese = compare_translations(["我爱北京。"], ["我爱上海。"], ["我爱北京。"], tokenize="zh")
    assert chinese.score_a == pytest.approx(23.644, abs=1e-3)
    assert not chinese.differ


def test_scores_equal_the_paired_t_test_of_scipy() -> None:
    rng = np.random.default_rng(6)
    a = rng.normal(30, 9, size=403)
    for shift in (0.3, 0.6, -0.5):
        b = a + rng.normal(shift, 5, size=403)
        result, expected = compare_scores(a, b, bootstrap_samples=4000), ttest_rel(b, a)
        assert result.p_value == pytest.approx(expected.pvalue, abs=0.02)
        low, high = expected.confidence_interval(0.95)
        assert result.interval == pytest.approx((low, high), abs=0.06)
        assert result.difference == pytest.approx(b.mean() - a.mean())
        assert (result.measure, result.items) == ("mean score", 403)


def test_false_alarms_are_about_as_rare_as_they_should_be() -> None:
    rng = np.random.default_rng(8)
    alarms = [
        compare_scores(*rng.exponential(size=(2, 80)), bootstrap_samples=300, seed=seed).differ for seed in range(300)
    ]
    assert 0.02 <= np.mean(alarms) <= 0.08


def test_equal_scores_and_one_score() -> None:
    same = compare_scores([0.1] * 20, [0.1] * 20)
    assert (same.p_value, same.differ) == (1.0, False)
    always = compare_scores([0.1] * 20, [0.3] * 20)
    assert always.p_value == pytest.approx(1 / 1001) and always.differ
    assert not compare_scores([0.1], [0.3]).differ


def test_the_seed_repeats() -> None:
    rng = np.random.default_rng(9)
    a, b = rng.random((2, 33))
    first, again, other = (compare_scores(a, b, seed=seed) for seed in (1, 1, 2))
    assert first == again != other


@pytest.mark.parametrize(
    ("labels", "a", "b", "message"),
    [
        ([], [], [], "no texts"),
        ([1, 0], [1], [1, 0], "2 labels but 1 and 2 predictions"),
        ([1, 0], [1, 0], [1], "2 labels but 2 and 1 predictions"),
    ],
)
def test_bad_classifications(labels: list[int], a: list[int], b: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compare_classifiers(labels, a, b)


def test_bad_translations() -> None:
    with pytest.raises(ValueError, match="2 hypotheses but 1 references"):
        compare_translations(["a"], ["a"], ["a", "b"])
    with pytest.raises(ValueError, match="no sentences"):
        compare_translations([], [], [])
    with pytest.raises(ValueError, match="seed at least 1"):
        compare_translations(["a"], ["a"], ["a"], seed=0)  # sacreBLEU would take that for no seed
    with pytest.raises(UserError, match="did you mean '13a'"):
        compare_translations(["a"], ["a"], ["a"], tokenize="v13a")


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        ([], [], "no items"),
        ([1.0], [1.0, 2.0], r"\(N,\)"),
        ([[1.0]], [[1.0]], r"\(N,\)"),
        ([1.0], [math.nan], "finite"),
    ],
)
def test_bad_scores(a: list[float], b: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compare_scores(a, b)


def test_importing_imports_nothing_heavy() -> None:
    code = (
        "import sys, nlpseq.evaluation.significance, nlpseq.evaluation.calibration, nlpseq.evaluation.baselines;"
        "import nlpseq.evaluation.language_model;"
        "print({'evaluate', 'datasets', 'sklearn', 'scipy', 'sacrebleu', 'torch'} & set(sys.modules))"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "set()\n", done.stderr


def test_classifiers_that_never_disagree_have_an_interval_that_is_not_nothing() -> None:
    perfect = compare_classifiers([1] * 60, [1] * 60, [1] * 60)
    assert perfect.interval == pytest.approx((-0.0602, 0.0602), abs=1e-4)
    assert "a difference of 0.0000 (95% interval -0.0602 to +0.0602" in perfect.sentence("a", "b")


def test_the_interval_of_paired_shares_covers_the_true_difference_in_about_95_percent() -> None:
    rng = np.random.default_rng(4)
    hits = 0
    for only_a, only_b, _ in rng.multinomial(50, [0.02, 0.10, 0.88], size=1500):
        low, high = compare_classifiers(*outcomes(only_a, only_b, 50 - only_a - only_b, 0)).interval or (1.0, 1.0)
        hits += low <= 0.08 <= high
    assert 0.93 <= hits / 1500 <= 0.99


def test_one_difference_for_all_items_is_no_zero_but_has_no_interval() -> None:
    same = compare_scores([0.0] * 12, [1.0] * 12, measure="ROUGE-1")
    assert (same.difference, same.interval, same.differ) == (1.0, None, True)
    assert "b really scores higher than a" in same.sentence("a", "b")
    assert "a difference of +1.0000 (no 95% interval, all items differ alike, p = 0.0010" in same.sentence("a", "b")


def test_the_difference_is_the_better_less_the_other_whatever_their_order() -> None:
    a, b = np.linspace(0.1, 0.3, 40), np.linspace(0.4, 0.7, 40)
    up, down = compare_scores(a, b, measure="ROUGE-1"), compare_scores(b, a, measure="ROUGE-1")
    assert up.sentence("x", "y").startswith(
        "y really scores higher than x: ROUGE-1 0.2000 and 0.5500, a difference of +0.3500 ("
    )
    assert down.sentence("y", "x").startswith(
        "y really scores higher than x: ROUGE-1 0.5500 and 0.2000, a difference of +0.3500 ("
    )
    assert up.sentence("x", "y").split("interval")[1] == down.sentence("y", "x").split("interval")[1]
