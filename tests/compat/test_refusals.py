from __future__ import annotations

import importlib

import pytest

PACKAGE = "nlpseq.compat.torchtext"


@pytest.mark.parametrize(
    ("module", "name", "instead"),
    [
        ("", "models", "transformers"),
        ("", "nn", "torch.nn.MultiheadAttention"),
        ("", "prototype", "torchtext.transforms"),
        ("", "experimental", "torchtext.vocab"),
        (".data", "Field", "nlpseq.compat.torchtext.legacy.data"),
        (".data", "Field", "install(legacy=True)"),
        (".data", "BucketIterator", "nlpseq.compat.torchtext.legacy.data"),
        (".datasets", "SNLI", "nlpseq.compat.torchtext.legacy.datasets"),
        (".vocab", "SubwordVocab", "SubwordTokenizer"),
    ],
)
def test_what_is_gone_names_what_to_use(module: str, name: str, instead: str) -> None:
    start = rf"^torchtext{module}\.{name} (is|was) .*; .*"
    with pytest.raises(AttributeError, match=start) as refused:
        getattr(importlib.import_module(PACKAGE + module), name)
    assert instead in str(refused.value)
    with pytest.raises(ImportError, match=start):
        exec(f"from {PACKAGE}{module} import {name}")
    assert not hasattr(importlib.import_module(PACKAGE + module), name)


def test_other_names_get_pythons_own_sentence() -> None:
    with pytest.raises(ImportError, match="cannot import name 'Unheard'"):
        exec(f"from {PACKAGE}.data import Unheard")
    with pytest.raises(AttributeError, match=r"module 'nlpseq.compat.torchtext.data' has no attribute 'Unheard'"):
        importlib.import_module(f"{PACKAGE}.data").Unheard  # noqa: B018


def test_modules_of_others_are_none_of_our_business() -> None:
    with pytest.raises(ModuleNotFoundError, match="No module named 'data'"):
        importlib.import_module("data.Field")
