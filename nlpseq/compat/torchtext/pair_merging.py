"""Byte-pair encoding (Sennrich et al., 2016): join the neighbours that were joined first in training, and so on."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

Ranks = Mapping[tuple[str, str], int]
CACHED_WORDS = 2**16


class PairMerger:
    """Words to tokens; words met before are looked up.

    Args:
        ranks: the order of the merges.
        symbols: splits a word into what the merges begin with.
        whole: words that are never split.

    >>> PairMerger({("l", "o"): 0, ("lo", "w"): 1}, symbols=list).tokens(["low", "slow"])
    ['low', 's', 'low']
    """

    def __init__(self, ranks: Ranks, *, symbols: Callable[[str], list[str]], whole: Collection[str] = ()) -> None:
        self._ranks, self._symbols, self._whole = ranks, symbols, set(whole)
        self._cache: dict[str, list[str]] = {}

    def tokens(self, words: Iterable[str]) -> list[str]:
        """The tokens of all words in a row."""
        return [token for word in words for token in self._cache.get(word) or self._split(word)]

    def _split(self, word: str) -> list[str]:
        if len(self._cache) == CACHED_WORDS:
            self._cache.clear()
        self._cache[word] = [word] if word in self._whole else merge_pairs(self._symbols(word), self._ranks)
        return self._cache[word]


def read_merges(path: str) -> dict[tuple[str, str], int]:
    """The rank of each pair in a merges file: one pair a line after a first line that is passed over.

    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "merges.txt")
    >>> with open(path, "w") as file:
    ...     _ = file.write("#version: 0.2\\nl o\\nlo w")
    >>> read_merges(path)
    {('l', 'o'): 0, ('lo', 'w'): 1}
    """
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")[1:]
    pairs = [tuple(line.split()) for line in lines if line.strip()]
    return {(first, second): rank for rank, (first, second) in enumerate(pairs)}


def split_ranks(ranks: Mapping[str, int], separator: str) -> dict[tuple[str, str], int]:
    """The rank of each pair, of pairs that are joined to one string.

    >>> split_ranks({"l|o": 0, "": 1, "lo|w": 2}, "|")
    {('l', 'o'): 0, ('lo', 'w'): 2}
    """
    pairs = ((joined.partition(separator), rank) for joined, rank in ranks.items())
    return {(first, second): rank for (first, _, second), rank in pairs if second}


def merge_pairs(symbols: Sequence[str], ranks: Ranks) -> list[str]:
    """The symbols after all merges, in time n log n: a word may be very long.

    >>> merge_pairs("lower", {("l", "o"): 0, ("e", "r"): 1, ("lo", "w"): 2})
    ['low', 'er']
    """
    symbols = list(symbols)
    end = len(symbols)
    following, before = list(range(1, end + 1)), list(range(-1, end - 1))
    heap: list[tuple[int, int, str, str]] = []

    def propose(place: int) -> None:
        if place >= 0 and following[place] < end:
            pair = symbols[place], symbols[following[place]]
            if pair in ranks:
                heapq.heappush(heap, (ranks[pair], place, *pair))

    for place in range(end - 1):
        propose(place)
    while heap:
        rank = heap[0][0]
        places = []  # all of one rank go first, left to right, before any pair that they make
        while heap and heap[0][0] == rank:
            places.append(heapq.heappop(heap)[1:])
        for place, first, second in places:
            other = following[place]
            if symbols[place] != first or other == end or symbols[other] != second:
                continue  # one of the two is in another pair by now
            symbols[place], symbols[other] = first + second, ""
            following[place] = following[other]
            if following[place] < end:
                before[following[place]] = place
            propose(before[place])
            propose(place)
    return list(filter(None, symbols))
