"""Documents and their summaries as character ids on disk, memory-mapped: encoded once, cut to what is read."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nlpseq.data.encode import Ragged, text_batches
from nlpseq.data.encoded import open_table, ragged
from nlpseq.errors import UserError
from nlpseq.files import atomic_path
from nlpseq.text.copy_alphabet import CopyAlphabet, one_line

if TYPE_CHECKING:
    import pyarrow as pa
    from datasets import Dataset

logger = logging.getLogger("nlpseq")

FILE_NAME = "summaries.arrow"
COLUMNS = ("src", "copies", "tgt")


@dataclass(frozen=True)
class EncodedSummaries:
    """(source ids, ids of their copies, summary ids) rows, each part ending with `</s>`.

    >>> side = Ragged(np.array([7, 3, 8, 9, 3]), np.array([0, 2, 5]))
    >>> rows = EncodedSummaries(side, side, Ragged(np.array([3, 6, 3]), np.array([0, 1, 3])))
    >>> len(rows), [ids.tolist() for ids in rows[1]], [lengths.tolist() for lengths in rows.lengths()]
    (2, [[8, 9, 3], [8, 9, 3], [6, 3]], [[2, 3], [1, 2]])
    """

    src: Ragged
    copies: Ragged
    tgt: Ragged

    @staticmethod
    def build(
        dataset: Dataset, alphabet: CopyAlphabet, folder: str | Path, *, max_summary_characters: int
    ) -> EncodedSummaries:
        """Encode the columns "src" (documents) and "tgt" (summaries) into `folder` and open the result.

        Args:
            max_summary_characters: pairs with a longer summary are left out.

        Raises:
            UserError: no summary is short enough, or the folder cannot be written.
        """
        import pyarrow as pa

        rows = [row for row in _encode(dataset, alphabet) if len(row[2]) <= max_summary_characters + 1]
        if not rows:
            raise UserError(
                f"none of {len(dataset):,} training summaries is within text.max_summary_characters "
                f"({max_summary_characters}); raise it"
            )
        if dropped := len(dataset) - len(rows):
            logger.warning(
                "left out %d of %d training pairs with a summary longer than %d characters",
                dropped, len(dataset), max_summary_characters,
            )  # fmt: skip
        schema = pa.schema({name: pa.list_(pa.int32()) for name in COLUMNS})
        with atomic_path(Path(folder) / FILE_NAME) as beside, pa.ipc.new_file(str(beside), schema) as writer:
            columns = [_list_column(part) for part in zip(*rows, strict=True)]
            writer.write_batch(pa.record_batch(columns, schema=schema))
        return EncodedSummaries.load(folder)

    @staticmethod
    def load(folder: str | Path) -> EncodedSummaries:
        """Open what `build` wrote; the ids stay on disk until they are read.

        Raises:
            UserError: the file is missing or damaged.
        """
        columns = open_table(Path(folder) / FILE_NAME, COLUMNS)
        return EncodedSummaries(*(ragged(column.chunk(0)) for column in columns.values()))

    def view(self, epoch: int) -> EncodedSummaries:
        """The rows that epoch `epoch` reads: always all of them."""
        return self

    def lengths(self) -> tuple[np.ndarray, np.ndarray]:
        """Ids of each source and each summary, `</s>` among them: two arrays of shape (rows,)."""
        return np.diff(self.src.offsets), np.diff(self.tgt.offsets)

    def __len__(self) -> int:
        return len(self.src.offsets) - 1

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        if not 0 <= index < len(self):
            raise IndexError(f"row {index} of {len(self)}")
        src, copies, tgt = (
            side.values[side.offsets[index] : side.offsets[index + 1]] for side in (self.src, self.copies, self.tgt)
        )
        return src, copies, tgt


def _encode(dataset: Dataset, alphabet: CopyAlphabet) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    for documents, summaries in zip(text_batches(dataset, "src"), text_batches(dataset, "tgt"), strict=True):
        for document, summary in zip(documents, summaries, strict=True):
            source = alphabet.source(document)
            parts = source.src, source.copies, alphabet.summary(one_line(summary), source.extra)
            src, copies, tgt = (ids.astype(np.int32) for ids in parts)
            yield src, copies, tgt


def _list_column(rows: Sequence[np.ndarray]) -> pa.ListArray:
    import pyarrow as pa

    offsets = np.cumsum([0, *map(len, rows)])
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(np.concatenate(rows)))
