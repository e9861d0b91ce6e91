"""Parallel text from a folder, a file or the hub, as Hugging Face data sets with the columns "src" and "tgt"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nlpseq.data.arrow import cached_rows, load_hub, reading, without_empty_texts
from nlpseq.data.readers import missing_column, not_a_string, read_plain_pairs, read_table_pairs
from nlpseq.data.splits import ALL_SPLITS, TABLE_SUFFIXES, corpus_files, file_checksums

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict


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
            `.json` or `.parquet` tables (see `readers.read_records`; plain files win over a table of the
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
        found = load_hub(str(path), splits=splits, cache_dir=cache_dir)
        loaded = {split: _as_pairs(dataset, origin, src=src, tgt=tgt) for split, (origin, dataset) in found.items()}
    if "train" in loaded:
        empty, full = "pairs with an empty side", "pair with text on both sides"
        loaded["train"] = without_empty_texts(loaded["train"], ("src", "tgt"), origin=path, empty=empty, full=full)
    return DatasetDict(loaded)


def _read_files(split: str, paths: list[Path], *, src: str, tgt: str, cache_dir: str | Path | None) -> Dataset:
    from datasets import Dataset

    names = [str(path) for path in paths]
    with reading(names[0], size=sum(path.stat().st_size for path in paths)):
        if paths[0].suffix == ".parquet":
            cache = None if cache_dir is None else str(cache_dir)
            return _as_pairs(Dataset.from_parquet(names, cache_dir=cache), names[0], src=src, tgt=tgt)
        sums = [part for item in file_checksums(paths).items() for part in item]
        return cached_rows(
            _text_rows,
            {"paths": tuple(names), "src": src, "tgt": tgt},
            columns=("src", "tgt"),
            fingerprint=[split, src, tgt, *sums],
            origin=names[0],
            noun="pairs",
            cache_dir=cache_dir,
        )


def _text_rows(paths: tuple[str, ...], src: str, tgt: str) -> Iterator[dict[str, str]]:
    if Path(paths[0]).suffix in TABLE_SUFFIXES:
        pairs = (pair for path in paths for pair in read_table_pairs(path, src=src, tgt=tgt))
    else:
        pairs = (pair for pair in read_plain_pairs(*paths))
    for src_text, tgt_text in pairs:
        yield {"src": src_text, "tgt": tgt_text}


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
