"""Fields, vocabularies and batches with random settings over random corpora, against the real torchtext 0.6.0."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch


def length(example: Any) -> int:
    return len(example.text)


def everything(torchtext: Any, seed: int, text_of: Any, batches: Any) -> list[Any]:
    """A vocabulary and two epochs of batches of a random corpus, with settings drawn from the seed."""
    draw = random.Random(seed)
    choose = lambda *values: draw.choice(values)  # noqa: E731
    TEXT = torchtext.data.Field(
        init_token=choose(None, "<s>"), eos_token=choose(None, "</s>"), fix_length=choose(None, None, 3, 6),
        lower=choose(True, False), batch_first=choose(True, False), pad_first=choose(True, False),
        truncate_first=choose(True, False), stop_words=choose(None, ["a"]), include_lengths=choose(True, False),
        tokenize=choose(None, list, "basic_english"),
    )  # fmt: skip
    LABEL = torchtext.data.LabelField(dtype=choose(torch.long, torch.float))
    fields = [("text", TEXT), ("label", LABEL)]
    texts = [" ".join(text_of(draw.randrange(10**6), draw.randint(2, 11), "aAbBcCdDeé,.")) for _ in range(41)]
    rows = [torchtext.data.Example.fromlist([text, draw.choice("xyz")], fields) for text in texts]
    whole = torchtext.data.Dataset(rows, fields)
    train, test = whole.split(choose(0.5, 0.8), random_state=random.Random(seed).getstate())
    TEXT.build_vocab(train, max_size=choose(None, 5), min_freq=choose(1, 2))
    LABEL.build_vocab(whole)
    random.seed(seed)
    iterators = getattr(torchtext.data, choose("Iterator", "BucketIterator")).splits(
        (train, test), batch_size=draw.randint(1, 12), sort_key=length, sort_within_batch=True
    )
    epochs = [batches(iterator, "text", "label") for _ in range(2) for iterator in iterators]
    return [TEXT.vocab.itos, LABEL.vocab.itos, sorted(TEXT.vocab.freqs.items()), epochs]


@pytest.mark.parametrize("seed", range(100))
def test_all_is_the_same(seed: int, ours: Any, original: Any, text_of: Any, batches: Any) -> None:
    assert everything(ours, seed, text_of, batches) == everything(original, seed, text_of, batches)


@pytest.mark.parametrize("seed", range(20))
def test_windows_are_the_same(seed: int, ours: Any, original: Any, text_of: Any, batches: Any) -> None:
    draw = random.Random(seed)
    text, size, bptt_len, first = text_of(seed, draw.randint(1, 70)), *draw.choices(range(1, 9), k=2), seed % 2 == 0
    found = []
    for torchtext in (ours, original):
        TEXT = torchtext.data.Field(batch_first=first)
        fields = [("text", TEXT)]
        rows = torchtext.data.Dataset([torchtext.data.Example.fromlist([text], fields)], fields)
        TEXT.build_vocab(rows)
        iterator = torchtext.data.BPTTIterator(rows, size, bptt_len)
        found.append([len(iterator), batches(iterator, "text", "target"), iterator.epoch if len(iterator) else 0])
    assert found[0] == found[1]


@pytest.mark.parametrize("seed", range(40))
def test_characters_of_words_are_the_same(seed: int, ours: Any, original: Any, text_of: Any, batches: Any) -> None:
    found = []
    for torchtext in (ours, original):
        draw = random.Random(seed)
        choose = lambda *values, draw=draw: draw.choice(values)  # noqa: E731
        inner = torchtext.data.Field(
            tokenize=list, init_token=choose(None, "<w>"), eos_token=choose(None, "</w>"),
            fix_length=choose(None, 3, 5), pad_first=choose(True, False), lower=choose(True, False),
        )  # fmt: skip
        WORDS = torchtext.data.NestedField(
            inner, init_token=choose(None, "<s>"), eos_token=choose(None, "</s>"), fix_length=choose(None, 4, 7),
            pad_first=choose(True, False), include_lengths=choose(True, False),
        )  # fmt: skip
        fields = [("text", WORDS)]
        texts = ["".join(text_of(draw.randrange(10**6), draw.randint(3, 30), "abC  ")) + "a" for _ in range(19)]
        rows = torchtext.data.Dataset([torchtext.data.Example.fromlist([text], fields) for text in texts], fields)
        WORDS.build_vocab(rows, max_size=choose(None, 2))
        found.append([WORDS.vocab.itos, batches(torchtext.data.Iterator(rows, 4, shuffle=False), "text")])
    assert found[0] == found[1]


@pytest.mark.parametrize("seed", range(10))
def test_vectors_with_random_ones_are_the_same(
    seed: int, ours: Any, original: Any, text_of: Any, tmp_path: Any
) -> None:
    words = sorted(set(text_of(seed, 20)))
    lines = (f"{word} {' '.join(str(draw) for draw in random.Random(seed).choices(range(9), k=4))}\n" for word in words)
    (tmp_path / "vectors.txt").write_text("".join(lines))
    found = []
    for torchtext in (ours, original):
        make = torchtext.vocab.Vectors
        vectors = make(str(tmp_path / "vectors.txt"), cache=str(tmp_path), unk_init=torch.Tensor.normal_)
        TEXT = torchtext.data.Field()
        torch.manual_seed(seed)
        TEXT.build_vocab([text_of(seed + 1, 30, "abcdefghijkl")], vectors=[vectors, vectors])
        found.append(TEXT.vocab.vectors)
    assert torch.equal(*found)
