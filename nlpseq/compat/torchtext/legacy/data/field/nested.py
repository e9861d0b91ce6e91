"""`NestedField`: rows of rows, such as the characters of each word of a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from itertools import chain
from typing import Any

import torch

from nlpseq.compat.torchtext.legacy.data.field.padding import pad_rows
from nlpseq.compat.torchtext.legacy.data.field.plain import Field, count_marks


class NestedField(Field):
    """A sequential field whose tokens go through another field each; both share one vocabulary.

    Args:
        nesting_field: what each token goes through; its `batch_first` is set. It gives this field its `lower`, its
            `unk_token` and, if it is sequential, its `pad_token`.
        include_lengths: a batch is (tensor, tokens of each row (B,), items of each token (B, T)).
        others: as in `Field`, for the rows of tokens.

    Raises:
        ValueError: the nesting field is nested itself, or has `include_lengths`.

    >>> CHARS = NestedField(Field(tokenize=list), include_lengths=True)
    >>> rows = [CHARS.preprocess("oh no"), CHARS.preprocess("ho")]
    >>> CHARS.build_vocab(rows)
    >>> CHARS.process(rows)
    (tensor([[[2, 3],
             [4, 2]],
    <BLANKLINE>
            [[3, 2],
             [1, 1]]]), tensor([2, 1]), tensor([[2, 2],
            [2, 0]]))
    """

    def __init__(
        self,
        nesting_field: Field,
        use_vocab: bool = True,
        init_token: str | None = None,
        eos_token: str | None = None,
        fix_length: int | None = None,
        dtype: torch.dtype = torch.long,
        preprocessing: Callable[..., Any] | None = None,
        postprocessing: Callable[..., Any] | None = None,
        tokenize: str | Callable[[str], Any] | None = None,
        tokenizer_language: str = "en",
        include_lengths: bool = False,
        pad_token: Any = "<pad>",
        pad_first: bool = False,
        truncate_first: bool = False,
    ) -> None:
        if isinstance(nesting_field, NestedField):
            raise ValueError("nesting_field: a NestedField cannot hold another one")
        if nesting_field.include_lengths:
            raise ValueError("nesting_field: set include_lengths of the NestedField, not of the field in it")
        super().__init__(
            use_vocab=use_vocab, init_token=init_token, eos_token=eos_token, fix_length=fix_length, dtype=dtype,
            preprocessing=preprocessing, postprocessing=postprocessing, lower=nesting_field.lower, tokenize=tokenize,
            tokenizer_language=tokenizer_language, include_lengths=include_lengths, batch_first=True,
            pad_token=nesting_field.pad_token if nesting_field.sequential else pad_token,
            unk_token=nesting_field.unk_token, pad_first=pad_first, truncate_first=truncate_first,
        )  # fmt: skip
        self.nesting_field = nesting_field
        self.nesting_field.batch_first = True

    def preprocess(self, xs: Any) -> list[Any]:
        """What the nesting field makes of each token."""
        return [self.nesting_field.preprocess(x) for x in super().preprocess(xs)]

    def pad(self, minibatch: Iterable[Any]) -> Any:
        """The rows with marks and pads, and the tokens in them too.

        With `include_lengths` (rows, tokens of each row, items of each token), all without pads.
        """
        rows = list(minibatch)
        if not self.nesting_field.sequential:
            return super().pad(rows)
        inner = copy(self.nesting_field)
        inner.include_lengths = True
        if inner.fix_length is None:
            inner.fix_length = max(map(len, chain.from_iterable(rows)), default=0) + count_marks(inner)
        marked, lengths = pad_rows(
            rows, width=self._width(rows), init=None if self.init_token is None else [self.init_token],
            eos=None if self.eos_token is None else [self.eos_token], pad=None, pad_first=self.pad_first,
            truncate_first=self.truncate_first,
        )  # fmt: skip
        padded, all_token_lengths = [], []
        for row, length in zip(marked, lengths, strict=True):
            missing = len(row) - length
            tokens, token_lengths = inner.pad(row[missing:] if self.pad_first else row[:length])
            blank: list[Any] = [[self.pad_token] * inner.fix_length] * missing
            zeros = [0] * missing
            padded.append(blank + tokens if self.pad_first else tokens + blank)
            all_token_lengths.append(zeros + token_lengths if self.pad_first else token_lengths + zeros)
        return (padded, lengths, all_token_lengths) if self.include_lengths else padded

    def build_vocab(self, *args: Any, **kwargs: Any) -> None:
        """Make one vocabulary for both fields; arguments as in `Field.build_vocab`."""
        how = {name: kwargs.pop(name, None) for name in ("vectors", "unk_init", "vectors_cache")}
        self.nesting_field.build_vocab(*chain.from_iterable(self._columns(args)), **kwargs)
        super().build_vocab()
        self.vocab.extend(self.nesting_field.vocab)
        self.vocab.freqs = self.nesting_field.vocab.freqs.copy()
        if how["vectors"] is not None:
            self.vocab.load_vectors(how["vectors"], unk_init=how["unk_init"], cache=how["vectors_cache"])
        self.nesting_field.vocab = self.vocab

    def numericalize(self, arr: Any, device: torch.device | str | None = None) -> Any:
        """The tensor (B, T, U) of padded rows of tokens, and the lengths that `pad` gave."""
        rows, lengths = self._without_lengths(arr)
        inner = copy(self.nesting_field)
        inner.include_lengths = False
        tensor = torch.stack([inner.numericalize(row, device=device) for row in rows])
        return (tensor, *lengths) if self.include_lengths else tensor
