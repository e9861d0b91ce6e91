"""Documents and summaries as character ids, for a network that writes summaries by copying characters too."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar, Literal, NamedTuple, cast, get_args

import numpy as np

from nlpseq.config.choices import Case
from nlpseq.errors import UserError
from nlpseq.files import read_json, write_text_atomically
from nlpseq.text.alphabet import CODE_POINTS, Alphabet
from nlpseq.text.vocab import BOS, EOS, PAD, SPECIALS, UNK

# Of the letters that have a case, so many are capitals at least, or at most, in texts of one case.
UPPER_SHARE = 0.9
LOWER_SHARE = 0.002
# Texts whose characters are counted together.
COUNTED_TEXTS = 1000


class CopySource(NamedTuple):
    """A document as ids, both arrays (S,) int64 ending with `</s>`.

    `src` is read by the network; `copies` is what the copy of each character writes. Character n of `extra`, which
    the alphabet lacks, is written by id V + n of this document.
    """

    src: np.ndarray
    copies: np.ndarray
    extra: str


@dataclass(frozen=True)
class CopyAlphabet:
    """An alphabet (of V ids) to which every document adds those of its own characters that are not in it.

    Args:
        shared: what all documents have in common: code points after the four specials.
        case: what copied characters are turned into; one whose other form is not a single character stays as it is.
        max_characters: characters of a document that are read.

    >>> letters = Alphabet.of_counts(np.bincount([ord(letter) for letter in "aAbB "]))
    >>> source = CopyAlphabet(letters, "upper", 9).source("a\\n bé")
    >>> source.src.tolist(), source.copies.tolist(), source.extra  # read: a, space, b, <unk>, </s>
    ([7, 4, 8, 1, 3], [5, 4, 6, 9, 3], 'É')
    """

    pad_id: ClassVar[int] = SPECIALS.index(PAD)  #: fills a batch up
    unk_id: ClassVar[int] = SPECIALS.index(UNK)  #: of what neither the alphabet nor the document has
    bos_id: ClassVar[int] = SPECIALS.index(BOS)  #: a summary is written after
    eos_id: ClassVar[int] = SPECIALS.index(EOS)  #: ends a text

    shared: Alphabet
    case: Case
    max_characters: int

    def __len__(self) -> int:
        return len(self.shared)

    @property
    def blank_id(self) -> int | None:
        """The id of the space, if the texts have any."""
        return self.shared.vocab[" "] if " " in self.shared.vocab else None

    def read(self, document: str) -> str:
        """What the network reads of a document: the beginning of its `one_line`."""
        return one_line(document)[: self.max_characters].rstrip()

    def source(self, document: str) -> CopySource:
        """The ids of a document."""
        text = self.read(document)
        copied = "".join(map(_TURNED[self.case], text))
        extra = self.shared.unknown(copied)
        src = self.shared.encode(text)
        return CopySource(np.append(src, self.eos_id), self._ids(copied, extra), extra)

    def summary(self, text: str, extra: str) -> np.ndarray:
        """The ids (T,) of the summary, as it is, of a document with these `extra` characters, `</s>` at the end."""
        return self._ids(text, extra)

    def decode(self, ids: Sequence[int], extra: str) -> str:
        """The text of ids that a network has written for a document with these `extra` characters."""
        size = len(self)
        return "".join(self.shared.vocab.lookup_token(i) if i < size else extra[i - size] for i in ids)

    def save(self, folder: str | Path) -> None:
        """Write `alphabet.json` and `reading.json`."""
        self.shared.save(Path(folder) / "alphabet.json")
        reading = {"copy_case": self.case, "max_source_characters": self.max_characters}
        write_text_atomically(Path(folder) / "reading.json", json.dumps(reading, indent=2) + "\n")

    @classmethod
    def load(cls, folder: str | Path) -> CopyAlphabet:
        """Read what `save` wrote.

        Raises:
            UserError: a file is missing or damaged.
        """
        path = Path(folder) / "reading.json"
        reading = read_json(path, dict, fix="run prepare again")
        case, limit = reading.get("copy_case"), reading.get("max_source_characters")
        if case not in get_args(Case) or type(limit) is not int or limit < 1:
            raise UserError(f"{path}: damaged (copy_case {case!r:.40}, {limit!r:.40} characters); run prepare again")
        shared = Alphabet.load(Path(folder) / "alphabet.json")
        if shared.unit == "byte":
            raise UserError(f"{Path(folder) / 'alphabet.json'}: an alphabet of bytes; run prepare again")
        return cls(shared, cast(Case, case), limit)

    def _ids(self, text: str, extra: str) -> np.ndarray:
        ids = self.shared.encode(text)
        numbers = {character: len(self) + number for number, character in enumerate(extra)}
        for place in np.flatnonzero(ids == self.unk_id):
            ids[place] = numbers.get(text[place], self.unk_id)
        return np.append(ids, self.eos_id)


def build_copy_alphabet(
    documents: Iterable[str],
    summaries: Iterable[str],
    *,
    case: Case | Literal["auto"],
    max_characters: int,
    min_freq: int,
) -> CopyAlphabet:
    """The alphabet of the training text: of what is read of the documents, and of the summaries.

    Args:
        case: "auto" turns copied characters into capitals (or small letters) if the summaries are written in them.
        min_freq: rarer characters become `<unk>`.

    >>> found = build_copy_alphabet(["Oil is up"], ["OIL UP"], case="auto", max_characters=5, min_freq=1)
    >>> found.case, "".join(sorted(found.shared.vocab.get_itos()[4:]))
    ('upper', ' ILOPUil')
    """
    summary_counts = _count(map(one_line, summaries))
    counts = summary_counts + _count(one_line(document)[:max_characters] for document in documents)
    chosen = case_of(summary_counts) if case == "auto" else case
    return CopyAlphabet(Alphabet.of_counts(counts, min_freq=min_freq), chosen, max_characters)


def case_of(counts: np.ndarray) -> Case:
    """The case of texts in which code point n comes `counts[n]` times; "same" where both are in use, or none.

    >>> texts = "OIL IS UP", "oil is up", "Oil is up", "7%"
    >>> [case_of(np.bincount([ord(letter) for letter in text])) for text in texts]
    ['upper', 'lower', 'same', 'same']
    """
    present = [(chr(code), int(counts[code])) for code in np.flatnonzero(counts)]
    upper = sum(count for character, count in present if character.isupper())
    cased = upper + sum(count for character, count in present if character.islower())
    if upper > UPPER_SHARE * cased:
        return "upper"
    return "lower" if upper < LOWER_SHARE * cased else "same"


def one_line(text: str) -> str:
    """The text with single spaces for all white space, and "?" for half of a surrogate pair, which is no character.

    >>> one_line(" two\\u2028lines\\ud800 ")
    'two lines?'
    """
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())


@cache
def _upper(character: str) -> str:
    turned = character.upper()
    return turned if len(turned) == 1 else character  # ß would become SS


@cache
def _lower(character: str) -> str:
    turned = character.lower()
    return turned if len(turned) == 1 else character


_TURNED: dict[Case, Callable[[str], str]] = {"same": str, "upper": _upper, "lower": _lower}


def _count(texts: Iterable[str]) -> np.ndarray:
    """How often each code point comes, at the place of its number."""
    counts = np.zeros(CODE_POINTS, dtype=np.int64)
    some: list[str] = []
    for text in texts:
        some.append(text)
        if len(some) == COUNTED_TEXTS:
            counts += _count_some(some)
            some.clear()
    return counts + _count_some(some)


def _count_some(texts: Sequence[str]) -> np.ndarray:
    codes = np.frombuffer("".join(texts).encode("utf-32-le"), dtype="<u4")
    return np.bincount(codes, minlength=CODE_POINTS)
