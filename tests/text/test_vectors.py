"""Each token gets the vector its file has for it, whatever the format; a file that is none is named."""

from __future__ import annotations

import gzip
import struct
import tracemalloc
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from nlpseq.errors import UserError
from nlpseq.text.vectors import WordVectors, load_vectors
from nlpseq.text.vocab import SPECIALS, Vocab

GLOVE = "the 0.5 -1\nfilm 2 3e-1\n. .25 0\n"
EXPECTED = {"film": [2, 0.3], ".": [0.25, 0], "plot": [0, 0], "the": [0.5, -1]}


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def load(path: Path, tokens: Sequence[str] = tuple(EXPECTED), **given: object) -> WordVectors:
    vectors = load_vectors(path, Vocab([*SPECIALS, *tokens]), **given)
    assert vectors.matrix.dtype == np.float32 and vectors.known.dtype == bool
    assert not vectors.matrix[~vectors.known].any()
    return vectors


def rows(vectors: WordVectors) -> list[list[float]]:
    """The rows of all but the specials."""
    return np.round(vectors.matrix[len(SPECIALS) :].astype(float), 6).tolist()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("glove.txt", GLOVE),
        ("word2vec.txt", "3 2\n" + GLOVE),
        ("fasttext.vec", "3 2 \n" + GLOVE.replace("\n", " \n")),
        ("windows.txt", "\ufeff3 2\r\n" + GLOVE.replace("\n", "\r\n")),
        ("unended.txt", GLOVE.rstrip("\n")),
        ("blank.txt", GLOVE + "\n\n"),
        ("part_of_it.vec", "999999 2\n" + GLOVE),
        ("glove.txt.gz", gzip.compress(GLOVE.encode(), mtime=0)),
        ("named_otherwise", gzip.compress(GLOVE.encode(), mtime=0)),
    ],
)
def test_every_format_gives_the_vectors(tmp_path: Path, name: str, content: str | bytes) -> None:
    vectors = load(write(tmp_path / name, content))
    assert rows(vectors) == list(EXPECTED.values())
    assert vectors.known.tolist() == [False] * 4 + [True, True, False, True]
    assert (vectors.type_coverage, vectors.token_coverage) == (0.75, None)


def test_a_zip_archive_of_one_file(tmp_path: Path) -> None:
    path = tmp_path / "glove.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("glove/", "")
        archive.writestr("glove/glove.2d.txt", GLOVE)
        archive.writestr("__MACOSX/._glove.2d.txt", "x")
    assert rows(load(path)) == list(EXPECTED.values())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("glove.3d.txt", GLOVE)
    with pytest.raises(
        UserError, match=r"glove\.zip: holds 2 files \(glove/glove\.2d\.txt, glove\.3d\.txt\); unpack it"
    ):
        load(path)


def test_the_first_of_two_lines_counts(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "a 1 1\nb 2 2\na 3 3\nB 4 4\n")
    assert rows(load(path, ["a", "B"])) == [[1, 1], [4, 4]]


def test_a_lower_cased_token_stands_in_only_where_the_exact_one_is_missing(tmp_path: Path) -> None:
    for content in ("us 1 1\nUS 2 2\nthe 3 3\n", "US 2 2\nthe 3 3\nus 1 1\n"):
        vectors = load(write(tmp_path / "a.txt", content), ["US", "Us", "THE", "us", "It"])
        assert rows(vectors) == [[2, 2], [1, 1], [3, 3], [1, 1], [0, 0]]


def test_join_marks_of_word_tokens_are_looked_through(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", ". 1 1\nn't 2 2\n( 3 3\n￭( 4 4\n￭ 5 5\n")
    assert rows(load(path, ["￭.", "￭N't", "(￭", "￭(", "￭ ", "￮1"])) == [[1, 1], [2, 2], [3, 3], [4, 4], [0, 0], [5, 5]]


@pytest.mark.parametrize(
    "token", [". . .", "at name@domain.com", "\u00a0", "\x85", "1\u00a01/2", "\u2028", "\u3000", "\x1c"]
)
def test_tokens_with_spaces_of_any_kind(tmp_path: Path, token: str) -> None:
    for head in ("", "3 2\n", "z 0 0\n"):
        vectors = load(write(tmp_path / "a.txt", f"{head}{token} 1 2\nb 3 4\n"), [token, "b", "at", "."])
        assert rows(vectors) == [[1, 2], [3, 4], [0, 0], [0, 0]]


def test_broken_utf8_in_tokens_that_nobody_wants_is_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", b"b 3 4\n\xff\xfe 1 2\na 5 6\n")
    assert rows(load(path, ["a", "\ud800"])) == [[5, 6], [0, 0]]


def test_specials_do_not_count_and_pads_stay_zero(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "<pad> 1 1\n<unk> 2 2\n</s> 3 3\nthe 4 4\n")
    vectors = load(path, ["the", "film", "plot"], counts={"the": 6, "film": 1, "<unk>": 3, "<pad>": 50, "</s>": 5})
    assert vectors.matrix[:5].tolist() == [[0, 0], [2, 2], [0, 0], [3, 3], [4, 4]]
    assert vectors.type_coverage == 1 / 3
    assert vectors.token_coverage == 0.6
    assert vectors.summary() == "2-dimensional vectors for 33.3% of the vocabulary, 60.0% of the running text"
    assert load(path, ["the"]).summary() == "2-dimensional vectors for 100.0% of the vocabulary"


def test_counts_of_words_outside_of_the_vocabulary_count(tmp_path: Path) -> None:
    vectors = load(write(tmp_path / "a.txt", GLOVE), counts={"the": 1, "rare": 3})
    assert vectors.token_coverage == 0.25


def test_one_number_a_vector(tmp_path: Path) -> None:
    assert rows(load(write(tmp_path / "a.txt", "the 0.5\nfilm 2\n"), ["film"])) == [[2]]


def test_a_large_file_is_not_held(tmp_path: Path) -> None:
    numbers = " 0.125" * 100
    with open(tmp_path / "a.txt", "w") as file:
        file.writelines(f"w{n}{numbers}\n" for n in range(20_000))
    tracemalloc.start()
    try:
        load(tmp_path / "a.txt", ["w19999"], dim=100)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 500_000 < (tmp_path / "a.txt").stat().st_size


BINARY = b"2 3\nthe " + struct.pack("3f", 0.1, -2.5, 3.25) + b"\nfilm " + struct.pack("3f", 1, 2, 3) + b"\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "a.txt, line 1: no word with numbers after it; each line must be a word and its numbers"),
        ("<html>\n<body>\n", "a.txt, line 1: no word with numbers after it"),
        ("the\t0.5\t1\n", "a.txt, line 1: no word with numbers after it"),
        ("3 2\n", "a.txt: has no vector for any token of the vocabulary"),
        (GLOVE + "plot 1\n", "a.txt, line 4: 1 number where 2 are expected"),
        (GLOVE + "plot\n", "a.txt, line 4: 0 numbers where 2 are expected"),
        (GLOVE + "plot 1 2 3\n", "a.txt, line 4: 3 numbers where 2 are expected"),
        ("3 5\n" + GLOVE, "a.txt, line 2: 2 numbers where 5 are expected"),
        ("3 1\n" + GLOVE, "a.txt, line 2: 2 numbers where 1 are expected"),
        ("3 0\n" + GLOVE, "a.txt, line 1: no word with numbers after it"),
        (GLOVE + "plot one 2\n", "a.txt, line 4: not all numbers after the word"),
        (GLOVE + "plot nan 2\n", "a.txt, line 4: a number that is not finite"),
        (GLOVE + "plot 1e300 2\n", "a.txt, line 4: a number that is not finite"),
        ("1 2\nother x y\n", "a.txt, line 2: not all numbers after the word"),
        ("der 1 2\ndas 3 4\n<unk> 5 6\n", "a.txt: has no vector for any token of the vocabulary; check its language"),
        (BINARY, "a.txt, line 2: binary data; the text format is needed"),
        (b"\xba\x16\x4f\x2f" + bytes(3_000_000), "a.txt, line 1: binary data; the text format is needed"),
        (gzip.compress(BINARY, mtime=0), "a.txt, line 2: binary data"),
        (gzip.compress(GLOVE.encode() * 99, mtime=0)[:-20], "a.txt: cannot be read ("),
        (b"PK\x03\x04 no archive", "a.txt: cannot be read ("),
    ],
)
def test_what_is_no_file_of_vectors(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(UserError) as caught:
        load(write(tmp_path / "a.txt", content))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_another_size_is_refused_at_once(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", GLOVE + "broken\n")
    with pytest.raises(
        UserError, match=r"a\.txt: a vector has 2 numbers there, not 300; set model\.embedding_dim to 2"
    ):
        load(path, dim=300)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nowhere.txt: no such file of word vectors; check text.vectors"):
        load(tmp_path / "nowhere.txt")
    with pytest.raises(UserError, match=r"cannot be read \(.*directory"):
        load(tmp_path)
