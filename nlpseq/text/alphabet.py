"""The characters that a character model knows, one id each: code points after the four specials, or the 256 bytes."""

from __future__ import annotations

import codecs
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from nlpseq.config.choices import Unit
from nlpseq.errors import UserError
from nlpseq.text.vocab import SPECIALS, UNK, Vocab

ALPHABET_FILE = "alphabet.json"
CODE_POINTS = 0x110000
# Each byte is written as the Latin-1 character of its number, so that a vocabulary of bytes is one of characters.
BYTES = tuple(map(chr, range(256)))


@dataclass(frozen=True)
class Alphabet:
    """A vocabulary of single characters, and the way between text and ids without a loop over characters.

    Code points that the vocabulary does not hold become `<unk>`. Bytes are all known: their ids are their numbers, and
    there are no specials.

    Raises:
        ValueError: `vocab` is neither the four specials and then single characters, nor `BYTES`.

    >>> letters = Alphabet.of_counts(np.bincount([ord(letter) for letter in "abracadabra"]), min_freq=2)
    >>> letters.vocab.get_itos(), letters.encode("bad").tolist(), letters.decode([6, 4, 5])
    (['<pad>', '<unk>', '<s>', '</s>', 'a', 'b', 'r'], [5, 4, 1], 'rab')
    >>> Alphabet.of_bytes().encode("é").tolist()
    [195, 169]
    """

    vocab: Vocab

    def __post_init__(self) -> None:
        tokens = self.vocab.get_itos()
        count = len(SPECIALS)
        if tuple(tokens[:count]) == SPECIALS and all(len(token) == 1 for token in tokens[count:]):
            return
        if tuple(tokens) != BYTES:
            raise ValueError(f"an alphabet is {', '.join(SPECIALS)} and then single characters, or the 256 bytes")

    @classmethod
    def of_bytes(cls) -> Alphabet:
        """The 256 bytes."""
        return cls(Vocab(BYTES))

    @classmethod
    def of_counts(cls, counts: np.ndarray, *, min_freq: int = 1) -> Alphabet:
        """The code points with a count of at least `min_freq`, frequent ones first, equal ones by number.

        Args:
            counts: how often each code point comes, at the place of its number.
            min_freq: rarer code points become `<unk>`.

        Raises:
            UserError: all are.
        """
        known = np.flatnonzero(counts >= max(1, min_freq))
        if not len(known) and counts.any():
            raise UserError(f"text.min_freq: no character comes {min_freq:,} times in the training text; lower it")
        ordered = known[np.argsort(-counts[known], kind="stable")]
        return cls(Vocab([*SPECIALS, *map(chr, ordered.tolist())], default_index=SPECIALS.index(UNK)))

    @property
    def unit(self) -> Unit:
        """What one id stands for."""
        return "codepoint" if self.vocab.lookup_token(0) == SPECIALS[0] else "byte"

    @property
    def special_ids(self) -> tuple[int, ...]:
        """Ids that stand for no character: a model must not write them."""
        return tuple(range(len(SPECIALS))) if self.unit == "codepoint" else ()

    def __len__(self) -> int:
        return len(self.vocab)

    def encode(self, text: str) -> np.ndarray:
        """The ids of `text`, int64; half of a surrogate pair, which is no character, is unknown or "?"."""
        if self.unit == "byte":
            return np.frombuffer(text.encode("utf-8", "replace"), dtype=np.uint8).astype(np.int64)
        return self.ids_of(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")).astype(np.int64)

    def ids_of(self, codes: np.ndarray) -> np.ndarray:
        """The ids of code points or bytes, given by their numbers, in the smallest type that holds all ids."""
        return codes if self.unit == "byte" else self._ids_by_code[codes]

    def decode(self, ids: Sequence[int]) -> str:
        """The text of `ids`; `<unk>` stays visible, and bytes that are not UTF-8 become U+FFFD.

        Raises:
            RuntimeError: an id stands for nothing.
        """
        return self.decoder()(ids, True)

    def decoder(self) -> Callable[[Sequence[int], bool], str]:
        """A function that decodes a text piece by piece: (the next ids, whether they are the last) -> text.

        A character whose bytes are not yet complete is kept for the next call.

        >>> push = Alphabet.of_bytes().decoder()
        >>> push([0xC3], False), push([0xA9, 0x21], True)
        ('', 'é!')
        """
        if self.unit == "byte":
            incremental = codecs.getincrementaldecoder("utf-8")("replace")
            return lambda ids, last: incremental.decode(bytes(ids), last)
        return lambda ids, last: "".join(self.vocab.decode(ids))

    def unknown(self, text: str) -> str:
        """The characters of `text` that are not known, each once, in the order of the text.

        >>> Alphabet(Vocab([*SPECIALS, "a"], default_index=1)).unknown("naïve na")
        'nïve '
        """
        if self.unit == "byte":
            return ""
        return "".join(character for character in dict.fromkeys(text) if character not in self.vocab)

    @property
    def escape_nats(self) -> float:
        """What it costs, in nats, to say which character an unknown one is: one of all that Unicode has room for.

        So models are comparable whatever they know: to know less makes a text no cheaper. Bytes are all known.
        """
        return 0.0 if self.unit == "byte" else math.log(CODE_POINTS - (len(self) - len(SPECIALS)))

    def prices(self, ids: np.ndarray) -> np.ndarray:
        """`escape_nats` for each unknown one of `ids`, 0 for the others, float64."""
        unknown = np.zeros(len(ids), dtype=bool) if self.unit == "byte" else np.asarray(ids) == SPECIALS.index(UNK)
        return unknown * self.escape_nats

    def count_unknown(self, ids: np.ndarray) -> int:
        """How many of `ids` stand for a character that is not known.

        >>> letters = Alphabet.of_counts(np.bincount([ord("a")]))
        >>> letters.count_unknown(letters.encode("naïve")), round(letters.escape_nats, 3)
        (4, 13.924)
        """
        return int(np.count_nonzero(self.prices(ids)))

    def save(self, path: str | Path) -> None:
        """Write the characters as JSON, one a line."""
        self.vocab.save(path)

    @classmethod
    def load(cls, path: str | Path) -> Alphabet:
        """Read what `save` wrote.

        Raises:
            UserError: there is no such file, or it does not hold an alphabet.
        """
        try:
            return cls(Vocab.load(path))
        except ValueError as error:
            raise UserError(f"{path}: not an alphabet of nlpseq ({error}); run prepare again") from error

    @cached_property
    def _ids_by_code(self) -> np.ndarray:
        ids = np.full(CODE_POINTS, SPECIALS.index(UNK), dtype=np.min_scalar_type(len(self) - 1))
        characters = self.vocab.get_itos()[len(SPECIALS) :]
        codes = np.array([ord(character) for character in characters], dtype=np.int64)
        ids[codes] = np.arange(len(SPECIALS), len(self))
        return ids
