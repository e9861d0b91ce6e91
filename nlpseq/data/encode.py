"""Columns of text into token ids, over several processes where the text is long enough to repay their start.

Both calls go through `datasets.map`. Rows keep their order and ids do not depend on the number of processes.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from types import FrameType
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from nlpseq.data.arrow import progress_bars
from nlpseq.data.readers import missing_column, not_a_string
from nlpseq.errors import UserError

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict, Features, IterableDataset, IterableDatasetDict

    from nlpseq.text import TextPipeline

BATCH_TEXTS = 1000
# A slow tokenizer (spaCy's) takes some seconds for it; a process and its share of the bookkeeping, half a second.
BYTES_A_PROCESS = 8 * 2**20
# Below this size a progress bar is gone before it can be read.
QUIET_BYTES = 2 * 2**20


class Ragged(NamedTuple):
    """Rows of different lengths as two flat arrays: row i is `values[offsets[i]:offsets[i + 1]]`."""

    values: np.ndarray
    offsets: np.ndarray


# A data set of `datasets`, or its splits by name; in memory, on disk, or streaming.
AnyDataset = TypeVar("AnyDataset", bound="Dataset | IterableDataset | DatasetDict | IterableDatasetDict")


def encode_dataset(
    dataset: AnyDataset, pipelines: Mapping[str, TextPipeline], *, num_proc: int | None = None
) -> AnyDataset:
    """The data set with token ids, lists of int32, where the text of each column named in `pipelines` was.

    The other columns stay. A data set that lies on disk, as all that nlpseq or `datasets` loads from files, is encoded
    once: the result goes to its cache under the name of the text and of the pipelines' signatures, and the next call,
    in whatever process, opens it. Progress goes to standard error. A streaming data set is encoded as it is read.

    Args:
        dataset: a `Dataset` or an `IterableDataset`, or the splits of one: a `DatasetDict` gives a `DatasetDict`.
        pipelines: from the name of a column to what encodes it.
        num_proc: processes that share the work; default: as many as there are cores, but one for every 8 MiB of text
            at most; one alone where processes are not forked (Windows, macOS) and a script would be run anew in each.

    Raises:
        UserError: there is no such column, it holds something other than text, or `dataset` is none of `datasets`. Of a
            streaming data set that does not know its columns it is raised when that is read.
        ValueError: `num_proc` is less than 1.

    >>> from datasets import Dataset
    >>> from nlpseq.text import build_pipeline
    >>> rows = Dataset.from_dict({"text": ["ab", "", "b"], "label": ["x", "y", "x"]})
    >>> letters = build_pipeline(rows["text"], kind="char", vocab_size=6)
    >>> encode_dataset(rows, {"text": letters})[:]
    {'text': [[5, 4], [], [4]], 'label': ['x', 'y', 'x']}
    """
    from datasets import IterableDataset

    if isinstance(dataset, dict):
        return type(dataset)({name: encode_dataset(one, pipelines, num_proc=num_proc) for name, one in dataset.items()})
    if isinstance(dataset, IterableDataset):
        _processes(num_proc, 0)
        return _encode_stream(dataset, pipelines)
    _check_is_table(dataset)
    return _encode_rows(dataset, pipelines, num_proc)


def _encode_stream(dataset: IterableDataset, pipelines: Mapping[str, TextPipeline]) -> IterableDataset:
    for column in pipelines if dataset.features else ():
        _check_kind(dataset, column)
    return dataset.map(
        _encode_columns,
        batched=True,
        batch_size=BATCH_TEXTS,
        fn_kwargs={"pipelines": dict(pipelines)},
        features=_encoded_features(dataset, pipelines) if dataset.features else None,
    )


def _encode_rows(dataset: Dataset, pipelines: Mapping[str, TextPipeline], num_proc: int | None) -> Dataset:
    for column in pipelines:
        _check_kind(dataset, column)
        if dataset.data.column(column).null_count:
            raise not_a_string("the data set", column, "null")
    size = _text_bytes(dataset, pipelines)
    processes = min(_processes(num_proc, size), max(1, len(dataset)))
    signatures = {column: pipeline.signature() for column, pipeline in sorted(pipelines.items())}
    name = hashlib.sha256(json.dumps([dataset._fingerprint, signatures]).encode()).hexdigest()[:32]
    with progress_bars(size >= QUIET_BYTES), _quiet_workers():
        return dataset.map(
            _encode_columns,
            batched=True,
            batch_size=BATCH_TEXTS,
            fn_kwargs={"pipelines": dict(pipelines)},
            features=_encoded_features(dataset, pipelines),
            num_proc=None if processes == 1 else processes,
            new_fingerprint=name,
            desc="encoding",
        )


def encode_column(
    dataset: Dataset,
    column: str,
    encode: Callable[[list[str], int], Sequence[Sequence[int]]],
    *,
    num_proc: int | None = None,
) -> Ragged:
    """The ids of a column in memory, int32, encoded in batches of 1,000 texts.

    Args:
        encode: from the texts of a batch and its number to their ids; to be pickled.
        num_proc: as in `encode_dataset`.

    Raises:
        UserError: `dataset` is no `Dataset`: splits of one, or a stream, which has no rows that could be counted.

    >>> from datasets import Dataset
    >>> rows = Dataset.from_dict({"text": ["ab", "", "b"]})
    >>> ids = encode_column(rows, "text", lambda texts, number: [[ord(letter) for letter in text] for text in texts])
    >>> ids.values.tolist(), ids.offsets.tolist()
    ([97, 98, 98], [0, 2, 2, 3])
    """
    _check_is_table(dataset)
    size = _text_bytes(dataset, [column])
    processes = min(_processes(num_proc, size), _batches(dataset))
    if processes > 1:
        with progress_bars(size >= QUIET_BYTES), _quiet_workers():
            return _encode_over_processes(dataset.select_columns([column]), encode, processes)
    parts = [_flat(encode(texts, number)) for number, texts in enumerate(text_batches(dataset, column))]
    none = np.zeros(0, dtype=np.int32)
    values, lengths = (np.concatenate([none, *(part[which] for part in parts)]) for which in (0, 1))
    return _ragged(values, lengths)


def text_batches(dataset: Dataset, column: str) -> Iterator[list[str]]:
    """The texts of a column, so many at a time that tokenizers work well and memory stays small."""
    for batch in dataset.select_columns([column]).iter(batch_size=BATCH_TEXTS):
        yield batch[column]


def column_texts(dataset: Dataset, column: str) -> Iterator[str]:
    """The texts of a column one by one, read in batches: `datasets` takes 20 microseconds for a row by itself."""
    return chain.from_iterable(text_batches(dataset, column))


def _encode_columns(
    batch: Mapping[str, list[str]], pipelines: Mapping[str, TextPipeline]
) -> dict[str, list[list[int]]]:
    for column in pipelines:
        if column not in batch:
            raise missing_column("the data set", column, list(batch))
        for text in batch[column]:
            if not isinstance(text, str):
                raise not_a_string("the data set", column, "null" if text is None else type(text).__name__)
    return {column: pipeline.encode_batch(batch[column]) for column, pipeline in pipelines.items()}


def _encoded_features(dataset: Dataset | IterableDataset, pipelines: Mapping[str, TextPipeline]) -> Features:
    from datasets import Features, Sequence, Value

    return Features({**dataset.features, **dict.fromkeys(pipelines, Sequence(Value("int32")))})


def _encode_over_processes(
    texts: Dataset, encode: Callable[[list[str], int], Sequence[Sequence[int]]], num_proc: int
) -> Ragged:
    """The data set that is mapped has a row for each batch, as what `encode` does may depend on the batch."""
    import pyarrow.compute as pc
    from datasets import Dataset, Features, Sequence, Value

    ids = Sequence(Value("int32"))
    encoded = Dataset.from_dict({"number": range(_batches(texts))}).map(
        _encode_batch,
        fn_kwargs={"texts": texts, "encode": encode},
        features=Features({"values": ids, "lengths": ids}),
        remove_columns=["number"],
        num_proc=num_proc,
        keep_in_memory=True,
        new_fingerprint="encoding",  # kept nowhere, so that it need not be worked out
        desc=f"encoding, in {BATCH_TEXTS:,} texts",
    )
    values, lengths = (pc.list_flatten(encoded.data.column(name)).to_numpy() for name in ("values", "lengths"))
    return _ragged(values, lengths)


def _encode_batch(
    row: Mapping[str, int], texts: Dataset, encode: Callable[[list[str], int], Sequence[Sequence[int]]]
) -> dict[str, np.ndarray]:
    first = row["number"] * BATCH_TEXTS
    (column,) = texts.column_names
    values, lengths = _flat(encode(texts[first : first + BATCH_TEXTS][column], row["number"]))
    return {"values": values, "lengths": lengths}


def _ragged(values: np.ndarray, lengths: np.ndarray) -> Ragged:
    return Ragged(values, np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]))


def _flat(rows: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
    """The items of all rows one after the other, and the length of each row, both int32."""
    lengths = np.array([len(row) for row in rows], dtype=np.int32)
    return np.fromiter(chain.from_iterable(rows), dtype=np.int32, count=int(lengths.sum())), lengths


def _batches(dataset: Dataset) -> int:
    return -(-len(dataset) // BATCH_TEXTS)


def _processes(num_proc: int | None, size: int) -> int:
    """The number asked for, or what suits so many bytes of text and this machine."""
    if num_proc is None:
        import multiprocess

        if multiprocess.get_start_method() != "fork":
            return 1
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return max(1, min(cores, size // BYTES_A_PROCESS))
    if num_proc < 1:
        raise ValueError(f"num_proc must be at least 1, not {num_proc}")
    return num_proc


def _text_bytes(dataset: Dataset, columns: Iterable[str]) -> int:
    """About so many; the rows that a data set selects are taken to be like the rest of its table."""
    size = sum(dataset.data.column(column).nbytes for column in columns)
    return size * len(dataset) // max(1, len(dataset.data))


def _check_is_table(dataset: object) -> None:
    from datasets import Dataset

    if isinstance(dataset, Dataset):
        return
    if isinstance(dataset, dict):
        raise UserError(f"the data set: give one of its splits: {', '.join(map(str, dataset)) or 'it has none'}")
    kind = type(dataset).__name__
    raise UserError(f"the data set: a Dataset of the datasets library is wanted, not {kind}; see Dataset.from_list")


def _check_kind(dataset: Dataset | IterableDataset, column: str) -> None:
    if column not in dataset.features:
        raise missing_column("the data set", column, list(dataset.features))
    found = getattr(dataset.features[column], "dtype", "list")
    if found not in ("string", "large_string"):
        raise not_a_string("the data set", column, str(found))


@contextmanager
def _quiet_workers() -> Iterator[None]:
    """In this block Ctrl-C, which also reaches the processes started here, ends them without a word of theirs."""
    import multiprocess

    def in_this_process(number: int, frame: FrameType | None) -> None:
        if os.getpid() == process and callable(before):
            before(number, frame)

    process, before = os.getpid(), signal.getsignal(signal.SIGINT)
    handled = threading.current_thread() is threading.main_thread()  # no other thread may say
    if handled:
        signal.signal(signal.SIGINT, in_this_process)
    try:
        yield
    except multiprocess.TimeoutError as error:
        # `datasets` waits for its workers' last words once more, and that hides why it stopped.
        raise error.__context__ or error from None
    finally:
        if handled:
            signal.signal(signal.SIGINT, before)
