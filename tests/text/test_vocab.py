from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpseq.errors import UserError
from nlpseq.text.vocab import SPECIALS, Vocab, count_tokens


def test_frequent_tokens_come_first_and_ties_in_lexicographic_order() -> None:
    assert list(Vocab.from_iterator([["b", "c", "a"], ["c", "B"]], specials=())) == ["c", "B", "a", "b"]
    assert count_tokens(iter([["b", "c", "a"], ["c", "B"]])) == {"c": 2, "B": 1, "a": 1, "b": 1}


def test_the_specials_come_first_and_unk_is_what_unknown_tokens_become() -> None:
    words = Vocab.from_iterator([["a", "<unk>", "a"], ["<pad>"]])
    assert list(words) == [*SPECIALS, "a"] and words.encode(["a", "b"]) == [4, 1]
    other = Vocab.from_iterator([["a"]], specials=["<s>", "<unk>"])
    assert list(other) == ["<s>", "<unk>", "a"] and other.get_default_index() == 1
    with pytest.raises(RuntimeError, match="Token b not found"):
        Vocab.from_iterator([["a"]], specials=["<s>"]).encode(["b"])


def test_rare_tokens_and_those_beyond_the_size_are_left_out() -> None:
    texts = [["a", "b", "c", "<s>"], ["a", "b", "<s>"], ["a", "<s>"]]
    assert list(Vocab.from_iterator(texts, min_freq=2)) == [*SPECIALS, "a", "b"]
    # A special in the texts takes no one's place.
    assert list(Vocab.from_iterator(texts, max_size=6)) == [*SPECIALS, "a", "b"]
    with pytest.raises(UserError, match="max_size: 4 leaves no room beside the 4 special tokens; set it to 5 or more"):
        Vocab.from_iterator(texts, max_size=4)


def test_ids_and_tokens() -> None:
    v = Vocab(["<unk>", "a", "b"], default_index=0)
    assert v.encode(iter(["b", "z"])) == v(["b", "z"]) == [2, 0]
    assert v.decode(np.array([2, 0])) == ["b", "<unk>"] and v.lookup_token(1) == "a"
    for wrong in (-1, 3):
        with pytest.raises(RuntimeError, match=f"Specified index {wrong} is out of bounds for vocab of size 3"):
            v.decode([1, wrong])


def test_tokens_are_distinct() -> None:
    with pytest.raises(RuntimeError, match="Duplicate token found in tokens list: a"):
        Vocab(["a", "b", "a"])


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.lists(st.text(max_size=3), unique=True, max_size=8), st.text(max_size=3), st.integers(0, 8))
def test_inserting_moves_the_others_up(tokens: list[str], new: str, index: int) -> None:
    v = Vocab(tokens)
    if new in tokens or index > len(tokens):
        with pytest.raises(RuntimeError):
            v.insert_token(new, index)
        assert v == Vocab(tokens)
    else:
        v.insert_token(new, index)
        assert v == Vocab([*tokens[:index], new, *tokens[index:]])
        assert v(v.get_itos()) == list(range(len(v)))


def test_iterating_gives_the_tokens_and_ends() -> None:
    assert list(Vocab(["<unk>", "b", "a"], default_index=0)) == ["<unk>", "b", "a"]
    assert list(Vocab()) == []


def test_equality_is_by_tokens_and_default() -> None:
    v = Vocab(["a", "b"], default_index=0)
    assert v == copy.deepcopy(v) != Vocab(["a", "b"]) and v != Vocab(["b", "a"], default_index=0)
    assert v != ["a", "b"]


@settings(derandomize=True, deadline=None, max_examples=100)
@given(tokens=st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"])), unique=True))
def test_a_saved_vocabulary_comes_back(tmp_path_factory: pytest.TempPathFactory, tokens: list[str]) -> None:
    path = tmp_path_factory.getbasetemp() / "vocab.json"
    v = Vocab(tokens, default_index=1)
    v.save(path)
    assert Vocab.load(path) == v


def test_the_file_is_readable(tmp_path: Path) -> None:
    Vocab([*SPECIALS, "größe", "\n"], default_index=1).save(tmp_path / "v.json")
    lines = (tmp_path / "v.json").read_text(encoding="utf-8").splitlines()
    assert lines[1:] == ['"<pad>",', '"<unk>",', '"<s>",', '"</s>",', '"größe",', '"\\n"', "]}"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"tokens": 3}',
        '{"default_index": 0, "tokens": ["a", "a"]}',
        '{"default_index": 0, "tokens": [1]}',
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "v.json"
    with pytest.raises(UserError, match=r"v\.json: no such file; run prepare again"):
        Vocab.load(path)
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=r"v\.json: (damaged|not a vocabulary) .*; run prepare again"):
        Vocab.load(path)
