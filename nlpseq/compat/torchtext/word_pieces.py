"""BERT's tokenizer: words and punctuation apart, then each word's longest known beginning, again and again."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from torch import nn

from nlpseq.compat.torchtext.errors import UserRuntimeError
from nlpseq.compat.torchtext.files import read_lines
from nlpseq.compat.torchtext.functional import map_texts
from nlpseq.compat.torchtext.scripting import refuse_scripting
from nlpseq.compat.torchtext.utils import get_asset_local_path

UNKNOWN = "[UNK]"
LONGEST_WORD = 100  # characters; a longer one is unknown
# The blocks whose characters are words of their own, from BERT's source.
CJK_BLOCKS = (
    (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
)  # fmt: skip


class BERTTokenizer(nn.Module):
    """Text to word pieces (Devlin et al., 2019), as the authors' own tokenizer splits it.

    Args:
        vocab_path: path or URL of the vocabulary, one token a line.
        do_lower_case: lower the text.
        strip_accents: drop the accents; default: where the text is lowered.
        return_tokens: give tokens; else their ids, as strings.
        never_split: words that stay as they are, capitals included.

    Raises:
        UserError: the vocabulary has no "[UNK]".
    """

    __prepare_scriptable__ = refuse_scripting
    is_jitable = False

    def __init__(
        self,
        vocab_path: str,
        do_lower_case: bool = True,
        strip_accents: bool | None = None,
        return_tokens: bool = False,
        never_split: Sequence[str] | None = None,
    ) -> None:
        super().__init__()
        self._ids = _numbered(line.rstrip() for line in read_lines(get_asset_local_path(vocab_path)))
        if UNKNOWN not in self._ids:
            raise UserRuntimeError(f"{vocab_path}: no token {UNKNOWN}; give a vocabulary of BERT's, one token a line")
        self._do_lower_case = do_lower_case
        self._strip_accents = strip_accents
        self._return_tokens = return_tokens
        self._never_split = set(never_split or ())

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if "bert_model" in state:  # from a pickle of the real torchtext, the other attributes are called as here
            self._ids = _numbered(self.__dict__.pop("bert_model").state[-1])
            self._never_split = set(state.get("_never_split", ()))

    def forward(self, input: Any) -> Any:
        """Tokens or ids of a text, or of each of a list; TypeError for anything else."""
        return map_texts(self._encode, input)

    def _encode(self, text: str) -> list[str]:
        pieces = [piece for word in self._words(text) for piece in self._pieces(word)]
        return pieces if self._return_tokens else [str(self._ids.get(piece, self._ids[UNKNOWN])) for piece in pieces]

    def _words(self, text: str) -> Iterator[str]:
        for word in "".join(map(_cleaned, text)).split():
            if word in self._never_split:
                yield word
                continue
            if self._do_lower_case:
                word = word.lower()
            if self._do_lower_case if self._strip_accents is None else self._strip_accents:
                word = "".join(c for c in unicodedata.normalize("NFD", word) if unicodedata.category(c) != "Mn")
            yield from "".join(f" {c} " if _is_punctuation(c) else c for c in word).split()

    def _pieces(self, word: str) -> list[str]:
        if word in self._never_split:
            return [word]
        if len(word) > LONGEST_WORD:
            return [UNKNOWN]
        pieces: list[str] = []
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            ends = range(len(word), start, -1)
            end = next((end for end in ends if mark + word[start:end] in self._ids), None)
            if end is None:
                return [UNKNOWN]
            pieces.append(mark + word[start:end])
            start = end
        return pieces


def _numbered(tokens: Iterable[str]) -> dict[str, int]:
    return {token: index for index, token in enumerate(tokens)}


def _cleaned(character: str) -> str:
    """One space for any kind of it, nothing for control and unassigned characters, spaces around a Chinese one."""
    category = unicodedata.category(character)
    if character in " \t\n\r" or category == "Zs":
        return " "
    if category.startswith("C") or character == "\ufffd":
        return ""
    code = ord(character)
    return f" {character} " if any(first <= code <= last for first, last in CJK_BLOCKS) else character


def _is_punctuation(character: str) -> bool:
    """Unicode's punctuation, and all of ASCII that is neither letter nor digit."""
    if character.isascii():
        return not character.isalnum()
    return unicodedata.category(character).startswith("P")
