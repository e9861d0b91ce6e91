"""A text is the same whatever program wrote its file."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpseq.data import textfile
from nlpseq.data.textfile import byte_blocks, is_hidden, read_lines, stem_of, suffix_of, text_blocks
from nlpseq.errors import UserError

LINES = ["Grüße, Zoë", "", "日本 \u2028 x", "last"]
TEXT = "\n".join(LINES) + "\n"
MARKED = ["utf-8-sig", "utf-16", "utf-32"]


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", *MARKED])
@pytest.mark.parametrize("packed", [False, True])
def test_encodings_line_ends_and_gzip(end: str, encoding: str, packed: bool, tmp_path: Path) -> None:
    content = TEXT.replace("\n", end).encode(encoding)
    path = write(tmp_path / "a.txt", gzip.compress(content) if packed else content)
    assert list(read_lines(path)) == LINES
    assert "".join(text_blocks(path)) == TEXT
    assert b"".join(byte_blocks(path)) == TEXT.encode()


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_both_orders_of_utf_16(mark: bytes, tmp_path: Path) -> None:
    codec = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"
    assert list(read_lines(write(tmp_path / "a", mark + TEXT.encode(codec)))) == LINES


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "gbk", "shift_jis", "utf-16-le", "koi8-r"])
def test_an_encoding_that_is_given(encoding: str, tmp_path: Path) -> None:
    lines = {"gbk": ["中文", "x"], "shift_jis": ["日本", "x"], "koi8-r": ["мир", "x"]}.get(encoding, ["Grüße", "x"])
    path = write(tmp_path / "a.txt", "\r\n".join(lines).encode(encoding))
    assert list(read_lines(path, encoding)) == lines
    assert b"".join(byte_blocks(path, encoding)) == "\n".join(lines).encode()
    # What a file says of itself goes before.
    assert list(read_lines(write(path, "\ufeffä".encode()), encoding)) == ["ä"]


@settings(max_examples=60)
@given(
    st.text(st.sampled_from("ab\n\r\u2028é日\U0001f600"), max_size=30),
    st.integers(1, 7),
    st.sampled_from(["utf-8", *MARKED]),
    st.booleans(),
)
def test_blocks_cut_nothing(text: str, block_bytes: int, encoding: str, packed: bool) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        content = text.encode(encoding)
        path = write(Path(folder) / "a", gzip.compress(content) if packed else content)
        whole = "".join(text_blocks(path)), list(read_lines(path)), b"".join(byte_blocks(path))
        patch.setattr(textfile, "BLOCK_BYTES", block_bytes)
        assert ("".join(text_blocks(path)), list(read_lines(path)), b"".join(byte_blocks(path))) == whole
    expected = text.replace("\r\n", "\n")
    assert whole[0] == (expected if "\n" in text else text.replace("\r", "\n"))
    assert whole[2] == whole[0].encode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"one\nM\xfcnchen", "line 2, byte 5: not valid UTF-8; save the file as UTF-8, or set data.encoding"),
        ("\ufeffab".encode("utf-16-le") + b"\x00\xd8x\x00", "line 1, byte 6: not valid UTF-16-LE; save the file"),
        ("one".encode("utf-16-le") * 9, "not UTF-8 text, as every other byte is 0; set data.encoding"),
        (b"PK\x03\x04xxxx", "a zip archive; unpack it"),
        (b"BZh91AY", "a bzip2 archive; unpack it"),
        (b"\xfd7zXZ\x00\x00", "a xz archive; unpack it"),
        (gzip.compress(b"a\nb\n" * 99, mtime=0)[:-9], "damaged"),
        (gzip.compress(bytes(range(256)) * 9, mtime=0)[:200] + b"\0" * 9, "damaged"),
        (b"\x1f\x8bno gzip at all", "damaged"),
        (gzip.compress(b"one\n\xff", mtime=0), "line 2, byte 4: not valid UTF-8"),
    ],
)
def test_what_is_no_text_is_one_sentence(content: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        list(read_lines(write(tmp_path / "a.txt", content)))
    assert f"a.txt{', ' if message.startswith('line') else ': '}{message}" in str(caught.value)
    assert len(str(caught.value)) < 500 and str(caught.value).isprintable()


def test_a_wrong_encoding_and_a_missing_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "日本".encode())
    with pytest.raises(UserError, match=r"a\.txt, line 1, byte 0: not valid ascii; set data\.encoding to what"):
        list(read_lines(path, "ascii"))
    with pytest.raises(UserError, match=r"b\.txt: cannot be read \(No such file or directory\); check the path"):
        list(read_lines(tmp_path / "b.txt"))
    with pytest.raises(UserError, match=r"cannot be read \(Is a directory\)"):
        list(read_lines(tmp_path))


def test_a_line_has_a_longest_length(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(textfile, "LONGEST_LINE", 10)
    monkeypatch.setattr(textfile, "BLOCK_BYTES", 4)
    assert list(read_lines(write(tmp_path / "a", b"0123456789\nx"))) == ["0123456789", "x"]
    with pytest.raises(UserError, match="a, line 2: longer than 10 characters; is it a text file"):
        list(read_lines(write(tmp_path / "a", b"x\n" + b"0" * 99)))


@pytest.mark.parametrize(
    ("name", "stem", "suffix"),
    [
        ("train.csv", "train", ".csv"), ("Train.CSV.GZ", "Train", ".csv"), ("a.b.ndjson", "a.b", ".jsonl"),
        ("x.TAB", "x", ".tsv"), ("README", "README", ""), (".gz", ".gz", ""), ("train.en.gz", "train", ".en"),
    ],
)  # fmt: skip
def test_names(name: str, stem: str, suffix: str) -> None:
    assert (stem_of(name), suffix_of(f"folder.d/{name}")) == (stem, suffix)


@pytest.mark.parametrize("name", [".git", ".ipynb_checkpoints", "._a.txt", ".DS_Store", "~$a.xlsx"])
def test_hidden_names(name: str) -> None:
    assert is_hidden(f"folder/{name}") and not is_hidden(name.lstrip(".~$_"))
