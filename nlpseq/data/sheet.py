"""Rows of an Excel sheet (.xlsx), through openpyxl."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path

from nlpseq.errors import UserError, one_line
from nlpseq.program import install

# Unpacked; a sheet of a million rows has fewer, and a bomb is not opened.
MOST_BYTES = 1 << 30


def read_sheet(path: str | Path) -> Iterator[tuple[int, list[str]]]:
    """Yield (row, fields) of the first sheet as Excel would write them to csv, rows of empty cells left out.

    Raises:
        UserError: it cannot be read, or openpyxl is not installed.
    """
    try:
        import openpyxl
    except ImportError as error:
        raise UserError(f"{path}: .xlsx needs openpyxl; run {install('tables')}, or save it as csv") from error
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > MOST_BYTES:
            raise UserError(f"{path}: unpacks to {size >> 20:,} MiB, more than a sheet can need; save it as csv")
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            rows = book.worksheets[0].iter_rows(values_only=True)
            for number, cells in enumerate(rows, 1):
                fields = [_field(cell) for cell in cells]
                if any(fields):
                    yield number, fields
        finally:
            book.close()
    except UserError:
        raise
    except Exception as error:  # a damaged sheet breaks anywhere inside of openpyxl
        reason = one_line(error, most=200) or type(error).__name__
        raise UserError(f"{path}: cannot be read ({reason}); check the file, or save it as csv") from error


def _field(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
