from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpseq.errors import UserError
from nlpseq.text.vocab import SPECIALS, Vocab, build_vocab_from_iterator, vocab


def outcome(call: Callable[[], Any]) -> dict[str, Any]:
    """What `call` does, written down as the records are."""
    try:
        value = call()
        return {"value": value.get_itos() if isinstance(value, Vocab) else value}
    except (RuntimeError, AssertionError) as error:
        return {"error": type(error).__name__, "message": str(error)}


def test_building_equals_torchtext(torchtext_records: dict[str, Any]) -> None:
    record = torchtext_records["build_vocab_from_iterator"]
    for case in record["cases"]:
        options = {key: case[key] for key in ("min_freq", "specials", "special_first", "max_tokens")}
        build = partial(build_vocab_from_iterator, record["corpora"][case["corpus"]], **options)
        assert outcome(build) == case["result"], case


def test_the_factory_equals_torchtext(torchtext_records: dict[str, Any]) -> None:
    for case in torchtext_records["vocab_factory"]:
        options = {key: case[key] for key in ("min_freq", "specials", "special_first")}
        assert outcome(partial(vocab, OrderedDict(case["ordered_dict"]), **options)) == case["result"], case


def with_default(v: Vocab, index: int | None) -> Vocab:
    v.set_default_index(index)
    return v


def changed(v: Vocab, change: Callable[[Vocab], None]) -> list[str]:
    change(v)
    return v.get_itos()


OPS: dict[str, Callable[[Vocab], Any]] = {
    "len(v)": len,
    "v['a']": lambda v: v["a"],
    "v['zz']": lambda v: v["zz"],
    "'a' in v": lambda v: "a" in v,
    "'zz' in v": lambda v: "zz" in v,
    "v(['a','b'])": lambda v: v(["a", "b"]),
    "v(['a','zz'])": lambda v: v(["a", "zz"]),
    "v.lookup_indices(['c'])": lambda v: v.lookup_indices(["c"]),
    "v.lookup_token(0)": lambda v: v.lookup_token(0),
    "v.lookup_token(99)": lambda v: v.lookup_token(99),
    "v.lookup_token(-1)": lambda v: v.lookup_token(-1),
    "v.lookup_tokens([1,2])": lambda v: v.lookup_tokens([1, 2]),
    "v.get_default_index()": lambda v: v.get_default_index(),
    "v.get_stoi()": lambda v: v.get_stoi(),
    "set_default_index(0); v['zz']": lambda v: with_default(v, 0)["zz"],
    "then v(['zz','a'])": lambda v: v(["zz", "a"]),
    "then get_default_index()": lambda v: v.get_default_index(),
    "set_default_index(-1); v['zz']": lambda v: with_default(v, -1)["zz"],
    "set_default_index(None); v['zz']": lambda v: with_default(v, None)["zz"],
    "insert_token('n',1) -> itos": lambda v: changed(v, lambda v: v.insert_token("n", 1)),
    "insert_token('a',0)": lambda v: v.insert_token("a", 0),
    "insert_token('q',99)": lambda v: v.insert_token("q", 99),
    "append_token('end') -> itos": lambda v: changed(v, lambda v: v.append_token("end")),
    "append_token('a')": lambda v: v.append_token("a"),
    "vocab(OrderedDict(), specials=[]) len": lambda v: len(vocab(OrderedDict(), specials=[])),
}
NOT_OURS = {"is nn.Module", "state_dict keys"}  # this vocabulary needs no torch


def test_operations_equal_torchtext(torchtext_records: dict[str, Any]) -> None:
    v = vocab(OrderedDict([("a", 3), ("b", 2), ("c", 1)]), specials=["<unk>"])
    for record in torchtext_records["vocab_ops"]["ops"]:
        if record["op"] in NOT_OURS:
            continue
        expected = record["result"]
        if record["op"] == "insert_token('a',0)":
            # torchtext says that the token is not found.
            expected = expected | {"message": "Token a already exists in the Vocab with index: 2"}
        assert outcome(partial(OPS[record["op"]], v)) == expected, record["op"]


def test_frequent_tokens_come_first_and_ties_in_lexicographic_order() -> None:
    v = build_vocab_from_iterator([["b", "c", "a"], ["c", "B"]], specials=["<unk>"])
    assert v.get_itos() == ["<unk>", "c", "B", "a", "b"]
    assert v(["a", "c"]) == v.forward(["a", "c"]) == v.lookup_indices(["a", "c"]) == [3, 1]


def test_counts_are_left_as_they_were() -> None:
    counts = {"<unk>": 9, "a": 1}
    vocab(counts, specials=["<unk>"])
    assert counts == {"<unk>": 9, "a": 1}


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
    with pytest.raises(UserError, match=r"v\.json: no such vocabulary; run prepare again"):
        Vocab.load(path)
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=r"v\.json: not a vocabulary .*; run prepare again"):
        Vocab.load(path)
