"""Which items of the test data are worth showing."""

from __future__ import annotations

from collections.abc import Sequence

EXAMPLES = 10


def extremes(scores: Sequence[float], refs: Sequence[str]) -> tuple[dict[int, float], dict[int, float]]:
    """Index -> score of the best and of the worst items, longer references first among equals.

    At most `EXAMPLES` of each, and none in both.

    >>> extremes([50.0, 0.0, 100.0], ["a", "b", "c"])
    ({2: 100.0, 0: 50.0}, {1: 0.0})
    """
    ranked = sorted(range(len(scores)), key=lambda index: (-scores[index], -len(refs[index])))
    best = ranked[: min(EXAMPLES, (len(ranked) + 1) // 2)]
    rest = ranked[len(best) :]
    worst = sorted(rest, key=lambda index: (scores[index], -len(refs[index])))[:EXAMPLES]
    return {index: scores[index] for index in best}, {index: scores[index] for index in worst}
