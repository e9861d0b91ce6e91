"""Tokenizers, n-grams, sort keys and the shuffler: those of `nlpseq.compat.torchtext.data.utils`."""

from __future__ import annotations

from functools import lru_cache

from nlpseq.compat.torchtext.data import utils
from nlpseq.compat.torchtext.data.utils import (
    RandomShuffler,
    _basic_english_normalize,  # pickles of fields name these two
    _split_tokenizer,
    dtype_to_attr,
    get_tokenizer,
    get_torch_version,
    is_tokenizer_serializable,
    ngrams_iterator,
)

__all__ = [
    "RandomShuffler",
    "_basic_english_normalize",
    "_split_tokenizer",
    "dtype_to_attr",
    "get_tokenizer",
    "get_torch_version",
    "interleave_keys",
    "is_tokenizer_serializable",
    "ngrams_iterator",
]

# An iterator asks twice an epoch for the key of every pair of lengths, and most of them come again.
interleave_keys = lru_cache(maxsize=2**16)(utils.interleave_keys)
