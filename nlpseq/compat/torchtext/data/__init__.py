"""torchtext.data: tokenizers, text functions and BLEU."""

from __future__ import annotations

from typing import Any

from nlpseq.compat.torchtext.data.functional import (
    custom_replace,
    filter_wikipedia_xml,
    generate_sp_model,
    load_sp_model,
    numericalize_tokens_from_iterator,
    sentencepiece_numericalizer,
    sentencepiece_tokenizer,
    simple_space_split,
    to_map_style_dataset,
)
from nlpseq.compat.torchtext.data.metrics import bleu_score
from nlpseq.compat.torchtext.data.utils import get_tokenizer, interleave_keys
from nlpseq.compat.torchtext.refusals import missing

__all__ = [
    "bleu_score",
    "custom_replace",
    "filter_wikipedia_xml",
    "generate_sp_model",
    "get_tokenizer",
    "interleave_keys",
    "load_sp_model",
    "numericalize_tokens_from_iterator",
    "sentencepiece_numericalizer",
    "sentencepiece_tokenizer",
    "simple_space_split",
    "to_map_style_dataset",
]


def __getattr__(name: str) -> Any:
    raise missing(__name__, name)
