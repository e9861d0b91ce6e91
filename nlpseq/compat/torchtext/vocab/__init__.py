"""torchtext.vocab: vocabularies and pretrained word vectors."""

from __future__ import annotations

from typing import Any

from nlpseq.compat.torchtext.refusals import missing
from nlpseq.compat.torchtext.vocab.vectors import CharNGram, FastText, GloVe, Vectors, pretrained_aliases
from nlpseq.compat.torchtext.vocab.vocab import Vocab
from nlpseq.compat.torchtext.vocab.vocab_factory import build_vocab_from_iterator, vocab

__all__ = [
    "CharNGram",
    "FastText",
    "GloVe",
    "Vectors",
    "Vocab",
    "build_vocab_from_iterator",
    "pretrained_aliases",
    "vocab",
]


def __getattr__(name: str) -> Any:
    raise missing(__name__, name)
