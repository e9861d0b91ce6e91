from __future__ import annotations

import copy
import tracemalloc
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from nlpseq.compat.torchtext.vocab import Vocab, build_vocab_from_iterator, vocab
from nlpseq.errors import UserError
from nlpseq.text import vocab as text


@pytest.fixture
def letters() -> Vocab:
    v = vocab({"a": 3, "b": 2}, specials=["<unk>"])
    v.set_default_index(0)
    return v


def test_a_string_is_not_taken_for_its_letters(letters: Vocab) -> None:
    with pytest.raises(TypeError, match="takes a list of tokens, not the string 'ab'; split it first"):
        letters("ab")  # type: ignore[arg-type]


def test_an_id_is_not_taken_for_an_unknown_token(letters: Vocab) -> None:
    with pytest.raises(TypeError, match="2 is none; lookup_token is the way back"):
        letters[2]  # type: ignore[index]
    with pytest.raises(TypeError):
        list(letters)  # type: ignore[call-overload]


def test_tokens_that_are_no_strings_do_no_harm(letters: Vocab) -> None:
    assert letters([1, "a"]) == [0, 1]  # type: ignore[list-item]
    assert 5 not in letters and "\ud800" not in letters and letters["\ud800"] == 0
    letters.set_default_index(None)
    with pytest.raises(RuntimeError, match="Token 1 not found and default index is not set"):
        letters([1])  # type: ignore[list-item]


def test_a_known_token_cannot_be_inserted_and_its_place_is_told(letters: Vocab) -> None:
    with pytest.raises(RuntimeError, match="Token a already exists in the Vocab with index: 1"):
        letters.insert_token("a", 0)


def test_tuples_are_looked_up_too(letters: Vocab) -> None:
    assert letters(("b", "zz")) == [2, 0]  # type: ignore[arg-type]


def test_a_default_index_is_a_number(letters: Vocab) -> None:
    for index in ("0", 1.0, torch.tensor(0.5)):
        with pytest.raises(TypeError, match="a default index is an int or None"):
            letters.set_default_index(index)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [int, np.int64, np.uint8, torch.tensor])
def test_whole_numbers_of_all_libraries_are_indices(letters: Vocab, number: Callable[[int], Any]) -> None:
    letters.set_default_index(number(2))
    assert letters["zz"] == letters.get_default_index() == 2 and type(letters.get_default_index()) is int
    letters.insert_token("c", number(1))
    assert letters.lookup_token(number(1)) == "c" and letters.lookup_tokens([number(0), number(1)]) == ["<unk>", "c"]


def test_tokens_are_strings(letters: Vocab) -> None:
    for build in (
        lambda: build_vocab_from_iterator([[1, 2]]),  # type: ignore[list-item]
        lambda: build_vocab_from_iterator([["a"]], specials=[0]),  # type: ignore[list-item]
        lambda: vocab({b"a": 1}),  # type: ignore[dict-item]
        lambda: letters.append_token(1),  # type: ignore[arg-type]
        lambda: letters.insert_token(None, 0),  # type: ignore[arg-type]
    ):
        with pytest.raises(TypeError, match="^a token is a string, and .* is none"):
            build()
    assert letters.get_itos() == ["<unk>", "a", "b"]


def test_attributes_of_the_vocabulary_inside(letters: Vocab) -> None:
    assert letters.vocab.itos_ == ["<unk>", "a", "b"] and letters.vocab.default_index_ == 0


def test_it_is_a_module_among_modules(letters: Vocab) -> None:
    model = torch.nn.Sequential(letters)
    assert model(["b"]) == [2] and not model.state_dict() and model.eval().to("cpu")[0] is letters
    other = copy.deepcopy(letters)
    other.append_token("c")
    assert (len(letters), len(other), other["c"]) == (3, 4, 3)


def test_hooks_of_modules_are_called(letters: Vocab) -> None:
    seen: list[object] = []
    letters.register_forward_hook(lambda module, inputs, output: seen.append((inputs, output)))
    assert letters(["a"]) == letters.lookup_indices(["a"]) == [1] and seen == [((["a"],), [1])]


def test_counts_are_not_taken_for_a_vocabulary() -> None:
    with pytest.raises(TypeError, match=r"not Counter; make one of counts with torchtext.vocab.vocab\(counts\), or"):
        Vocab(Counter("abba"))  # type: ignore[arg-type]


def test_counts_are_left_as_they_were() -> None:
    counts = {"<unk>": 5, "a": 1}
    assert vocab(counts, specials=["<unk>"]).get_itos() == ["<unk>", "a"]
    assert counts == {"<unk>": 5, "a": 1}


def test_what_vocabularies_had_before_0_10_names_what_to_write(letters: Vocab) -> None:
    for name, written in (("itos", "get_itos()"), ("stoi", "get_stoi()"), ("vectors", "get_vecs_by_tokens")):
        with pytest.raises(AttributeError, match=f"^a Vocab has no {name} since torchtext 0.10; write ") as refused:
            getattr(letters, name)
        assert written in str(refused.value) and not hasattr(letters, name)
    with pytest.raises(AttributeError, match="'Vocab' object has no attribute 'unheard'"):
        letters.unheard  # noqa: B018


def test_it_shares_ours(letters: Vocab) -> None:
    assert letters.vocab == text.Vocab(["<unk>", "a", "b"], default_index=0)


def test_a_small_vocabulary_takes_little_memory() -> None:
    tracemalloc.start()
    try:
        v = build_vocab_from_iterator([[f"token{number}"] for number in range(1000)])
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(v) == 1000 and kept < 1_000_000  # bytes; torchtext's takes 120 million for any


@pytest.mark.filterwarnings("ignore:.*torch.jit.script:DeprecationWarning")
def test_it_says_that_it_cannot_be_compiled(letters: Vocab) -> None:
    with pytest.raises(UserError, match="torch.jit.script: Vocab is plain Python here and cannot be compiled;"):
        torch.jit.script(letters)
