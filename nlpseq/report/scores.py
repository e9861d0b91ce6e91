"""The scores of a report: each with its interval, its signature and the baselines beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from nlpseq.report.blocks import Bar, Bars, Block, Overview, Paragraph, Section, Table


class ScoreKind(NamedTuple):
    """What a score of `metrics.json` is called and how it is shown: `scale` times the number, with `digits` after the
    point and `unit`.

    The interval stands in the metrics under `key` + "_interval", the signature under `signature`. Tables have the
    `short_label`, if there is one.

    >>> ScoreKind("accuracy", "Accuracy", "share of texts", "signature", scale=100, unit="%").show(0.9176)
    '91.8%'
    """

    key: str
    label: str
    note: str
    signature: str
    scale: float = 1.0
    digits: int = 1
    unit: str = ""
    higher_is_better: bool = True
    short_label: str = ""

    def show(self, value: float) -> str:
        """The value in words."""
        return f"{self.scale * value:,.{self.digits}f}{self.unit}"


class BaselineScores(NamedTuple):
    """What a simple method reaches on the same test data: `scores` has keys and units of the report's metrics.

    >>> BaselineScores("lead-12", {"rouge1": 24.6}).name
    'lead-12'
    """

    name: str
    scores: Mapping[str, float]


def interval_in_words(ends: Sequence[float] | None, digits: int, *, scale: int = 1) -> str:
    """A 95% interval; where all resamples score the same there is none.

    >>> interval_in_words([0.88, 0.925], 1, scale=100), interval_in_words(None, 1)
    ('95% interval 88.0 to 92.5', '95% interval not known')
    """
    if ends is None:
        return "95% interval not known"
    return f"95% interval {scale * ends[0]:.{digits}f} to {scale * ends[1]:.{digits}f}"


def baselines_of(metrics: Mapping[str, Any], scores: Sequence[ScoreKind]) -> list[BaselineScores]:
    """The simple methods that the metrics of a run name, with those of `scores` that they have.

    >>> metrics = {"baselines": [{"name": "copy", "bleu": 3.1, "seconds": 2}]}
    >>> baselines_of(metrics, [ScoreKind("bleu", "BLEU", "", "")])
    [BaselineScores(name='copy', scores={'bleu': 3.1})]
    """
    keys = [score.key for score in scores]
    return [
        BaselineScores(entry["name"], {key: entry[key] for key in keys if key in entry})
        for entry in metrics.get("baselines", [])
    ]


def certainty(score: ScoreKind, metrics: Mapping[str, Any]) -> str:
    """How sure a score is, as the end of a sentence.

    >>> certainty(ScoreKind("bleu", "BLEU", "", ""), {"bleu_interval": [36.2, 38.8]})
    'with 95% confidence between 36.2 and 38.8'
    """
    interval = metrics.get(f"{score.key}_interval")
    if not interval:
        return "how sure that is is not known"
    low, high = interval
    return f"with 95% confidence between {score.show(low)} and {score.show(high)}"


def beside_baseline(score: ScoreKind, baselines: Sequence[BaselineScores]) -> str:
    """The best baseline as the end of a sentence, empty without any.

    >>> beside_baseline(ScoreKind("bleu", "BLEU", "", ""), [BaselineScores("copy", {"bleu": 3.14})])
    '; the best baseline (copy) reaches 3.1'
    """
    found = best_baseline(score, baselines)
    return f"; the best baseline ({found.name}) reaches {score.show(found.scores[score.key])}" if found else ""


def overview(score: ScoreKind, metrics: Mapping[str, Any], baselines: Sequence[BaselineScores]) -> Overview:
    """The first score with its interval, beside the baselines and the run before, and whether they really differ.

    >>> metrics = {"bleu": 37.5, "bleu_interval": [36.2, 38.8]}
    >>> found = overview(ScoreKind("bleu", "BLEU", "", ""), metrics, [BaselineScores("copy", {"bleu": 3.1})])
    >>> found.figure, found.certainty, found.beside.title
    ('37.5', '95% interval 36.2 to 38.8', 'BLEU is 34.4 above that of the best baseline (copy)')
    """
    interval = metrics.get(f"{score.key}_interval")
    value = score.scale * metrics[score.key]
    ends = [score.scale * end for end in interval] if interval else [None, None]
    rows = [Bar("this model", value, *ends)]
    ranked = sorted(
        _with(score, baselines), key=lambda one: one.scores[score.key], reverse=score.higher_is_better
    )  # fmt: skip
    rows += [Bar(one.name, score.scale * one.scores[score.key]) for one in ranked]
    titles = [_finding(score, metrics, baselines)] if ranked else []
    if last := metrics.get("last_run"):
        rows.append(Bar(f"last run ({last['name']})", score.scale * last["score"]))
        titles.append(_since(score, last))
    beside = (
        Bars("; ".join(titles), ("", "", score.short_label or score.label), rows, score.digits, score.unit)
        if titles
        else None
    )
    around = f"95% interval {score.show(interval[0])} to {score.show(interval[1])}" if interval else ""
    return Overview(score.label, score.show(metrics[score.key]), around or "95% interval not known", beside)


def _since(score: ScoreKind, last: Mapping[str, Any]) -> str:
    """What changed since the last run, and whether it did."""
    change = score.scale * last["difference"]
    size = f"{abs(change):.{score.digits}f}{' points' * (score.unit == '%')}"
    if not last["real"]:
        return f"no sure difference from the last run ({size})"
    better = (change > 0) == score.higher_is_better
    return f"really {'better' if better else 'worse'} than the last run, by {size}"


def score_section(
    metrics: Mapping[str, Any], scores: Sequence[ScoreKind], baselines: Sequence[BaselineScores], *, resampled: str
) -> Section:
    """The table of those of `scores` that the metrics have, beside the baselines, and what makes them comparable.

    `resampled` names what the bootstrap drew from, for example "test sentences".
    """
    scores = [score for score in scores if score.key in metrics]
    table = Table(
        ["Score", "This model", "95% interval", *(baseline.name for baseline in baselines)],
        [_row(score, metrics, baselines) for score in scores],
        "lrr" + "r" * len(baselines),
        [score.note for score in scores],
    )
    about = _about_intervals(metrics, baselines, resampled)
    blocks: list[Block] = [table, *([Paragraph(about)] if about else [])]
    if rows := signatures(metrics, scores):
        blocks.append(Table(["Scores", "Signature"], rows, "lc"))
    return Section("Scores", blocks)


def _row(score: ScoreKind, metrics: Mapping[str, Any], baselines: Sequence[BaselineScores]) -> list[str]:
    value, interval = metrics[score.key], metrics.get(f"{score.key}_interval")
    beside = [baseline.scores.get(score.key) for baseline in baselines]
    return [
        score.label,
        "left out, too slow" if value is None else score.show(value),
        f"{score.show(interval[0])} to {score.show(interval[1])}" if interval else "not known",
        *("–" if other is None else score.show(other) for other in beside),
    ]


def signatures(metrics: Mapping[str, Any], scores: Sequence[ScoreKind]) -> list[list[str]]:
    """What makes the scores comparable with those of others: the scores that share a signature, and the signature."""
    labels: dict[str, list[str]] = {}
    for score in scores:
        if signature := metrics.get(score.signature):
            labels.setdefault(signature, []).append(score.label)
    return [[", ".join(sharing), signature] for signature, sharing in labels.items()]


def _about_intervals(metrics: Mapping[str, Any], baselines: Sequence[BaselineScores], resampled: str) -> str:
    sentences = []
    if any(metrics.get(key) for key in metrics if key.endswith("_interval")):
        sentences.append(
            f"The intervals come from a bootstrap over the {resampled}; "
            "what another random seed in training would change is not in them."
        )
    if baselines:
        sentences.append(f"The baselines are scored on the same {resampled}; their intervals are not computed.")
    return " ".join(sentences)


def _with(score: ScoreKind, baselines: Sequence[BaselineScores]) -> list[BaselineScores]:
    return [baseline for baseline in baselines if score.key in baseline.scores]


def best_baseline(score: ScoreKind, baselines: Sequence[BaselineScores]) -> BaselineScores | None:
    """The one with the best of a score, if any has it."""
    sign = 1 if score.higher_is_better else -1
    return max(_with(score, baselines), key=lambda baseline: sign * baseline.scores[score.key], default=None)


def clearly(score: ScoreKind, metrics: Mapping[str, Any], other: float) -> int:
    """1 where the model's score is better than `other`, -1 where it is worse, 0 where the interval holds both.

    >>> clearly(ScoreKind("bleu", "BLEU", "", ""), {"bleu": 37.5, "bleu_interval": [36.2, 38.8]}, 36.5)
    0
    """
    value, interval = metrics[score.key], metrics.get(f"{score.key}_interval")
    if value == other or (interval and interval[0] <= other <= interval[1]):
        return 0
    return 1 if (value > other) == score.higher_is_better else -1


def _finding(score: ScoreKind, metrics: Mapping[str, Any], baselines: Sequence[BaselineScores]) -> str:
    best = best_baseline(score, baselines)
    assert best is not None
    other, value = best.scores[score.key], metrics[score.key]
    distance = f"{abs(score.scale * (value - other)):.{score.digits}f}{' points' * (score.unit == '%')}"
    if not clearly(score, metrics, other):
        return f"{score.label} is not clearly different from that of the best baseline ({best.name})"
    side = "above" if value > other else "below"
    return f"{score.label} is {distance} {side} that of the best baseline ({best.name})"
