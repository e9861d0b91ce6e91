"""Tokens and their ids, in plain Python, with the semantics of torchtext 0.18's vocabulary."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count
from pathlib import Path

from nlpseq.errors import UserError
from nlpseq.files import read_json, write_text_atomically

PAD, UNK, BOS, EOS = "<pad>", "<unk>", "<s>", "</s>"
SPECIALS = (PAD, UNK, BOS, EOS)  # ids 0, 1, 2, 3 in every vocabulary that nlpseq builds
# Of a vocabulary's file; the two million tokens of the largest GloVe have 31 million.
MAX_BYTES = 48 << 20


class _Ids(dict[str, int]):
    """The id of each token; for any other token `default`, or RuntimeError where that is None.

    Only unknown tokens pay for `__missing__`; with `get` and a default, known ones would be a fifth slower.
    """

    default: int | None = None

    def __missing__(self, token: str) -> int:
        if self.default is None:
            raise RuntimeError(f"Token {token} not found and default index is not set")
        return self.default


class Vocab:
    """A list of distinct tokens; the place of a token is its id.

    Make one of tokens, or of texts with `from_iterator`. `vocab(tokens)` is `vocab.encode(tokens)`.

    Args:
        tokens: in the order of their ids.
        default_index: what an unknown token becomes; None makes it an error.

    Raises:
        RuntimeError: a token comes twice; as in torchtext, every mistake raises RuntimeError.

    >>> letters = Vocab(["<unk>", "a", "b"], default_index=0)
    >>> letters.encode(["b", "a", "z"]), letters.decode([2, 0]), letters["a"], len(letters), "z" in letters
    ([2, 1, 0], ['b', '<unk>'], 1, 3, False)
    """

    def __init__(self, tokens: Iterable[str] = (), *, default_index: int | None = None) -> None:
        self._itos = list(tokens)
        self._stoi = _Ids(zip(self._itos, count()))
        self._stoi.default = default_index
        if len(self._stoi) < len(self._itos):
            twice = next(token for token, times in Counter(self._itos).items() if times > 1)
            raise RuntimeError(f"Duplicate token found in tokens list: {twice}")

    @classmethod
    def from_iterator(
        cls,
        token_lists: Iterable[Iterable[str]],
        *,
        min_freq: int = 1,
        max_size: int | None = None,
        specials: Sequence[str] = SPECIALS,
    ) -> Vocab:
        """The vocabulary of token lists: frequent tokens first, equally frequent ones in lexicographic order.

        Args:
            min_freq: leave out tokens that come more rarely.
            max_size: the most tokens to keep, specials included; default: no limit.
            specials: tokens that come first in any case, in this order; unknown tokens become "<unk>" where it is one
                of them, and are an error where it is not.

        Raises:
            UserError: `max_size` leaves no room beside the specials.
            RuntimeError: a special comes twice.

        >>> words = Vocab.from_iterator([["no", "oh", "no"], ["oh", "no", "yes"]], min_freq=2)
        >>> list(words), words.encode(["oh", "yes"])
        (['<pad>', '<unk>', '<s>', '</s>', 'no', 'oh'], [5, 1])
        """
        if max_size is not None and max_size <= len(specials):
            raise UserError(
                f"max_size: {max_size} leaves no room beside the {len(specials)} special tokens; set it to "
                f"{len(specials) + 1} or more"
            )
        apart = set(specials)
        tokens = [token for token, n in count_tokens(token_lists).items() if n >= min_freq and token not in apart]
        room = None if max_size is None else max_size - len(specials)
        return cls([*specials, *tokens[:room]], default_index=specials.index(UNK) if UNK in apart else None)

    def __getstate__(self) -> tuple[list[str], int | None]:
        # Plain lists and numbers, which `torch.load` takes for safe.
        return self._itos, self.get_default_index()

    def __setstate__(self, state: tuple[list[str], int | None]) -> None:
        tokens, default_index = state
        Vocab.__init__(self, tokens, default_index=default_index)

    def __len__(self) -> int:
        return len(self._itos)

    def __contains__(self, token: str) -> bool:
        return token in self._stoi

    def __iter__(self) -> Iterator[str]:
        """The tokens in the order of their ids."""
        return iter(self._itos)

    def __getitem__(self, token: str) -> int:
        """The id of `token`, or the default index; RuntimeError if there is none."""
        return self._stoi[token]

    def encode(self, tokens: Iterable[str]) -> list[int]:
        """The id of each token, or the default index; RuntimeError if there is none."""
        return [*map(self._stoi.__getitem__, tokens)]  # quicker than `list` where there are few

    __call__ = encode

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Vocab):
            return NotImplemented
        return self._itos == other._itos and self.get_default_index() == other.get_default_index()

    __hash__ = None  # type: ignore[assignment]  # it can change

    def __repr__(self) -> str:
        return f"Vocab({len(self)} tokens, default_index={self.get_default_index()})"

    def lookup_token(self, index: int) -> str:
        """The token with id `index`; RuntimeError if there is none, as for all negative numbers."""
        if not 0 <= index < len(self._itos):
            raise RuntimeError(f"Specified index {index} is out of bounds for vocab of size {len(self)}")
        return self._itos[index]

    def decode(self, ids: Iterable[int]) -> list[str]:
        """The token of each id; RuntimeError if an id has none, as for all negative numbers."""
        return [self.lookup_token(index) for index in ids]

    def get_stoi(self) -> dict[str, int]:
        """A copy of the mapping from token to id."""
        return dict(self._stoi)

    def get_itos(self) -> list[str]:
        """A copy of the tokens in the order of their ids."""
        return list(self._itos)

    @property
    def itos_(self) -> list[str]:
        """`get_itos()`, as an attribute of torchtext's C++ vocabularies."""
        return self.get_itos()

    @property
    def default_index_(self) -> int | None:
        """`get_default_index()`, as an attribute of torchtext's C++ vocabularies."""
        return self.get_default_index()

    def get_default_index(self) -> int | None:
        """What an unknown token becomes, or None."""
        return self._stoi.default

    def set_default_index(self, index: int | None) -> None:
        """Make unknown tokens become `index` (any number, checked by nobody), or an error with None."""
        self._stoi.default = index

    def append_token(self, token: str) -> None:
        """Give `token` the next free id; RuntimeError if it has one."""
        self.insert_token(token, len(self))

    def insert_token(self, token: str, index: int) -> None:
        """Give `token` the id `index` and move all tokens from there up by one.

        Raises:
            RuntimeError: the token is there already, or `index` is not within 0 to `len(self)`.
        """
        if not 0 <= index <= len(self):
            raise RuntimeError(f"Specified index {index} is out of bounds for vocab of size {len(self)}")
        if token in self._stoi:
            raise RuntimeError(f"Token {token} already exists in the Vocab with index: {self._stoi[token]}")
        self._itos.insert(index, token)
        self._stoi.update((moved, place) for place, moved in enumerate(self._itos[index:], start=index))

    def save(self, path: str | Path) -> None:
        """Write the tokens as JSON, one a line."""
        tokens = ",\n".join(json.dumps(token, ensure_ascii=False) for token in self._itos)
        default = json.dumps(self.get_default_index())
        write_text_atomically(path, f'{{"default_index": {default}, "tokens": [\n{tokens}\n]}}\n')

    @classmethod
    def load(cls, path: str | Path) -> Vocab:
        """Read what `save` wrote.

        Raises:
            UserError: there is no such file, or it does not hold a vocabulary.
        """
        content = read_json(path, dict, max_bytes=MAX_BYTES, fix="run prepare again, or check the path")
        try:
            tokens, default = content["tokens"], content["default_index"]
            if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
                raise ValueError("its tokens are not strings")
            if default is not None and (not isinstance(default, int) or isinstance(default, bool)):
                raise ValueError("its default_index is no whole number")
            return cls(tokens, default_index=default)
        except (ValueError, KeyError, RuntimeError) as error:
            raise UserError(f"{path}: not a vocabulary of nlpseq ({str(error)[:200]}); run prepare again") from error


def count_tokens(token_lists: Iterable[Iterable[str]]) -> dict[str, int]:
    """How often each token comes: frequent tokens first, equally frequent ones in lexicographic order.

    >>> count_tokens([["b", "a"], ["c", "b"]])
    {'b': 2, 'a': 1, 'c': 1}
    """
    counts = Counter(chain.from_iterable(token_lists))
    # Sorting is stable, and two sorts by plain keys are quicker than one by pairs.
    ordered = sorted(sorted(counts), key=counts.__getitem__, reverse=True)
    return {token: counts[token] for token in ordered}
