"""`Vocab` and vectors for it, as torchtext 0.6.0 has them."""

from __future__ import annotations

from collections import Counter
from itertools import product
from pathlib import Path
from typing import Any

import torch

ROWS = [["the", "cat", "sat"], ["a", "mat", "the"]]


def vector_file(folder: Path, name: str = "vectors.txt", header: bool = False) -> str:
    lines = ["4 3"] * header + ["the 1 2 3", "cat 0.5 -1e-2 4", "mat 7 8 9", "2gram-ca 1 1 1"]
    (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(folder / name)


def test_vocabularies(torchtext: Any, recorded: Any) -> None:
    counter = Counter({"b": 3, "a": 3, "é": 1, "c": 2, "<unk>": 9, "<eos>": 1})
    found = {}
    specials = (["<unk>", "<pad>"], ["<pad>", "<unk>", "<eos>"], ["<pad>"], [])
    for which, first, max_size, min_freq in product(specials, (True, False), (None, 0, 2, 9, -1), (-3, 1, 2, 4)):
        vocab = torchtext.vocab.Vocab(counter, max_size, min_freq, specials=which, specials_first=first)
        found[f"{which} {first} {max_size} {min_freq}"] = [vocab.itos, vocab.unk_index, vocab["c"], vocab["?"]]
    found["freqs"] = sorted(vocab.freqs.items())
    recorded(found)


def test_vocabularies_that_grow(torchtext: Any, recorded: Any) -> None:
    Vocab = torchtext.vocab.Vocab
    one, other = Vocab(Counter("abab")), Vocab(Counter("zbay"))
    one.extend(other)
    two = Vocab(Counter("abab"))
    two.extend(other, sort=True)
    recorded([one.itos, two.itos, sorted(one.stoi.items()), len(one), one == two, two == two, Vocab(Counter()).itos])


def test_vocabularies_of_other_things(torchtext: Any, recorded: Any) -> None:
    vocab = torchtext.vocab.Vocab(Counter([3, 1, 3, 2]), specials=[])
    recorded([vocab.itos, vocab.stoi[3], vocab[7], torchtext.vocab.build_vocab_from_iterator([["a", "b"], ["b"]]).itos])


def test_vectors(torchtext: Any, recorded: Any, tmp_path: Path) -> None:
    Vectors = torchtext.vocab.Vectors
    first = Vectors(vector_file(tmp_path), cache=str(tmp_path / "cache"))
    second = Vectors(
        vector_file(tmp_path, "other.txt", header=True), cache=str(tmp_path / "cache"), max_vectors=2,
        unk_init=lambda tensor: tensor.fill_(2),
    )  # fmt: skip
    found = []
    for several in (first, [first], [second, first]):
        TEXT = torchtext.data.Field(init_token="<s>")
        TEXT.build_vocab(ROWS, vectors=several)
        found.append(TEXT.vocab.vectors)
    TEXT.vocab.set_vectors(first.stoi, first.vectors, first.dim, unk_init=lambda tensor: tensor.fill_(5))
    found.append(TEXT.vocab.vectors)
    NESTED = torchtext.data.NestedField(torchtext.data.Field(tokenize=list))
    NESTED.build_vocab([["the"]], vectors=[second])
    recorded([*found, NESTED.vocab.vectors, first.get_vecs_by_tokens(["cat", "?"]), second["?"], len(second)])


def test_wrong_vocabularies(torchtext: Any, recorded: Any, raised: Any, tmp_path: Path) -> None:
    Vocab, counter = torchtext.vocab.Vocab, Counter("ab")
    recorded(
        {
            "unk_init": raised(lambda: Vocab(counter, unk_init=torch.Tensor.zero_)),
            "vectors_cache": raised(lambda: Vocab(counter, vectors_cache="cache")),
            "name": raised(lambda: Vocab(counter, vectors="glove.nonsense")),
            "type": raised(lambda: Vocab(counter, vectors=[3])),
            "no file": raised(lambda: torchtext.vocab.Vectors(str(tmp_path / "nowhere.txt"))),
            "label": raised(lambda: Vocab(counter, specials=[]).stoi["?"]),
        }
    )
