"""Labelled texts as token ids on disk, memory-mapped: tokenised once, cut to what the classifier reads."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np

from nlpseq.data.encode import Ragged, encode_column
from nlpseq.data.encoded import Encoder, open_table, ragged
from nlpseq.files import atomic_path

if TYPE_CHECKING:
    from datasets import Dataset

logger = logging.getLogger("nlpseq")

FILE_NAME = "texts.arrow"
# Above this share of unknown tokens, or with fewer tokens a text than this, the tokenizer hardly suits the texts.
MUCH_UNKNOWN, FEW_TOKENS = 0.2, 3
Truncate = Literal["head", "tail", "both"]
Item = TypeVar("Item")


def truncate(ids: Sequence[Item], max_length: int, keep: Truncate) -> Sequence[Item]:
    """At most `max_length` items: the first, the last, or the first half and the last half of them.

    >>> truncate([1, 2, 3, 4, 5], 3, "both"), truncate([1, 2, 3, 4, 5], 2, "tail"), truncate([1], 3, "head")
    ([1, 2, 5], [4, 5], [1])
    """
    if len(ids) <= max_length:
        return ids
    if keep == "head":
        return ids[:max_length]
    tail = max_length if keep == "tail" else max_length // 2
    return [*ids[: max_length - tail], *ids[len(ids) - tail :]]


@dataclass(frozen=True)
class EncodedTexts:
    """(ids, label) rows; a text without tokens is the one `<unk>`, so that every row has something to read.

    >>> texts = EncodedTexts(Ragged(np.array([5, 6, 7]), np.array([0, 2, 3])), np.array([1, 0]))
    >>> len(texts), texts.lengths().tolist(), [(ids.tolist(), int(label)) for ids, label in [texts[0], texts[1]]]
    (2, [2, 1], [([5, 6], 1), ([7], 0)])
    """

    texts: Ragged
    labels: np.ndarray

    @staticmethod
    def build(
        dataset: Dataset,
        pipeline: Encoder,
        names: Sequence[str],
        folder: str | Path,
        *,
        max_length: int,
        keep: Truncate,
        num_proc: int | None = None,
    ) -> EncodedTexts:
        """Encode the columns "text" and "label" into `folder` and open the result.

        Args:
            names: the labels; the place of a label is its number.
            max_length: tokens of a text that are kept, as `truncate` does.
            num_proc: processes that share the work, see `encode_dataset`; the rows do not depend on it.

        Raises:
            UserError: the folder cannot be written.
        """
        import pyarrow as pa

        numbers = {name: number for number, name in enumerate(names)}
        labels = np.array([numbers[name] for name in dataset["label"]], dtype=np.int32)
        schema = pa.schema({"text": pa.list_(pa.int32()), "label": pa.int32()})
        encode = partial(_encode_batch, pipeline=pipeline, max_length=max_length, keep=keep)
        values, offsets = encode_column(dataset, "text", encode, num_proc=num_proc)
        path = Path(folder) / FILE_NAME
        with atomic_path(path) as beside, pa.ipc.new_file(str(beside), schema) as writer:
            column = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(values))
            writer.write_batch(pa.record_batch([column, pa.array(labels)], schema=schema))
        encoded = EncodedTexts.load(folder)
        encoded._log_tokens(pipeline.unk_id)
        return encoded

    @staticmethod
    def load(folder: str | Path) -> EncodedTexts:
        """Open what `build` wrote; the ids stay on disk until they are read.

        Raises:
            UserError: the file is missing or damaged.
        """
        columns = open_table(Path(folder) / FILE_NAME, ("text", "label"))
        return EncodedTexts(ragged(columns["text"].chunk(0)), columns["label"].to_numpy())

    def view(self, epoch: int) -> EncodedTexts:
        """The rows that epoch `epoch` reads: always all of them."""
        return self

    def lengths(self) -> np.ndarray:
        """Tokens of each text, shape (rows,)."""
        return np.diff(self.texts.offsets)

    def _log_tokens(self, unk_id: int) -> None:
        """Say how the texts were cut into tokens: a wrong tokenizer, as for text without spaces, shows here first."""
        unknown = float((self.texts.values == unk_id).mean()) if len(self.texts.values) else 0.0
        mean = float(self.lengths().mean()) if len(self) else 0.0
        level, mend = logging.INFO, ""
        if unknown > MUCH_UNKNOWN or (mean < FEW_TOKENS and unknown > 0):
            mend = "; lower text.min_freq, or set text.tokenizer to char or subword, as for text without spaces"
            level = logging.WARNING
        logger.log(level, "tokens: %.1f a training text, %.1f%% of them unknown%s", mean, 100 * unknown, mend)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[np.ndarray, int]:
        if not 0 <= index < len(self):
            raise IndexError(f"row {index} of {len(self)}")
        return self.texts.values[self.texts.offsets[index] : self.texts.offsets[index + 1]], int(self.labels[index])


def encode_texts(texts: list[str], pipeline: Encoder, max_length: int, keep: Truncate) -> list[Sequence[int]]:
    """Ids of each text as the classifier reads them: cut to `max_length`, `<unk>` where there is no token."""
    return [truncate(ids, max_length, keep) or [pipeline.unk_id] for ids in pipeline.encode_batch(texts)]


def _encode_batch(
    texts: list[str], number: int, *, pipeline: Encoder, max_length: int, keep: Truncate
) -> list[Sequence[int]]:
    return encode_texts(texts, pipeline, max_length, keep)
