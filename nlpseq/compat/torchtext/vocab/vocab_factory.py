"""Vocabularies out of counts and out of token lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from nlpseq.compat.torchtext.vocab.vocab import Vocab, check_tokens
from nlpseq.text import vocab as text

__all__ = ["build_vocab_from_iterator", "vocab"]


def vocab(
    ordered_dict: Mapping[str, int],
    min_freq: int = 1,
    specials: Sequence[str] | None = None,
    special_first: bool = True,
) -> Vocab:
    """The vocabulary of a mapping from token to count, in the mapping's order.

    Args:
        min_freq: leave out tokens that come more rarely.
        specials: tokens that are there in any case, in this order.
        special_first: whether the specials stand before or after the others.

    Raises:
        RuntimeError: a special token comes twice.
        TypeError: a token is no string.

    >>> vocab({"b": 3, "a": 1}, specials=["<unk>"]).get_itos()
    ['<unk>', 'b', 'a']
    """
    specials = list(specials or [])
    apart = set(specials)
    tokens = [token for token, count in ordered_dict.items() if count >= min_freq and token not in apart]
    check_tokens(specials)
    check_tokens(tokens)
    return Vocab(text.Vocab(specials + tokens if special_first else tokens + specials))


def build_vocab_from_iterator(
    iterator: Iterable[Iterable[str]],
    min_freq: int = 1,
    specials: Sequence[str] | None = None,
    special_first: bool = True,
    max_tokens: int | None = None,
) -> Vocab:
    """The vocabulary of token lists: frequent tokens first, equally frequent ones in lexicographic order.

    Args:
        min_freq, specials, special_first: as in `vocab`.
        max_tokens: the most tokens to keep, specials included.

    Raises:
        AssertionError: `max_tokens` leaves no room beside the specials.
        RuntimeError: a special token comes twice.
        TypeError: a token is no string.

    >>> build_vocab_from_iterator([["a", "b"], ["b"]], specials=["<unk>"]).get_itos()
    ['<unk>', 'b', 'a']
    """
    counts = text.count_tokens(iterator)
    if max_tokens is not None:
        room = max_tokens - len(specials or [])
        if room <= 0:
            raise AssertionError("len(specials) >= max_tokens, so the vocab will be entirely special tokens.")
        counts = dict(islice(counts.items(), room))
    return vocab(counts, min_freq, specials, special_first)
