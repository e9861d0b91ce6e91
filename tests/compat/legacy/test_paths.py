"""The names and modules of torchtext 0.6, here and where `install` puts them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from operator import attrgetter
from typing import Any

import pytest

# Every public name of torchtext 0.6.0, by module.
NAMES = {
    "data": "Batch Dataset TabularDataset Example RawField Field ReversibleField SubwordField NestedField LabelField "
    "batch BucketIterator Iterator BPTTIterator pool bleu_score Pipeline get_tokenizer interleave_keys "
    "generate_sp_model load_sp_model sentencepiece_numericalizer sentencepiece_tokenizer custom_replace "
    "simple_space_split numericalize_tokens_from_iterator",
    "data.batch": "Batch",
    "data.dataset": "Dataset TabularDataset RandomShuffler check_split_ratio rationed_split stratify",
    "data.example": "Example",
    "data.field": "RawField Field ReversibleField SubwordField NestedField LabelField",
    "data.functional": "generate_sp_model load_sp_model sentencepiece_numericalizer sentencepiece_tokenizer "
    "custom_replace simple_space_split numericalize_tokens_from_iterator",
    "data.iterator": "Iterator BucketIterator BPTTIterator batch pool RandomShuffler",
    "data.metrics": "bleu_score",
    "data.pipeline": "Pipeline",
    "data.utils": "get_tokenizer interleave_keys ngrams_iterator RandomShuffler dtype_to_attr get_torch_version "
    "is_tokenizer_serializable",
    "datasets": "LanguageModelingDataset SNLI MultiNLI XNLI SST TranslationDataset Multi30k IWSLT WMT14 WikiText2 "
    "WikiText103 PennTreebank TREC IMDB SequenceTaggingDataset UDPOS CoNLL2000Chunking BABI20 "
    "TextClassificationDataset AG_NEWS SogouNews DBpedia YelpReviewPolarity YelpReviewFull YahooAnswers "
    "AmazonReviewPolarity AmazonReviewFull EnWik9",
    "datasets.imdb": "IMDB",
    "datasets.language_modeling": "LanguageModelingDataset WikiText2 WikiText103 PennTreebank",
    "datasets.nli": "SNLI MultiNLI XNLI NLIDataset ParsedTextField ShiftReduceField",
    "datasets.sequence_tagging": "SequenceTaggingDataset UDPOS CoNLL2000Chunking",
    "datasets.sst": "SST",
    "datasets.text_classification": "TextClassificationDataset DATASETS AG_NEWS",
    "datasets.translation": "TranslationDataset Multi30k WMT14",
    "datasets.trec": "TREC",
    "utils": "download_from_url extract_archive reporthook unicode_csv_reader",
    "vocab": "Vocab SubwordVocab Vectors GloVe FastText CharNGram pretrained_aliases build_vocab_from_iterator",
}


@pytest.mark.parametrize("module", NAMES)
def test_every_name_is_in_its_module(module: str, ours: Any) -> None:
    found = import_module(f"{ours.__name__}.{module}")
    assert [name for name in NAMES[module].split() if not hasattr(found, name)] == []


@pytest.mark.parametrize("module", NAMES)
def test_the_names_are_those_of_the_original(module: str, original: Any) -> None:
    found = import_module(f"torchtext.{module}")
    assert [name for name in NAMES[module].split() if not hasattr(found, name)] == []
    assert set(getattr(found, "__all__", [])) <= set(NAMES[module].split())


def parameters(function: Any) -> list[str]:
    """The names of what can be given without a name, in their order."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [name for name, parameter in inspect.signature(function).parameters.items() if parameter.kind in kinds]


@pytest.mark.parametrize("module", NAMES)
def test_arguments_stand_where_they_stood(module: str, ours: Any, original: Any) -> None:
    other = {"load_sp_model", "SubwordField", "SubwordVocab", "BABI20", "EnWik9", "IWSLT"}  # 0.18's; refused
    real, own = import_module(f"torchtext.{module}"), import_module(f"{ours.__name__}.{module}")
    for name in (name for name in NAMES[module].split() if callable(getattr(real, name)) and name not in other):
        methods = ("splits", "iters", "split", "build_vocab", "process", "pad", "numericalize", "fromlist", "fromCSV")
        for path in (name, *(f"{name}.{method}" for method in methods if hasattr(getattr(real, name), method))):
            theirs = parameters(attrgetter(path)(real))
            # More may follow; and where the original takes **kwargs on, ours says which.
            assert parameters(attrgetter(path)(own))[: len(theirs)] == theirs or path.endswith("numericalize"), path


def test_labels_and_links_are_those_of_the_original(original: Any) -> None:
    real, own = (
        import_module(f"{package}.datasets.text_classification")
        for package in ("torchtext", "nlpseq.compat.torchtext.legacy")
    )
    assert own.LABELS == real.LABELS and own.URLS == real.URLS and list(own.DATASETS) == list(real.DATASETS)


def test_the_function_is_not_the_module(ours: Any) -> None:
    import_module(f"{ours.__name__}.data.batch")
    assert list(ours.data.batch("abc", 2)) == [["a", "b"], ["c"]]


def test_code_for_torchtext_0_9_runs_after_install(python: Callable[..., str]) -> None:
    code = """
from nlpseq.compat.torchtext import install
assert install()
import torchtext
from torchtext.legacy import data, datasets
from torchtext.legacy.data import BucketIterator, Field
from torchtext.legacy.data.field import LabelField
from torchtext.legacy.datasets import IMDB
from torchtext.legacy.vocab import GloVe, Vocab
import nlpseq.compat.torchtext.legacy as ours
assert torchtext.legacy is ours and Field is ours.data.Field and data.LabelField is LabelField and callable(data.batch)
assert torchtext.legacy.data.Iterator is data.Iterator
try:
    from torchtext.data import Field
except ImportError as error:
    print(error)
"""
    assert "import it from nlpseq.compat.torchtext.legacy.data" in python(code)
