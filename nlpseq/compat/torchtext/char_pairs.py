"""Byte-pair encoding over characters (Sennrich et al., 2016), as GPT-1 and FlauBERT have it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from torch import nn

from nlpseq.compat.torchtext.functional import map_texts
from nlpseq.compat.torchtext.pair_merging import PairMerger, read_merges
from nlpseq.compat.torchtext.scripting import refuse_scripting
from nlpseq.compat.torchtext.utils import get_asset_local_path


@dataclass(frozen=True)
class CharacterSymbols:
    """Splits a word into its characters, the last with the mark of a word's end."""

    suffix: str

    def __call__(self, word: str) -> list[str]:
        return [*word[:-1], word[-1] + self.suffix]


class CharBPETokenizer(nn.Module):
    """Words, split at whitespace, to pieces of characters.

    Args:
        bpe_encoder_path: path or URL of the JSON object from token to id.
        bpe_merges_path: path or URL of the merges.
        return_tokens: give tokens; else their ids as the encoder has them.
        unk_token: stands for tokens that the encoder has not.
        suffix: marks the end of a word.
        special_tokens: words that are never split.

    Raises:
        RuntimeError: the encoder has no `unk_token`, or not all of `special_tokens`.
    """

    __prepare_scriptable__ = refuse_scripting

    def __init__(
        self,
        bpe_encoder_path: str,
        bpe_merges_path: str,
        return_tokens: bool = False,
        unk_token: str | None = None,
        suffix: str | None = None,
        special_tokens: Sequence[str] | None = None,
    ) -> None:
        super().__init__()
        with open(get_asset_local_path(bpe_encoder_path), encoding="utf-8") as file:
            self._encoder: dict[str, Any] = dict(json.load(file))
        self._decoder = {index: token for token, index in self._encoder.items()}
        self._return_tokens, self._unk_token, self._suffix = return_tokens, unk_token, suffix or ""
        specials = list(special_tokens or ())
        for token in [unk_token, *specials] if unk_token else specials:
            if token not in self._encoder:
                raise RuntimeError(f"{bpe_encoder_path} has no token {token!r}; it must have all special tokens")
        ranks = read_merges(get_asset_local_path(bpe_merges_path))
        self._merger = PairMerger(ranks, symbols=CharacterSymbols(self._suffix), whole=specials)

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if "_bpe_ranks" in state:  # from a pickle of the real torchtext
            self._suffix = state["_suffix"] or ""
            ranks = {pair: rank for pair, rank in self.__dict__.pop("_bpe_ranks").items() if len(pair) == 2}
            # There the special tokens are words whose pieces are known to be themselves.
            whole = [word for word, pieces in self.__dict__.pop("_cache").items() if pieces == word]
            self._merger = PairMerger(ranks, symbols=CharacterSymbols(self._suffix), whole=whole)

    @property
    def vocab_size(self) -> int:
        """How many tokens the encoder has."""
        return len(self._encoder)

    def forward(self, input: Any) -> Any:
        """Tokens or ids of a text, or of each of a list; TypeError for anything else."""
        return map_texts(self._tokenize if self._return_tokens else self.encode, input)

    def encode(self, text: str) -> list[Any]:
        """The id of each token of `text`; KeyError for a token without one, where there is no `unk_token`."""
        tokens = self._tokenize(text)
        if self._unk_token:
            return [self._encoder.get(token, self._encoder[self._unk_token]) for token in tokens]
        return [self._encoder[token] for token in tokens]

    def _tokenize(self, text: str) -> list[str]:
        # A line feed belongs to the word before it.
        return self._merger.tokens(re.findall(r"\S+\n?", text))

    def decode(self, tokens: Sequence[Any]) -> str:
        """The text of ids; KeyError for an id without a token, where there is no `unk_token`."""
        if self._unk_token:
            pieces = [self._decoder.get(token, self._unk_token) for token in tokens]
        else:
            pieces = [self._decoder[token] for token in tokens]
        return "".join(pieces).replace(self._suffix, " ") if self._suffix else " ".join(pieces)
