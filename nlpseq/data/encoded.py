"""The token ids of a whole split, memory-mapped: tokenised once, then read without a copy.

One Arrow file holds the split in `samples` copies, one record batch each: with subword sampling every copy
is cut into different pieces, and epoch e reads copy e modulo `samples`. Training then pays nothing for
sampling, and a resumed run reads exactly what the interrupted one would have read.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from nlpseq.data.encode import Ragged, encode_column
from nlpseq.errors import UserError
from nlpseq.files import atomic_path

if TYPE_CHECKING:
    import pyarrow as pa
    from datasets import Dataset

logger = logging.getLogger("nlpseq")

FILE_NAME = "pairs.arrow"


class Encoder(Protocol):
    """What this file needs of a `TextPipeline`."""

    @property
    def eos_id(self) -> int: ...
    @property
    def unk_id(self) -> int: ...
    def encode_batch(self, texts: list[str]) -> list[list[int]]: ...
    def sample_batch(self, texts: list[str], *, alpha: float, seed: int) -> list[list[int]]: ...


@dataclass(frozen=True)
class EncodedPairs:
    """(source ids, target ids) rows, each side ending with `</s>`, in one or more sampled copies.

    `len` counts the rows of one copy, and an index gives a row of the first; `view` gives the copy of an
    epoch.

    >>> import tempfile
    >>> from datasets import Dataset
    >>> class Letters:
    ...     eos_id, unk_id = 3, 1
    ...     def encode_batch(self, texts):
    ...         return [[ord(letter) - 90 for letter in text] for text in texts]
    ...     def sample_batch(self, texts, *, alpha, seed):
    ...         return self.encode_batch(texts)
    >>> rows = Dataset.from_dict({"src": ["ab", "c"], "tgt": ["d", "efg"]})
    >>> pairs = EncodedPairs.build(rows, Letters(), Letters(), tempfile.mkdtemp())
    >>> len(pairs), [ids.tolist() for ids in pairs[1]]
    (2, [[9, 3], [11, 12, 13, 3]])
    """

    copies: tuple[tuple[Ragged, Ragged], ...]

    @staticmethod
    def build(
        dataset: Dataset,
        src_pipeline: Encoder,
        tgt_pipeline: Encoder,
        folder: str | Path,
        *,
        samples: int = 1,
        alpha: float = 0.0,
        seed: int = 1,
        max_length: int | None = None,
        num_proc: int | None = None,
    ) -> EncodedPairs:
        """Encode the columns "src" and "tgt" into `folder` and open the result.

        Args:
            samples: number of copies, each with subword pieces sampled anew.
            alpha: strength of subword sampling, 0 for none.
            max_length: most tokens of a side, `</s>` not counted; a pair that is longer in any copy is left
                out of all (for training only: elsewhere row n must stay row n). None keeps everything.
            num_proc: processes that share the work, see `encode_dataset`; the rows do not depend on it.

        Raises:
            UserError: no pair is short enough, or the folder cannot be written.
            ValueError: several copies without sampling, which would be equal.
        """
        from tqdm import tqdm

        if samples < 1 or (samples > 1 and alpha <= 0):
            raise ValueError(f"samples={samples} must be 1, or more with alpha above 0 (it is {alpha})")
        copies = []
        for copy in tqdm(range(samples), desc="encoding", unit=" copies", disable=None):
            src, tgt = (
                partial(_with_end_marks, pipeline=pipeline, copy=copy, alpha=alpha, seed=seed)
                for pipeline in (src_pipeline, tgt_pipeline)
            )
            copies.append(
                (
                    encode_column(dataset, "src", src, num_proc=num_proc),
                    encode_column(dataset, "tgt", tgt, num_proc=num_proc),
                )
            )
        kept = _short_enough(EncodedPairs(tuple(copies)), max_length)
        _write(Path(folder) / FILE_NAME, copies, kept)
        return EncodedPairs.load(folder)

    @staticmethod
    def load(folder: str | Path) -> EncodedPairs:
        """Open what `build` wrote; the ids stay on disk until they are read.

        Raises:
            UserError: the file is missing or damaged.
        """
        columns = open_table(Path(folder) / FILE_NAME, ("src", "tgt"))
        sides = [[ragged(chunk) for chunk in column.chunks] for column in columns.values()]
        return EncodedPairs(tuple(zip(*sides, strict=True)))

    @property
    def samples(self) -> int:
        """Number of sampled copies."""
        return len(self.copies)

    def view(self, epoch: int) -> EncodedPairs:
        """The one copy that epoch `epoch`, counted from 0, reads."""
        return EncodedPairs((self.copies[epoch % self.samples],))

    def lengths(self) -> tuple[np.ndarray, np.ndarray]:
        """Tokens of each source and each target, `</s>` among them: two arrays of shape (samples, rows)."""
        src, tgt = (np.stack([np.diff(copy[side].offsets) for copy in self.copies]) for side in (0, 1))
        return src, tgt

    def __len__(self) -> int:
        return len(self.copies[0][0].offsets) - 1

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        if not 0 <= index < len(self):
            raise IndexError(f"row {index} of {len(self)}")
        src, tgt = self.copies[0]
        return (
            src.values[src.offsets[index] : src.offsets[index + 1]],
            tgt.values[tgt.offsets[index] : tgt.offsets[index + 1]],
        )


def _with_end_marks(
    texts: list[str], number: int, *, pipeline: Encoder, copy: int, alpha: float, seed: int
) -> list[list[int]]:
    """The ids of batch `number` of a column, in the pieces of copy `copy`."""
    if alpha > 0:
        batch_seed = int(np.random.SeedSequence([seed, copy, number]).generate_state(1)[0])
        encoded = pipeline.sample_batch(texts, alpha=alpha, seed=batch_seed)
    else:
        encoded = pipeline.encode_batch(texts)
    return [[*ids, pipeline.eos_id] for ids in encoded]


def _short_enough(pairs: EncodedPairs, max_length: int | None) -> np.ndarray:
    src_lengths, tgt_lengths = pairs.lengths()
    longest = np.maximum(src_lengths, tgt_lengths).max(axis=0) - 1  # without `</s>`
    kept = np.ones(len(pairs), dtype=bool) if max_length is None else longest <= max_length
    dropped = len(pairs) - int(kept.sum())
    if dropped == len(pairs):
        raise UserError(
            f"none of {len(pairs):,} pairs is within data.max_length = {max_length} tokens a side; raise it"
        )
    if dropped:
        logger.warning("left out %d of %d pairs longer than %d tokens", dropped, len(pairs), max_length)
    return kept


def _write(path: Path, copies: Sequence[tuple[Ragged, Ragged]], kept: np.ndarray) -> None:
    import pyarrow as pa

    schema = pa.schema({"src": pa.list_(pa.int32()), "tgt": pa.list_(pa.int32())})
    with atomic_path(path) as beside, pa.ipc.new_file(str(beside), schema) as writer:
        for sides in copies:
            # The file format, not the stream: its footer tells a whole file from a truncated one.
            columns = [
                pa.ListArray.from_arrays(pa.array(side.offsets, pa.int32()), pa.array(side.values)).filter(
                    pa.array(kept)
                )
                for side in sides
            ]
            writer.write_batch(pa.record_batch(columns, schema=schema))


def open_table(path: Path, names: Sequence[str]) -> dict[str, pa.ChunkedArray]:
    """Columns of an Arrow file, memory-mapped.

    Raises:
        UserError: the file is missing or damaged.
    """
    import pyarrow as pa

    try:
        table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
        return {name: table.column(name) for name in names}
    except (OSError, KeyError, pa.ArrowException) as error:
        raise UserError(
            f"{path.parent}: the encoded corpus is missing or damaged; delete this folder and prepare the data again"
        ) from error


def ragged(column: pa.ListArray) -> Ragged:
    """The rows of a list column, without a copy."""
    return Ragged(column.values.to_numpy(zero_copy_only=True), column.offsets.to_numpy(zero_copy_only=True))
