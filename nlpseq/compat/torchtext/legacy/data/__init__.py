"""torchtext.data of 0.6: fields, examples, data sets, batches and iterators."""

from __future__ import annotations

from typing import Any

from nlpseq.compat.torchtext.legacy.data.batch import Batch
from nlpseq.compat.torchtext.legacy.data.dataset import Dataset, TabularDataset
from nlpseq.compat.torchtext.legacy.data.example import Example
from nlpseq.compat.torchtext.legacy.data.field import (
    Field,
    LabelField,
    NestedField,
    RawField,
    ReversibleField,
    SubwordField,
)
from nlpseq.compat.torchtext.legacy.data.functional import (
    custom_replace,
    generate_sp_model,
    load_sp_model,
    numericalize_tokens_from_iterator,
    sentencepiece_numericalizer,
    sentencepiece_tokenizer,
    simple_space_split,
)
from nlpseq.compat.torchtext.legacy.data.iterator import BPTTIterator, BucketIterator, Iterator, batch, pool
from nlpseq.compat.torchtext.legacy.data.metrics import bleu_score
from nlpseq.compat.torchtext.legacy.data.pipeline import Pipeline
from nlpseq.compat.torchtext.legacy.data.utils import get_tokenizer, interleave_keys
from nlpseq.compat.torchtext.refusals import missing

__all__ = [
    "BPTTIterator",
    "Batch",
    "BucketIterator",
    "Dataset",
    "Example",
    "Field",
    "Iterator",
    "LabelField",
    "NestedField",
    "Pipeline",
    "RawField",
    "ReversibleField",
    "SubwordField",
    "TabularDataset",
    "batch",
    "bleu_score",
    "custom_replace",
    "generate_sp_model",
    "get_tokenizer",
    "interleave_keys",
    "load_sp_model",
    "numericalize_tokens_from_iterator",
    "pool",
    "sentencepiece_numericalizer",
    "sentencepiece_tokenizer",
    "simple_space_split",
]


def __getattr__(name: str) -> Any:
    raise missing(__name__, name)
