"""`Vocab` as torchtext has it: an `nn.Module` around a vocabulary, here one of `nlpseq.text`."""

from __future__ import annotations

from collections.abc import Iterable
from operator import index as as_int
from typing import Any, SupportsIndex

from torch import nn

from nlpseq.compat.torchtext.scripting import refuse_scripting
from nlpseq.text import vocab as text

__all__ = ["Vocab"]

# What the vocabulary of torchtext before 0.10 had.
_OLD = {
    "itos": "write get_itos()",
    "stoi": "write get_stoi()",
    "freqs": "count the tokens with collections.Counter",
    "unk_index": "write get_default_index()",
    "vectors": "write vectors.get_vecs_by_tokens(vocab.get_itos())",
    "extend": "write append_token for each token",
}


def check_tokens(tokens: Iterable[object]) -> None:
    """TypeError if one of them is no string: a number would be a token that no text can spell."""
    for token in tokens:
        if not isinstance(token, str):
            raise TypeError(f"a token is a string, and {token!r} is none; write str(token), or tokens of text")


class Vocab(nn.Module):
    """Maps tokens to ids; make one with `vocab` or `build_vocab_from_iterator`.

    Args:
        vocab: a vocabulary of `nlpseq.text`, which stays reachable, and shared, under this name.

    >>> letters = Vocab(text.Vocab(["<unk>", "a", "b"], default_index=0))
    >>> letters(["b", "a", "z"]), letters["a"], len(letters), letters.lookup_token(2)
    ([2, 1, 0], 1, 3, 'b')
    """

    def __init__(self, vocab: text.Vocab) -> None:
        super().__init__()
        if not isinstance(vocab, text.Vocab):
            raise TypeError(
                f"Vocab takes a vocabulary of nlpseq.text, not {type(vocab).__name__}; "
                "make one of counts with torchtext.vocab.vocab(counts), or as before torchtext 0.10 with "
                "torchtext.legacy.vocab.Vocab(counts)"
            )
        self.vocab = vocab

    __prepare_scriptable__ = refuse_scripting
    is_jitable = False

    def __getattr__(self, name: str) -> Any:
        if name in _OLD:
            raise AttributeError(f"a Vocab has no {name} since torchtext 0.10; {_OLD[name]}")
        return super().__getattr__(name)

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if not isinstance(self.vocab, text.Vocab):  # from a pickle of the real torchtext
            self.vocab = self.vocab.vocab

    def __call__(self, tokens: list[str]) -> list[int]:
        """The id of each token, or the default index; RuntimeError if there is none."""
        if self._forward_hooks or self._forward_pre_hooks:
            return super().__call__(tokens)
        return self.forward(tokens)  # the detour of a module would cost short lists as much again

    def forward(self, tokens: list[str]) -> list[int]:
        """The same as calling the vocabulary."""
        if isinstance(tokens, str):
            raise TypeError(f"a vocabulary takes a list of tokens, not the string {tokens[:20]!r}; split it first")
        return self.vocab.encode(tokens)

    lookup_indices = forward

    def __len__(self) -> int:
        return len(self.vocab)

    def __contains__(self, token: str) -> bool:
        return token in self.vocab

    def __getitem__(self, token: str) -> int:
        """The id of `token`, or the default index; RuntimeError if there is none."""
        if not isinstance(token, str):
            raise TypeError(f"a vocabulary maps strings to ids, and {token!r} is none; lookup_token is the way back")
        return self.vocab[token]

    def set_default_index(self, index: SupportsIndex | None) -> None:
        """Make unknown tokens become `index`, or an error with None; TypeError for what is no whole number."""
        try:
            self.vocab.set_default_index(None if index is None else as_int(index))
        except TypeError as error:
            raise TypeError(f"a default index is an int or None, not {index!r}") from error

    def get_default_index(self) -> int | None:
        """What an unknown token becomes, or None."""
        return self.vocab.get_default_index()

    def insert_token(self, token: str, index: SupportsIndex) -> None:
        """Give `token` the id `index`, later tokens move up; RuntimeError if it is known or there is no such place."""
        check_tokens([token])
        self.vocab.insert_token(token, as_int(index))

    def append_token(self, token: str) -> None:
        """Give `token` the next free id; RuntimeError if it has one."""
        check_tokens([token])
        self.vocab.append_token(token)

    def lookup_token(self, index: SupportsIndex) -> str:
        """The token with id `index`; RuntimeError if there is none."""
        return self.vocab.lookup_token(as_int(index))

    def lookup_tokens(self, indices: Iterable[SupportsIndex]) -> list[str]:
        """The token of each id; RuntimeError if an id has none."""
        return self.vocab.decode(map(as_int, indices))

    def get_stoi(self) -> dict[str, int]:
        """A copy of the mapping from token to id."""
        return self.vocab.get_stoi()

    def get_itos(self) -> list[str]:
        """A copy of the tokens in the order of their ids."""
        return self.vocab.get_itos()
