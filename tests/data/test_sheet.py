"""Rows of an Excel sheet as Excel would write them to csv; a damaged one is one sentence."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from nlpseq.data.sheet import read_sheet
from nlpseq.errors import UserError


def test_cells_are_as_excel_would_write_them(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["a", 1, 2.5, True], [None] * 4, [datetime.date(2026, 5, 4), 3.0, "", None]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    first, third = read_sheet(tmp_path / "a.xlsx")
    assert first == (1, ["a", "1", "2.5", "TRUE"])
    assert third[0] == 3 and third[1][0].startswith("2026-05-04") and third[1][1:] == ["3", "", ""]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no zip", b"PK\x05\x06" + b"\0" * 18])
def test_a_damaged_sheet_is_one_sentence(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"a\.xlsx: cannot be read .*; check the file, or save it as csv"):
        (tmp_path / "a.xlsx").write_bytes(content)
        list(read_sheet(tmp_path / "a.xlsx"))
