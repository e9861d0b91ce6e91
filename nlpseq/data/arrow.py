"""Rows into Hugging Face data sets, memory-mapped from an Arrow cache that is named by what went into it.

Text is parsed once, by our own readers, and the name of its cache holds the files' SHA-256 sums, so that an
edit is always seen. Data sets of the hub come through `datasets`.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.data.hub import HUB_NAME, hub_request
from nlpseq.data.splits import choose_splits
from nlpseq.errors import UserError, one_line
from nlpseq.files import DISK_FULL, UNWRITABLE

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from datasets import Dataset, Features

logger = logging.getLogger("nlpseq")

# Raised by hand when a reader changes what it yields, so that no old cache is taken for the new reading.
READER_VERSION = 2
# Below this size a progress bar is gone before it can be read.
QUIET_BYTES = 32 * 2**20
BATCH_ROWS = 1000
# A table in more slices than one for so many rows is read as slowly as one by the numbers of its rows.
ROWS_A_RUN = 100


def cached_rows(
    rows: Callable[..., Iterator[dict[str, Any]]],
    arguments: Mapping[str, Any],
    *,
    columns: Sequence[str],
    lists: Sequence[str] = (),
    fingerprint: Sequence[str],
    origin: str,
    noun: str,
    cache_dir: str | Path | None,
) -> Dataset:
    """The data set of string `columns` whose rows `rows(**arguments)` yields, from the cache if it is there.

    Args:
        arguments: no list among them, `datasets` would deal its items out one by one.
        lists: those of the columns that hold a list of strings in each row.
        fingerprint: all that decides on the rows; the cache is named by it.
        origin: what is read, for errors.
        noun: what a row is, for errors.

    Raises:
        UserError: there are no rows, or reading them failed.
    """
    from datasets import Features, Value

    # `datasets` has no form for a split without rows.
    if next(rows(**arguments), None) is None:
        raise UserError(f"{origin}: holds no {noun}; give it some")
    digest = hashlib.sha256("\n".join([str(READER_VERSION), *fingerprint]).encode(errors="surrogateescape"))
    features = Features({name: [Value("string")] if name in lists else Value("string") for name in columns})
    return _from_tables(
        partial(_tables, rows, features.arrow_schema), arguments, features, digest.hexdigest()[:32],
        cache_dir=None if cache_dir is None else str(cache_dir),
    )  # fmt: skip


def _tables(rows: Callable[..., Iterator[dict[str, Any]]], schema: pa.Schema, **arguments: Any) -> Iterator[pa.Table]:
    import pyarrow as pa

    found = rows(**arguments)
    while batch := list(islice(found, BATCH_ROWS)):
        yield pa.table([[row[name] for row in batch] for name in schema.names], schema=schema)


def _from_tables(
    tables: Callable[..., Iterator[pa.Table]],
    arguments: Mapping[str, Any],
    features: Features,
    fingerprint: str,
    *,
    cache_dir: str | None,
) -> Dataset:
    """`Dataset.from_generator`, but of tables: it looks at each row by itself, which takes longer than to read it."""
    from datasets import ArrowBasedBuilder, DatasetInfo, SplitGenerator
    from datasets.packaged_modules.generator.generator import GeneratorConfig

    class Tables(ArrowBasedBuilder):
        BUILDER_CONFIG_CLASS = GeneratorConfig

        def _info(self) -> DatasetInfo:
            return DatasetInfo(features=self.config.features)

        def _split_generators(self, dl_manager: object) -> list[SplitGenerator]:
            return [SplitGenerator(name=self.config.split, gen_kwargs=self.config.gen_kwargs)]

        def _generate_tables(self, **arguments: Any) -> Iterator[tuple[int, pa.Table]]:
            return enumerate(self.config.generator(**arguments))

    builder = Tables(
        cache_dir=cache_dir, features=features, generator=tables, gen_kwargs=dict(arguments),
        config_id=f"default-fingerprint={fingerprint}",
    )  # fmt: skip
    builder.download_and_prepare()
    dataset = builder.as_dataset(split=builder.config.split)
    dataset._fingerprint = fingerprint
    return dataset


@contextmanager
def reading(origin: str, *, size: int) -> Iterator[None]:
    """Read in this block: errors of `datasets` and Arrow become one sentence, small files show no progress.

    Args:
        origin: what is read, for errors.
        size: how much that is, in bytes.

    Raises:
        UserError: as a reader raised it, or what `datasets` or Arrow could not read.
    """
    import pyarrow as pa
    from datasets.exceptions import DatasetGenerationError

    with progress_bars(size >= QUIET_BYTES):
        try:
            yield
        except (DatasetGenerationError, pa.ArrowException, OSError) as error:
            cause = error.__cause__ or error
            if isinstance(cause, UserError):
                raise cause from None
            if isinstance(cause, OSError) and cause.errno is not None:  # our readers have errors of their own
                raise cache_error(cause) from error
            reason = one_line(cause, most=200)
            raise UserError(f"{origin}: cannot be read ({reason}); check the file") from error


def cache_error(error: OSError) -> UserError:
    """The error for a cache of `datasets` that cannot be written, be it full, missing or somebody else's."""
    from datasets import config

    return UserError(
        f"{config.HF_DATASETS_CACHE}: the cache of data sets cannot be written ({error.strerror}); "
        "make room there, or set HF_HOME to a folder of yours"
    )


@contextmanager
def progress_bars(shown: bool) -> Iterator[None]:
    """Whether `datasets` shows its progress bars in this block."""
    from datasets.utils import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

    if shown or are_progress_bars_disabled():
        yield
        return
    disable_progress_bars()
    try:
        yield
    finally:
        enable_progress_bars()


def load_hub(
    path: str, *, splits: Mapping[str, str | None], cache_dir: str | Path | None
) -> dict[str, tuple[str, Dataset]]:
    """Each split of a hub data set, as `hub.hub_name` knows them, with its description for errors.

    Raises:
        UserError: no such data set, configuration or split, or no connection.
    """
    from datasets import load_dataset
    from datasets.exceptions import DatasetNotFoundError

    match = HUB_NAME.fullmatch(path)
    assert match is not None, "the search for local files lets only hub names through"
    cache = None if cache_dir is None else str(cache_dir)
    try:
        with hub_request(match["name"], "dataset"):
            found = load_dataset(match["name"], match["config"], cache_dir=cache)
    except DatasetNotFoundError as error:
        raise UserError(f"{path}: neither a local file or folder nor a data set on the hub; check the name") from error
    except OSError as error:
        if error.errno in (*DISK_FULL, *UNWRITABLE):
            raise cache_error(error) from error
        raise UserError(
            f"{path}: no such local file or folder, and the hub cannot be reached to look there "
            f"({_first_line(error)}); check the path, or go online"
        ) from error
    except ValueError as error:
        # `datasets` says it this way when a configuration is missing or unknown, and lists those there are.
        raise UserError(f"{path}: {one_line(error, most=400)}") from error
    chosen = choose_splits(path, splits, list(found), list(found), "train, validation or test")
    return {split: (f"{path}, split {name}", found[name]) for split, name in chosen.items()}


def without_empty(dataset: Dataset, columns: Sequence[str], *, origin: str | Path, split: str, empty: str) -> Dataset:
    """The rows of a split that have something in all of `columns`, the others counted in a warning.

    Args:
        origin: the corpus, for messages.
        empty: how to name the rows left out, such as "texts that are empty".

    Raises:
        UserError: no row is left.
    """
    import numpy as np
    import pyarrow.compute as pc

    kept = np.ones(len(dataset), dtype=bool)
    for name in columns:
        first = 0
        for chunk in dataset.data.column(name).chunks:  # of all at once there would be a copy in memory
            filled = pc.greater(pc.binary_length(pc.utf8_trim_whitespace(chunk)), 0)
            kept[first : first + len(chunk)] &= filled.to_numpy(zero_copy_only=False)
            first += len(chunk)
    dropped = len(dataset) - int(kept.sum())
    if dropped == 0:
        return dataset
    what = "training" if split == "train" else split
    if dropped == len(dataset):
        raise UserError(f"{origin}: holds nothing but {what} {empty}; give it others")
    logger.warning("%s: left out %d of %d %s %s", origin, dropped, len(dataset), what, empty)
    return rows_where(dataset, kept)


def rows_where(dataset: Dataset, kept: np.ndarray) -> Dataset:
    """The rows that are `kept`, a mask, in their order.

    `datasets` reads rows by a list of their numbers one by one, and slices of a table at once: few gaps are slices.
    """
    import numpy as np
    import pyarrow as pa
    from datasets import Dataset
    from datasets.table import InMemoryTable

    runs = np.flatnonzero(np.diff(kept.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)
    if len(runs) == 0 or len(runs) * ROWS_A_RUN > len(dataset) or dataset._indices is not None:
        return dataset.select(np.flatnonzero(kept))
    # Of the mapped table, of which nothing comes into memory.
    table = pa.concat_tables(dataset.data.table.slice(start, stop - start) for start, stop in runs.tolist())
    fingerprint = hashlib.sha256(dataset._fingerprint.encode() + runs.tobytes()).hexdigest()[:32]
    return Dataset(InMemoryTable(table), info=dataset.info.copy(), split=dataset.split, fingerprint=fingerprint)


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
