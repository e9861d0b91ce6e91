"""Vocabularies out of counts and out of token lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from nlpseq.compat.torchtext.vocab.vocab import Vocab
from nlpseq.text import vocab as text


def vocab(
    ordered_dict: Mapping[str, int],
    min_freq: int = 1,
    specials: Sequence[str] | None = None,
    special_first: bool = True,
) -> Vocab:
    """The vocabulary of a mapping from token to count, in the mapping's order; see `nlpseq.text.vocab.vocab`.

    Raises:
        RuntimeError: a special token comes twice.

    >>> vocab({"b": 3, "a": 1}, specials=["<unk>"]).get_itos()
    ['<unk>', 'b', 'a']
    """
    return Vocab(text.vocab(ordered_dict, min_freq, specials, special_first))


def build_vocab_from_iterator(
    iterator: Iterable[Iterable[str]],
    min_freq: int = 1,
    specials: Sequence[str] | None = None,
    special_first: bool = True,
    max_tokens: int | None = None,
) -> Vocab:
    """The vocabulary of token lists, frequent tokens first; see `nlpseq.text.vocab.build_vocab_from_iterator`.

    Raises:
        AssertionError: `max_tokens` leaves no room beside the specials.
        RuntimeError: a special token comes twice.

    >>> build_vocab_from_iterator([["a", "b"], ["b"]], specials=["<unk>"]).get_itos()
    ['<unk>', 'b', 'a']
    """
    return Vocab(text.build_vocab_from_iterator(iterator, min_freq, specials, special_first, max_tokens))
