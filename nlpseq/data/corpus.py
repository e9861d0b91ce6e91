"""Parallel text from a folder, a file or the hub, as Hugging Face data sets with the columns "src" and "tgt".

Text files go through our own readers into an Arrow cache named by the files' SHA-256 sums: they are parsed
once, memory-mapped from then on, and an edit is always seen. Parquet files and hub data sets go through
`datasets`.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from nlpseq.data.readers import missing_column, not_a_string, read_plain_pairs, read_table_pairs
from nlpseq.data.splits import (
    ALL_SPLITS,
    HUB_NAME,
    TABLE_SUFFIXES,
    choose_splits,
    corpus_files,
    file_checksums,
)
from nlpseq.errors import UserError

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

logger = logging.getLogger("nlpseq")

# Raised by hand when a reader changes what it yields, so that no old cache is taken for the new reading.
READER_VERSION = 1
# Below this size a progress bar is gone before it can be read.
QUIET_BYTES = 32 * 2**20


def load_parallel(
    path: str | Path,
    *,
    src: str,
    tgt: str,
    splits: Mapping[str, str | None] | None = None,
    cache_dir: str | Path | None = None,
) -> DatasetDict:
    """Load the splits of a parallel corpus, columns "src" and "tgt".

    Args:
        path: a folder of `<split>.<src>` and `<split>.<tgt>` files, or of `<split>.tsv`, `.csv`, `.jsonl`,
            `.json` or `.parquet` tables (see `readers.read_table_pairs`; plain files win over a table of the
            same name); one such table; or a hub name, `owner/name` or `owner/name:config`.
        src: name of the source language, as it stands in file or column names.
        tgt: name of the target language.
        splits: the splits to load, each with its name in the corpus, or None to find it: `train`;
            `validation`, `valid`, `val` or `dev`; `test`, or the first in order that begins with "test".
            A named split must exist, and so must "train"; the others are left out where they are not found.
            One file is the first split asked for. Default: all three, each to be found.
        cache_dir: folder of the Arrow cache; default: that of `datasets`.

    Pairs with an empty side are left out of "train" and kept elsewhere, where row n must stay row n.

    Raises:
        UserError: nothing there, a file or column missing, unequal line counts, broken text, no training
            pair.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "train.en").write_text("yes\\nno\\n"), (folder / "train.de").write_text("ja\\nnein\\n")
    >>> load_parallel(folder, src="en", tgt="de", cache_dir=folder / "cache")["train"][1]
    {'src': 'no', 'tgt': 'nein'}
    """
    from datasets import DatasetDict

    splits = ALL_SPLITS if splits is None else splits
    files = corpus_files(path, src=src, tgt=tgt, splits=splits)
    if files:
        loaded = {
            split: _read_files(split, paths, src=src, tgt=tgt, cache_dir=cache_dir) for split, paths in files.items()
        }
    else:
        loaded = _read_hub(str(path), src=src, tgt=tgt, splits=splits, cache_dir=cache_dir)
    if "train" in loaded:
        loaded["train"] = _without_empty_sides(loaded["train"], path)
    return DatasetDict(loaded)


def hold_out(dataset: Dataset, *, validation_size: int = 0, test_size: int = 0, seed: int = 1) -> DatasetDict:
    """Split off random rows, the same ones for the same seed; each part keeps the order of the corpus.

    A part of size 0 is left out.

    Raises:
        UserError: a negative size, or nothing would be left to train on.

    >>> from datasets import Dataset
    >>> rows = Dataset.from_dict({"src": list("abcde"), "tgt": list("ABCDE")})
    >>> {name: len(part) for name, part in hold_out(rows, validation_size=2).items()}
    {'train': 3, 'validation': 2}
    """
    import numpy as np
    from datasets import DatasetDict

    if validation_size < 0 or test_size < 0:
        raise UserError(f"held-out sizes must not be negative: validation {validation_size}, test {test_size}")
    held = validation_size + test_size
    if held >= len(dataset):
        raise UserError(
            f"holding out {held:,} of {len(dataset):,} pairs leaves none to train on; choose smaller held-out sizes"
        )
    permuted = np.random.default_rng(seed).permutation(len(dataset))
    parts = {
        "train": permuted[held:],
        "validation": permuted[:validation_size],
        "test": permuted[validation_size:held],
    }
    return DatasetDict({name: dataset.select(np.sort(rows)) for name, rows in parts.items() if len(rows)})


def _read_files(split: str, paths: list[Path], *, src: str, tgt: str, cache_dir: str | Path | None) -> Dataset:
    import pyarrow as pa
    from datasets import Dataset, Features, Value
    from datasets.exceptions import DatasetGenerationError

    cache = None if cache_dir is None else str(cache_dir)
    names = [str(path) for path in paths]
    with progress_bars(sum(path.stat().st_size for path in paths) >= QUIET_BYTES):
        try:
            if paths[0].suffix == ".parquet":
                return _as_pairs(Dataset.from_parquet(names, cache_dir=cache), names[0], src=src, tgt=tgt)
            # `datasets` has no form for a split without rows.
            if next(_text_rows(tuple(names), src, tgt), None) is None:
                raise UserError(f"{names[0]}: holds no pairs; give it some")
            return Dataset.from_generator(
                _text_rows,
                features=Features({"src": Value("string"), "tgt": Value("string")}),
                cache_dir=cache,
                # A tuple: a list would be taken for shards and dealt out one by one.
                gen_kwargs={"paths": tuple(names), "src": src, "tgt": tgt},
                fingerprint=_fingerprint(split, paths, src, tgt),
            )
        except (DatasetGenerationError, pa.ArrowException) as error:
            cause = error.__cause__ or error
            if isinstance(cause, UserError):
                raise cause from None
            raise UserError(f"{names[0]}: cannot be read ({cause}); check the file") from error


def _text_rows(paths: tuple[str, ...], src: str, tgt: str) -> Iterator[dict[str, str]]:
    if Path(paths[0]).suffix in TABLE_SUFFIXES:
        pairs = (pair for path in paths for pair in read_table_pairs(path, src=src, tgt=tgt))
    else:
        pairs = (pair for pair in read_plain_pairs(*paths))
    for src_text, tgt_text in pairs:
        yield {"src": src_text, "tgt": tgt_text}


def _fingerprint(split: str, paths: Sequence[Path], src: str, tgt: str) -> str:
    parts = [str(READER_VERSION), split, src, tgt]
    parts += [part for item in file_checksums(paths).items() for part in item]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


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


def _read_hub(
    path: str, *, src: str, tgt: str, splits: Mapping[str, str | None], cache_dir: str | Path | None
) -> dict[str, Dataset]:
    from datasets import load_dataset
    from datasets.exceptions import DatasetNotFoundError

    match = HUB_NAME.fullmatch(path)
    assert match is not None, "corpus_files lets only hub names through"
    cache = None if cache_dir is None else str(cache_dir)
    try:
        found = load_dataset(match["name"], match["config"], cache_dir=cache)
    except DatasetNotFoundError as error:
        raise UserError(f"{path}: neither a local file or folder nor a data set on the hub; check the name") from error
    except OSError as error:
        raise UserError(
            f"{path}: no such local file or folder, and the hub cannot be reached to look there "
            f"({_first_line(error)}); check the path, or go online"
        ) from error
    except ValueError as error:
        # `datasets` says it this way when a configuration is missing or unknown, and lists those there are.
        raise UserError(f"{path}: {' '.join(str(error).split())}") from error
    chosen = choose_splits(path, splits, list(found), list(found), "train, validation or test")
    return {split: _as_pairs(found[name], f"{path}, split {name}", src=src, tgt=tgt) for split, name in chosen.items()}


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


def _as_pairs(dataset: Dataset, origin: str, *, src: str, tgt: str) -> Dataset:
    """The two columns of a table of any kind, renamed and checked."""
    from datasets import Value

    if "translation" in dataset.column_names and src not in dataset.column_names:
        dataset = dataset.select_columns(["translation"]).flatten()
        dataset = dataset.rename_columns({name: name.removeprefix("translation.") for name in dataset.column_names})
    for name in (src, tgt):
        if name not in dataset.column_names:
            raise missing_column(origin, name, dataset.column_names)
        feature = dataset.features[name]
        if not isinstance(feature, Value) or feature.dtype not in ("string", "large_string"):
            raise not_a_string(origin, name, str(getattr(feature, "dtype", feature)))
        if dataset.data.column(name).null_count:
            raise not_a_string(origin, name, "null")
    return dataset.select_columns([src, tgt]).rename_columns({src: "src", tgt: "tgt"})


def _without_empty_sides(dataset: Dataset, origin: str | Path) -> Dataset:
    import numpy as np
    import pyarrow.compute as pc

    kept = np.ones(len(dataset), dtype=bool)
    for name in ("src", "tgt"):
        trimmed = pc.utf8_trim_whitespace(dataset.data.column(name))
        kept &= pc.greater(pc.binary_length(trimmed), 0).to_numpy()
    dropped = len(dataset) - int(kept.sum())
    if dropped == len(dataset):
        raise UserError(f"{origin}: the training split holds no pair with text on both sides; give it some")
    if dropped == 0:
        return dataset
    logger.warning("%s: left out %d of %d training pairs with an empty side", origin, dropped, len(dataset))
    return dataset.select(np.flatnonzero(kept))
