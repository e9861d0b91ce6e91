"""Tokenizers, n-grams, sort keys and the shuffler: those of `nlpseq.compat.torchtext.data.utils`."""

from __future__ import annotations

from functools import lru_cache

from nlpseq.compat.torchtext.data import utils
from nlpseq.compat.torchtext.data.utils import (
    RandomShuffler,
    dtype_to_attr,
    get_tokenizer,
    get_torch_version,
    is_tokenizer_serializable,
    ngrams_iterator,
)

# Pickles of fields name these two.
from nlpseq.compat.torchtext.data.utils import _basic_english_normalize as _basic_english_normalize
from nlpseq.compat.torchtext.data.utils import _split_tokenizer as _split_tokenizer

__all__ = [
    "RandomShuffler",
    "dtype_to_attr",
    "get_tokenizer",
    "get_torch_version",
    "interleave_keys",
    "is_tokenizer_serializable",
    "ngrams_iterator",
]

# An iterator asks twice an epoch for the key of every pair of lengths, and most of them come again.
interleave_keys = lru_cache(maxsize=2**16)(utils.interleave_keys)
