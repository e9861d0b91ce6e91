"""`Field`, `LabelField`, `RawField` and `ReversibleField`, as torchtext 0.6.0 has them."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import Any

import torch

ROWS = [["the", "cat", "sat", "on", "the", "mat"], ["a", "dog"], [], ["the", "mat", "a"]]


def test_padding(torchtext: Any, recorded: Any) -> None:
    found = {}
    choices = product((None, "<s>"), (None, "</s>"), (None, 4, 9), (False, True), (False, True))
    for init, eos, fix_length, pad_first, truncate_first in choices:
        field = torchtext.data.Field(
            init_token=init, eos_token=eos, fix_length=fix_length, pad_first=pad_first, truncate_first=truncate_first,
            include_lengths=True,
        )  # fmt: skip
        found[f"{init} {eos} {fix_length} {pad_first} {truncate_first}"] = field.pad(ROWS)
    recorded(found)


def test_padding_without_room_for_tokens(torchtext: Any, recorded: Any) -> None:
    recorded(torchtext.data.Field(init_token="<s>", eos_token="</s>", fix_length=2).pad(ROWS))


def test_processing(torchtext: Any, recorded: Any) -> None:
    found = {}
    dtypes = (torch.int64, torch.int32, torch.float32)
    for batch_first, include_lengths, pad_first, dtype in product((False, True), (False, True), (False, True), dtypes):
        field = torchtext.data.Field(
            batch_first=batch_first, include_lengths=include_lengths, pad_first=pad_first, dtype=dtype, init_token="<s>"
        )
        field.build_vocab(ROWS[:2])
        processed = field.process(ROWS)
        if include_lengths:  # their dtype differs
            processed = processed[0], processed[1].tolist()
        found[f"{batch_first} {include_lengths} {pad_first} {dtype}"] = processed
    recorded(found)


def test_preprocessing(torchtext: Any, recorded: Any) -> None:
    Field = torchtext.data.Field
    recorded(
        {
            "default": Field().preprocess("  The Cat\tsat \n"),
            "lower": Field(lower=True).preprocess("The ÄCat"),
            "a list": Field(lower=True).preprocess(["The", "Cat"]),
            "characters": Field(tokenize=list).preprocess("ab c"),
            "stop words": Field(lower=True, stop_words=["the"]).preprocess("The cat The"),
            "no stop words": Field(use_vocab=False, stop_words=["1"]).preprocess("1 2"),
            "one token": Field(sequential=False, lower=True).preprocess("The Cat"),
            "function": Field(preprocessing=lambda tokens: tokens[::-1]).preprocess("a b c"),
            "after lower": Field(lower=True, preprocessing=lambda x: [t + "!" for t in x]).preprocess("A b"),
            "pipeline": Field(preprocessing=torchtext.data.Pipeline(len)).preprocess("aa b"),
            "basic english": Field(tokenize="basic_english").preprocess("It's here, \"isn't\" it?"),
            "a number": Field(sequential=False).preprocess(3),
            "empty": Field().preprocess(""),
            "raw": torchtext.data.RawField(preprocessing=str.upper).preprocess("a"),
        }
    )


def test_postprocessing(torchtext: Any, recorded: Any) -> None:
    def reverse(rows: Any, vocab: Any) -> Any:
        return [row[::-1] + [len(vocab) if vocab else -1] for row in rows]

    TEXT = torchtext.data.Field(postprocessing=reverse, batch_first=True)
    TEXT.build_vocab(ROWS)
    NUMBERS = torchtext.data.Field(use_vocab=False, pad_token=0, postprocessing=reverse)
    LABEL = torchtext.data.Field(
        sequential=False, postprocessing=lambda ids, vocab: [len(vocab) - number for number in ids]
    )
    LABEL.build_vocab(["x", "y"])
    recorded(
        [
            TEXT.process(ROWS),
            NUMBERS.process([[1, 2], [3]]),
            LABEL.process(["y", "x", "z"]),
            torchtext.data.RawField(postprocessing=sum).process([1, 2, 3]),
        ]
    )


def test_numbers(torchtext: Any, recorded: Any) -> None:
    Field = torchtext.data.Field
    recorded(
        [
            Field(sequential=False, use_vocab=False).process(["1", 2, "3"]),
            Field(sequential=False, use_vocab=False, dtype=torch.float).process(["1.5", 2]),
            Field(use_vocab=False, pad_token=-1, batch_first=True, dtype=torch.int16).process([[1, 2], [3]]),
            Field(use_vocab=False, fix_length=3, pad_token=0.5, dtype=torch.float64, pad_first=True).process([[1.0]]),
            torchtext.data.LabelField(use_vocab=False).process([0, 1]),
        ]
    )


def test_vocabularies_of_fields(torchtext: Any, recorded: Any, dataset_of: Any) -> None:
    def built(*sources: Any, options: dict[str, Any] | None = None, **how: Any) -> Any:
        field = torchtext.data.Field(**(options or {}))
        field.build_vocab(*sources, **how)
        return [field.vocab.itos, sorted(field.vocab.freqs.items())]

    rows, TEXT, LABEL = dataset_of(3)
    recorded(
        {
            "rows": built(ROWS),
            "two sources": built(ROWS, [["the", "zebra"]]),
            "max_size": built(ROWS, max_size=3),
            "min_freq": built(ROWS, min_freq=2),
            "specials": built(ROWS, specials=["<mask>", "<pad>", "cat"]),
            "specials last": built(ROWS, specials_first=False, max_size=2),
            "marks": built(ROWS, options={"init_token": "<s>", "eos_token": "<s>"}),
            "no unknown": built(ROWS, options={"unk_token": None, "pad_token": None}),
            "lists in lists": built([[["a", "b"], ["a"]], [["c"]]]),
            "one token each": built(["x", "y", "x"], options={"sequential": False}),
            "counts": built([Counter({"a": 3, "b": 5})]),
            "data set": [TEXT.vocab.itos, LABEL.vocab.itos, LABEL.vocab.unk_index],
        }
    )


def test_two_columns_of_one_field(torchtext: Any, recorded: Any) -> None:
    TEXT = torchtext.data.Field()
    fields = [("a", TEXT), ("b", TEXT), ("c", None)]
    rows = torchtext.data.Dataset([torchtext.data.Example.fromlist(["x y", "y z", "w"], fields)], fields)
    TEXT.build_vocab(rows)
    recorded([TEXT.vocab.itos, hasattr(rows[0], "c")])


def test_unknown_tokens(torchtext: Any, recorded: Any) -> None:
    TEXT = torchtext.data.Field(batch_first=True)
    TEXT.build_vocab([["a", "b"]])
    LABEL = torchtext.data.Field(sequential=False)
    LABEL.build_vocab(["x"])
    recorded([TEXT.process([["a", "?"], ["<pad>", "<unk>"]]), LABEL.process(["x", "?"]), TEXT.vocab["?"]])


def test_wrong_fields(torchtext: Any, recorded: Any, raised: Any) -> None:
    Field = torchtext.data.Field
    nested = torchtext.data.NestedField(Field())
    with_lengths = Field(include_lengths=True)
    recorded(
        {
            "stop words": raised(lambda: Field(stop_words=3)),
            "tokenizer": raised(lambda: Field(tokenize="nonsense")),
            "language": raised(lambda: Field(tokenize="basic_english", tokenizer_language="de")),
            "dtype": raised(lambda: Field(sequential=False, use_vocab=False, dtype=torch.bool).process([1])),
            "no lengths": raised(lambda: with_lengths.numericalize([["a"]])),
            "not sequential": raised(lambda: Field(sequential=False, include_lengths=True).process(["a"])),
            "nested twice": raised(lambda: torchtext.data.NestedField(nested)),
            "lengths inside": raised(lambda: torchtext.data.NestedField(with_lengths)),
            "pipeline": raised(lambda: torchtext.data.Pipeline("nonsense")),
        }
    )


def test_equal_fields(torchtext: Any, recorded: Any) -> None:
    one, other = torchtext.data.Field(lower=True), torchtext.data.Field(lower=True)
    same = one == other
    one.build_vocab(ROWS)
    different = one == other
    other.build_vocab(ROWS)
    recorded([same, different, one == other, one == torchtext.data.Field(), one == "field", hash(one) == hash(other)])


def test_label_fields(torchtext: Any, recorded: Any) -> None:
    LABEL = torchtext.data.LabelField(sequential=True, unk_token="?", is_target=False, dtype=torch.float)
    LABEL.build_vocab(["b", "a", "b", "c"])
    given = [LABEL.sequential, LABEL.unk_token, LABEL.is_target, LABEL.pad_token]
    recorded([given, LABEL.vocab.itos, LABEL.process(["c", "b"])])


def test_reversible_fields(torchtext: Any, recorded: Any) -> None:
    found = []
    for batch_first in (False, True):
        TEXT = torchtext.data.ReversibleField(
            tokenize=list, init_token="<s>", eos_token="</s>", batch_first=batch_first, unk_token="<unk>"
        )
        TEXT.build_vocab(["hello world"])
        found.append(TEXT.reverse(TEXT.process([list("hello"), list("low?"), []])))
    recorded(found)
