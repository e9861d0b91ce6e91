"""SentencePiece models and text functions: those of `nlpseq.compat.torchtext.data.functional`."""

from __future__ import annotations

from nlpseq.compat.torchtext.data.functional import custom_replace as custom_replace
from nlpseq.compat.torchtext.data.functional import (
    generate_sp_model,
    load_sp_model,
    numericalize_tokens_from_iterator,
    sentencepiece_numericalizer,
    sentencepiece_tokenizer,
)
from nlpseq.compat.torchtext.data.functional import simple_space_split as simple_space_split

__all__ = [
    "generate_sp_model",
    "load_sp_model",
    "numericalize_tokens_from_iterator",
    "sentencepiece_numericalizer",
    "sentencepiece_tokenizer",
]
