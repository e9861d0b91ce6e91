"""Names that torchtext 0.18.0 or 0.6.0 had and this package has not, each with what to use instead."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from nlpseq.compat.torchtext.refused import refused

PACKAGE = __name__.rpartition(".")[0]

_OLD_DATA = (
    "Batch", "BPTTIterator", "BucketIterator", "Dataset", "Example", "Field", "Iterator", "LabelField", "NestedField",
    "Pipeline", "RawField", "ReversibleField", "SubwordField", "TabularDataset", "batch", "pool",
)  # fmt: skip
_OLD_DATASETS = (
    "BABI20", "IWSLT", "LanguageModelingDataset", "MultiNLI", "SNLI", "SST", "SequenceTaggingDataset",
    "TextClassificationDataset", "TranslationDataset", "TREC", "WMT14", "XNLI", "text_classification",
)  # fmt: skip
_NEW_DATASETS = (
    "CC100", "CNNDM", "CoLA", "IWSLT2016", "IWSLT2017", "MNLI", "MRPC", "QNLI", "QQP", "RTE", "SQuAD1", "SQuAD2",
    "SST2", "STSB", "WNLI",
)  # fmt: skip
_PROTOTYPE = "is not offered; its tokenizers are in torchtext.transforms, its generation in transformers"
_EXPERIMENTAL = f"is not offered; use {PACKAGE}.vocab and {PACKAGE}.transforms, where its parts went"
# Programs import from these what they use with a certain option only, so that their names are refused when used.
WHEN_USED = {"prototype": _PROTOTYPE, "experimental": _EXPERIMENTAL}
_NEITHER = {
    "nn": "is not offered; torch.nn.MultiheadAttention does what its one layer did",
    "models": "is not offered; load RoBERTa, XLM-R and T5 with the transformers library",
    "prototype": _PROTOTYPE,
    "experimental": _EXPERIMENTAL,
    "_extension": "is not offered; here is no C++ library to load",
}


def _old(module: str) -> str:
    return (
        f"is of torchtext before 0.9; call {PACKAGE}.install(legacy=True), or import it from {PACKAGE}.legacy.{module}"
    )


def _new(module: str) -> str:
    return f"is of torchtext from 0.9 on; call {PACKAGE}.install() without legacy, or import it from {PACKAGE}{module}"


# By module and name: the rest of a sentence that begins with the full name.
_INSTEAD: dict[str, dict[str, str]] = {
    "": _NEITHER,
    "data": dict.fromkeys(_OLD_DATA, _old("data"))
    | {"datasets_utils": "was private; read files with nlpseq.data.readers"},
    "data.utils": {
        "deepcopy": "was copy.deepcopy; import that",
        "re": "was Python's re; import that",
    },
    "data.metrics": {
        "collections": "was Python's collections; import that",
        "ngrams_iterator": "is in torchtext.data.utils; import it from there",
    },
    "datasets": dict.fromkeys(_OLD_DATASETS, _old("datasets")),
    "utils": {
        "torchtext": "was the package itself; import torchtext",
        "torch": "was torch; import that",
        "warnings": "was Python's warnings; import that",
    },
    "vocab": {"SubwordVocab": "is of torchtext 0.6; train a SentencePiece model with nlpseq.SubwordTokenizer.train"},
    "legacy": _NEITHER | dict.fromkeys(("functional", "transforms"), _new("")),
    "legacy.data": dict.fromkeys(("filter_wikipedia_xml", "to_map_style_dataset"), _new(".data")),
    "legacy.datasets": dict.fromkeys(_NEW_DATASETS, _new(".datasets")),
    "legacy.vocab": {"vocab": _new(".vocab")},
}


def sentence(module: str, name: str) -> str | None:
    """Why `module` has no `name` and what to use instead, or None if torchtext never had it there.

    >>> sentence("nlpseq.compat.torchtext", "nn")
    'torchtext.nn is not offered; torch.nn.MultiheadAttention does what its one layer did'
    """
    inner = module.removeprefix(PACKAGE).removeprefix(".")
    instead = _INSTEAD.get(inner, {}).get(name)
    shown = inner.removeprefix("legacy").removeprefix(".")  # whose parts stand in torchtext itself after install
    return instead and f"{'.'.join(filter(None, ['torchtext', shown, name]))} {instead}"


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
        inner = fullname.removeprefix(f"{PACKAGE}.")
        if inner.partition(".")[0] in WHEN_USED and fullname != inner:
            return ModuleSpec(fullname, _WhenUsed(inner), is_package=True)
        module, _, name = fullname.rpartition(".")
        if module.startswith(PACKAGE) and (why := sentence(module, name)):
            raise ImportError(why, name=fullname)
        return None


class _WhenUsed(Loader):
    """Makes a module of which any name can be imported, and none be used."""

    def __init__(self, inner: str) -> None:
        self._inner = inner

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        vars(module)["__getattr__"] = self._name

    def _name(self, name: str) -> type:
        if name.startswith("_"):  # what Python looks for
            raise AttributeError(name)
        return refused(f"torchtext.{self._inner}.{name}", WHEN_USED[self._inner.partition(".")[0]])
