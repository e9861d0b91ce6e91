"""The expected tokens are those of torchtext 0.18.0 with the same vocabulary, except where a test says so."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest

from nlpseq.compat.torchtext.word_pieces import BERTTokenizer
from nlpseq.errors import UserError

TOKENS = (
    "[PAD] [UNK] [CLS] [MASK] hello world ##s ##ing work ! , ' don t 日 本 cafe a ##b ##c [ café b".split()
)  # fmt: skip


@pytest.fixture
def vocab(tmp_path: Path) -> str:
    (tmp_path / "vocab.txt").write_text("\n".join(TOKENS) + "\n", encoding="utf-8")
    return str(tmp_path / "vocab.txt")


@pytest.mark.parametrize(
    ("text", "tokens", "options"),
    [
        ("Hello, worlds!", ["hello", ",", "world", "##s", "!"], {}),
        ("Hello, worlds!", ["[UNK]", ",", "world", "##s", "!"], {"do_lower_case": False}),
        ("working don't", ["work", "##ing", "don", "'", "t"], {}),
        ("日本hello", ["日", "本", "hello"], {}),
        ("Café abc abd", ["cafe", "a", "##b", "##c", "[UNK]"], {}),
        ("[MASK] [CLS]", ["[", "[UNK]", "[UNK]", "[", "[UNK]", "[UNK]"], {}),
        ("[MASK] [CLS]", ["[MASK]", "[", "[UNK]", "[UNK]"], {"never_split": ["[MASK]"]}),
        ("a" * 101, ["[UNK]"], {}),
        ("x\u200bhello\u00a0a\tb", ["[UNK]", "a", "b"], {}),
        ("hel\u00adlo\ufffd", ["hello"], {}),
        ("", [], {}),
    ],
)
def test_pieces(vocab: str, text: str, tokens: list[str], options: dict[str, Any]) -> None:
    assert BERTTokenizer(vocab, return_tokens=True, **options)(text) == tokens
    ids = [str(TOKENS.index(token)) for token in tokens]
    assert BERTTokenizer(vocab, **options)([text, text]) == [ids, ids]


@pytest.mark.parametrize(
    ("text", "tokens", "options"),
    [
        ("hello\0 world", ["hello", "world"], {}),  # torchtext's text ends at the first zero
        ("Café", ["café"], {"strip_accents": False}),  # torchtext takes the accent
        ("\u00ad[MASK]", ["[MASK]"], {"never_split": ["[MASK]"]}),  # torchtext compares before it cleans
    ],
)
def test_where_torchtext_goes_wrong(vocab: str, text: str, tokens: list[str], options: dict[str, Any]) -> None:
    assert BERTTokenizer(vocab, return_tokens=True, **options)(text) == tokens


def test_characters_of_newer_unicode_are_kept(tmp_path: Path) -> None:
    letter = "\u0870" if unicodedata.unidata_version >= "14" else "\u08c0"  # of Unicode 14, or of 13
    (tmp_path / "vocab.txt").write_text(f"[UNK]\n{letter}\na\nb\n", encoding="utf-8")
    tokenizer = BERTTokenizer(str(tmp_path / "vocab.txt"), return_tokens=True)
    assert tokenizer(letter) == [letter] and tokenizer("a\u2028b a\u2029b") == ["a", "b", "a", "b"]


def test_another_vocabulary_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("a\nb\n")
    with pytest.raises(UserError, match=r"other.txt: no token \[UNK\]; give a vocabulary of BERT's"):
        BERTTokenizer(str(tmp_path / "other.txt"))
    with pytest.raises(UserError, match=r"gone.txt: no such file; give the path of a file or a URL"):
        BERTTokenizer(str(tmp_path / "gone.txt"))
