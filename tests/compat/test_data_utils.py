from __future__ import annotations

import pickle
import random
import sys
from types import ModuleType
from typing import Any

import pytest
import torch

from nlpseq.compat.torchtext.data import utils
from nlpseq.compat.torchtext.data.utils import (
    RandomShuffler,
    dtype_to_attr,
    get_tokenizer,
    get_torch_version,
    interleave_keys,
    is_tokenizer_serializable,
    ngrams_iterator,
)
from nlpseq.errors import UserError


def test_a_function_comes_back_as_it_is() -> None:
    assert get_tokenizer(str.upper) is str.upper


@pytest.mark.parametrize("language", ["en", "en_core_web_sm", "de_core_news_md"])
def test_spacy_needs_no_model(language: str) -> None:
    assert get_tokenizer("spacy", language)("Don't!") == {"de": ["Don't", "!"]}.get(language[:2], ["Do", "n't", "!"])


def test_an_installed_model_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    import spacy

    nlp = spacy.blank("en")
    nlp.tokenizer.add_special_case("unsplit", [{"ORTH": "un"}, {"ORTH": "split"}])
    nlp.to_disk(tmp_path / "model")
    assert get_tokenizer("spacy", str(tmp_path / "model"))("unsplit words") == ["un", "split", "words"]


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(UserError, match="spaCy does not know 'qq'; choose one of"):
        get_tokenizer("spacy", "qq")


@pytest.mark.parametrize("name", [None, "basic_english", "spacy"])
def test_tokenizers_pickle(name: str | None) -> None:
    tokenizer = get_tokenizer(name)
    assert is_tokenizer_serializable(str(name), "en")
    assert pickle.loads(pickle.dumps(tokenizer))("a b.") == tokenizer("a b.")


@pytest.mark.parametrize(
    ("name", "package"),
    [("moses", "sacremoses"), ("toktok", "nltk"), ("revtok", "revtok"), ("subword", "revtok")],
)
def test_a_missing_library_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, name: str, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)  # as if it were not installed
    monkeypatch.setitem(sys.modules, "nltk.tokenize.toktok", None)
    with pytest.raises(ImportError, match=rf"^get_tokenizer\('{name}'\) needs .* pip install {package}$"):
        get_tokenizer(name)


@pytest.mark.parametrize(
    ("name", "package", "tokens"),
    [
        ("moses", "sacremoses", ["Hello", ",", "world", "!"]),
        ("toktok", "nltk", ["Hello", ",", "world", "!"]),
        ("revtok", "revtok", [" Hello ", ", ", " world ", "! "]),
        ("subword", "revtok", ["\ue302 hello ", ", ", " world ", "! "]),
    ],
)
def test_libraries_that_are_installed_are_called(name: str, package: str, tokens: list[str]) -> None:
    pytest.importorskip(package)
    assert get_tokenizer(name)("Hello, world!") == tokens


def test_subword_asks_revtok_for_capitals_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    library = ModuleType("revtok")
    library.tokenize = lambda text, decap=False: [text, str(decap)]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "revtok", library)
    assert get_tokenizer("subword")("A") == ["A", "True"] and get_tokenizer("revtok")("A") == ["A", "False"]


def test_unknown_tokenizers_and_languages_are_value_errors() -> None:
    with pytest.raises(ValueError, match="no tokenizer is called 'speedy'; use a function, None, basic_english"):
        get_tokenizer("speedy")
    with pytest.raises(ValueError, match="basic_english is for English only, not for 'de'"):
        get_tokenizer("basic_english", "de")


def test_ngrams_of_any_length() -> None:
    assert list(ngrams_iterator([], 3)) == []
    assert list(ngrams_iterator(["a", "b"], 5)) == ["a", "b", "a b"]


def test_keys_beyond_sixteen_bits_keep_their_order() -> None:
    assert interleave_keys(3, 5) == 0b011011
    assert interleave_keys(2**16 - 1, 0) < interleave_keys(2**16, 0) < interleave_keys(2**16, 1)
    assert interleave_keys(0, 2**20) == 2**40


def test_a_shuffler_repeats_itself_and_leaves_the_rest_alone() -> None:
    shuffler = RandomShuffler(random.Random(3).getstate())
    twin = RandomShuffler(shuffler.random_state)
    outside = random.getstate()
    first, second = shuffler(range(9)), shuffler(range(9))
    assert random.getstate() == outside
    assert sorted(first) == list(range(9)) and first != second and [twin(range(9)), twin(range(9))] == [first, second]
    assert first == random.Random(3).sample(range(9), 9)


def test_a_shuffler_leaves_the_rest_alone_after_an_error_too() -> None:
    outside = random.getstate()
    with pytest.raises(ZeroDivisionError), RandomShuffler(random.Random(3).getstate()).use_internal_state():
        _ = 1 / 0
    assert random.getstate() == outside


def test_names_of_torch() -> None:
    assert dtype_to_attr(torch.int32) == "int32"
    assert get_torch_version() == tuple(map(int, torch.__version__.split(".")[:2]))
    assert utils.partial is not None  # one of the names that stood there by accident
