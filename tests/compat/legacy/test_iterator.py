"""The iterators and what they are made of, as torchtext 0.6.0 has them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import chain, islice, product
from typing import Any


def length(example: Any) -> int:
    return len(example.text)


def test_chunks(torchtext: Any, recorded: Any) -> None:
    draw = random.Random(3)
    sizes = [draw.randint(1, 6) for _ in range(60)]

    def total(new: int, count: int, size: int) -> int:
        return size + new

    def padded(new: int, count: int, size: int) -> int:
        return max(new, size // max(1, count - 1)) * count

    recorded(
        {
            "plain": torchtext.data.batch(sizes, 7),
            "whole": torchtext.data.batch(sizes[:6], 3),
            "none": torchtext.data.batch([], 3),
            "total": torchtext.data.batch(sizes, 9, total),
            "padded": torchtext.data.batch(sizes, 12, padded),
            "pool": torchtext.data.pool(sizes, 2, key=None),
            "sorted pool": torchtext.data.pool(range(500, 0, -1), 2, lambda item: item, sort_within_batch=True),
            "pool by size": torchtext.data.pool(sizes, 9, lambda item: item, total, sort_within_batch=True),
            "shuffled pool": torchtext.data.pool(
                sizes, 7, lambda item: item, random_shuffler=lambda parts: parts[::-1], shuffle=True,
                sort_within_batch=True,
            ),
            "keys": [torchtext.data.interleave_keys(a, b) for a, b in ((0, 0), (1, 0), (5, 9), (9, 5), (300, 1000))],
        }
    )  # fmt: skip


def test_plain_iterators(torchtext: Any, recorded: Any, batches: Any, dataset_of: Any) -> None:
    rows, _, _ = dataset_of(11)
    found: dict[str, Any] = {}
    choices = product((None, True, False), (None, False, True), (None, False, True), (True, False))
    for sort, shuffle, sort_within_batch, train in choices:
        random.seed(4)
        iterator = torchtext.data.Iterator(
            rows, 9, sort_key=length, train=train, sort=sort, shuffle=shuffle, sort_within_batch=sort_within_batch
        )
        name = f"{sort} {shuffle} {sort_within_batch} {train}"
        given = [iterator.sort, iterator.shuffle, iterator.sort_within_batch, len(iterator)]
        found[name] = [given, batches(iterator, "text")[:2], batches(iterator, "label")[:1]]
    recorded(found)


def test_bucket_iterators(torchtext: Any, recorded: Any, dataset_of: Any) -> None:
    rows, _, _ = dataset_of(12, 330, include_lengths=True, batch_first=True)
    found: dict[str, Any] = {}
    # Without sort_within_batch a shuffled one does not sort by length at all, which is not to be repeated.
    for sort, shuffle, sort_within_batch in product((False, True), (False, True), (False, True)):
        if shuffle and not (sort or sort_within_batch):
            continue
        random.seed(4)
        iterator = torchtext.data.BucketIterator(
            rows, 3, sort_key=length, sort=sort, shuffle=shuffle, sort_within_batch=sort_within_batch
        )
        epochs = [[batch.text[0].tolist() for batch in iterator] for _ in range(2)]
        found[f"{sort} {shuffle} {sort_within_batch}"] = [epoch[:6] + epoch[-2:] for epoch in epochs]
    recorded(found)


def test_iterations_and_epochs(torchtext: Any, recorded: Any, dataset_of: Any) -> None:
    rows, _, _ = dataset_of(13, 20)
    found = []
    for repeat in (False, True):
        iterator = torchtext.data.Iterator(rows, 6, repeat=repeat, sort_key=length)
        seen = [[iterator.iterations, iterator.epoch]]
        for _ in islice(chain(iterator, iterator), 7):
            seen.append([iterator.iterations, iterator.epoch])
        found.append(seen)
    recorded(found)


def test_iterators_over_splits(torchtext: Any, recorded: Any, dataset_of: Any) -> None:
    sets = [dataset_of(seed, 10)[0] for seed in (1, 2, 3)]
    same = torchtext.data.BucketIterator.splits(sets, batch_size=4, sort_key=length, sort_within_batch=True)
    other = torchtext.data.Iterator.splits(tuple(sets), batch_sizes=(2, 3, 4), sort_key=length, device="cpu")
    kinds = [type(one).__name__ for one in (*same, *other)]
    recorded([kinds, [[one.train, one.batch_size, one.sort, one.shuffle, len(one)] for one in (*same, *other)]])


def test_resumed_iterators(torchtext: Any, recorded: Any, dataset_of: Any) -> None:
    rows, _, _ = dataset_of(14, 60)
    found = []
    for name in ("Iterator", "BucketIterator"):

        def iterator(seed: int, name: str = name) -> Any:
            random.seed(seed)
            return getattr(torchtext.data, name)(rows, 7, sort_key=length, repeat=True, sort_within_batch=True)

        first = iterator(1)
        for _ in islice(first, 12):
            pass
        state = first.state_dict()
        second = iterator(2)
        second.load_state_dict(state)
        going_on = [batch.text.tolist() for batch in islice(second, 6)]
        found.append([state["iterations"], state["iterations_this_epoch"], going_on, second.iterations])
    recorded(found)


def test_dynamic_batches(torchtext: Any, recorded: Any, raised: Any, batches: Any, dataset_of: Any) -> None:
    rows, _, _ = dataset_of(15, 80)

    def tokens(new: Any, count: int, size: int) -> int:
        return max(size // max(1, count - 1), len(new.text)) * count

    random.seed(2)
    iterator = torchtext.data.BucketIterator(rows, 40, sort_key=length, batch_size_fn=tokens, sort_within_batch=True)
    recorded([batches(iterator, "text")[:5], raised(lambda: len(iterator)), raised(lambda: iterator.epoch)])


def test_subclassed_iterators(torchtext: Any, recorded: Any, batches: Any, dataset_of: Any) -> None:
    """The iterator of a well-known annotated translator, which sets `batches` itself."""
    rows, _, _ = dataset_of(16, 90)
    longest = [0]

    def size(new: Any, count: int, sofar: int) -> int:
        longest[0] = len(new.text) if count == 1 else max(longest[0], len(new.text))
        return count * longest[0]

    class TokenIterator(torchtext.data.Iterator):  # type: ignore[misc, name-defined]
        def create_batches(self) -> None:
            def pool(examples: Any, shuffler: Any) -> Iterator[Any]:
                for part in torchtext.data.batch(examples, self.batch_size * 100):
                    parts = torchtext.data.batch(sorted(part, key=self.sort_key), self.batch_size, self.batch_size_fn)
                    yield from shuffler(list(parts))

            if self.train:
                self.batches = pool(self.data(), self.random_shuffler)
            else:
                self.batches = [
                    sorted(part, key=self.sort_key)
                    for part in torchtext.data.batch(self.data(), self.batch_size, self.batch_size_fn)
                ]

    random.seed(3)
    found = []
    for train in (True, False):
        iterator = TokenIterator(rows, 30, sort_key=length, batch_size_fn=size, train=train, repeat=False)
        found.append(batches(iterator, "text"))
    recorded(found)


def test_windows(torchtext: Any, recorded: Any, batches: Any, text_of: Any) -> None:
    found: dict[str, Any] = {}
    for words, size, bptt_len, batch_first in product((1, 12, 23), (1, 4), (3, 50), (False, True)):
        TEXT = torchtext.data.Field(batch_first=batch_first, eos_token="<eos>")
        fields = [("text", TEXT)]
        rows = torchtext.data.Dataset([torchtext.data.Example.fromlist([text_of(words, words)], fields)], fields)
        TEXT.build_vocab(rows)
        iterator = torchtext.data.BPTTIterator(rows, size, bptt_len)
        seen = [len(iterator), batches(iterator, "text", "target"), iterator.iterations]
        found[f"{words} {size} {bptt_len} {batch_first}"] = seen
    recorded(found)
