"""Which items of the test data are worth showing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

WORST, INSTRUCTIVE, BEST = 6, 4, 3
CANDIDATES = 40  # of the worst, among which the instructive ones are looked for
EXAMPLES = 6  # of each side, where two runs differ


def extremes(scores: Sequence[float], refs: Sequence[str]) -> tuple[dict[int, float], dict[int, float]]:
    """Index -> score of the best and of the worst items, longer references first among equals.

    At most `BEST` and `CANDIDATES` of them, and none in both. Of items of one reference and score the first is enough:
    test data repeat themselves.

    >>> extremes([50.0, 0.0, 100.0, 0.0], ["a", "b", "c", "b"])
    ({2: 100.0, 0: 50.0}, {1: 0.0})
    """
    different = {(refs[index], scores[index]): index for index in reversed(range(len(scores)))}.values()
    ranked = sorted(different, key=lambda index: (-scores[index], -len(refs[index]), index))
    best = ranked[: min(BEST, (len(ranked) + 1) // 2)]
    rest = ranked[len(best) :]
    worst = sorted(rest, key=lambda index: (scores[index], -len(refs[index])))[:CANDIDATES]
    return {index: scores[index] for index in best}, {index: scores[index] for index in worst}


def worst_and_instructive(ranked: Iterable[int], excused: Callable[[int], bool]) -> tuple[list[int], list[int]]:
    """The worst items, and the worst of the others that nothing excuses, such as a word that training does not have.

    >>> worst_and_instructive(range(12), lambda index: index % 2 == 0)
    ([0, 1, 2, 3, 4, 5], [7, 9, 11])
    """
    order = list(ranked)
    return order[:WORST], [index for index in order[WORST:] if not excused(index)][:INSTRUCTIVE]
