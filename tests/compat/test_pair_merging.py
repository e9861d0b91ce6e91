from __future__ import annotations

import time
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from nlpseq.compat.torchtext.pair_merging import PairMerger, merge_pairs, read_merges


def plain_merges(symbols: list[str], ranks: dict[tuple[str, str], int]) -> list[str]:
    """The definition: join every occurrence of the pair of the least rank, from the left; repeat."""
    while len(symbols) > 1:
        pairs = [pair for pair in zip(symbols, symbols[1:], strict=False) if pair in ranks]
        if not pairs:
            break
        best, joined, place = min(pairs, key=ranks.__getitem__), [], 0
        while place < len(symbols):
            step = 2 if tuple(symbols[place : place + 2]) == best else 1
            joined.append("".join(symbols[place : place + step]))
            place += step
        symbols = joined
    return symbols


parts = st.text("ab", min_size=1, max_size=3)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.text("ab", max_size=12), st.lists(st.tuples(parts, parts), unique=True, max_size=9))
def test_merging_is_what_its_definition_says(word: str, pairs: list[tuple[str, str]]) -> None:
    ranks = {pair: rank for rank, pair in enumerate(pairs)}
    assert merge_pairs(word, ranks) == plain_merges(list(word), ranks)


def test_a_long_word_takes_no_quadratic_time() -> None:
    ranks = {("a" * 2**n, "a" * 2**n): n for n in range(5)}
    started = time.process_time()
    assert merge_pairs("a" * 50_000, ranks) == ["a" * 32] * 1562 + ["a" * 16]
    assert time.process_time() - started < 10  # seconds; the definition above takes minutes


def test_the_last_line_of_a_merges_file_counts_with_and_without_its_end(tmp_path: Path) -> None:
    for end in ("", "\n", "\n\n"):
        (tmp_path / "merges.txt").write_text(f"#version: 0.2\na b\nab c{end}", encoding="utf-8")
        assert read_merges(str(tmp_path / "merges.txt")) == {("a", "b"): 0, ("ab", "c"): 1}


def test_more_words_than_the_cache_holds() -> None:
    merger = PairMerger({("a", "b"): 0}, symbols=list, whole=["abc"])
    merger._cache = {str(number): [] for number in range(2**16)}
    assert merger.tokens(["cab", "abc", "cab"]) == ["c", "ab", "abc", "c", "ab"]
