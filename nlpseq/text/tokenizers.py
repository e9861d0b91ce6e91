"""From a string to tokens and back: words, characters, and torchtext's basic English.

Every tokenizer has the same three methods, the `Tokenizer` protocol; trained subwords are in `subword.py`.
Words and characters are lossless, `decode(encode(text)) == text`, so that a translation is scored as it is.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from nlpseq.errors import UserError
from nlpseq.text.escape import escape, unescape

if TYPE_CHECKING:
    from spacy.tokens import Doc

JOINER = "￭"  # U+FFED, the join mark that OpenNMT's tokenizer uses
_NO_WORD = re.compile(r"\S{500,}")


@runtime_checkable
class Tokenizer(Protocol):
    """What every tokenizer does.

    >>> isinstance(CharTokenizer(), Tokenizer)
    True
    """

    def encode(self, text: str) -> list[str]:
        """The tokens of `text`."""
        ...

    def decode(self, tokens: Sequence[str]) -> str:
        """The text that `tokens` stand for; takes any tokens, since a model may write any."""
        ...

    def signature(self) -> str:
        """A short name that differs wherever the tokens differ."""
        ...


@cache
def spacy_tokenizer(lang: str) -> Callable[[str], Any]:
    """spaCy's rules for `lang`, from a text to its `Doc`; kept here so that a `WordTokenizer` pickles as one string.

    Raises:
        UserError: spaCy does not know `lang`, or needs another package for it.

    >>> [word.text for word in spacy_tokenizer("en")("It's fine.")]
    ['It', "'s", 'fine', '.']
    """
    import spacy
    import spacy.lang

    try:
        return in_pieces(spacy.blank(lang).tokenizer)
    except (ImportError, AttributeError) as error:
        known = sorted(module.name for module in pkgutil.iter_modules(spacy.lang.__path__) if module.ispkg)
        if lang in known:
            raise UserError(
                f"lang: spaCy needs a further package for {lang!r} ({' '.join(str(error).split())}); "
                "install it, or choose char or subword tokens"
            ) from error
        raise UserError(
            f"lang: spaCy does not know {lang!r}; choose one of {', '.join(known)} "
            "(a recipe's data.src and data.tgt, or text.lang), or char or subword tokens"
        ) from error


def in_pieces(tokenizer: Callable[[str], Doc]) -> Callable[[str], Doc]:
    """spaCy's tokenizer by rules, in a time that grows with the text alone.

    It takes marks and endings off a word one at a time and looks at the rest anew: 16,000 brackets in a row take it a
    minute. What goes on for 500 characters without a space is no word, and is read 100 characters at a time.

    >>> import spacy
    >>> doc = in_pieces(spacy.blank("en").tokenizer)("see " + "[" * 1000)
    >>> len(doc), doc.text == "see " + "[" * 1000
    (1001, True)
    """

    def tokenized(text: str) -> Doc:
        runs = list(_NO_WORD.finditer(text))
        if not runs:
            return tokenizer(text)
        from spacy.tokens import Doc

        cuts = [place for run in runs for place in range(run.start(), run.end(), 100)]
        pieces = [tokenizer(text[start:end]) for start, end in pairwise([0, *cuts, len(text)]) if end > start]
        words = [word for piece in pieces for word in piece]
        return Doc(pieces[0].vocab, [word.text for word in words], [bool(word.whitespace_) for word in words])

    from spacy.tokenizer import Tokenizer as RuleTokenizer

    # Those of languages without spaces (Japanese, Chinese) are other classes, and quick.
    return tokenized if isinstance(tokenizer, RuleTokenizer) else tokenizer


@dataclass(frozen=True)
class WordTokenizer:
    """Words and punctuation by spaCy's rules for one language (`spacy.blank(lang)`, nothing to download).

    Tokens are written apart by one space each; where the text has none, one of the two neighbours carries the
    joiner "￭" on that side: punctuation rather than a word, so that a word has one entry in a vocabulary.
    Any string comes back as it was, lone surrogates excepted: spaCy rejects them with UnicodeEncodeError.

    Args:
        lang: a language code of spaCy, such as "en", "de", or "xx" for rules that fit many languages.

    Raises:
        UserError: at the first use, if spaCy does not know `lang` or needs another package for it.

    >>> words = WordTokenizer("en")
    >>> words.encode('They (both) "ran".')
    ['They', '(￭', 'both', '￭)', '"￭', 'ran', '￭"', '￭.']
    >>> words.decode(words.encode('They (both) "ran".'))
    'They (both) "ran".'
    """

    lang: str

    def encode(self, text: str) -> list[str]:
        """The tokens of `text`, with join marks; an empty text has none."""
        words = [(escape(word.text, JOINER), word.whitespace_) for word in spacy_tokenizer(self.lang)(text)]
        tokens, left = [], ""
        for (word, space), (following, _) in pairwise([*words, ("", "")]):
            right = left_of_following = ""
            if following and not space:
                if following[0].isalnum() and not word[-1].isalnum():
                    right = JOINER
                else:
                    left_of_following = JOINER
            tokens.append(left + word + right)
            left = left_of_following
        if words and words[-1][1]:
            tokens.append(JOINER + " ")  # a last space has no token of its own in spaCy
        return tokens

    def decode(self, tokens: Sequence[str]) -> str:
        """The text of `tokens`; a join mark with nothing to join is dropped."""
        parts, joined = [], True
        for token in tokens:
            if not joined and not token.startswith(JOINER):
                parts.append(" ")
            parts.append(token.strip(JOINER))
            joined = token.endswith(JOINER)
        return unescape("".join(parts), JOINER)

    def signature(self) -> str:
        """`word:<lang>`."""
        return f"word:{self.lang}"


# What torchtext's basic_english does, in this order; a few passes of `replace` are quicker than one `translate`.
_BASIC_ENGLISH = (('"', ""), ("<br />", " "), *((mark, f" {mark} ") for mark in "'.,()!?"), (";", " "), (":", " "))


@dataclass(frozen=True)
class BasicEnglishTokenizer:
    """The tokens of torchtext's `get_tokenizer("basic_english")`: lower case, punctuation apart.

    Lossy: capitals, double quotes, semicolons, colons and the kind of whitespace are gone. For classification
    and for comparisons with torchtext, not for text that is to be written.

    >>> english = BasicEnglishTokenizer()
    >>> english.encode('"It is," he said; fine!')
    ['it', 'is', ',', 'he', 'said', 'fine', '!']
    >>> english.decode(["it", "is", ","])
    'it is ,'
    """

    def encode(self, text: str) -> list[str]:
        """The tokens of `text`."""
        text = text.lower()
        for old, new in _BASIC_ENGLISH:
            text = text.replace(old, new)
        return text.split()

    def decode(self, tokens: Sequence[str]) -> str:
        """The tokens with a space between each two."""
        return " ".join(tokens)

    def signature(self) -> str:
        """`basic_english`."""
        return "basic_english"


@dataclass(frozen=True)
class CharTokenizer:
    """Unicode code points.

    >>> CharTokenizer().encode("né ?")
    ['n', 'é', ' ', '?']
    """

    def encode(self, text: str) -> list[str]:
        """The code points of `text`."""
        return list(text)

    def decode(self, tokens: Sequence[str]) -> str:
        """The tokens in a row."""
        return "".join(tokens)

    def signature(self) -> str:
        """`char`."""
        return "char"
