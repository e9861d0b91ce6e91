"""Text files to ids on disk: what is read, how it is split, and that memory stays flat."""

from __future__ import annotations

import gzip
import os
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from nlpseq.data import characters, textfile
from nlpseq.data.characters import encode_files, load_ids, read_codes, text_splits
from nlpseq.errors import UserError
from nlpseq.text import SPECIALS
from nlpseq.text.alphabet import Alphabet


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path: Path, unit="codepoint") -> str:
    codes = [code for block in read_codes([path], unit) for code in block.tolist()]
    return "".join(map(chr, codes)) if unit == "codepoint" else bytes(codes)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", ""),
        (b"a", "a"),
        (b"\xef\xbb\xbf", ""),
        (b"\xef\xbb\xbfab", "ab"),
        (b"a\xef\xbb\xbfb", "a\ufeffb"),  # elsewhere it is a character
        (b"a\r\nb\r\n", "a\nb\n"),
        (b"a\rb\r", "a\nb\n"),  # an old Mac's line ends
        (b"a\rb\n", "a\rb\n"),  # beside line feeds it is a character too
        (b"\r\r\n\r", "\r\n\r"),
        ("é€\U0001f600\u2028\x00".encode(), "é€\U0001f600\u2028\x00"),
    ],
)
@pytest.mark.parametrize("block_bytes", [1, 2, 3, 5, 1 << 20])
def test_text_is_read_whatever_the_blocks_cut(content, text, block_bytes, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(textfile, "BLOCK_BYTES", block_bytes)
    path = write(tmp_path / "a.txt", content)
    assert read(path) == text
    assert read(path, "byte") == text.encode()


@pytest.mark.parametrize(
    ("content", "line", "byte"),
    [
        (b"ab\xff", 1, 2),
        (b"a\nb\r\nc\xe9e", 3, 6),
        (b"\xef\xbb\xbf\n\xff", 2, 4),
        (b"a\n\xe2\x82", 2, 2),  # cut short at the end
        (b"\n\xe2\x82x", 2, 1),
        (b"\xed\xa0\x80", 1, 0),  # a surrogate
    ],
)
@pytest.mark.parametrize("block_bytes", [1, 2, 3, 1 << 20])
def test_broken_utf8_is_shown_with_its_line_and_byte(content, line, byte, block_bytes, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(textfile, "BLOCK_BYTES", block_bytes)
    path = write(tmp_path / "a.txt", content)
    with pytest.raises(
        UserError,
        match=f"a.txt, line {line}, byte {byte}: not valid UTF-8; save the file as UTF-8, or set data.encoding",
    ):
        read(path)
    assert len(read(path, "byte")) > 0


def test_a_file_a_folder_and_a_list_are_one_text(tmp_path) -> None:
    for name in ("b.txt", "a.txt", "sub/c.txt", "notes.md"):
        write(tmp_path / name, name)
    names = [path.name for path in text_splits(tmp_path)["train"]]
    assert names == ["a.txt", "b.txt", "c.txt"]
    assert text_splits(tmp_path / "notes.md") == {"train": [tmp_path / "notes.md"]}
    listed = text_splits([str(tmp_path / "b.txt"), tmp_path / "sub"])
    assert listed == {"train": [tmp_path / "b.txt", tmp_path / "sub" / "c.txt"]}


def test_a_folder_with_a_training_file_has_splits(tmp_path) -> None:
    for name in ("train.txt", "val.txt", "test.txt", "other.txt"):
        write(tmp_path / name, name)
    found = {split: [path.name for path in paths] for split, paths in text_splits(tmp_path).items()}
    assert found == {"train": ["train.txt"], "validation": ["val.txt"], "test": ["test.txt"]}


def test_wrong_paths_are_named(tmp_path) -> None:
    with pytest.raises(UserError, match="none.txt: no such file or folder; check data.path"):
        text_splits(tmp_path / "none.txt")
    with pytest.raises(UserError, match="no .txt file in this folder"):
        text_splits(tmp_path)
    with pytest.raises(UserError, match="data.path is empty"):
        text_splits([])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_named(tmp_path) -> None:
    path = write(tmp_path / "a.txt", "abc")
    path.chmod(0)
    with pytest.raises(UserError, match="a.txt: cannot be read"):
        read(path)


def test_a_file_that_is_gone_is_named(tmp_path) -> None:
    with pytest.raises(UserError, match="gone.txt: cannot be read"):
        read(tmp_path / "gone.txt")


def encoded(tmp_path: Path, text: str | bytes, **options) -> dict[str, str]:
    path = write(tmp_path / "text" / "a.txt", text)
    alphabet = encode_files(text_splits(path), tmp_path / "ids", **options)
    return {split: alphabet.decode(ids) for split, ids in load_ids(tmp_path / "ids").items()}


def test_shares_are_held_out_of_the_end(tmp_path) -> None:
    text = "0123456789" * 10 + "abc"
    assert (
        encoded(tmp_path, text, min_freq=0, validation_share=0.1, test_share=0.2)
        == {
            "train": text[:72],  # 0.7 * 103 is 72.1
            "validation": text[72:82],  # 0.8 * 103 is 82.4
            "test": "2345678901234567" + "89<unk><unk><unk>",  # letters that the training part does not hold
        }
    )


def test_tinyshakespeare_is_cut_as_usual(tmp_path) -> None:
    """The first int(0.9 * 1,115,394) characters are the training part."""
    path = write(tmp_path / "input.txt", "x" * 1_115_394)
    encode_files(text_splits(path), tmp_path / "ids", validation_share=0.1)
    assert {split: len(ids) for split, ids in load_ids(tmp_path / "ids").items()} == {
        "train": 1_003_854,
        "validation": 111_540,
    }


def test_shares_that_add_up_in_decimals_only_lose_nothing(tmp_path) -> None:
    assert len(encoded(tmp_path, "abcdefghij" * 2, validation_share=0.05, test_share=0.05)["train"]) == 18


def test_no_share_holds_nothing_out(tmp_path) -> None:
    assert encoded(tmp_path, "abc", validation_share=0.0) == {"train": "abc"}


def test_split_files_come_before_shares(tmp_path) -> None:
    for name, text in {"train": "aabbccddee", "valid": "ab\r\nz"}.items():
        write(tmp_path / f"{name}.txt", text)
    alphabet = encode_files(text_splits(tmp_path), tmp_path / "ids", validation_share=0.5, test_share=0.2)
    assert alphabet.vocab.get_itos() == [*SPECIALS, *"abcd"]
    assert {split: alphabet.decode(ids) for split, ids in load_ids(tmp_path / "ids").items()} == {
        "train": "aabbccdd",
        "validation": "ab<unk><unk>",
        "test": "ee".replace("e", "<unk>"),
    }


def test_several_files_follow_one_another(tmp_path) -> None:
    for name, text in {"2": "cd", "1": "ab", "3": ""}.items():
        write(tmp_path / f"{name}.txt", text)
    alphabet = encode_files(text_splits(tmp_path), tmp_path / "ids", validation_share=0.0)
    assert alphabet.decode(load_ids(tmp_path / "ids")["train"]) == "abcd"


def test_bytes_are_stored_as_they_are(tmp_path) -> None:
    path = write(tmp_path / "a.txt", bytes(range(256)) + b"\r\n")
    alphabet = encode_files(text_splits(path), tmp_path / "ids", unit="byte", validation_share=0.0)
    ids = load_ids(tmp_path / "ids")["train"]
    assert alphabet.unit == "byte" and ids.dtype == np.uint8
    assert ids.tolist() == [*range(256), 10]


@pytest.mark.parametrize("text", ["", "\ufeff"])
def test_an_empty_file_is_named(text, tmp_path) -> None:
    with pytest.raises(UserError, match="a.txt: there is no text in it; choose a file with text"):
        encoded(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "shares", "split"),
    [("a", (0.9, 0.0), "train"), ("a", (0.1, 0.0), "train"), ("ab", (0.1, 0.3), "validation")],
)
def test_too_little_text_to_hold_out_of_is_refused(text, shares, split, tmp_path) -> None:
    with pytest.raises(UserError, match=f"{len(text)} characters?, too few to leave a {split} split"):
        encoded(tmp_path, text, validation_share=shares[0], test_share=shares[1])


@pytest.mark.parametrize("shares", [(-0.1, 0.0), (0.5, 0.5), (1.0, 0.0)])
def test_impossible_shares_are_refused(shares, tmp_path) -> None:
    with pytest.raises(UserError, match="validation_share and test_share must be 0 or more and below 1 together"):
        encoded(tmp_path, "abc", validation_share=shares[0], test_share=shares[1])


def test_a_text_that_shrinks_meanwhile_is_noticed(tmp_path, monkeypatch) -> None:
    path = write(tmp_path / "a.txt", "abcdef")
    monkeypatch.setattr(characters, "_length", lambda paths, unit, encoding: 7)
    with pytest.raises(UserError, match="became shorter while it was read"):
        encode_files(text_splits(path), tmp_path / "ids", validation_share=0.0)


@pytest.mark.parametrize("damage", ["missing", "truncated", "garbage"])
def test_damaged_ids_are_refused(damage, tmp_path) -> None:
    encoded(tmp_path, "abc" * 50)
    path = tmp_path / "ids" / "train.npy"
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-9] if damage == "truncated" else b"garbage")
    with pytest.raises(UserError, match="missing or damaged; delete this folder and prepare the data again"):
        load_ids(tmp_path / "ids")


@pytest.mark.parametrize(
    ("ids", "damaged"),
    [
        (np.array([0, 1, 2, 6], dtype=np.uint8), False),
        (np.array([], dtype=np.uint16), False),
        (np.array([0, 7], dtype=np.uint8), True),
        (np.array([[0, 1]], dtype=np.uint8), True),
        (np.array([-1]), True),
        (np.array([0.5]), True),
        (np.array(["a"]), True),
    ],
)
def test_ids_of_another_alphabet_are_damage(ids, damaged, tmp_path) -> None:
    encoded(tmp_path, "abc" * 50)
    alphabet = Alphabet.of_counts(np.bincount([ord(letter) for letter in "abc"]))  # and four specials
    assert len(alphabet) == 7
    np.save(tmp_path / "ids" / "test.npy", ids)
    if damaged:
        with pytest.raises(UserError, match="missing or damaged"):
            load_ids(tmp_path / "ids", alphabet)
    else:
        assert load_ids(tmp_path / "ids", alphabet)["test"].tolist() == ids.tolist()


def test_memory_stays_flat(tmp_path) -> None:
    """Ten times the text needs no more memory, and the ids are not read when they are opened."""
    peaks = []
    for megabytes in (2, 20):
        path = write(tmp_path / f"{megabytes}.txt", ("a line of text, and é\n" * 45_600).encode()[: 1 << 20])
        with open(path, "ab") as file:
            for _ in range(megabytes - 1):
                file.write(b"another line of text\n" * 50_000)
        tracemalloc.start()
        encode_files(text_splits(path), tmp_path / "ids")
        ids = load_ids(tmp_path / "ids")["train"]
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert isinstance(ids, np.memmap) and ids.dtype == np.uint8
    assert peaks[1] < 1.1 * peaks[0] < 40e6


def test_a_folder_of_texts_is_read_without_what_is_hidden(tmp_path, caplog) -> None:
    for name in ("NOVEL.TXT", "b.txt", "deep/er/c.Txt", "z.txt.gz"):
        write(tmp_path / name, name if not name.endswith("gz") else gzip.compress(b"packed"))
    for name in (".git/x.txt", ".ipynb_checkpoints/b-checkpoint.txt", "._b.txt", "deep/.DS_Store", "deep/.e/f.txt"):
        write(tmp_path / name, b"\xff")
    assert [path.name for path in text_splits(tmp_path)["train"]] == ["NOVEL.TXT", "b.txt", "c.Txt", "z.txt.gz"]
    assert not caplog.messages
    write(tmp_path / "deep" / "notes.md", "x")
    text_splits(tmp_path)
    assert caplog.messages == [f"{tmp_path}: left out as no text: deep/notes.md"]


def test_texts_without_an_ending_where_there_are_no_others(tmp_path) -> None:
    for name in ("37261", "00001.7c53336b37003a9286aba55d2945844c", "x.png", ".hidden"):
        write(tmp_path / name, "text")
    assert [path.name for path in text_splits(tmp_path)["train"]] == ["00001.7c53336b37003a9286aba55d2945844c", "37261"]


@pytest.mark.parametrize("name", ["test.txt", "Valid.TXT", "dev.txt"])
def test_a_split_without_a_training_text_is_warned_of(name, tmp_path, caplog) -> None:
    write(tmp_path / "input.txt", "text")
    write(tmp_path / name, "more")
    assert len(text_splits(tmp_path)["train"]) == 2
    assert caplog.messages == [f"{tmp_path}: no train.txt, so {name} is part of the training text"]
    caplog.clear()
    write(tmp_path / "Train.txt", "text")
    assert set(text_splits(tmp_path)) > {"train"} and not caplog.messages


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("unit", ["codepoint", "byte"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_model_of_bytes_reads_utf_8_whatever_the_file_is_in(encoding, unit, packed, tmp_path) -> None:
    content = "schön\r\nschön\r\n".encode(encoding)
    path = write(tmp_path / "a.txt", gzip.compress(content) if packed else content)
    given = encoding if encoding == "cp1252" else None
    alphabet = encode_files({"train": [path]}, tmp_path / "ids", unit=unit, validation_share=0.5, encoding=given)
    ids = load_ids(tmp_path / "ids")
    assert alphabet.decode(np.concatenate([ids["train"], ids["validation"]])) == "schön\nschön\n"
