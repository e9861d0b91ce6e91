"""`NestedField`, as torchtext 0.6.0 has it."""

from __future__ import annotations

from itertools import product
from typing import Any

NESTED_ROWS = [["john", "loves", "mary"], ["mary", "cries"], ["o"]]


def test_nested_padding(torchtext: Any, recorded: Any) -> None:
    found = {}
    for outer, outer_length, inner_length, pad_first in product((None, "<s>"), (None, 2, 4), (None, 4), (False, True)):
        nesting = torchtext.data.Field(
            tokenize=list, init_token="<w>" if outer is None else None, eos_token="</w>", pad_token="<c>",
            fix_length=inner_length, pad_first=pad_first,
        )  # fmt: skip
        field = torchtext.data.NestedField(
            nesting, init_token=outer, eos_token="</s>", fix_length=outer_length, pad_first=pad_first,
            truncate_first=outer_length == 4, include_lengths=True,
        )  # fmt: skip
        rows = [field.preprocess(" ".join(row)) for row in NESTED_ROWS]
        found[f"{outer} {outer_length} {inner_length} {pad_first}"] = field.pad(rows)
    recorded(found)


def test_nested_processing(torchtext: Any, recorded: Any) -> None:
    found = []
    for include_lengths, inner_first in product((False, True), (False, True)):
        nesting = torchtext.data.Field(tokenize=list, lower=True, pad_first=inner_first)
        field = torchtext.data.NestedField(nesting, init_token="<s>", include_lengths=include_lengths)
        rows = [field.preprocess(row) for row in NESTED_ROWS] + [field.preprocess("Mary O")]
        field.build_vocab(rows, [["zz"]], min_freq=2, specials=["<x>"])
        sizes = [len(nesting.vocab), sorted(field.vocab.freqs.items()), field.pad_token, nesting.batch_first]
        found.append([field.vocab.itos, sizes, field.process(rows)])
    recorded(found)


def test_nested_fields_of_single_tokens(torchtext: Any, recorded: Any) -> None:
    nesting = torchtext.data.Field(sequential=False, preprocessing=lambda token: token[0])
    field = torchtext.data.NestedField(nesting, init_token="<s>")
    rows = [field.preprocess(row) for row in NESTED_ROWS]
    field.build_vocab(rows)
    recorded([rows, field.vocab.itos, field.process(rows)])


def test_nested_fields_in_a_data_set(torchtext: Any, recorded: Any, batches: Any) -> None:
    CHARS = torchtext.data.NestedField(torchtext.data.Field(tokenize=list))
    fields = [("text", CHARS)]
    rows = torchtext.data.Dataset(
        [torchtext.data.Example.fromlist([" ".join(row)], fields) for row in NESTED_ROWS], fields
    )
    CHARS.build_vocab(rows)
    recorded(batches(torchtext.data.Iterator(rows, 2, shuffle=False), "text") + [CHARS.vocab.itos])
