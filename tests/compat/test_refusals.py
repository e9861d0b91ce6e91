from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import pytest

from nlpseq.errors import UserError

PACKAGE = "nlpseq.compat.torchtext"


@pytest.mark.parametrize(
    ("module", "name", "instead"),
    [
        ("", "models", "transformers"),
        ("", "nn", "torch.nn.MultiheadAttention"),
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


USED: list[tuple[str, Callable[[Any], Any]]] = [
    ("prototype.transforms.load_sp_model", lambda load: load("m.model")),
    ("prototype.transforms.PRETRAINED_SP_MODEL", lambda models: models["text_unigram_15000"]),
    ("prototype.generate.GenerationUtils", lambda utils: utils.generate),
    ("experimental.transforms.SentencePieceTokenizer", lambda tokenizer: tokenizer(None)),
    ("experimental.datasets.raw.AG_NEWS", lambda news: news()),
]


@pytest.mark.parametrize(("path", "use"), USED)
def test_what_is_imported_for_an_option_is_refused_when_used(path: str, use: Callable[[Any], Any]) -> None:
    module, _, name = path.rpartition(".")
    scope: dict[str, Any] = {}
    exec(f"import {PACKAGE}.{module}; from {PACKAGE}.{module} import {name}", scope)
    with pytest.raises(UserError, match=rf"^torchtext\.{path} is not offered; .*torchtext\.transforms"):
        use(scope[name])
    assert importlib.import_module(PACKAGE).prototype is importlib.import_module(f"{PACKAGE}.prototype")


def test_other_names_get_pythons_own_sentence() -> None:
    with pytest.raises(ImportError, match="cannot import name 'Unheard'"):
        exec(f"from {PACKAGE}.data import Unheard")
    with pytest.raises(AttributeError, match=r"module 'nlpseq.compat.torchtext.data' has no attribute 'Unheard'"):
        importlib.import_module(f"{PACKAGE}.data").Unheard  # noqa: B018


def test_modules_of_others_are_none_of_our_business() -> None:
    with pytest.raises(ModuleNotFoundError, match="No module named 'data'"):
        importlib.import_module("data.Field")
