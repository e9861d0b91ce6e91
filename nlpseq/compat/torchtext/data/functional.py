"""SentencePiece models, and generators that clean, split and number texts."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import IO, TYPE_CHECKING, TypeVar

from torch.utils.data import Dataset

from nlpseq.compat.torchtext.errors import UserRuntimeError

if TYPE_CHECKING:
    from sentencepiece import SentencePieceProcessor

    from nlpseq.compat.torchtext.vocab import Vocab

__all__ = [
    "filter_wikipedia_xml",
    "generate_sp_model",
    "load_sp_model",
    "numericalize_tokens_from_iterator",
    "sentencepiece_numericalizer",
    "sentencepiece_tokenizer",
    "to_map_style_dataset",
]

T = TypeVar("T")


def generate_sp_model(
    filename: str, vocab_size: int = 20000, model_type: str = "unigram", model_prefix: str = "m_user"
) -> None:
    """Train a SentencePiece model on the lines of `filename`; writes `<model_prefix>.model` and `.vocab`.

    Args:
        model_type: "unigram", "bpe", "char" or "word".

    Raises:
        OSError, RuntimeError: there is no such file, or SentencePiece cannot make `vocab_size` pieces of it.
    """
    from sentencepiece import SentencePieceTrainer

    try:
        SentencePieceTrainer.train(
            input=filename, vocab_size=vocab_size, model_type=model_type, model_prefix=model_prefix, minloglevel=1
        )
    except RuntimeError as error:
        raise _explained(error, filename, vocab_size) from error


def _explained(error: RuntimeError, filename: str, vocab_size: int) -> RuntimeError:
    """SentencePiece's complaint in plain words.

    Its versions differ in how many pieces they can make of a text; torchtext 0.18 had 0.1.99 inside of it.
    """
    if most := re.search(r"size too high .* <= (\d+)", str(error)):
        return UserRuntimeError(
            f"vocab_size: the text of {filename} fills no {vocab_size:,} pieces; set it to {most[1]} or less"
        )
    if least := re.search(r"smaller than required_chars\. -?\d+ vs (\d+)", str(error)):
        return UserRuntimeError(
            f"vocab_size: {vocab_size:,} is too small for the characters of {filename}; set it to {least[1]} or more"
        )
    reason = " ".join(str(error).split())[:200]
    return UserRuntimeError(f"{filename}: SentencePiece cannot make {vocab_size:,} pieces of it ({reason}); try others")


def load_sp_model(spm: str | IO[bytes]) -> SentencePieceProcessor:
    """The SentencePiece model in a file, given by its path or opened for reading bytes.

    Raises:
        TypeError: `spm` is neither.
        OSError, RuntimeError: there is no such file, or no model in it.
    """
    from sentencepiece import SentencePieceProcessor

    if isinstance(spm, str):
        return SentencePieceProcessor(model_file=spm)
    if isinstance(spm, io.BufferedReader | io.BytesIO):
        return SentencePieceProcessor(model_proto=spm.read())
    raise TypeError(f"spm: a path or a file opened with 'rb' is wanted, not {type(spm).__name__}")


def sentencepiece_numericalizer(sp_model: SentencePieceProcessor) -> Callable[[Iterable[str]], Iterator[list[int]]]:
    """A function from texts to the ids of their pieces."""
    return lambda texts: (sp_model.EncodeAsIds(text) for text in texts)


def sentencepiece_tokenizer(sp_model: SentencePieceProcessor) -> Callable[[Iterable[str]], Iterator[list[str]]]:
    """A function from texts to their pieces."""
    return lambda texts: (sp_model.EncodeAsPieces(text) for text in texts)


def custom_replace(replace_pattern: Iterable[tuple[str, str]]) -> Callable[[Iterable[str]], Iterator[str]]:
    r"""A function from texts to texts in which each pattern was replaced, in order.

    >>> lower = custom_replace([("S", "s"), (r"\s+", " ")])
    >>> list(lower(["Sentencepiece encode  aS  pieces"]))
    ['sentencepiece encode as pieces']
    """
    replacements = [(re.compile(pattern), new) for pattern, new in replace_pattern]

    def replace_all(texts: Iterable[str]) -> Iterator[str]:
        for text in texts:
            for pattern, new in replacements:
                text = pattern.sub(new, text)
            yield text

    return replace_all


def simple_space_split(iterator: Iterable[str]) -> Iterator[list[str]]:
    """The words of each text, split at whitespace.

    >>> list(simple_space_split(["two  words", ""]))
    [['two', 'words'], []]
    """
    return map(str.split, iterator)


def numericalize_tokens_from_iterator(
    vocab: Vocab | Mapping[str, int], iterator: Iterable[Iterable[str]], removed_tokens: Container[str] | None = None
) -> Iterator[Iterator[int]]:
    """For each list of tokens an iterator over their ids, without those of `removed_tokens`.

    >>> ids = numericalize_tokens_from_iterator({"a": 0, "b": 1}, [["b", "a"], ["a"]], removed_tokens=["a"])
    >>> [list(row) for row in ids]
    [[1], []]
    """
    removed = () if removed_tokens is None else removed_tokens
    for tokens in iterator:
        yield iter([vocab[token] for token in tokens if token not in removed])


# What Matt Mahoney's wikifil.pl removes and keeps of Wikipedia's markup, before it spells digits out.
_WIKIPEDIA_MARKUP = custom_replace(
    [
        (r"<.*>", ""),
        (r"&amp;", "&"),
        (r"&lt;", "<"),
        (r"&gt;", ">"),
        (r"<ref[^<]*</ref>", ""),
        (r"<[^>]*>", ""),
        (r"\[http:[^] ]*", "["),
        (r"\|(?:thumb|left|right|\d+px)", ""),
        (r"\[\[image:[^\[\]]*\|", ""),
        (r"\[\[category:([^|\]]*)[^]]*\]\]", r"[[\1]]"),
        (r"\[\[[a-z\-]*:[^\]]*\]\]", ""),
        (r"\[\[[^|\]]*\|", "[["),
        (r"\{\{[^}]*\}\}", ""),
        (r"\{[^}]*\}", ""),
        (r"[\[\]]", ""),
        (r"&[^;]*;", " "),
    ]
)
_DIGIT_NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_PLAIN = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)} | {
    ord(str(digit)): f" {name} " for digit, name in enumerate(_DIGIT_NAMES)
}


def filter_wikipedia_xml(text_iterator: Iterable[str]) -> Iterator[str]:
    """The plain words of lines of a Wikipedia dump: lower case, a to z, digits spelled out; empty lines left out.

    Raises:
        TypeError: the argument cannot be iterated over.

    >>> list(filter_wikipedia_xml(["<text>[[Apollo 11|Eagle]] has landed</text>", "It is [[year|1969]]."]))
    ['it is one nine six nine']
    """
    lines = (line for line in text_iterator if "#redirect" not in line and "#REDIRECT" not in line)
    for line in _WIKIPEDIA_MARKUP(lines):
        words = re.findall("[a-z]+", line.translate(_PLAIN))
        if words:
            yield " ".join(words)


class _MapStyleDataset(Dataset[T]):
    def __init__(self, rows: Iterable[T]) -> None:
        self._data = list(rows)

    def __len__(self) -> int:
        return len(self._data)

    def __getitem__(self, index: int) -> T:
        return self._data[index]


def to_map_style_dataset(iter_data: Iterable[T]) -> Dataset[T]:
    """All rows of an iterable in memory, as a data set with a length that can be indexed and shuffled.

    >>> rows = to_map_style_dataset(iter([(1, "a"), (2, "b")]))
    >>> len(rows), rows[1]
    (2, (2, 'b'))
    """
    return _MapStyleDataset(iter_data)
