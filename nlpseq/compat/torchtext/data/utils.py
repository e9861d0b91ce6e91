"""Tokenizers by name, n-grams, and the shuffler and sort key of the older generation."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from typing import Any, TypeVar

from nlpseq.compat.torchtext.errors import UserOSError
from nlpseq.compat.torchtext.refusals import missing
from nlpseq.errors import UserError
from nlpseq.text.tokenizers import BasicEnglishTokenizer, spacy_tokenizer

__all__ = [
    "RandomShuffler",
    "dtype_to_attr",
    "get_tokenizer",
    "get_torch_version",
    "interleave_keys",
    "is_tokenizer_serializable",
    "ngrams_iterator",
]

T = TypeVar("T")
_BASIC_ENGLISH = BasicEnglishTokenizer()


# Both names are torchtext's, since pickles hold them.
def _split_tokenizer(x: str) -> list[str]:
    return x.split()


def _basic_english_normalize(line: str) -> list[str]:
    return _BASIC_ENGLISH.encode(line)


def get_tokenizer(tokenizer: str | Callable[[str], Any] | None, language: str = "en") -> Callable[[str], Any]:
    """A function from a string to its tokens.

    Args:
        tokenizer: None splits at whitespace; "basic_english" lowers and puts punctuation apart; "spacy", "moses",
            "toktok", "revtok" and "subword" (revtok with its capitals apart) call the library of that name; a
            function comes back as it is.
        language: for spaCy, a model's name or a language code; a code's rules serve where no such model is installed.

    Raises:
        ValueError: no such tokenizer, or basic English for another language.
        ImportError: its library is not installed.
        UserError: spaCy does not know the language.

    >>> get_tokenizer("basic_english")("It's here.")
    ['it', "'", 's', 'here', '.']
    >>> get_tokenizer("spacy", language="de_core_news_sm")("Er sagt's.")
    ['Er', "sagt's", '.']
    """
    if tokenizer is None:
        return _split_tokenizer
    if callable(tokenizer):
        return tokenizer
    if tokenizer == "basic_english":
        if language != "en":
            raise ValueError(f"basic_english is for English only, not for {language!r}; use spacy or None")
        return _basic_english_normalize
    if tokenizer == "spacy":
        _spacy_rules(language)  # so that a mistake shows here
        return SpacyTokenizer(language)
    if tokenizer == "moses":
        return _library("sacremoses", "sacremoses", tokenizer).MosesTokenizer().tokenize
    if tokenizer == "toktok":
        return _library("nltk.tokenize.toktok", "nltk", tokenizer).ToktokTokenizer().tokenize
    if tokenizer == "revtok":
        return _library("revtok", "revtok", tokenizer).tokenize
    if tokenizer == "subword":
        return partial(_library("revtok", "revtok", tokenizer).tokenize, decap=True)
    raise ValueError(
        f"no tokenizer is called {tokenizer!r}; use a function, None, basic_english, spacy, moses, toktok, revtok or "
        "subword"
    )


def _library(module: str, package: str, tokenizer: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise ImportError(
            f"get_tokenizer({tokenizer!r}) needs the package {package}; install it with: pip install {package}"
        ) from error


@dataclass(frozen=True)
class SpacyTokenizer:
    """spaCy's tokens of a text; holds the name of a language or a model, not its rules, so that it pickles."""

    language: str

    def __call__(self, text: str) -> list[str]:
        return [token.text for token in _spacy_rules(self.language)(text)]


@cache
def _spacy_rules(language: str) -> Callable[[str], Any]:
    try:
        return _library("spacy", "spacy", "spacy").load(language).tokenizer
    except OSError:  # no such model; its tokenizer is that of its language
        try:
            return spacy_tokenizer(language.split("_")[0])
        except UserError as error:
            raise UserOSError(str(error)) from error


def is_tokenizer_serializable(tokenizer: str, language: str) -> bool:
    """True: here every tokenizer of `get_tokenizer` pickles, spaCy's too."""
    return True


def ngrams_iterator(token_list: Sequence[str], ngrams: int) -> Iterator[str]:
    """The tokens, then the pairs of neighbours joined by a space, and so on up to `ngrams` tokens.

    >>> list(ngrams_iterator(["here", "we", "are"], 2))
    ['here', 'we', 'are', 'here we', 'we are']
    """
    yield from token_list
    for n in range(2, ngrams + 1):
        yield from map(" ".join, zip(*(token_list[start:] for start in range(n)), strict=False))


def interleave_keys(a: int, b: int) -> int:
    """A sort key out of two: their bits in turn, so that neighbours are alike in both.

    >>> interleave_keys(3, 0), interleave_keys(0, 3)
    (10, 5)
    """
    width = max(16, a.bit_length(), b.bit_length())
    pairs = zip(f"{a:0{width}b}", f"{b:0{width}b}", strict=True)
    return int("".join(map("".join, pairs)), base=2)


def get_torch_version() -> tuple[int, int]:
    """The first two numbers of torch's version."""
    import torch

    major, minor = torch.__version__.split(".")[:2]
    return int(major), int(minor)


def dtype_to_attr(dtype: object) -> str:
    """The name of a torch dtype: "int32" for torch.int32."""
    return str(dtype).removeprefix("torch.")


class RandomShuffler:
    """Shuffles with a state of its own, as `random` would with that state.

    Args:
        random_state: what `random.getstate()` gives; default: the present one.
    """

    def __init__(self, random_state: tuple[Any, ...] | None = None) -> None:
        self.random_state = random.getstate() if random_state is None else random_state

    @contextmanager
    def use_internal_state(self) -> Iterator[None]:
        """Let the functions of `random` use this shuffler's state in the block."""
        outside = random.getstate()
        random.setstate(self.random_state)
        try:
            yield
        finally:
            self.random_state = random.getstate()
            random.setstate(outside)

    def __call__(self, data: Sequence[T]) -> list[T]:
        """A new list of the same items in another order."""
        with self.use_internal_state():
            return random.sample(data, len(data))


def __getattr__(name: str) -> Any:
    raise missing(__name__, name)
