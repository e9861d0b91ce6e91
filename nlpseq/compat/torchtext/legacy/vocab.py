"""`Vocab` of torchtext 0.6: counts, tokens, ids and vectors in one; the vectors are those of 0.18's half."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from nlpseq.compat.torchtext.errors import UserTypeError
from nlpseq.compat.torchtext.refusals import missing
from nlpseq.compat.torchtext.refused import refused
from nlpseq.compat.torchtext.vocab.vectors import CharNGram, FastText, GloVe, Vectors, pretrained_aliases

__all__ = [
    "CharNGram",
    "FastText",
    "GloVe",
    "SubwordVocab",
    "Vectors",
    "Vocab",
    "build_vocab_from_iterator",
    "pretrained_aliases",
]

SubwordVocab = refused("SubwordVocab", "is not offered; train a SentencePiece model with nlpseq.SubwordTokenizer.train")


class TokenIds(dict[Any, int]):
    """A mapping from token to id that gives `unk_index` for an unknown token, and does not take the token in.

    >>> ids = TokenIds({"<unk>": 0, "a": 1}, unk_index=0)
    >>> ids["a"], ids["b"], "b" in ids
    (1, 0, False)
    """

    def __init__(self, ids: Mapping[Any, int], unk_index: int | None) -> None:
        super().__init__(ids)
        self.unk_index = unk_index

    def __missing__(self, token: Hashable) -> int:
        if self.unk_index is None:
            raise KeyError(token)
        return self.unk_index


class Vocab:
    """The tokens of a counter, frequent ones first and equally frequent ones in their own order.

    Args:
        counter: how often each token comes; kept as `freqs`.
        max_size: the most tokens besides the specials; None, or a negative number, for no limit.
        min_freq: leave out rarer tokens.
        specials: tokens that are there in any case; "<unk>" among them is what unknown tokens become.
        vectors: a name of `pretrained_aliases`, a `Vectors`, or a list of them to be joined: see `load_vectors`.
        unk_init: makes the vector of a token without one; for names only, a `Vectors` has its own.
        vectors_cache: folder of the vectors; for names only.
        specials_first: whether the specials stand before or after the others.

    Attributes:
        freqs: the counter.
        itos, stoi: the tokens in the order of their ids, and the id of each.
        unk_index: what unknown tokens become, or None: they are a KeyError.
        vectors: (V, E) float32, or None.

    Raises:
        AssertionError: `unk_init` or `vectors_cache` without `vectors`.
        ValueError: unknown vectors.
        UserError: tokens of types that cannot be sorted together.

    >>> letters = Vocab(Counter("abacab"), max_size=2)
    >>> letters.itos, letters["a"], letters["z"], letters.freqs["c"]
    (['<unk>', '<pad>', 'a', 'b'], 2, 0, 1)
    """

    UNK = "<unk>"
    itos: list[Any]
    stoi: dict[Any, int]
    unk_index: int | None
    vectors: Tensor | None

    def __init__(
        self,
        counter: Counter[Any],
        max_size: int | None = None,
        min_freq: int = 1,
        specials: Sequence[Any] = ("<unk>", "<pad>"),
        vectors: Any = None,
        unk_init: Callable[[Tensor], Tensor] | None = None,
        vectors_cache: str | None = None,
        specials_first: bool = True,
    ) -> None:
        self.freqs = counter
        specials = list(specials)
        words = _by_frequency(counter, max(min_freq, 1), set(specials))
        if max_size is not None and max_size >= 0:
            words = words[:max_size]
        self.itos = specials + words if specials_first else words + specials
        self.set_unknown(self.UNK if self.UNK in specials else None)
        self.vectors = None
        if vectors is not None:
            self.load_vectors(vectors, unk_init=unk_init, cache=vectors_cache)
        elif unk_init is not None or vectors_cache is not None:
            raise AssertionError("unk_init and vectors_cache are for the vectors of this vocabulary; name them too")

    def set_unknown(self, token: Any | None) -> None:
        """Make unknown tokens become `token`, one of the vocabulary, or an error with None."""
        self.unk_index = None if token is None else self.itos.index(token)
        self.stoi = TokenIds({token: index for index, token in enumerate(self.itos)}, self.unk_index)

    def __getitem__(self, token: Any) -> int | None:
        """The id of `token`, or that of unknown tokens, or of the word "<unk>": None if there is none of them."""
        unknown = self.stoi.get(self.UNK) if self.unk_index is None else self.unk_index
        return self.stoi.get(token, unknown)

    def __len__(self) -> int:
        return len(self.itos)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Vocab):
            return NotImplemented
        same = (self.freqs, self.stoi, self.itos) == (other.freqs, other.stoi, other.itos)
        if self.vectors is None or other.vectors is None:
            return same and self.vectors is other.vectors
        return same and torch.equal(self.vectors, other.vectors)

    __hash__ = None  # type: ignore[assignment]  # it can change

    def __getstate__(self) -> dict[str, Any]:
        # As in torchtext's pickles: what stands there may be a defaultdict with a function that does not pickle.
        return {**self.__dict__, "stoi": dict(self.stoi)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.stoi = TokenIds(state["stoi"], state.get("unk_index"))

    def lookup_indices(self, tokens: Iterable[Any]) -> list[int | None]:
        """The id of each token, as in brackets."""
        return [self[token] for token in tokens]

    def extend(self, v: Vocab, sort: bool = False) -> None:
        """Append the tokens of `v` that are not there yet.

        Args:
            sort: in alphabetical order; default: in that of their ids in `v`.
        """
        for word in sorted(v.itos) if sort else v.itos:
            if word not in self.stoi:
                self.stoi[word] = len(self.itos)
                self.itos.append(word)

    def load_vectors(
        self,
        vectors: str | Vectors | Sequence[str | Vectors],
        unk_init: Callable[[Tensor], Tensor] | None = None,
        cache: str | None = None,
        max_vectors: int | None = None,
    ) -> None:
        """Set `vectors` to those of each token, side by side where several sets are given.

        Args:
            unk_init, cache, max_vectors: for the sets given by name, see `Vectors`.

        Raises:
            ValueError: no vectors are called so, or something else than vectors.
        """
        several = list(vectors) if isinstance(vectors, list | tuple) else [vectors]
        loaded = [_vectors(one, unk_init=unk_init, cache=cache, max_vectors=max_vectors) for one in several]
        self.vectors = torch.zeros(len(self), sum(one.dim for one in loaded))
        for row, token in zip(self.vectors, self.itos, strict=True):
            start = 0
            for one in loaded:
                row[start : start + one.dim] = one[token.strip()]
                start += one.dim

    def set_vectors(
        self,
        stoi: Mapping[Any, int],
        vectors: Any,
        dim: int,
        unk_init: Callable[[Tensor], Tensor] = torch.Tensor.zero_,
    ) -> None:
        """Set `vectors` from a table.

        Args:
            stoi: where each token's vector stands in `vectors`.
            vectors: gives (dim,) numbers for such a place.
            unk_init: makes the vector of a token that `stoi` has not.
        """
        self.vectors = torch.zeros(len(self), dim)
        for row, token in zip(self.vectors, self.itos, strict=True):
            row[:] = vectors[stoi[token]] if token in stoi else unk_init(row)


def build_vocab_from_iterator(iterator: Iterable[Iterable[Any]], num_lines: int | None = None) -> Vocab:
    """The vocabulary of token lists, with the specials "<unk>" and "<pad>".

    Args:
        num_lines: does nothing; torchtext 0.7 to 0.9 showed progress by it.

    >>> build_vocab_from_iterator([["a", "b"], ["b"]]).itos
    ['<unk>', '<pad>', 'b', 'a']
    """
    counter: Counter[Any] = Counter()
    for tokens in iterator:
        counter.update(tokens)
    return Vocab(counter)


def _by_frequency(counter: Counter[Any], min_freq: int, apart: set[Any]) -> list[Any]:
    words = [word for word, count in counter.items() if count >= min_freq and word not in apart]
    try:
        words.sort()
    except TypeError as error:
        kinds = " and ".join(sorted({type(word).__name__ for word in words}))
        raise UserTypeError(
            f"a vocabulary cannot sort {kinds} together; make all values of the field strings"
        ) from error
    return sorted(words, key=counter.__getitem__, reverse=True)


def _vectors(vectors: Any, **how: Any) -> Vectors:
    if isinstance(vectors, Vectors):
        return vectors
    if not isinstance(vectors, str):
        raise ValueError(f"vectors: a name or a Vectors is wanted, not {type(vectors).__name__}")
    if vectors not in pretrained_aliases:
        raise ValueError(f"vectors: none are called {vectors!r}; choose from {', '.join(pretrained_aliases)}")
    return pretrained_aliases[vectors](**how)


def __getattr__(name: str) -> Any:
    raise missing(__name__, name)
