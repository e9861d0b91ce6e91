"""The transforms: `nn.Module`s from text to tokens, from tokens to ids, from ids to tensors."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from nlpseq.compat.torchtext import functional as F
from nlpseq.compat.torchtext.byte_pairs import CLIPTokenizer as CLIPTokenizer
from nlpseq.compat.torchtext.byte_pairs import GPT2BPETokenizer
from nlpseq.compat.torchtext.byte_pairs import bytes_to_unicode as bytes_to_unicode
from nlpseq.compat.torchtext.char_pairs import CharBPETokenizer
from nlpseq.compat.torchtext.data.functional import load_sp_model
from nlpseq.compat.torchtext.errors import UserValueError
from nlpseq.compat.torchtext.masking import MaskTransform as MaskTransform
from nlpseq.compat.torchtext.scripting import refuse_scripting
from nlpseq.compat.torchtext.utils import get_asset_local_path
from nlpseq.compat.torchtext.vocab import Vocab
from nlpseq.compat.torchtext.word_pieces import BERTTokenizer as BERTTokenizer
from nlpseq.text import vocab as text

# Those of the original, which left out four of its names.
__all__ = [
    "AddToken",
    "CharBPETokenizer",
    "GPT2BPETokenizer",
    "LabelToIndex",
    "PadTransform",
    "RegexTokenizer",
    "SentencePieceTokenizer",
    "Sequential",
    "StrToIntTransform",
    "ToTensor",
    "Truncate",
    "VocabTransform",
]


class SentencePieceTokenizer(nn.Module):
    """Text or a list of texts to the pieces of a SentencePiece model.

    Args:
        sp_model_path: path or URL of the model.
    """

    __prepare_scriptable__ = refuse_scripting

    def __init__(self, sp_model_path: str) -> None:
        super().__init__()
        self.sp_model = load_sp_model(get_asset_local_path(sp_model_path))

    def forward(self, input: Any) -> Any:
        """The pieces; TypeError for anything but a string or a list of strings."""
        return F.map_texts(self.sp_model.EncodeAsPieces, input)


class VocabTransform(nn.Module):
    """Tokens, or a batch of them, to ids.

    >>> from nlpseq.compat.torchtext.vocab import vocab
    >>> VocabTransform(vocab({"a": 1, "b": 1}))([["b", "a"], ["a"]])
    [[1, 0], [0]]
    """

    __prepare_scriptable__ = refuse_scripting

    def __init__(self, vocab: Vocab) -> None:
        super().__init__()
        if not isinstance(vocab, Vocab):
            raise AssertionError(f"vocab: a torchtext.vocab.Vocab is wanted, not {type(vocab).__name__}")
        self.vocab = vocab

    def forward(self, input: Any) -> Any:
        """The ids; TypeError for anything but a list of strings or a list of such lists."""
        if F.is_row(input, str):
            return self.vocab.lookup_indices(input)
        if F.is_batch(input, str):
            return [self.vocab.lookup_indices(tokens) for tokens in input]
        raise F.unsupported()


class ToTensor(nn.Module):
    """Ids, or a batch of them, to a tensor; see `functional.to_tensor`."""

    __prepare_scriptable__ = refuse_scripting

    def __init__(self, padding_value: int | None = None, dtype: torch.dtype = torch.long) -> None:
        super().__init__()
        self.padding_value, self.dtype = padding_value, dtype

    def forward(self, input: Any) -> Tensor:
        """The tensor, (T,) or (B, T)."""
        return F.to_tensor(input, padding_value=self.padding_value, dtype=self.dtype)


class LabelToIndex(nn.Module):
    """A label or a list of labels to their numbers, in the order given.

    Args:
        label_names: the labels.
        label_path: a file with one label a line, in place of `label_names`.
        sort_names: number them in lexicographic order.

    Raises:
        AssertionError: both of the two are given, or none.
        RuntimeError: a label comes twice.

    >>> LabelToIndex(["pos", "neg"], sort_names=True)(["pos", "neg"])
    [1, 0]
    """

    __prepare_scriptable__ = refuse_scripting

    def __init__(
        self, label_names: Sequence[str] | None = None, label_path: str | None = None, sort_names: bool = False
    ) -> None:
        super().__init__()
        if bool(label_names) == bool(label_path):
            raise AssertionError("label_names or label_path is needed, and not both")
        if label_path:
            with open(label_path, encoding="utf-8") as file:
                label_names = [line.strip() for line in file if line.strip()]
        names = list(label_names or ())
        self._label_vocab = Vocab(text.Vocab(sorted(names) if sort_names else names))

    def forward(self, input: Any) -> Any:
        """The number or numbers; RuntimeError for a label that is not known."""
        return F.map_texts(self._label_vocab.__getitem__, input)

    @property
    def label_names(self) -> list[str]:
        """The labels in the order of their numbers."""
        return self._label_vocab.get_itos()


class Truncate(nn.Module):
    """Rows cut to `max_seq_len`; see `functional.truncate`."""

    __prepare_scriptable__ = refuse_scripting

    def __init__(self, max_seq_len: int) -> None:
        super().__init__()
        self.max_seq_len = max_seq_len

    def forward(self, input: Any) -> Any:
        """The same, cut."""
        return F.truncate(input, self.max_seq_len)


class AddToken(nn.Module):
    """Rows with `token` put before or behind; see `functional.add_token`."""

    __prepare_scriptable__ = refuse_scripting

    def __init__(self, token: int | str, begin: bool = True) -> None:
        super().__init__()
        self.token, self.begin = token, begin

    def forward(self, input: Any) -> Any:
        """The same, longer by one."""
        return F.add_token(input, self.token, self.begin)


class PadTransform(nn.Module):
    """A tensor filled up along its last dimension to `max_length` with `pad_value`; a longer one stays.

    Shape:
        (..., T) to (..., max(T, max_length)).

    >>> PadTransform(4, 9)(torch.tensor([1, 2]))
    tensor([1, 2, 9, 9])
    """

    __prepare_scriptable__ = refuse_scripting

    def __init__(self, max_length: int, pad_value: int) -> None:
        super().__init__()
        self.max_length, self.pad_value = max_length, float(pad_value)

    def forward(self, x: Tensor) -> Tensor:
        """The longer tensor, or `x` itself."""
        room = self.max_length - x.size(-1)
        return nn.functional.pad(x, (0, room), value=self.pad_value) if room > 0 else x


class StrToIntTransform(nn.Module):
    """Strings to the numbers they spell; see `functional.str_to_int`."""

    __prepare_scriptable__ = refuse_scripting

    def forward(self, input: Any) -> Any:
        """The numbers."""
        return F.str_to_int(input)


class RegexTokenizer(nn.Module):
    r"""Replaces each pattern in order, then splits at spaces.

    Patterns are Python's, with `\w`, `\d`, `\s` and `\b` for ASCII alone as in torchtext's RE2; `\0` in a
    replacement is the whole match.

    Args:
        patterns_list: pairs of pattern and replacement.

    Raises:
        UserError: a pattern or replacement is not one that Python knows.

    >>> RegexTokenizer([(r"[,.]", ""), (r"(\d+)", r" <\1> ")])("a1,b22.")
    ['a', '<1>', 'b', '<22>']
    """

    __prepare_scriptable__ = refuse_scripting
    is_jitable = False

    def __init__(self, patterns_list: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._patterns_list = list(patterns_list)
        self._compile()

    def _compile(self) -> None:
        self._replacements = []
        for pattern, replacement in self._patterns_list:
            template = re.sub(r"(\\\\)|\\0", lambda match: match[1] or r"\g<0>", replacement)
            try:
                compiled = re.compile(pattern, re.ASCII)
                compiled.sub(template, "")  # so that a mistake in the replacement shows here
            except (re.error, IndexError) as error:
                raise UserValueError(
                    f"RegexTokenizer: Python's re does not take {pattern!r} with {replacement!r} ({error}); mend it"
                ) from error
            self._replacements.append((compiled, template))

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_replacements"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if "regex_tokenizer" in state:  # from a pickle of the real torchtext
            patterns, replacements, _ = self.__dict__.pop("regex_tokenizer").state
            self._patterns_list = list(zip(patterns, replacements, strict=True))
        self._compile()

    def forward(self, line: str) -> list[str]:
        """The tokens of one text."""
        for pattern, template in self._replacements:
            line = pattern.sub(template, line)
        return [token for token in line.split(" ") if token]


class Sequential(nn.Sequential):
    """Transforms one after the other.

    >>> Sequential(Truncate(2), AddToken(8), ToTensor(0))([[1, 2, 3], [4]])
    tensor([[8, 1, 2],
            [8, 4, 0]])
    """

    __prepare_scriptable__ = refuse_scripting

    def forward(self, input: Any) -> Any:
        """What the last of them gives."""
        for module in self:
            input = module(input)
        return input
