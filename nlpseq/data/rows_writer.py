"""Encoded rows to a file batch by batch: memory holds one batch, however many rows there are.

A record batch of Arrow, and there is one for each sampled copy, is written at once. So the columns first grow in files
without a name, which are gone whatever happens, and are then written from there, mapped, in the same layout as ever.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from nlpseq.data.encode import Ragged
from nlpseq.files import atomic_path

if TYPE_CHECKING:
    import pyarrow as pa

# Rows of ids, or a number a row.
Column = Ragged | np.ndarray
# Ids of a copy that a list's 32-bit offsets can count.
MOST_IDS = 2**31 - 1


def write_rows(path: Path, batches: Iterable[Sequence[Mapping[str, Column]]]) -> None:
    """Write batches of rows, each with the same columns in one or more copies; all of the file or nothing.

    Raises:
        UserError: the folder cannot be written.
        ValueError: there is no batch.
    """
    import pyarrow as pa

    with atomic_path(path) as beside, ExitStack() as stack:
        copies: list[dict[str, _Grown]] = []
        for batch in batches:
            copies = copies or [
                {name: _Grown(column, path.parent, stack) for name, column in copy.items()} for copy in batch
            ]
            for copy, added in zip(copies, batch, strict=True):
                for name, column in added.items():
                    copy[name].add(column)
        if not copies:
            raise ValueError(f"{path}: no rows")
        large = any(grown.ids > MOST_IDS for copy in copies for grown in copy.values())
        kinds = {name: grown.kind(large) for name, grown in copies[0].items()}
        schema, options = pa.schema(kinds), pa.ipc.IpcWriteOptions(allow_64bit=large)
        # The file format, not the stream: its footer tells a whole file from a truncated one.
        with pa.ipc.new_file(str(beside), schema, options=options) as writer:
            for copy in copies:
                columns = [grown.array(kinds[name]) for name, grown in copy.items()]
                writer.write_batch(pa.record_batch(columns, schema=schema))


class _Grown:
    """A column on disk: its ids or numbers, and the length of each row if they are ids."""

    def __init__(self, column: Column, folder: Path, stack: ExitStack) -> None:
        def file() -> IO[bytes]:
            return stack.enter_context(tempfile.TemporaryFile(dir=folder))

        self.ids = self._rows = 0
        self._values = file()
        self._lengths = file() if isinstance(column, Ragged) else None

    def add(self, column: Column) -> None:
        if isinstance(column, Ragged):
            assert self._lengths is not None
            self._lengths.write(np.diff(column.offsets).astype(np.int32).tobytes())
            self._rows += len(column.offsets) - 1
            column = column.values
        self._values.write(column.astype(np.int32, copy=False).tobytes())
        self.ids += len(column)

    def kind(self, large: bool) -> pa.DataType:
        import pyarrow as pa

        if self._lengths is None:
            return pa.int32()
        return pa.large_list(pa.int32()) if large else pa.list_(pa.int32())

    def array(self, kind: pa.DataType) -> pa.Array:
        import pyarrow as pa

        values = pa.array(_mapped(self._values, self.ids))
        if self._lengths is None:
            return values
        large = pa.types.is_large_list(kind)
        offsets = np.zeros(self._rows + 1, dtype=np.int64 if large else np.int32)
        np.cumsum(_mapped(self._lengths, self._rows), out=offsets[1:])
        return (pa.LargeListArray if large else pa.ListArray).from_arrays(pa.array(offsets), values)


def _mapped(file: IO[bytes], count: int) -> np.ndarray:
    file.flush()
    return np.memmap(file, dtype=np.int32, mode="r", shape=(count,)) if count else np.zeros(0, dtype=np.int32)
