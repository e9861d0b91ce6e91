"""Pieces of a SentencePiece model drawn at random, the same for one seed in every process.

SentencePiece samples too, but since its version 0.2.2 each process draws its own, whatever the seed. The distributions
here are SentencePiece's, and the draws come from numpy. A word's pieces depend on no other word, so that what was
worked out for it is kept: words come again and again.
"""

from __future__ import annotations

import heapq
import math
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, groupby

import numpy as np

from nlpseq.text.escape import SPACE

# Longer units, as whole sentences of scripts without spaces, hardly come again.
LONGEST_KEPT = 24
MOST_KEPT = 1 << 18
DRAWS = 4096  # random numbers that are made at once
_UNKNOWN_PENALTY = 10.0  # what SentencePiece takes off the lowest score for a character that no piece holds

Scores = Mapping[str, float]
Pieces = tuple[str, ...]


class PieceSampler:
    """Draws pieces for texts that SentencePiece has normalised.

    Args:
        scores: of the pieces that text can become, without bytes.
        model_type: "bpe" or "unigram".
        user_defined: pieces that are never split nor joined.
        bytes_for_unknown: write a character that no piece holds as its bytes.

    Raises:
        ValueError: a model of another type, which splits a text in one way only.
    """

    def __init__(
        self, scores: Scores, *, model_type: str, user_defined: Iterable[str] = (), bytes_for_unknown: bool = True
    ) -> None:
        if model_type not in ("bpe", "unigram"):
            raise ValueError(
                f"a model of the type {model_type} splits a text in one way only; sample from bpe or unigram"
            )
        self._bpe = model_type == "bpe"
        self._scores = scores
        self._user_defined = sorted(user_defined, key=len, reverse=True)
        self._bytes_for_unknown = bytes_for_unknown
        apart = not any(SPACE in piece[1:] for piece in chain(scores, self._user_defined))
        self._units = re.compile(f"{SPACE}[^{SPACE}]*|[^{SPACE}]+" if apart else "(?s:.+)")
        self._dropout = BpeDropout(scores, self._user_defined)
        self._lattices: dict[float, UnigramLattice] = {}

    def draw(self, texts: Sequence[str], *, alpha: float, seed: int) -> list[list[str]]:
        """Pieces of each text.

        Args:
            texts: normalised, with SentencePiece's mark in place of spaces.
            alpha: for bpe the share of merges left out, for unigram the exponent of the probabilities.
            seed: from 0.

        Raises:
            ValueError: `alpha` is negative, or for bpe more than 1.
        """
        if not 0 <= alpha <= (1 if self._bpe else math.inf):
            raise ValueError(f"alpha must be from 0{' to 1' if self._bpe else ''}, not {alpha}")
        rng = np.random.default_rng(seed)
        drawn = self._drawer(alpha, rng)
        return [self._finish(chain.from_iterable(map(drawn, self._units.findall(text)))) for text in texts]

    def _drawer(self, alpha: float, rng: np.random.Generator) -> Callable[[str], Sequence[str]]:
        """From a unit to its pieces, with random numbers of its own."""
        if self._bpe:
            gaps = _endless(lambda: rng.geometric(alpha, DRAWS).tolist()) if alpha else iter(lambda: math.inf, None)
            return lambda unit: self._dropout.draw(unit, gaps)
        if alpha not in self._lattices:
            self._lattices = {alpha: UnigramLattice(self._scores, self._user_defined, alpha)}
        lattice, shares = self._lattices[alpha], _endless(lambda: rng.random(DRAWS).tolist())
        return lambda unit: lattice.draw(unit, shares)

    def _finish(self, pieces: Iterable[str]) -> list[str]:
        """What no piece holds becomes bytes or, where the model has none, one unknown piece a run."""
        scores = self._scores
        finished: list[str] = []
        for known, run in groupby(pieces, lambda piece: piece in scores):
            if known:
                finished.extend(run)
            elif self._bytes_for_unknown:
                finished.extend(f"<0x{byte:02X}>" for byte in "".join(run).encode())
            else:
                finished.append("".join(run))
        return finished


class BpeDropout:
    """BPE-dropout (Provilkov et al. 2020) as SentencePiece does it: each merge is left out for good at random.

    Args:
        scores: of the pieces; the highest is merged first.
        user_defined: pieces that are never split nor joined, longest first.
    """

    def __init__(self, scores: Scores, user_defined: Sequence[str] = ()) -> None:
        self._scores = scores
        self._frozen = frozenset(user_defined)
        self._symbols = re.compile("|".join([*map(re.escape, user_defined), "(?s:.)"]))
        self._roots: dict[str, _Way] = {}
        self._kept = 0

    def draw(self, unit: str, gaps: Iterator[float]) -> Pieces:
        """Pieces of `unit`; `gaps` says how many merges from one that is left out to the next.

        >>> dropout = BpeDropout({"c": -9.0, "a": -9.0, "t": -9.0, "at": -1.0, "cat": -2.0})
        >>> dropout.draw("cat", iter([9])), dropout.draw("cat", iter([2, 1])), dropout.draw("cat", iter([1, 9]))
        (('cat',), ('c', 'at'), ('c', 'a', 't'))
        """
        if len(unit) > LONGEST_KEPT:
            return self._merge(unit, accumulate(gaps, initial=-1))[0]
        way = self._roots.get(unit)
        if way is None:
            way = self._roots[unit] = self._new(unit, ())
        place: float = -1
        while True:
            place += next(gaps)
            if place >= way.merges:
                return way.pieces
            further = way.further.get(place)
            if further is None:
                further = way.further[place] = self._new(unit, (*way.left_out, place))
            way = further

    def _new(self, unit: str, left_out: tuple[float, ...]) -> _Way:
        if self._kept >= MOST_KEPT:
            self._roots.clear()
            self._kept = 0
        self._kept += 1
        return _Way(left_out, *self._merge(unit, chain([-1], left_out, [math.inf])))

    def _merge(self, unit: str, left_out: Iterator[float]) -> tuple[Pieces, int]:
        """The pieces and how many merges came up; `left_out` are the numbers of those not done, after a -1."""
        scores, frozen = self._scores, self._frozen
        symbols: list[str] = self._symbols.findall(unit)
        size = len(symbols)
        before, after = list(range(-1, size - 1)), list(range(1, size + 1))  # the neighbours that are left
        agenda: list[tuple[float, int, int, str]] = []

        def propose(left: int, right: int) -> None:
            if left >= 0 and right < size and symbols[left] not in frozen and symbols[right] not in frozen:
                both = symbols[left] + symbols[right]
                if both in scores:
                    heapq.heappush(agenda, (-scores[both], left, right, both))

        for left in range(size - 1):
            propose(left, left + 1)
        next(left_out)
        merges, skipped = 0, next(left_out)
        while agenda:
            _, left, right, both = heapq.heappop(agenda)
            if not symbols[left] or not symbols[right] or symbols[left] + symbols[right] != both:
                continue  # one of the two is part of another piece by now
            merges += 1
            if merges - 1 == skipped:
                skipped = next(left_out)
                continue
            symbols[left], symbols[right] = both, ""
            after[left] = after[right]
            if after[right] < size:
                before[after[right]] = left
            propose(before[left], left)
            propose(left, after[left])
        return tuple(filter(None, symbols)), merges


class _Way:
    """What becomes of a word when the merges `left_out` are left out, and the ways that leave out one more."""

    __slots__ = ("further", "left_out", "merges", "pieces")

    def __init__(self, left_out: tuple[float, ...], pieces: Pieces, merges: int) -> None:
        self.left_out = left_out
        self.pieces = pieces
        self.merges = merges
        self.further: dict[float, _Way] = {}


class UnigramLattice:
    """All ways to split a unit into pieces, each as likely as the product of its pieces' probabilities (Kudo 2018).

    Args:
        scores: of the pieces, natural logarithms of their probabilities.
        user_defined: pieces that are nearly always taken, as SentencePiece has them.
        alpha: exponent of the probabilities; 0 makes all ways alike.
    """

    def __init__(self, scores: Scores, user_defined: Sequence[str], alpha: float) -> None:
        normal = [score for piece, score in scores.items() if piece not in set(user_defined)] or [0.0]
        low, high = min(normal), max(normal)
        bonus = {piece: len(piece) * high - 0.1 for piece in user_defined}
        self._weights = {piece: alpha * score for piece, score in {**scores, **bonus}.items()}
        self._unknown = alpha * (low - _UNKNOWN_PENALTY)
        self._longest = max(map(len, self._weights), default=1)
        self._kept: dict[str, list[tuple[list[int], list[float]]]] = {}

    def draw(self, unit: str, shares: Iterator[float]) -> list[str]:
        """Pieces of `unit`, drawn from its end to its beginning; `shares` are numbers from 0 to 1.

        >>> lattice = UnigramLattice({"a": math.log(0.5), "aa": math.log(0.25)}, (), alpha=1.0)
        >>> lattice.draw("aa", iter([0.4])), lattice.draw("aa", iter([0.6, 0.0]))
        (['aa'], ['a', 'a'])
        """
        steps = self._kept.get(unit)
        if steps is None:
            steps = self._steps(unit)
            if len(unit) <= LONGEST_KEPT:
                if len(self._kept) >= MOST_KEPT:
                    self._kept.clear()
                self._kept[unit] = steps
        pieces, end = [], len(unit)
        while end:
            starts, upto = steps[end]
            # One way alone draws no number, so that plain words are quick.
            start = starts[0] if len(starts) == 1 else starts[min(bisect_right(upto, next(shares)), len(starts) - 1)]
            pieces.append(unit[start:end])
            end = start
        pieces.reverse()
        return pieces

    def _steps(self, unit: str) -> list[tuple[list[int], list[float]]]:
        """For each place, where a piece that ends there may begin, and the running sum of their probabilities."""
        weights, totals = self._weights, [0.0]
        steps: list[tuple[list[int], list[float]]] = [([], [])]
        for end in range(1, len(unit) + 1):
            starts, logs = [], []
            for start in range(max(0, end - self._longest), end):
                weight = weights.get(unit[start:end])
                if weight is None and start == end - 1:
                    weight = self._unknown
                if weight is not None:
                    starts.append(start)
                    logs.append(totals[start] + weight)
            top = max(logs)
            likely = [math.exp(log - top) for log in logs]
            total = math.fsum(likely)
            totals.append(top + math.log(total))
            steps.append((starts, list(accumulate(share / total for share in likely))))
        return steps


def _endless(more: Callable[[], list[float]]) -> Iterator[float]:
    while True:
        yield from more()
