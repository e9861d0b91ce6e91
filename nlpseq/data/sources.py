"""What a split of texts is read from: files, or a data set of the hub or in memory; and its rows, whatever it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from nlpseq.data.arrow import QUIET_BYTES, load_hub, progress_bars
from nlpseq.data.arrowfile import ARROW_SUFFIXES, arrow_schema, classes_by_column, damage_of
from nlpseq.data.readers import (
    AS_SEEN,
    Format,
    Records,
    batch_records,
    missing_column,
    outer_names,
    read_records,
    with_fields,
)
from nlpseq.data.splits import TABLE_SUFFIXES, choose_splits, file_checksums
from nlpseq.data.textfile import suffix_of
from nlpseq.errors import UserError

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict
    from pandas import DataFrame

# Paths of files or of class folders, or a data set of the hub.
Source: TypeAlias = "tuple[str, ...] | Dataset"


def find_sources(
    path: str | Path | DataFrame | Dataset | DatasetDict,
    splits: Mapping[str, str | None],
    cache_dir: str | Path | None,
    *,
    files: Callable[..., Mapping[str, Sequence[Path]]],
) -> dict[str, tuple[str, Source]]:
    """What each split is read from, and its description for errors.

    Args:
        files: such as `splits.labelled_files`: the local files of each split; none for a hub name.

    Raises:
        UserError: there is no such split, or it is no such thing.
    """
    if not isinstance(path, str | Path):
        return _in_memory(path, splits)
    found = {split: tuple(map(str, paths)) for split, paths in files(path, splits=splits).items()}
    if found:
        return {split: (names[0], names) for split, names in found.items()}
    return {**load_hub(str(path), splits=splits, cache_dir=cache_dir)}


def _in_memory(table: object, splits: Mapping[str, str | None]) -> dict[str, tuple[str, Source]]:
    """The splits of a table of pandas or `datasets`; one without splits is the first of those asked for."""
    import pandas
    from datasets import Dataset, DatasetDict

    if isinstance(table, pandas.DataFrame):
        with damage_of("the data frame"):
            named = table.rename(columns=str).reset_index(drop=True)
            table = Dataset.from_pandas(named, preserve_index=False)
    if isinstance(table, Dataset):
        return {next(iter(splits)): ("the data set", _own_rows(table))}
    if not isinstance(table, DatasetDict):
        kinds = "a path, a hub name, a pandas DataFrame or a Dataset or DatasetDict of datasets"
        raise UserError(f"labelled text must be {kinds}, not {type(table).__name__}")
    chosen = choose_splits("the data set", splits, list(table), list(table), "train, validation or test")
    return {split: (f"the data set, split {name}", _own_rows(table[name])) for split, name in chosen.items()}


def _own_rows(dataset: Dataset) -> Dataset:
    """The same rows as a table of their own, where they were selected out of another."""
    if dataset._indices is None:
        return dataset
    with progress_bars(dataset.data.nbytes >= QUIET_BYTES):
        return dataset.flatten_indices()


def is_table(source: Source) -> bool:
    """Whether it has columns.

    >>> from datasets import Dataset
    >>> is_table(Dataset.from_dict({"text": ["a"]})), is_table(("corpus/pos", "corpus/neg"))
    (True, False)
    """
    return not isinstance(source, tuple) or (suffix_of(source[0]) in TABLE_SUFFIXES and Path(source[0]).is_file())


def size_of(source: Source) -> int:
    """Bytes, for a progress bar."""
    return sum(Path(path).stat().st_size for path in source) if isinstance(source, tuple) else source.data.nbytes


def parts_of(source: Source) -> list[Source]:
    """A source file by file."""
    return [(path,) for path in source] if isinstance(source, tuple) else [source]


def source_records(
    source: Source,
    origin: str,
    wanted: Sequence[str] | None = None,
    *,
    bare: Sequence[str] = (),
    form: Format = AS_SEEN,
) -> Records:
    """The rows of a source that is a table; see `readers.read_records`.

    Raises:
        UserError: a column is not there, or a row cannot be read.
    """
    if isinstance(source, tuple):
        return chain.from_iterable(read_records(path, columns=wanted, bare=bare, form=form) for path in source)
    outer = source.column_names if wanted is None else outer_names(source.column_names, wanted)
    for name in outer:
        if name not in source.column_names:
            raise missing_column(origin, name, source.column_names)
    rows = batch_records(origin, source.data.select(outer).to_batches(max_chunksize=1000))
    return ((place, with_fields(place, row, wanted or ())) for place, row in rows)


def identity_of(source: Source) -> list[str]:
    """What decides on its rows, for the name of a cache: the checksums of its files, or its fingerprint."""
    if isinstance(source, tuple):
        return [part for item in file_checksums([Path(path) for path in source]).items() for part in item]
    return [source._fingerprint]


def label_names(source: Source, column: str) -> tuple[str, ...]:
    """The names that the numbers in a column, or in its lists, stand for (`datasets.ClassLabel`); none if for none."""
    if not isinstance(source, tuple):
        return classes_by_column("the table", source.features.arrow_schema).get(column, ())
    if suffix_of(source[0]) not in ARROW_SUFFIXES:
        return ()
    return classes_by_column(source[0], arrow_schema(source[0])).get(column, ())
