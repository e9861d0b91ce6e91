"""Every case recorded from torchtext 0.18.0: the same value, or an exception of the same type."""

from __future__ import annotations

import importlib
import inspect
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch

from nlpseq.compat.torchtext import transforms as T
from nlpseq.compat.torchtext.data.functional import (
    custom_replace,
    numericalize_tokens_from_iterator,
    simple_space_split,
)
from nlpseq.compat.torchtext.data.metrics import bleu_score
from nlpseq.compat.torchtext.data.utils import get_tokenizer, ngrams_iterator
from nlpseq.compat.torchtext.vocab import Vectors, Vocab, build_vocab_from_iterator, vocab

PACKAGE = "nlpseq.compat.torchtext"


def outcome(call: Callable[[], Any]) -> dict[str, Any]:
    """What `call` does, written down as the records are, but for the message of an error."""
    try:
        value = call()
    except Exception as error:
        return {"error": type(error).__name__}
    if isinstance(value, Vocab):
        value = value.get_itos()
    if isinstance(value, torch.Tensor):
        value = {"tensor": value.tolist(), "dtype": str(value.dtype)}
    return {"value": value}


def expected(result: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in result.items() if key != "message"}


def test_tokenizers(torchtext_records: dict[str, Any]) -> None:
    for name, tokenizer in (("basic_english", "basic_english"), ("tokenizer_none", None)):
        assert torchtext_records[name]
        for text, tokens in torchtext_records[name]:
            assert get_tokenizer(tokenizer)(text) == tokens, text


def test_ngrams(torchtext_records: dict[str, Any]) -> None:
    for tokens, n, ngrams in torchtext_records["ngrams"]:
        assert list(ngrams_iterator(tokens, n)) == ngrams


def test_build_vocab_from_iterator(torchtext_records: dict[str, Any]) -> None:
    record = torchtext_records["build_vocab_from_iterator"]
    for case in record["cases"]:
        options = {key: case[key] for key in ("min_freq", "specials", "special_first", "max_tokens")}
        build = partial(build_vocab_from_iterator, record["corpora"][case["corpus"]], **options)
        assert outcome(build) == expected(case["result"]), case


def test_vocab_factory(torchtext_records: dict[str, Any]) -> None:
    for case in torchtext_records["vocab_factory"]:
        options = {key: case[key] for key in ("min_freq", "specials", "special_first")}
        build = partial(vocab, OrderedDict(case["ordered_dict"]), **options)
        assert outcome(build) == expected(case["result"]), case


def after(change: Callable[[], None], then: Callable[[], Any]) -> Any:
    change()
    return then()


# The records' calls on one vocabulary, in their order; each `op` there is one key here.
VOCAB_OPS: dict[str, Callable[[Vocab], Any]] = {
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
    "set_default_index(0); v['zz']": lambda v: after(lambda: v.set_default_index(0), lambda: v["zz"]),
    "then v(['zz','a'])": lambda v: v(["zz", "a"]),
    "then get_default_index()": lambda v: v.get_default_index(),
    "set_default_index(-1); v['zz']": lambda v: after(lambda: v.set_default_index(-1), lambda: v["zz"]),
    "set_default_index(None); v['zz']": lambda v: after(lambda: v.set_default_index(None), lambda: v["zz"]),
    "insert_token('n',1) -> itos": lambda v: after(lambda: v.insert_token("n", 1), v.get_itos),
    "insert_token('a',0)": lambda v: v.insert_token("a", 0),
    "insert_token('q',99)": lambda v: v.insert_token("q", 99),
    "append_token('end') -> itos": lambda v: after(lambda: v.append_token("end"), v.get_itos),
    "append_token('a')": lambda v: v.append_token("a"),
    "is nn.Module": lambda v: isinstance(v, torch.nn.Module),
    "state_dict keys": lambda v: list(v.state_dict()),
    "vocab(OrderedDict(), specials=[]) len": lambda v: len(vocab(OrderedDict(), specials=[])),
}


def test_vocab_operations(torchtext_records: dict[str, Any]) -> None:
    v = vocab(OrderedDict([("a", 3), ("b", 2), ("c", 1)]), specials=["<unk>"])
    ops = torchtext_records["vocab_ops"]["ops"]
    assert len(ops) == len(VOCAB_OPS)
    for record in ops:
        assert outcome(partial(VOCAB_OPS[record["op"]], v)) == expected(record["result"]), record["op"]


def transform_calls() -> dict[str, Callable[[], Any]]:
    """What each record of a transform calls, by the words of the record."""
    v = vocab(OrderedDict([("a", 1), ("b", 1), ("c", 1)]), specials=["<unk>"])
    tensor = torch.tensor
    calls: dict[str, Callable[[], Any]] = {
        "VocabTransform(v)(['a','b'])": lambda: T.VocabTransform(v)(["a", "b"]),
        "VocabTransform(v)([['a','b'],['c']])": lambda: T.VocabTransform(v)([["a", "b"], ["c"]]),
        "ToTensor(padding_value=0)([[1,2],[3]])": lambda: T.ToTensor(padding_value=0)([[1, 2], [3]]),
        "ToTensor()([1,2])": lambda: T.ToTensor()([1, 2]),
        "ToTensor()([[1,2],[3]])": lambda: T.ToTensor()([[1, 2], [3]]),
        "ToTensor(padding_value=9,dtype=torch.int32)([[1],[2,3,4]])": lambda: T.ToTensor(9, torch.int32)(
            [[1], [2, 3, 4]]
        ),
        "PadTransform(5,0)(tensor([1,2]))": lambda: T.PadTransform(5, 0)(tensor([1, 2])),
        "PadTransform(2,0)(tensor([1,2,3]))": lambda: T.PadTransform(2, 0)(tensor([1, 2, 3])),
        "PadTransform(4,7)(tensor([[1,2],[3,4]]))": lambda: T.PadTransform(4, 7)(tensor([[1, 2], [3, 4]])),
        "StrToIntTransform()(['1','2'])": lambda: T.StrToIntTransform()(["1", "2"]),
        "StrToIntTransform()([['1'],['2','3']])": lambda: T.StrToIntTransform()([["1"], ["2", "3"]]),
        "StrToIntTransform()(['x'])": lambda: T.StrToIntTransform()(["x"]),
        "LabelToIndex(label_names=['neg','pos'])('pos')": lambda: T.LabelToIndex(label_names=["neg", "pos"])("pos"),
        "LabelToIndex(['neg','pos'])(['pos','neg'])": lambda: T.LabelToIndex(["neg", "pos"])(["pos", "neg"]),
        "LabelToIndex(sort_names=True) ['pos','neg']('neg')": lambda: T.LabelToIndex(["pos", "neg"], sort_names=True)(
            "neg"
        ),
        "LabelToIndex unknown": lambda: T.LabelToIndex(["a"])("b"),
        "Sequential(Truncate(2),AddToken(8),ToTensor(0))([[1,2,3],[4]])": lambda: T.Sequential(
            T.Truncate(2), T.AddToken(8), T.ToTensor(0)
        )([[1, 2, 3], [4]]),
        "AddToken on bad type": lambda: T.AddToken(0)(["a"]),
        "Truncate on bad type": lambda: T.Truncate(1)("abc"),
    }
    for rows in ([1, 2, 3], [[1, 2, 3], [4]], ["a", "b", "c"], [["a"], ["b", "c"]]):
        for size in (1, 2, 5):
            calls[f"Truncate({size})({rows})"] = partial(T.Truncate(size), rows)
    for token, rows in ((0, [1, 2]), (0, [[1, 2], [3]]), ("<b>", ["x"]), ("<b>", [["x"], ["y", "z"]])):
        for begin in (True, False):
            calls[f"AddToken({token!r},begin={begin})({rows})"] = partial(T.AddToken(token, begin), rows)
    return calls


def test_transforms(torchtext_records: dict[str, Any]) -> None:
    calls = transform_calls()
    assert {record["call"] for record in torchtext_records["transforms"]} == set(calls)
    for record in torchtext_records["transforms"]:
        assert outcome(calls[record["call"]]) == expected(record["result"]), record["call"]


def test_bleu_score(torchtext_records: dict[str, Any]) -> None:
    for case in torchtext_records["bleu_score"]:
        score = bleu_score(case["candidates"], case["references"], case["max_n"], case["weights"])
        # Within the rounding of single precision: processors differ in the last bit of a logarithm.
        assert score == pytest.approx(case["result"]["value"], rel=1e-6), case


def test_data_functional(torchtext_records: dict[str, Any]) -> None:
    record = torchtext_records["data_functional"]
    for text, rows in record["simple_space_split"]:
        assert list(simple_space_split([text])) == rows
    lines = [["Sentencepiece encode  aS  pieces", "exampleS to   try!"]]
    lower = custom_replace([(r"S", "s"), (r"\s+", " ")])
    assert [list(lower(line)) for line in lines] == record["custom_replace"]
    # The records have no input here: two token lists, "b a" and one more token, and their ids.
    assert record["numericalize_tokens_from_iterator"] == [[[2, 1], [0]]]
    ids = numericalize_tokens_from_iterator({"c": 0, "a": 1, "b": 2}, [["b", "a"], ["c"]])
    assert [list(row) for row in ids] == [[2, 1], [0]]


VECTOR_CALLS: dict[str, Callable[[Vectors], Any]] = {
    "v['cat']": lambda v: v["cat"],
    "v['zz']": lambda v: v["zz"],
    "get_vecs_by_tokens(['the','Dog','Cat'])": lambda v: v.get_vecs_by_tokens(["the", "Dog", "Cat"]),
    "get_vecs_by_tokens(['CAT'],lower_case_backup=True)": lambda v: v.get_vecs_by_tokens(
        ["CAT"], lower_case_backup=True
    ),
    "get_vecs_by_tokens('the')": lambda v: v.get_vecs_by_tokens("the"),
    "dim,len": lambda v: [v.dim, len(v)],
}


def test_vectors(torchtext_records: dict[str, Any], tmp_path: Path) -> None:
    record = torchtext_records["vectors"]
    (tmp_path / "vectors.txt").write_text(record["file"], encoding="utf-8")
    vectors = Vectors("vectors.txt", cache=str(tmp_path))
    assert len(record["cases"]) == len(VECTOR_CALLS)
    for case in record["cases"]:
        assert outcome(partial(VECTOR_CALLS[case["call"]], vectors)) == expected(case["result"]), case["call"]


def test_every_public_name_is_here_or_refused_with_a_sentence(torchtext_records: dict[str, Any]) -> None:
    for module_name, names in torchtext_records["public_names"].items():
        module = importlib.import_module(module_name.replace("torchtext", PACKAGE, 1))
        for name in names:
            try:
                getattr(module, name)
            except AttributeError as error:
                full = f"{module_name}.{name}"
                sentence = str(error)
                assert sentence.startswith(f"{full} ") and ";" in sentence, full


def test_signatures_name_the_same_parameters(torchtext_records: dict[str, Any]) -> None:
    for module_name, names in torchtext_records["public_names"].items():
        module = importlib.import_module(module_name.replace("torchtext", PACKAGE, 1))
        for name, signature in names.items():
            ours = getattr(module, name, None)
            if not signature.startswith("(") or ours is None or name in ("FileLock", "StrToIntTransform"):
                continue  # another library's class; one without parameters, and here without a constructor
            theirs = [part.split(":")[0].split("=")[0].strip("( )*") for part in split_parameters(signature)]
            assert [parameter.lstrip("*") for parameter in inspect.signature(ours).parameters] == theirs, name


def split_parameters(signature: str) -> list[str]:
    """The parameters of a written signature; commas inside of brackets do not separate."""
    inner, depth, parts = signature[1 : signature.rindex(")")], 0, [""]
    for character in inner:
        depth += (character in "[(") - (character in "])")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part for part in map(str.strip, parts) if part]
