"""Text to ids and back, for code points and for bytes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nlpseq.errors import UserError
from nlpseq.text import SPECIALS, Vocab
from nlpseq.text.alphabet import BYTES, Alphabet


def alphabet_of(text: str, **options: int) -> Alphabet:
    return Alphabet.of_counts(np.bincount([ord(character) for character in text]), **options)


def test_frequent_characters_come_first_and_equal_ones_by_number() -> None:
    assert alphabet_of("cbbaa\U0001f600").vocab.get_itos() == [*SPECIALS, "a", "b", "c", "\U0001f600"]


def test_rare_characters_are_unknown() -> None:
    alphabet = alphabet_of("aabbbc", min_freq=2)
    assert alphabet.vocab.get_itos() == [*SPECIALS, "b", "a"]
    assert alphabet.encode("abcé").tolist() == [5, 4, 1, 1]


@pytest.mark.parametrize("text", ["", "a", "héllo\n\twörld", "日本語", "e\u0301 \u2028 \x00", "\U0001f600\U0010ffff"])
def test_known_text_comes_back(text) -> None:
    for alphabet in (alphabet_of("".join(sorted(text)) + "ab"), Alphabet.of_bytes()):
        assert alphabet.decode(alphabet.encode(text).tolist()) == text
        assert alphabet.unknown(text) == ""


def test_bytes_are_their_own_ids_and_all_known() -> None:
    alphabet = Alphabet.of_bytes()
    assert len(alphabet) == 256 and alphabet.special_ids == () and alphabet.unit == "byte"
    assert alphabet.encode("aé€").tolist() == [97, 195, 169, 226, 130, 172]
    assert alphabet.ids_of(np.array([0, 255], dtype=np.uint8)).tolist() == [0, 255]


def test_code_points_have_the_four_specials() -> None:
    alphabet = alphabet_of("ab")
    assert len(alphabet) == 6 and alphabet.special_ids == (0, 1, 2, 3) and alphabet.unit == "codepoint"


@pytest.mark.parametrize(("size", "dtype"), [(252, np.uint8), (253, np.uint16), (70_000, np.uint32)])
def test_ids_are_as_small_as_they_can_be(size, dtype) -> None:
    alphabet = Alphabet.of_counts(np.ones(size, dtype=np.int64))
    ids = alphabet.ids_of(np.array([0, size - 1]))
    assert ids.dtype == dtype and ids.tolist() == [4, size + 3]


def test_a_lone_surrogate_is_no_character() -> None:
    assert alphabet_of("ab").encode("a\ud800b").tolist() == [4, 1, 5]
    assert Alphabet.of_bytes().encode("a\ud800").tolist() == [97, ord("?")]


def test_unknown_names_each_character_once() -> None:
    assert alphabet_of("ab").unknown("zabyz<unk>") == "zy<unk>"


def test_unknown_characters_stay_visible() -> None:
    alphabet = alphabet_of("ab")
    assert alphabet.decode(alphabet.encode("aé")) == "a<unk>"


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_pieces_decode_to_the_whole(size) -> None:
    """A character of several bytes appears when its last byte is there."""
    text = "aé€\U0001f600b"
    for alphabet in (alphabet_of("".join(sorted(text))), Alphabet.of_bytes()):
        ids, push = alphabet.encode(text).tolist(), alphabet.decoder()
        pieces = [push(ids[place : place + size], False) for place in range(0, len(ids), size)]
        assert "".join(pieces) + push([], True) == text
        assert "\ufffd" not in "".join(pieces)


def test_bytes_that_are_not_utf8_become_replacement_characters() -> None:
    push = Alphabet.of_bytes().decoder()
    assert push([0xFF, 97, 0xC3], False) + push([], True) == "\ufffda\ufffd"


@pytest.mark.parametrize("alphabet", [alphabet_of('a\n"\\é\u2028'), Alphabet.of_bytes()], ids=["codepoint", "byte"])
def test_saved_and_loaded_it_is_the_same(alphabet, tmp_path) -> None:
    alphabet.save(tmp_path / "alphabet.json")
    assert Alphabet.load(tmp_path / "alphabet.json") == alphabet


@pytest.mark.parametrize("tokens", [["a", "b"], [*SPECIALS, "ab"], BYTES[:-1], [*BYTES, "Ā"], []])
def test_other_vocabularies_are_refused(tokens, tmp_path) -> None:
    with pytest.raises(ValueError, match="an alphabet is <pad>, <unk>, <s>, </s> and then single characters"):
        Alphabet(Vocab(tokens))
    Vocab(tokens).save(tmp_path / "vocab.json")
    with pytest.raises(UserError, match="vocab.json: not an alphabet of nlpseq .* run prepare again"):
        Alphabet.load(tmp_path / "vocab.json")


def test_a_missing_file_is_named(tmp_path) -> None:
    with pytest.raises(UserError, match="none.json: no such file"):
        Alphabet.load(tmp_path / "none.json")


def test_an_alphabet_without_letters_is_refused() -> None:
    with pytest.raises(UserError, match="text.min_freq: no character comes 9 times in the training text; lower it"):
        Alphabet.of_counts(np.array([0, 8, 3]), min_freq=9)


def test_unknown_characters_are_counted_and_priced_bytes_never() -> None:
    letters = Alphabet.of_counts(np.bincount([ord(letter) for letter in "abc"]))
    ids = letters.encode("a漢b字")
    assert letters.count_unknown(ids) == 2
    assert letters.prices(ids).tolist() == [0, letters.escape_nats, 0, letters.escape_nats]
    assert math.isclose(math.exp(letters.escape_nats), 1_114_112 - 3)
    everything = Alphabet.of_bytes()
    assert everything.count_unknown(everything.encode("\x01漢")) == 0 == everything.escape_nats
