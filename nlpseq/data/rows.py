"""A split as token ids on disk, memory-mapped: tokenised once, then read without a copy.

One Arrow file holds the named columns of a split in one or more copies, one record batch each: with subword sampling
every copy is cut into different pieces, and epoch e reads copy e modulo their number. Training then pays nothing for
sampling, and a resumed run reads exactly what the interrupted one would have read.
"""

from __future__ import annotations

import logging
import mmap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nlpseq.config.choices import Truncate
from nlpseq.counting import counted
from nlpseq.data.encode import BLOCK_IDS, Batch, Ragged, encoded_batches
from nlpseq.data.rows_writer import Column, write_rows
from nlpseq.data.truncate import truncated_ids
from nlpseq.errors import UserError
from nlpseq.text.copy_alphabet import CopyAlphabet, one_line

if TYPE_CHECKING:
    import pyarrow as pa
    from datasets import Dataset

    from nlpseq.text import TextPipeline

logger = logging.getLogger("nlpseq")

PAIRS, TEXTS, SUMMARIES = "pairs.arrow", "texts.arrow", "summaries.arrow"
# What a row of each file is made of.
COLUMNS = {PAIRS: ("src", "tgt"), TEXTS: ("text", "label"), SUMMARIES: ("src", "copies", "tgt")}
# Above this share of unknown tokens, or with fewer tokens a text than this, the tokenizer hardly suits the texts.
MUCH_UNKNOWN, FEW_TOKENS = 0.2, 3
# A file beyond this may outgrow memory. Read in any order, each row would then fetch 128 kB, of which it wants a page.
LARGE_FILE = 1 << 30
# Source times target of a training pair, 4,000 tokens of each: a table of them has 64 MB.
MOST_CELLS = 1 << 24

Copies = list[dict[str, Column]]


@dataclass(frozen=True)
class Rows:
    """Named columns in one or more sampled copies: the first holds ids, another ids or a number a row.

    `len` counts the rows of one copy, and an index gives the parts of a row of the first, in the order of the columns;
    `view` gives the copy of an epoch.

    >>> text = Ragged(np.array([5, 6, 7]), np.array([0, 2, 3]))
    >>> rows = Rows(({"text": text, "label": np.array([1, 0])},))
    >>> len(rows), rows.lengths().tolist(), [(ids.tolist(), label) for ids, label in (rows[0], rows[1])]
    (2, [[[2, 1]]], [([5, 6], 1), ([7], 0)])
    """

    copies: tuple[Mapping[str, Column], ...]
    file: mmap.mmap | None = field(default=None, repr=False, compare=False)

    @staticmethod
    def load(path: str | Path, **ids: int) -> Rows:
        """Open what one of the functions below wrote; it stays on disk.

        Args:
            path: the file.
            ids: how many ids, or labels, a column can have.

        Raises:
            UserError: the file is missing or damaged.
        """
        import pyarrow as pa

        path = Path(path)
        try:
            with path.open("rb") as opened:
                mapped = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
            file = pa.ipc.open_file(pa.py_buffer(mapped))
            batches = list(map(file.get_batch, range(file.num_record_batches)))
            for batch in batches:
                batch.validate(full=True)
            copies = [{name: _mapped(batch.column(name)) for name in COLUMNS[path.name]} for batch in batches]
            rows = Rows(tuple(copies), mapped)
            rows._check(ids)
            return rows
        except (OSError, KeyError, ValueError, IndexError, pa.ArrowException) as error:
            raise UserError(
                f"{path.parent}: the encoded corpus is missing or damaged; delete this folder and prepare the data "
                "again"
            ) from error

    def _check(self, ids: Mapping[str, int]) -> None:
        if self.lengths().min(initial=1) < 1:
            raise ValueError("a row without ids")
        for copy in self.copies:
            for name, size in ids.items():
                column = copy[name]
                values = column.values if isinstance(column, Ragged) else column
                if values.size and not 0 <= values.min() <= values.max() < size:
                    raise ValueError(f"{name}: a number that stands for nothing")

    def view(self, epoch: int) -> Rows:
        """The one copy that epoch `epoch`, counted from 0, reads."""
        return Rows((self.copies[epoch % len(self.copies)],), self.file)

    def in_any_order(self) -> Rows:
        """The same rows, once the system knows that a large file of them is not read from front to back."""
        if self.file is not None and len(self.file) > LARGE_FILE and hasattr(mmap, "MADV_RANDOM"):
            self.file.madvise(mmap.MADV_RANDOM)
        return self

    def ids(self, name: str) -> Ragged:
        """The ids of column `name` of the first copy."""
        column = self.copies[0][name]
        assert isinstance(column, Ragged), name
        return column

    def lengths(self, *names: str) -> np.ndarray:
        """Ids of each row, `</s>` among them, for a `BucketBatchSampler`: shape (columns, copies, rows).

        Args:
            names: the columns; default: all that hold ids.
        """
        names = names or tuple(name for name, column in self.copies[0].items() if isinstance(column, Ragged))
        lengths = np.empty((len(names), len(self.copies), len(self)), dtype=np.int32)
        for copy in range(len(self.copies)):
            for side, name in enumerate(names):
                offsets = self.view(copy).ids(name).offsets
                np.subtract(offsets[1:], offsets[:-1], out=lengths[side, copy], casting="unsafe")
        return lengths

    def __getstate__(self) -> dict[str, Any]:
        return {"copies": self.copies, "file": None}  # a mapping stays in its process

    def __len__(self) -> int:
        return len(self.ids(next(iter(self.copies[0]))).offsets) - 1

    def __getitem__(self, index: int) -> tuple[Any, ...]:
        if not 0 <= index < len(self):
            raise IndexError(f"row {index} of {len(self)}")
        return tuple(
            column.values[column.offsets[index] : column.offsets[index + 1]]
            if isinstance(column, Ragged)
            else int(column[index])
            for column in self.copies[0].values()
        )


def encode_pairs(
    dataset: Dataset,
    src_pipeline: TextPipeline,
    tgt_pipeline: TextPipeline,
    folder: str | Path,
    *,
    samples: int = 1,
    alpha: float = 0.0,
    seed: int = 1,
    max_length: int | None = None,
    num_proc: int | None = None,
) -> Rows:
    """Encode the columns "src" and "tgt" into `folder` and open the result: both with `</s>` at their end.

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
    if samples < 1 or (samples > 1 and alpha <= 0):
        raise ValueError(f"samples={samples} must be 1, or more with alpha above 0 (it is {alpha})")
    encode = partial(
        _pair_batch, pipelines={"src": src_pipeline, "tgt": tgt_pipeline}, samples=samples, alpha=alpha, seed=seed,
        max_length=max_length,
    )  # fmt: skip
    limit = _Limit(
        f"pairs is within data.max_length = {max_length} tokens a side", f"pairs longer than {max_length} tokens"
    )
    return _write(Path(folder) / PAIRS, encoded_batches(dataset, ("src", "tgt"), encode, num_proc=num_proc), limit)


def encode_texts(
    dataset: Dataset,
    pipeline: TextPipeline,
    names: Sequence[str],
    folder: str | Path,
    *,
    max_length: int,
    keep: Truncate,
    num_proc: int | None = None,
) -> Rows:
    """Encode the columns "text" and "label" into `folder` and open the result.

    A text without tokens is the one `<unk>`, so that every row has something to read.

    Args:
        names: the labels; the place of a label is its number.
        max_length: tokens of a text that are kept, as `truncate` does.
        num_proc: processes that share the work, see `encode_dataset`; the rows do not depend on it.

    Raises:
        UserError: the folder cannot be written.
    """
    numbers = {name: number for number, name in enumerate(names)}
    encode = partial(_text_batch, pipeline=pipeline, numbers=numbers, max_length=max_length, keep=keep)
    rows = _write(Path(folder) / TEXTS, encoded_batches(dataset, ("text", "label"), encode, num_proc=num_proc))
    _log_tokens(rows.ids("text"), pipeline.unk_id)
    return rows


def encode_summaries(
    dataset: Dataset, alphabet: CopyAlphabet, folder: str | Path, *, max_summary_characters: int
) -> Rows:
    """Encode the columns "src" (documents) and "tgt" (summaries) into `folder` and open the result.

    A row is (source ids, ids of their copies, summary ids), each part ending with `</s>`.

    Args:
        max_summary_characters: pairs with a longer summary are left out.

    Raises:
        UserError: no summary is short enough, or the folder cannot be written.
    """
    encode = partial(_summary_batch, alphabet=alphabet, max_summary_characters=max_summary_characters)
    limit = _Limit(
        f"training summaries is within text.max_summary_characters ({max_summary_characters})",
        f"training pairs with a summary longer than {max_summary_characters} characters",
    )
    return _write(Path(folder) / SUMMARIES, encoded_batches(dataset, ("src", "tgt"), encode, num_proc=1), limit)


class EncodedPairs:
    """Sentence pairs as rows of ids on disk: `build` is `encode_pairs`, and `load` opens its folder again.

    >>> import tempfile
    >>> from datasets import Dataset
    >>> from nlpseq.text import build_pipeline
    >>> letters = build_pipeline(["aab", "abc"], kind="char", vocab_size=8)
    >>> rows = Dataset.from_dict({"src": ["ab", "c"], "tgt": ["a", "bcb"]})
    >>> pairs = EncodedPairs.build(rows, letters, letters, tempfile.mkdtemp())
    >>> len(pairs), [ids.tolist() for ids in pairs[1]]
    (2, [[6, 3], [5, 6, 5, 3]])
    """

    build = staticmethod(encode_pairs)

    @staticmethod
    def load(folder: str | Path) -> Rows:
        """Open what `build` wrote; the errors are those of `Rows.load`."""
        return Rows.load(Path(folder) / PAIRS)


class EncodedTexts:
    """Labelled texts as rows of ids on disk: `build` is `encode_texts`, and `load` opens its folder again.

    >>> import tempfile
    >>> from datasets import Dataset
    >>> from nlpseq.text import build_pipeline
    >>> letters = build_pipeline(["aab", "abc"], kind="char", vocab_size=8)
    >>> rows = Dataset.from_dict({"text": ["ab", ""], "label": ["good", "bad"]})
    >>> texts = EncodedTexts.build(rows, letters, ["bad", "good"], tempfile.mkdtemp(), max_length=9, keep="head")
    >>> [(ids.tolist(), label) for ids, label in (texts[0], texts[1])]
    [([4, 5], 1), ([1], 0)]
    """

    build = staticmethod(encode_texts)

    @staticmethod
    def load(folder: str | Path) -> Rows:
        """Open what `build` wrote; the errors are those of `Rows.load`."""
        return Rows.load(Path(folder) / TEXTS)


class _EncodedBatch(NamedTuple):
    """The rows of a batch that are kept, in all copies, and how many there were, were too long and too large."""

    copies: Copies
    rows: int
    long: int = 0
    large: int = 0


class _Limit(NamedTuple):
    """What is said where no row, and where some rows, are within a limit."""

    none: str
    some: str


def _pair_batch(
    batch: Batch,
    number: int,
    *,
    pipelines: Mapping[str, TextPipeline],
    samples: int,
    alpha: float,
    seed: int,
    max_length: int | None,
) -> _EncodedBatch:
    copies: Copies = []
    for copy in range(samples):
        batch_seed = int(np.random.SeedSequence([seed, copy, number]).generate_state(1)[0]) if alpha > 0 else None
        copies.append(
            {side: _with_end_marks(batch[side], pipeline, alpha, batch_seed) for side, pipeline in pipelines.items()}
        )
    if max_length is None:
        return _EncodedBatch(copies, len(batch["src"]))
    lengths = Rows(tuple(copies)).lengths().astype(np.int64)  # (2, copies, N)
    short = lengths.max(axis=(0, 1)) - 1 <= max_length  # without `</s>`
    return _kept(copies, short, lengths.prod(axis=0).max(axis=0))


def _text_batch(
    batch: Batch, number: int, *, pipeline: TextPipeline, numbers: Mapping[str, int], max_length: int, keep: Truncate
) -> _EncodedBatch:
    text = Ragged.of(truncated_ids(batch["text"], pipeline, max_length, keep))
    label = np.array([numbers[name] for name in batch["label"]], dtype=np.int32)
    return _EncodedBatch([{"text": text, "label": label}], len(label))


def _summary_batch(batch: Batch, number: int, *, alphabet: CopyAlphabet, max_summary_characters: int) -> _EncodedBatch:
    rows: list[tuple[Any, ...]] = []
    for document, summary in zip(batch["src"], batch["tgt"], strict=True):
        source = alphabet.source(document)
        rows.append((source.src, source.copies, alphabet.summary(one_line(summary), source.extra)))
    parts = {name: Ragged.of(part) for name, part in zip(COLUMNS[SUMMARIES], zip(*rows, strict=True), strict=True)}
    src, tgt = Rows((parts,)).lengths("src", "tgt")[:, 0].astype(np.int64)
    return _kept([dict(parts)], tgt <= max_summary_characters + 1, src * tgt)


def _with_end_marks(texts: list[str], pipeline: TextPipeline, alpha: float, seed: int | None) -> Ragged:
    if seed is None:
        encoded = pipeline.encode_batch(texts)
    else:
        encoded = pipeline.sample_batch(texts, alpha=alpha, seed=seed)
    end = pipeline.eos_id
    return Ragged.of([[*ids, end] for ids in encoded])


def _kept(copies: Copies, short: np.ndarray, cells: np.ndarray) -> _EncodedBatch:
    """The rows that are short, and whose source times target, of which attention has several tables, memory holds."""
    kept = short & (cells <= MOST_CELLS)
    if not kept.all():  # which copies all that is kept
        copies = [{name: _rows_of(column, kept) for name, column in copy.items()} for copy in copies]
    return _EncodedBatch(copies, len(kept), int((~short).sum()), int((short & ~kept).sum()))


def _rows_of(column: Column, kept: np.ndarray) -> Column:
    return column.where(kept) if isinstance(column, Ragged) else column[kept]


def _write(path: Path, batches: Iterable[_EncodedBatch], limit: _Limit | None = None) -> Rows:
    """Write what is kept of the batches, say what is not, and open it."""
    counts = np.zeros(3, dtype=np.int64)

    def fitting() -> Iterator[Copies]:
        for batch in batches:
            np.add(counts, batch[1:], out=counts)
            yield batch.copies
        rows, long, large = map(int, counts)
        most = f"{MOST_CELLS:,} tokens of source times target, of which attention has a table"
        if limit and long == rows:
            raise UserError(f"none of {rows:,} {limit.none}; raise it")
        if limit and long:
            logger.warning("left out %d of %d %s", long, rows, limit.some)
        if limit and long + large == rows:
            raise UserError(f"none of {counted(rows, 'pair')} has at most {most}; split the texts")
        if large:
            logger.warning("left out %d of %s with more than %s", large, counted(rows, "pair"), most)

    write_rows(path, fitting())
    return Rows.load(path)


def _log_tokens(text: Ragged, unk_id: int) -> None:
    """Say how the texts were cut into tokens: a wrong tokenizer, as for text without spaces, shows here first."""
    blocks = range(0, len(text.values), BLOCK_IDS)
    unknown = sum(int((text.values[at : at + BLOCK_IDS] == unk_id).sum()) for at in blocks) / max(1, len(text.values))
    mean = len(text.values) / max(1, len(text.offsets) - 1)
    level, fix = logging.INFO, ""
    if unknown > MUCH_UNKNOWN or (mean < FEW_TOKENS and unknown > 0):
        fix = "; lower text.min_freq, or set text.tokenizer to char or subword, as for text without spaces"
        level = logging.WARNING
    logger.log(level, "tokens: %.1f a training text, %.1f%% of them unknown%s", mean, 100 * unknown, fix)


def _mapped(column: pa.Array) -> Column:
    """A column without a copy."""
    import pyarrow as pa

    if isinstance(column, pa.ListArray | pa.LargeListArray):
        return Ragged(column.values.to_numpy(zero_copy_only=True), column.offsets.to_numpy(zero_copy_only=True))
    return column.to_numpy(zero_copy_only=True)
