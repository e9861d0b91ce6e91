"""What is read, what a copy writes, and what a summary is made of: one id a character, even for unknown ones."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpseq.errors import UserError
from nlpseq.text.alphabet import Alphabet
from nlpseq.text.copy_alphabet import CopyAlphabet, build_copy_alphabet, case_of

UNK, EOS = 1, 3


def alphabet_of(characters: str, case: str = "same", limit: int = 50) -> CopyAlphabet:
    """Ids 4, 5, ... in the order of code points."""
    counts = np.bincount([ord(character) for character in characters])
    return CopyAlphabet(Alphabet.of_counts(np.minimum(counts, 1)), case, limit)  # type: ignore[arg-type]


def test_read_as_it_stands_and_copied_in_capitals() -> None:
    letters = alphabet_of(" ABab", "upper")  # 4 to 8
    source = letters.source("ab\u2028 Bß é")
    assert source.src.tolist() == [7, 8, 4, 6, UNK, 4, UNK, EOS]
    # "ß" has no capital of one character; "é" has one that is not in the alphabet.
    assert source.copies.tolist() == [5, 6, 4, 6, 9, 4, 10, EOS]
    assert source.extra == "ßÉ"
    assert letters.summary("ABÉx \n\ud800", source.extra).tolist() == [5, 6, 10, UNK, 4, UNK, UNK, EOS]
    assert letters.summary("", "").tolist() == [EOS]
    assert letters.decode([5, 10, 4, 9], source.extra) == "AÉ ß"


def test_an_unknown_character_has_one_id_a_document() -> None:
    letters = alphabet_of("ab")
    assert letters.source("xayxb").copies.tolist() == [6, 4, 7, 6, 5, EOS]
    assert letters.source("yx").copies.tolist() == [6, 7, EOS]
    assert letters.summary("xy", "yx").tolist() == [7, 6, EOS]


@pytest.mark.parametrize("case", ["same", "upper", "lower"])
@given(text=st.text())
def test_any_text_has_as_many_copies_as_characters(case: str, text: str) -> None:
    letters = alphabet_of(" aAbB\u0130", case, limit=7)
    source = letters.source(text)
    read = letters.read(text)
    assert len(source.src) == len(source.copies) == len(read) + 1 <= 8
    assert source.src.max() < 10 > UNK not in source.copies
    assert len(set(source.extra)) == len(source.extra)
    written = letters.decode(source.copies[:-1].tolist(), source.extra)
    assert len(written) == len(read) and written.splitlines() in ([], [written])
    if case == "same":
        assert written == read
    assert letters.summary(written, source.extra).tolist() == source.copies.tolist()


def test_a_long_document_is_cut_and_an_empty_one_has_its_end() -> None:
    letters = alphabet_of("ab ", limit=3)
    assert letters.read("  ab\n\n ba") == "ab" and letters.read("a\tbb") == "a b"
    assert letters.source("ab" * 99).src.tolist() == [5, 6, 5, EOS]
    for blank in ("", " \t\n\u3000"):
        assert letters.source(blank).src.tolist() == letters.source(blank).copies.tolist() == [EOS]


def test_the_alphabet_is_that_of_what_is_read() -> None:
    found = build_copy_alphabet(["aab\n\nzzz", "ax"], ["b", "c c"], case="same", max_characters=4, min_freq=2)
    assert found.shared.vocab.get_itos()[4:] == ["a", " ", "b", "c"]
    many = build_copy_alphabet(["é"] * 1001, ["x"] * 999, case="auto", max_characters=4, min_freq=1001)
    assert (many.shared.vocab.get_itos()[4:], many.case) == (["é"], "lower")


@pytest.mark.parametrize(
    ("summaries", "case"),
    [
        (["OIL UP 3%", "ÖL: 5", "Venezuela seeks", *["BANK OF JAPAN BUYS DOLLARS"] * 30], "upper"),
        (["oil up", "öl"], "lower"),
        (["Oil prices rise again after a week"], "same"),
        (["東京 5", "日経"], "same"),
        ([""], "same"),
    ],
)
def test_the_case_of_the_summaries(summaries: list[str], case: str) -> None:
    found = build_copy_alphabet(["Any Text"], summaries, case="auto", max_characters=9, min_freq=1)
    assert found.case == case
    assert build_copy_alphabet([""], summaries, case="lower", max_characters=9, min_freq=1).case == "lower"
    assert case_of(np.zeros(3, dtype=np.int64)) == "same"


def test_saved_and_loaded_it_is_the_same(tmp_path: Path) -> None:
    letters = alphabet_of("abß", "upper", limit=7)
    letters.save(tmp_path)
    found = CopyAlphabet.load(tmp_path)
    assert found == letters
    assert found.source("aßx").copies.tolist() == letters.source("aßx").copies.tolist()


@pytest.mark.parametrize(
    "content",
    ["", "{}", '{"copy_case": "title", "max_source_characters": 9}', '{"copy_case": "upper"}', "[]",
     '{"copy_case": "upper", "max_source_characters": 0}'],
)  # fmt: skip
def test_a_damaged_file_is_named(content: str, tmp_path: Path) -> None:
    alphabet_of("ab").save(tmp_path)
    assert json.loads((tmp_path / "reading.json").read_text())["copy_case"] == "same"
    (tmp_path / "reading.json").write_text(content)
    with pytest.raises(UserError, match=r"reading\.json: damaged .*; run prepare again"):
        CopyAlphabet.load(tmp_path)
    (tmp_path / "reading.json").unlink()
    with pytest.raises(UserError, match=r"reading\.json: no such file; run prepare again"):
        CopyAlphabet.load(tmp_path)
