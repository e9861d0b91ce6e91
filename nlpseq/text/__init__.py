"""Text to ids and back, without torch: tokenizers, vocabularies, and both in one pipeline."""

from __future__ import annotations

from nlpseq.config.choices import ModelType, TokenizerKind
from nlpseq.text.pipeline import TextPipeline, build_pipeline
from nlpseq.text.subword import SubwordTokenizer
from nlpseq.text.tokenizers import BasicEnglishTokenizer, CharTokenizer, Tokenizer, WordTokenizer
from nlpseq.text.vocab import BOS, EOS, PAD, SPECIALS, UNK, Vocab

__all__ = [
    "BOS",
    "EOS",
    "PAD",
    "SPECIALS",
    "UNK",
    "BasicEnglishTokenizer",
    "CharTokenizer",
    "ModelType",
    "SubwordTokenizer",
    "TextPipeline",
    "Tokenizer",
    "TokenizerKind",
    "Vocab",
    "WordTokenizer",
    "build_pipeline",
]
