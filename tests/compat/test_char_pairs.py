"""The expected tokens and ids are those of torchtext 0.18.0 with the same files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlpseq.compat.torchtext.char_pairs import CharBPETokenizer

END = "</w>"
TOKENS = [
    "<unk>",
    "<s>",
    *"helowrd",
    *(letter + END for letter in "helowrd"),
    "lo</w>",
    "he",
    "hel",
    "hello</w>",
    "wor",
]


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    encoder = {token: index for index, token in enumerate([*TOKENS, "or"])}
    (tmp_path / "encoder.json").write_text(json.dumps(encoder))
    (tmp_path / "merges.txt").write_text("#v\nh e\nhe l\nl o</w>\nhel lo</w>\no r\nw or\n")
    return str(tmp_path / "encoder.json"), str(tmp_path / "merges.txt")


@pytest.mark.parametrize(
    ("text", "tokens", "ids", "back"),
    [
        ("hello world", ["hello</w>", "wor", "l", "d</w>"], [19, 20, 4, 15], "hello world "),
        ("<s> low", ["<s>", "l", "o", "w</w>"], [1, 4, 5, 13], "<s>low "),
        ("zoo\nh", ["z", "o", "o", "\n</w>", "h</w>"], [0, 5, 5, 0, 9], "<unk>oo<unk>h "),
        ("", [], [], ""),
    ],
)
def test_tokens_ids_and_the_way_back(
    files: tuple[str, str], text: str, tokens: list[str], ids: list[int], back: str
) -> None:
    assert CharBPETokenizer(*files, return_tokens=True, suffix=END, special_tokens=["<s>"])(text) == tokens
    tokenizer = CharBPETokenizer(*files, unk_token="<unk>", suffix=END, special_tokens=["<s>"])
    assert tokenizer([text]) == [ids] and tokenizer.decode(ids) == back and tokenizer.vocab_size == 22


def test_without_suffix_and_unknown_token(files: tuple[str, str]) -> None:
    tokenizer = CharBPETokenizer(*files)
    assert tokenizer("hel or") == [18, 21] and tokenizer.decode([18, 21]) == "hel or"
    with pytest.raises(KeyError):
        tokenizer("z")
    with pytest.raises(TypeError):
        tokenizer(("a",))


def test_special_tokens_must_be_known(files: tuple[str, str]) -> None:
    for options in ({"unk_token": "?"}, {"special_tokens": ["<s>", "?"]}):
        with pytest.raises(RuntimeError, match=r"encoder.json has no token '\?'; it must have all special tokens"):
            CharBPETokenizer(*files, **options)
