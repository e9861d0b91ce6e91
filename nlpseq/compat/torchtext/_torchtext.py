"""What pickles of the real torchtext name in place of this package's classes: its C++ library's.

Each keeps what it is given; the class that holds it, here written in Python, takes out of it what it needs.
"""

from __future__ import annotations

from typing import Any

from nlpseq.text import vocab as text


class Vocab:
    """Stands where torchtext's C++ vocabulary stood in a pickle; `vocab.Vocab` takes its tokens out of it."""

    vocab: text.Vocab

    def __setstate__(self, state: tuple[str, list[int], list[str], list[object]]) -> None:
        _, default_index, tokens, _ = state  # version, none or one index, tokens, nothing
        self.vocab = text.Vocab(tokens, default_index=default_index[0] if default_index else None)


class Encoder:
    """Stands where one of the C++ tokenizers stood in a pickle.

    Attributes:
        state: of BERT's (lower case, strip accents, words never split, tokens), in which 0.14 and before had no words;
            of GPT-2's and CLIP's (ids by token, ranks by joined pair, what joins a pair, characters by byte, keeps
            words); of the one of regular expressions (patterns, replacements, lower case).
    """

    state: tuple[Any, ...]

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.state = state


BERTEncoder = CLIPEncoder = GPT2BPEEncoder = RegexTokenizer = Encoder
