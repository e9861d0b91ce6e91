"""Names that torchtext 0.18.0 or 0.6.0 had and this package has not, each with what to use instead."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

PACKAGE = __name__.rpartition(".")[0]

_OLD_DATA = (
    "Batch", "BPTTIterator", "BucketIterator", "Dataset", "Example", "Field", "Iterator", "LabelField", "NestedField",
    "Pipeline", "RawField", "ReversibleField", "SubwordField", "TabularDataset", "batch", "pool",
)  # fmt: skip
_OLD_DATASETS = (
    "BABI20", "IWSLT", "LanguageModelingDataset", "MultiNLI", "SNLI", "SST", "SequenceTaggingDataset",
    "TextClassificationDataset", "TranslationDataset", "TREC", "WMT14", "XNLI",
)  # fmt: skip
_DATASET_MODULES = (
    "ag_news", "amazonreviewfull", "amazonreviewpolarity", "cc100", "cnndm", "cola", "conll2000chunking", "dbpedia",
    "enwik9", "imdb", "iwslt2016", "iwslt2017", "mnli", "mrpc", "multi30k", "penntreebank", "qnli", "qqp", "rte",
    "sogounews", "squad1", "squad2", "sst2", "stsb", "udpos", "wikitext103", "wikitext2", "wnli", "yahooanswers",
    "yelpreviewfull", "yelpreviewpolarity",
)  # fmt: skip

# By module and name: the rest of a sentence that begins with the full name.
_INSTEAD: dict[str, dict[str, str]] = {
    "": {
        "nn": "is not offered; torch.nn.MultiheadAttention does what its one layer did",
        "models": "is not offered; load RoBERTa, XLM-R and T5 with the transformers library",
        "prototype": "is not offered; its tokenizers are in torchtext.transforms, its generation in transformers",
        "experimental": "is not offered; use torchtext.vocab and torchtext.transforms, where its parts went",
        "_extension": "is not offered; here is no C++ library to load",
    },
    "data": {name: f"is of torchtext 0.6; import it from {PACKAGE}.legacy.data" for name in _OLD_DATA}
    | {"datasets_utils": "was private; read files with nlpseq.data.readers"},
    "data.utils": {
        "deepcopy": "was copy.deepcopy; import that",
        "re": "was Python's re; import that",
    },
    "data.metrics": {
        "collections": "was Python's collections; import that",
        "ngrams_iterator": "is in torchtext.data.utils; import it from there",
    },
    "datasets": {
        name: f"is of torchtext 0.6; read your files with {PACKAGE}.legacy.data.TabularDataset, or load the data set "
        "with the datasets library"
        for name in _OLD_DATASETS
    }
    | {name: "is no module here; import the data set itself from torchtext.datasets" for name in _DATASET_MODULES}
    | {
        "URLS": "is not offered; data sets come from local files or the Hugging Face hub",
        "MD5": "is not offered; data sets come from local files or the Hugging Face hub",
        "NUM_LINES": "is not offered; count the rows of the files you have",
    },
    "utils": {
        "torchtext": "was the package itself; import torchtext",
        "torch": "was torch; import that",
        "warnings": "was Python's warnings; import that",
    },
    "vocab": {"SubwordVocab": "is of torchtext 0.6; train a SentencePiece model with nlpseq.SubwordTokenizer.train"},
}


def sentence(module: str, name: str) -> str | None:
    """Why `module` has no `name` and what to use instead, or None if torchtext never had it there.

    >>> sentence("nlpseq.compat.torchtext", "nn")
    'torchtext.nn is not offered; torch.nn.MultiheadAttention does what its one layer did'
    """
    inner = module.removeprefix(PACKAGE).removeprefix(".")
    instead = _INSTEAD.get(inner, {}).get(name)
    return instead and f"{'.'.join(filter(None, ['torchtext', inner, name]))} {instead}"


def missing(module: str, name: str) -> AttributeError:
    """The error for a name that `module` has not: the body of its `__getattr__`."""
    return AttributeError(sentence(module, name) or f"module {module!r} has no attribute {name!r}")


def refuse_imports() -> None:
    """Let `from torchtext.data import Field` fail with our sentence: Python replaces that of `__getattr__`."""
    if not any(isinstance(finder, _RefusalFinder) for finder in sys.meta_path):
        sys.meta_path.append(_RefusalFinder())


class _RefusalFinder(MetaPathFinder):
    """Asked last, for a name that a package of ours has neither as an attribute nor as a module."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        module, _, name = fullname.rpartition(".")
        if module.startswith(PACKAGE) and (why := sentence(module, name)):
            raise ImportError(why, name=fullname)
        return None
