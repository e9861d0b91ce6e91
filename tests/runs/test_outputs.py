"""The files of a run's outputs come back as they were; a stranger's take no memory."""

from __future__ import annotations

import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from nlpseq.errors import UserError
from nlpseq.runs.outputs import read_arrays, read_lines, write_arrays, write_lines


def test_lines_come_back(tmp_path: Path) -> None:
    write_lines(tmp_path / "hyps.txt", ["one", "", "drei"])
    assert read_lines(tmp_path / "hyps.txt", count=3) == ["one", "", "drei"]
    assert read_lines(tmp_path / "hyps.txt", count=2, header=True) == ["", "drei"]
    with pytest.raises(UserError, match=r"hyps\.txt: damaged \(3 lines for 4 rows"):
        read_lines(tmp_path / "hyps.txt", count=4)
    (tmp_path / "hyps.txt").write_bytes("Grüße\n".encode("latin-1"))
    with pytest.raises(UserError, match=r"hyps\.txt: damaged \(not text in UTF-8\); run nlpseq evaluate"):
        read_lines(tmp_path / "hyps.txt", count=1)
    with pytest.raises(UserError, match="not there yet; run nlpseq evaluate"):
        read_lines(tmp_path / "none.txt", count=1)


def npz(path: Path, **headers: bytes) -> Path:
    """A file of arrays by their headers, with a few bytes behind each."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, header in headers.items():
            archive.writestr(f"{name}.npy", header + bytes(80))
    return path


def header(descr: str = "<f4", shape: object = (20,), version: int = 1) -> bytes:
    """Of an array, as numpy writes it."""
    text = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY" + bytes([version, 0]) + len(text).to_bytes(2 if version == 1 else 4, "little") + text


def test_arrays_come_back(tmp_path: Path) -> None:
    arrays = {"labels": np.arange(5, dtype=np.int8), "nats": np.linspace(0, 1, 6).reshape(2, 3), "none": np.zeros(0)}
    write_arrays(tmp_path / "a.npz", arrays)
    found = read_arrays(tmp_path / "a.npz")
    assert found.keys() == arrays.keys()
    for name, array in arrays.items():
        np.testing.assert_array_equal(found[name], array, strict=True)
    assert read_arrays(npz(tmp_path / "b.npz", a=header()))["a"].tolist() == [0.0] * 20


@pytest.mark.parametrize(
    "damage",
    [
        {"a": header(shape=(10**12,))},
        {"a": header(shape=(10**6, 10**6, 10**6))},
        {"a": header(shape=(-1,))},
        {"a": header(shape=(200_000_000,)), "b": header(shape=(200_000_000,))},  # 1.5 GiB, neither above a GiB alone
        {"a": header("|O")},
        {"a": header("<U999999999")},
        {"a": header(version=2)},
        {"a": header(shape="(" * 900)},
        {f"a{number}": header() for number in range(17)},
        {"a": b""},
        {"a": b"\x93NUMPY"},
    ],
    ids=map(str, range(11)),
)
def test_arrays_that_want_all_memory_are_refused_before_they_get_it(damage: dict[str, bytes], tmp_path: Path) -> None:
    path = npz(tmp_path / "losses.npz", **damage)
    tracemalloc.start()
    try:
        with pytest.raises(UserError, match=r"losses\.npz: damaged \(.*\); delete it, and nlpseq report makes it"):
            read_arrays(path)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_an_encrypted_file_of_arrays_is_refused(tmp_path: Path) -> None:
    path = npz(tmp_path / "losses.npz", a=header())
    content = path.read_bytes()
    for signature, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = content.index(signature) + flags
        content = content[:place] + b"\1" + content[place + 1 :]
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"losses\.npz: damaged \(RuntimeError: .* encrypted"):
        read_arrays(path)
