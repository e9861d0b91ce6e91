"""The byte-level tokenizers of GPT-2 (Radford et al., 2019) and CLIP (Radford et al., 2021)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from torch import nn

from nlpseq.compat.torchtext._torchtext import Encoder
from nlpseq.compat.torchtext.errors import UserIndexError
from nlpseq.compat.torchtext.functional import map_texts
from nlpseq.compat.torchtext.pair_merging import PairMerger, Ranks, read_merges, split_ranks
from nlpseq.compat.torchtext.scripting import refuse_scripting
from nlpseq.compat.torchtext.utils import get_asset_local_path

END_OF_WORD = "</w>"
CLIP_SPECIALS = ("<|startoftext|>", "<|endoftext|>")


@cache
def bytes_to_unicode() -> dict[int, str]:
    """GPT-2's printable character for each byte: itself in Latin-1, or for the others the next one from U+0100.

    >>> bytes_to_unicode()[ord("a")], bytes_to_unicode()[ord(" ")], len(bytes_to_unicode())
    ('a', 'Ġ', 256)
    """
    printable = {*range(33, 127), *range(161, 173), *range(174, 256)}
    others = [byte for byte in range(256) if byte not in printable]
    characters = {byte: chr(byte) for byte in sorted(printable)}
    return characters | {byte: chr(256 + place) for place, byte in enumerate(others)}


@cache
def _patterns() -> tuple[Any, Any]:
    """What GPT-2 and CLIP take for a word."""
    try:
        import regex
    except ImportError as error:
        raise ImportError("byte-level tokenizers need the package regex; install it with: pip install regex") from error
    contractions = "'s|'t|'re|'ve|'m|'ll|'d"
    specials = "|".join(map(re.escape, CLIP_SPECIALS))
    return (
        regex.compile(rf"{contractions}| ?\p{{L}}+| ?\p{{N}}+| ?[^\s\p{{L}}\p{{N}}]+|\s+(?!\S)|\s+"),
        regex.compile(rf"{specials}|{contractions}|\p{{L}}+|\p{{N}}|[^\s\p{{L}}\p{{N}}]+"),
    )


@dataclass(frozen=True)
class ByteSymbols:
    """Splits a word into the characters of its bytes, the last with the mark of a word's end."""

    ending: str = ""

    def __call__(self, word: str) -> list[str]:
        characters = bytes_to_unicode()
        symbols = [characters[byte] for byte in word.encode("utf-8")]
        symbols[-1] += self.ending
        return symbols


def _ids(encoder: Mapping[str, int], tokens: Sequence[str]) -> list[str]:
    """The ids as strings, torchtext's choice."""
    try:
        return [str(encoder[token]) for token in tokens]
    except KeyError as error:
        raise UserIndexError(
            f"the encoder has no id for {error.args[0]!r}; use the encoder and the merges of one model"
        ) from error


def _read_encoder(path: str) -> dict[str, int]:
    with open(get_asset_local_path(path), encoding="utf-8") as file:
        return dict(json.load(file))


def _pickled(encoder: Encoder) -> tuple[dict[str, int], Ranks]:
    """Ids and ranks out of a pickle of the real torchtext."""
    ids, ranks, separator, *_ = encoder.state
    return ids, split_ranks(ranks, separator)


class GPT2BPETokenizer(nn.Module):
    """Text to GPT-2's byte-level pieces, words split as by OpenAI's own tokenizer.

    Args:
        encoder_json_path: path or URL of the JSON object from token to id.
        vocab_bpe_path: path or URL of the merges.
        return_tokens: give tokens; else their ids, as strings.
    """

    SPECIAL_TOKENS_ATTRIBUTES = (
        "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
        "additional_special_tokens",
    )  # fmt: skip
    __prepare_scriptable__ = refuse_scripting
    is_jitable = False

    def __init__(self, encoder_json_path: str, vocab_bpe_path: str, return_tokens: bool = False) -> None:
        super().__init__()
        self._fill(_read_encoder(encoder_json_path), read_merges(get_asset_local_path(vocab_bpe_path)))
        self._return_tokens = return_tokens

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if "bpe" in state:  # from a pickle of the real torchtext, which does not hold what is never split
            self._fill(*_pickled(self.__dict__.pop("bpe")))

    def _fill(self, encoder: dict[str, int], ranks: Ranks) -> None:
        self._encoder = encoder
        self._decoder = {index: token for token, index in encoder.items()}
        self._merger = PairMerger(ranks, symbols=ByteSymbols())
        self._specials: list[str] = []

    def forward(self, input: Any) -> Any:
        """Tokens or ids of a text, or of each of a list; TypeError for anything else."""
        return map_texts(self._encode, input)

    def _encode(self, text: str) -> list[str]:
        tokens = []
        for place, part in enumerate(self._split_specials(text)):
            tokens += [part] if place % 2 else self._merger.tokens(_patterns()[0].findall(part))
        return tokens if self._return_tokens else _ids(self._encoder, tokens)

    def _split_specials(self, text: str) -> list[str]:
        """Text and special tokens in turn; a special token takes one space from either side."""
        if not self._specials:
            return [text]
        return re.split(rf"\s?({'|'.join(map(re.escape, self._specials))})\s?", text, flags=re.ASCII)

    def add_special_tokens(self, special_tokens_dict: Mapping[str, str | Sequence[str]]) -> int:
        """Never split these tokens; those that are not known get the next ids.

        Args:
            special_tokens_dict: a token by the name of its role, and a list of them as "additional_special_tokens".

        Returns:
            How many were not known.

        Raises:
            AssertionError: there is no role of a name.
        """
        known = len(self._encoder)
        tokens: list[str] = []
        for role, value in special_tokens_dict.items():
            if role not in self.SPECIAL_TOKENS_ATTRIBUTES:
                raise AssertionError(f"{role!r} is none of {', '.join(self.SPECIAL_TOKENS_ATTRIBUTES)}")
            tokens += [value] if isinstance(value, str) else value
        for token in tokens:
            index = self._encoder.setdefault(token, len(self._encoder))
            self._decoder[index] = token
            if token not in self._specials:
                self._specials.append(token)
        return len(self._encoder) - known

    def decode(self, tokens: Sequence[str]) -> str:
        """The text of ids given as strings, a space on either side of a special token.

        Raises:
            IndexError: there is no such id.
        """
        parts = [""]
        for token in tokens:
            try:
                piece = self._decoder[int(token)]
            except KeyError as error:
                raise IndexError(f"no token has the id {token}") from error
            if piece in self._specials:
                parts += [piece, ""]
            else:
                parts[-1] += piece
        back = {character: byte for byte, character in bytes_to_unicode().items()}
        for place in range(0, len(parts), 2):
            parts[place] = bytes(map(back.__getitem__, parts[place])).decode("utf-8", errors="replace")
        return " ".join(filter(None, parts))


class CLIPTokenizer(nn.Module):
    """Text, in lower case, to CLIP's byte-level pieces, which mark the ends of words.

    Args:
        merges_path: path or URL of the merges.
        encoder_json_path: path or URL of the JSON object from token to id; default: made from the merges.
        num_merges: use the first so many merges; told by the encoder where there is one.
        return_tokens: give tokens; else their ids, as strings.
    """

    __prepare_scriptable__ = refuse_scripting
    is_jitable = False

    def __init__(
        self,
        merges_path: str,
        encoder_json_path: str | None = None,
        num_merges: int | None = None,
        return_tokens: bool = False,
    ) -> None:
        super().__init__()
        pairs = list(read_merges(get_asset_local_path(merges_path)))
        characters = list(bytes_to_unicode().values())
        basic = characters + [character + END_OF_WORD for character in characters]
        if encoder_json_path:
            encoder = _read_encoder(encoder_json_path)
            pairs = pairs[: len(encoder) - len(basic) - len(CLIP_SPECIALS)]
        else:
            pairs = pairs[: num_merges or None]
            tokens = [*basic, *map("".join, pairs), *CLIP_SPECIALS]
            encoder = {token: index for index, token in enumerate(tokens)}
        self._fill(encoder, {pair: rank for rank, pair in enumerate(pairs)})
        self._return_tokens = return_tokens

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if "bpe" in state:  # from a pickle of the real torchtext
            self._fill(*_pickled(self.__dict__.pop("bpe")))

    def _fill(self, encoder: dict[str, int], ranks: Ranks) -> None:
        self._encoder = encoder
        self._merger = PairMerger(ranks, symbols=ByteSymbols(END_OF_WORD), whole=CLIP_SPECIALS)

    def forward(self, input: Any) -> Any:
        """Tokens or ids of a text, or of each of a list; TypeError for anything else."""
        return map_texts(self._encode, input)

    def _encode(self, text: str) -> list[str]:
        tokens = self._merger.tokens(_patterns()[1].findall(text.lower().strip()))
        return tokens if self._return_tokens else _ids(self._encoder, tokens)
