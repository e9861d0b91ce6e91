"""Rows that come in batches are one table, whatever they are cut into, and a write that breaks off leaves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from nlpseq.data import rows_writer
from nlpseq.data.encode import Ragged
from nlpseq.data.rows import PAIRS, TEXTS, Rows
from nlpseq.data.rows_writer import Column, write_rows

SRC, TGT, OTHER = [[4, 3], [3], [5, 6, 7, 3], [8, 3]], [[3], [9, 3], [3], [4, 4, 3]], [[3], [3], [6, 3], [3]]


def batches(*bounds: int) -> Iterator[list[dict[str, Column]]]:
    """Two copies of four pairs, cut at the bounds."""
    for start, stop in zip((0, *bounds), (*bounds, 4), strict=True):
        yield [{"src": Ragged.of(src[start:stop]), "tgt": Ragged.of(TGT[start:stop])} for src in (SRC, OTHER)]


def test_the_cut_into_batches_is_not_seen(tmp_path: Path) -> None:
    for name, bounds in (("one", ()), ("some", (1, 1, 3))):
        (tmp_path / name).mkdir()
        write_rows(tmp_path / name / PAIRS, batches(*bounds))
        rows = Rows.load(tmp_path / name / PAIRS)
        for copy, src in enumerate((SRC, OTHER)):
            found = [rows.view(copy)[index] for index in range(4)]
            assert [[ids.tolist() for ids in row] for row in found] == [
                list(pair) for pair in zip(src, TGT, strict=True)
            ]
    assert (tmp_path / "one" / PAIRS).read_bytes() == (tmp_path / "some" / PAIRS).read_bytes()


def test_more_ids_than_32_bits_count_have_offsets_of_64(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_writer, "MOST_IDS", 5)
    write_rows(tmp_path / PAIRS, batches(2))
    rows = Rows.load(tmp_path / PAIRS, src=10, tgt=10)
    assert rows.ids("src").offsets.dtype == np.int64 and rows.lengths().dtype == np.int32
    assert rows.lengths("src").tolist() == [[[2, 1, 4, 2], [1, 1, 2, 1]]]
    assert [rows[2][0].tolist(), rows.view(1)[3][1].tolist()] == [[5, 6, 7, 3], [4, 4, 3]]


def test_a_number_a_row_needs_no_offsets(tmp_path: Path) -> None:
    parts = [([[5], [6, 7]], [1, 0]), ([], []), ([[8]], [2])]
    write_rows(tmp_path / TEXTS, ([{"text": Ragged.of(ids), "label": np.array(labels)}] for ids, labels in parts))
    rows = Rows.load(tmp_path / TEXTS)
    assert [(ids.tolist(), label) for ids, label in map(rows.__getitem__, range(3))] == [
        ([5], 1),
        ([6, 7], 0),
        ([8], 2),
    ]


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def breaking() -> Iterator[list[dict[str, Column]]]:
        yield from batches()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_rows(tmp_path / "new" / PAIRS, breaking())
    assert list((tmp_path / "new").iterdir()) == []
