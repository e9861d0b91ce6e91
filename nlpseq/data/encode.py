"""Columns of text into token ids, over several processes where the text is long enough to repay their start.

Rows keep their order, and ids do not depend on the number of processes. `encode_dataset` gives a data set, by way of
`datasets.map`; `encoded_batches` gives what is made of each 1,000 rows as it comes, so that no memory has to hold all.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import chain
from types import FrameType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

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
# Batches that a process has waiting for it, or done and not yet asked for.
AHEAD = 4
# Ids that are counted at once.
BLOCK_IDS = 1 << 24

Batch = dict[str, list[Any]]
Encoded = TypeVar("Encoded")


class Ragged(NamedTuple):
    """Rows of different lengths as two flat arrays: row i is `values[offsets[i]:offsets[i + 1]]`.

    >>> Ragged.of([[5, 6], [], [5]]).counts(8).tolist()
    [0, 0, 0, 0, 0, 2, 1, 0]
    """

    values: np.ndarray
    offsets: np.ndarray

    @staticmethod
    def of(rows: Sequence[Sequence[int]]) -> Ragged:
        """These rows, int32."""
        offsets = np.cumsum([0, *map(len, rows)], dtype=np.int64)
        return Ragged(np.fromiter(chain.from_iterable(rows), dtype=np.int32, count=int(offsets[-1])), offsets)

    def where(self, kept: np.ndarray) -> Ragged:
        """The rows that are `kept`, a mask."""
        lengths = np.diff(self.offsets)
        return Ragged(self.values[np.repeat(kept, lengths)], np.cumsum([0, *lengths[kept]], dtype=np.int64))

    def counts(self, size: int) -> np.ndarray:
        """How often each of the ids below `size` comes; however many there are, memory holds few at once."""
        blocks = range(0, len(self.values), BLOCK_IDS)
        none = np.zeros(size, dtype=np.int64)
        return sum((np.bincount(self.values[at : at + BLOCK_IDS], minlength=size) for at in blocks), none)


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


def encoded_batches(
    dataset: Dataset,
    columns: Sequence[str],
    encode: Callable[[Batch, int], Encoded],
    *,
    num_proc: int | None = None,
) -> Iterator[Encoded]:
    """What `encode` makes of each 1,000 rows, in their order; memory holds some batches a process.

    Args:
        columns: those that `encode` reads; their size decides on the number of processes.
        encode: from the columns of a batch and its number; what it gives is pickled.
        num_proc: as in `encode_dataset`.

    Raises:
        UserError: `dataset` is no `Dataset`: splits of one, or a stream, which has no rows that could be counted.

    >>> from datasets import Dataset
    >>> rows = Dataset.from_dict({"text": ["ab", "", "b"]})
    >>> list(encoded_batches(rows, ["text"], lambda batch, number: (number, batch["text"])))
    [(0, ['ab', '', 'b'])]
    """
    from tqdm import tqdm

    _check_is_table(dataset)
    rows, size = dataset.select_columns(list(columns)), _text_bytes(dataset, columns)
    numbers = range(-(-len(rows) // BATCH_TEXTS))
    processes = min(_processes(num_proc, size), len(numbers))
    work = _over_processes(rows, encode, numbers, processes) if processes > 1 else _alone(rows, encode, numbers)
    with tqdm(
        total=len(rows), desc="encoding", unit=" rows", disable=None if size >= QUIET_BYTES else True
    ) as progress:
        for number, encoded in enumerate(work):
            yield encoded
            progress.update(min(BATCH_TEXTS, len(rows) - number * BATCH_TEXTS))


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


def _alone(rows: Dataset, encode: Callable[[Batch, int], Encoded], numbers: Iterable[int]) -> Iterator[Encoded]:
    for number in numbers:
        yield encode(rows[number * BATCH_TEXTS : (number + 1) * BATCH_TEXTS], number)


def _over_processes(
    rows: Dataset, encode: Callable[[Batch, int], Encoded], numbers: Iterable[int], processes: int
) -> Iterator[Encoded]:
    import multiprocess

    context = multiprocessing.get_context(multiprocess.get_start_method())
    under_way: deque[Future[Encoded]] = deque()
    with _quiet_workers():
        pool = ProcessPoolExecutor(processes, context, initializer=_Worker.start, initargs=(rows, encode))
        try:
            for number in numbers:
                if len(under_way) == AHEAD * processes:
                    yield under_way.popleft().result()
                under_way.append(pool.submit(_Worker.encode, number))
            while under_way:
                yield under_way.popleft().result()
        except BaseException:
            # What they are at would be waited for.
            for process in list(pool._processes.values()):
                process.terminate()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


class _Worker:
    """What a process of the pool was started with: where processes are forked, nothing of it is copied."""

    rows: Dataset
    work: Callable[[Batch, int], Any]

    @classmethod
    def start(cls, rows: Dataset, work: Callable[[Batch, int], Any]) -> None:
        cls.rows, cls.work = rows, staticmethod(work)
        threading.Thread(target=_end_with_parent, daemon=True).start()

    @classmethod
    def encode(cls, number: int) -> Any:
        return next(_alone(cls.rows, cls.work, [number]))


def _end_with_parent() -> None:
    """However the process that started this one ends, this one does not wait for more work for ever."""
    if (parent := multiprocessing.parent_process()) is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


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
