"""Parallel text from a folder, a file or the hub, as Hugging Face data sets with the columns "src" and "tgt"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nlpseq.data.arrow import cached_rows, load_hub, reading, without_empty
from nlpseq.data.languages import find_pair
from nlpseq.data.pairs import PairColumns, pair_columns, read_table_pairs
from nlpseq.data.readers import Format, as_text, batch_records, file_format, missing_column, read_plain_pairs
from nlpseq.data.splits import ALL_SPLITS, PAIR_SUFFIXES, corpus_files, file_checksums
from nlpseq.data.textfile import suffix_of

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict


def load_parallel(
    path: str | Path,
    *,
    src: str,
    tgt: str,
    splits: Mapping[str, str | None] | None = None,
    encoding: str | None = None,
    separator: str | None = None,
    cache_dir: str | Path | None = None,
) -> DatasetDict:
    """Load the splits of a parallel corpus, columns "src" and "tgt".

    Args:
        path: a folder of plain text files, a line a sentence (`<split>.<src>`, `<split>.<src>.txt`,
            `src-<split>.txt` or `<src>/<split>.txt`, each beside its partner), or of `<split>.tsv`, `.csv`, `.jsonl`,
            `.json`, `.parquet`, `.xlsx`, `.tmx`, `.xlf` or `.po` tables (see `readers.read_records`; plain files win
            over a table of the same name), gzipped or not, whole or in pieces (train.0.en.gz, train.1.jsonl.gz); one
            such table; a folder of `save_to_disk`; or a hub name, `hf://owner/name` or `owner/name`, perhaps with
            `:config`.
        src: name of the source language, as it stands in file or column names; see `pairs.pair_columns`.
        tgt: name of the target language.
        splits: the splits to load, each with its name in the corpus, or None to find it: `train`;
            `validation`, `valid`, `val` or `dev`; `test`, or the first in order that begins with "test".
            A named split must exist, and so must "train"; the others are left out where they are not found.
            One file is the first split asked for. Default: all three, each to be found.
        encoding: of text files without a byte order mark; default: UTF-8.
        separator: of the columns of tables; default: as seen in their first lines.
        cache_dir: folder of the Arrow cache; default: that of `datasets`.

    Pairs with a side that is empty or null are left out of "train" and kept elsewhere, where row n must stay row n.

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
    form = file_format(encoding, separator)
    files = corpus_files(path, src=src, tgt=tgt, splits=splits)
    if files:
        loaded = {
            split: _read_files(split, paths, src=src, tgt=tgt, form=form, cache_dir=cache_dir)
            for split, paths in files.items()
        }
    else:
        found = load_hub(str(path), splits=splits, cache_dir=cache_dir)
        loaded = {
            split: _read_hub(split, dataset, origin, src=src, tgt=tgt, cache_dir=cache_dir)
            for split, (origin, dataset) in found.items()
        }
    if "train" in loaded:
        loaded["train"] = without_empty(
            loaded["train"], ("src", "tgt"), origin=path, split="train", empty="pairs with an empty side"
        )
    return DatasetDict(loaded)


def _read_files(
    split: str, paths: list[Path], *, src: str, tgt: str, form: Format, cache_dir: str | Path | None
) -> Dataset:
    names = tuple(map(str, paths))
    columns: tuple[PairColumns, ...] | None = None
    with reading(names[0], size=sum(path.stat().st_size for path in paths)):
        if suffix_of(names[0]) in PAIR_SUFFIXES or len(names) == 1:
            columns = tuple(pair_columns(path, src=src, tgt=tgt, form=form) for path in names)
        sums = [part for item in file_checksums(paths).items() for part in item]
        return cached_rows(
            _text_rows,
            {"paths": names, "columns": columns, "src": src, "tgt": tgt, "form": form},
            columns=("src", "tgt"),
            fingerprint=[split, src, tgt, repr(form), *sums],
            origin=names[0],
            noun="pairs",
            cache_dir=cache_dir,
        )


def _text_rows(
    paths: tuple[str, ...], columns: tuple[PairColumns, ...] | None, src: str, tgt: str, form: Format
) -> Iterator[dict[str, str]]:
    if columns is None:
        pieces = zip(paths[::2], paths[1::2], strict=True)
        pairs = (pair for src_path, tgt_path in pieces for pair in read_plain_pairs(src_path, tgt_path, form.encoding))
    else:
        tables = zip(paths, columns, strict=True)
        pairs = (
            pair
            for path, places in tables
            for pair in read_table_pairs(path, src=src, tgt=tgt, columns=places, form=form)
        )
    for src_text, tgt_text in pairs:
        yield {"src": src_text, "tgt": tgt_text}


def _read_hub(
    split: str, dataset: Dataset, origin: str, *, src: str, tgt: str, cache_dir: str | Path | None
) -> Dataset:
    """The two columns of a data set of the hub, also where they stand inside of "translation"."""
    nested = "translation" in dataset.column_names and src not in dataset.column_names
    if nested:
        dataset = dataset.select_columns(["translation"]).flatten()
        dataset = dataset.rename_columns({name: name.removeprefix("translation.") for name in dataset.column_names})
    names = find_pair(src, tgt, dataset.column_names)
    for wanted, name in zip((src, tgt), names, strict=True):
        if name is None:
            raise missing_column(origin, wanted, dataset.column_names)
    with reading(origin, size=dataset.data.nbytes):
        return cached_rows(
            _hub_rows,
            {"dataset": dataset.select_columns(list(names)), "origin": origin, "names": names},
            columns=("src", "tgt"),
            fingerprint=[split, *map(str, names), dataset._fingerprint],
            origin=origin,
            noun="pairs",
            cache_dir=cache_dir,
        )


def _hub_rows(dataset: Dataset, origin: str, names: tuple[str, str]) -> Iterator[dict[str, str]]:
    for place, record in batch_records(origin, dataset.data.to_batches(max_chunksize=1000)):
        yield {side: as_text(place, name, record[name]) for side, name in zip(("src", "tgt"), names, strict=True)}
