"""GPT-2's and CLIP's tokenizers; the expected tokens and ids are those of torchtext 0.18.0 with the same files."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from nlpseq.compat.torchtext.byte_pairs import CLIPTokenizer, GPT2BPETokenizer, bytes_to_unicode
from nlpseq.errors import UserError

GPT2_MERGES = ["h e", "l l", "he ll", "hell o", "Ġ w", "Ġw o", "r l", "rl d", "n '", "' t", "Ġ Ġ"]
CLIP_MERGES = ["h e", "l l", "he ll", "hell o</w>", "w o", "r l", "rl d</w>"]
BYTES = list(bytes_to_unicode().values())


def write(folder: Path, name: str, tokens: list[str], merges: list[str]) -> tuple[str, str]:
    (folder / f"{name}.json").write_text(json.dumps({token: index for index, token in enumerate(tokens)}))
    (folder / f"{name}.bpe").write_text("\n".join(["#version: 0.2", *merges, ""]), encoding="utf-8")
    return str(folder / f"{name}.json"), str(folder / f"{name}.bpe")


@pytest.fixture
def gpt2(tmp_path: Path) -> tuple[str, str]:
    return write(tmp_path, "gpt2", [*BYTES, *(pair.replace(" ", "") for pair in GPT2_MERGES)], GPT2_MERGES)


@pytest.fixture
def clip(tmp_path: Path) -> tuple[str, str]:
    tokens = [*BYTES, *(byte + "</w>" for byte in BYTES), *(pair.replace(" ", "") for pair in CLIP_MERGES)]
    return write(tmp_path, "clip", [*tokens, "<|startoftext|>", "<|endoftext|>"], CLIP_MERGES)


def test_a_space_before_a_wide_one_is_a_token_of_its_own(tmp_path: Path) -> None:
    files = write(tmp_path, "wide", [*BYTES, "ĠÂ", "Âł"], ["Ġ Â", "Â ł"])
    assert GPT2BPETokenizer(*files, return_tokens=True)("a \u00a0b") == ["a", "Ġ", "Âł", "b"]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("hello world", ["hello", "Ġwo", "rld"]),
        ("hello  world ", ["hello", "Ġ", "Ġwo", "rld", "Ġ"]),
        ("don't", ["d", "o", "n", "'t"]),
        ("HELLO we'll", ["H", "E", "L", "L", "O", "Ġw", "e", "'", "ll"]),
        ("naïve 12\n\n3", ["n", "a", "Ã", "¯", "v", "e", "Ġ", "1", "2", "Ċ", "Ċ", "3"]),
        ("\u00a0x", ["Â", "ł", "x"]),
        ("a   b", ["a", "ĠĠ", "Ġ", "b"]),
        ("日", ["æ", "Ĺ", "¥"]),
        ("", []),
    ],
)
def test_gpt2s_tokens_and_the_way_back(gpt2: tuple[str, str], text: str, tokens: list[str]) -> None:
    assert GPT2BPETokenizer(*gpt2, return_tokens=True)(text) == tokens
    numbers = GPT2BPETokenizer(*gpt2)
    encoder = json.loads(Path(gpt2[0]).read_text())
    assert numbers([text, text]) == [[str(encoder[token]) for token in tokens]] * 2
    assert numbers.decode(numbers(text)) == text


@pytest.mark.parametrize(
    ("text", "tokens", "back"),
    [
        ("<s> hello<x> world", ["<s>", "hello", "<x>", "w", "o", "rld"], "<s> hello <x> world"),
        ("a<s>b", ["a", "<s>", "b"], "a <s> b"),
        ("  <s>  b  <x>", ["Ġ", "<s>", "Ġ", "b", "Ġ", "<x>"], "  <s>  b  <x>"),
        ("<s><x>", ["<s>", "<x>"], "<s> <x>"),
        ("othello", ["o", "t", "hello"], "ot hello"),
        ("\t<s>\nb", ["<s>", "b"], "<s> b"),
    ],
)
def test_special_tokens_of_gpt2_are_never_split(gpt2: tuple[str, str], text: str, tokens: list[str], back: str) -> None:
    special = {"bos_token": "<s>", "unk_token": "hello", "additional_special_tokens": ["<x>"]}
    pieces, numbers = GPT2BPETokenizer(*gpt2, return_tokens=True), GPT2BPETokenizer(*gpt2)
    assert pieces.add_special_tokens(special) == numbers.add_special_tokens(special) == 2
    assert numbers.add_special_tokens(special) == 0
    assert pieces(text) == tokens
    assert pickle.loads(pickle.dumps(numbers)).decode(numbers(text)) == back
    assert numbers("<s><x>") == ["267", "268"]


def test_mistakes_with_gpt2(gpt2: tuple[str, str]) -> None:
    tokenizer = GPT2BPETokenizer(*gpt2)
    with pytest.raises(AssertionError, match="'end_token' is none of bos_token, eos_token"):
        tokenizer.add_special_tokens({"end_token": "<e>"})
    with pytest.raises(IndexError, match="no token has the id 999"):
        tokenizer.decode(["999"])
    for bad in (("a",), [1], None):
        with pytest.raises(TypeError, match="Input type not supported"):
            tokenizer(bad)
    Path(gpt2[0]).write_text('{"a": 0}')
    with pytest.raises(UserError, match="the encoder has no id for 'b'; use the encoder and the merges of one model"):
        GPT2BPETokenizer(*gpt2)("ab")


def test_half_a_character_decodes_to_a_replacement(gpt2: tuple[str, str]) -> None:
    tokenizer = GPT2BPETokenizer(*gpt2)
    assert tokenizer.decode(tokenizer("a日")[:2]) == "a\ufffd"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        (" Hello world", ["hello</w>", "wo", "rld</w>"]),
        ("<|startoftext|>hello<|endoftext|>", ["<|startoftext|>", "hello</w>", "<|endoftext|>"]),
        ("12 don't", ["1</w>", "2</w>", "d", "o", "n</w>", "'", "t</w>"]),
        ("", []),
    ],
)
def test_clips_tokens(clip: tuple[str, str], text: str, tokens: list[str]) -> None:
    encoder = json.loads(Path(clip[0]).read_text())
    ids = [str(encoder[token]) for token in tokens]
    assert CLIPTokenizer(clip[1], return_tokens=True)(text) == tokens
    assert CLIPTokenizer(clip[1], clip[0])([text]) == [ids]
    # Without an encoder torchtext counts the empty line at the end of the merges: its special tokens are off by one.
    assert CLIPTokenizer(clip[1])(text) == ids


def test_clip_uses_no_more_merges_than_it_is_told(clip: tuple[str, str]) -> None:
    assert CLIPTokenizer(clip[1], num_merges=4, return_tokens=True)("hello world") == ["hello</w>", *"worl", "d</w>"]
    assert CLIPTokenizer(clip[1], num_merges=4)("<|endoftext|>") == ["517"]


def test_any_white_space_parts_clips_words(clip: tuple[str, str]) -> None:
    assert CLIPTokenizer(clip[1], return_tokens=True)("!\u2003!\x0b!") == ["!</w>"] * 3
