"""Labelled text from a folder, a file or the hub, as Hugging Face data sets with the columns "text" and "label"."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from nlpseq.data.arrow import cached_rows, load_hub, reading, without_empty_texts
from nlpseq.data.columns import Columns, find_columns
from nlpseq.data.labels import check_known, check_trainable, label_name
from nlpseq.data.readers import Records, as_text, batch_records, missing_column, read_lines, read_records
from nlpseq.data.splits import (
    ALL_SPLITS,
    TABLE_SUFFIXES,
    UNLABELLED_FOLDER,
    file_checksums,
    labelled_files,
    text_files,
)
from nlpseq.errors import UserError

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

logger = logging.getLogger("nlpseq")

COLUMNS = ("text", "label")
FASTTEXT_LABEL = re.compile(r"__label__(\S+)\s*")

# Paths of files or of class folders, or a data set of the hub.
Source: TypeAlias = "tuple[str, ...] | Dataset"


def load_labelled(
    path: str | Path,
    *,
    text: str | None = None,
    label: str | None = None,
    splits: Mapping[str, str | None] | None = None,
    cache_dir: str | Path | None = None,
) -> DatasetDict:
    """Load the splits of a labelled corpus, string columns "text" and "label".

    Args:
        path: a folder of `<split>.csv`, `.tsv`, `.jsonl`, `.json` or `.parquet` tables (see
            `readers.read_records`) or of `<split>.txt` with fastText's `__label__x text` lines; one such file;
            a folder of folders, one for each class, with a `.txt` file for each text, or of such folders for
            each split (`train/pos/1.txt`, as in aclImdb; its `unsup` is left out); or a hub name,
            `owner/name` or `owner/name:config`.
        text: column of the text, or several joined by "+" ("title+content", joined by a space in the text);
            default: see `columns.find_columns`, which looks at the first split.
        label: column of the label; default: the same.
        splits: the splits to load, as for `corpus.load_parallel`; one file, or one folder of classes, is the
            first split asked for.
        cache_dir: folder of the Arrow cache; default: that of `datasets`.

    A label is a string without needless spaces: a class number with a name becomes that name, any other number its
    digits (4.0 becomes "4"), truth "true" or "false". Texts are left as they are. Empty ones are left out of
    "train", and kept elsewhere, where row n must stay row n.

    Raises:
        UserError: nothing there, a column missing or not obvious, broken text or table, a label missing, one label
            only to train on, a label of another split that the training split has not.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "train.csv").write_text("review,stars\\nSplendid!,5\\nNo.,1\\n")
    >>> load_labelled(folder, cache_dir=folder / "cache")["train"][1]
    {'text': 'No.', 'label': '1'}
    """
    from datasets import DatasetDict

    splits = ALL_SPLITS if splits is None else splits
    found = {split: tuple(map(str, paths)) for split, paths in labelled_files(path, splits=splits).items()}
    sources: dict[str, tuple[str, Source]] = {split: (names[0], names) for split, names in found.items()}
    sources = sources or {**load_hub(str(path), splits=splits, cache_dir=cache_dir)}
    loaded, columns = {}, None
    for split, (origin, source) in sources.items():
        with reading(origin, size=_size(source)):
            if columns is None and _is_table(source):
                columns = _columns_of(source, origin, text=text, label=label)
            loaded[split] = _read(split, source, origin, columns, cache_dir=cache_dir)
        check_known(loaded[split], origin=origin, split=split)
    if "train" in loaded:
        empty, full = "texts that are empty or have no label", "text that is not empty"
        loaded["train"] = without_empty_texts(loaded["train"], COLUMNS, origin=path, empty=empty, full=full)
        check_trainable(loaded, origins={split: origin for split, (origin, _) in sources.items()})
    return DatasetDict(loaded)


def _is_table(source: Source) -> bool:
    return not isinstance(source, tuple) or (Path(source[0]).suffix in TABLE_SUFFIXES and Path(source[0]).is_file())


def _size(source: Source) -> int:
    return sum(Path(path).stat().st_size for path in source) if isinstance(source, tuple) else source.data.nbytes


def _columns_of(source: Source, origin: str, *, text: str | None, label: str | None) -> Columns:
    rows = (row for _, row in _records(source, origin))
    suffix = Path(source[0]).suffix if isinstance(source, tuple) else ""
    columns = find_columns(rows, text=text, label=label, origin=origin, suffix=suffix)
    if text is None or label is None:
        logger.info("%s: text from column %s, label from %s", origin, " and ".join(columns.text), columns.label)
    return columns


def _read(split: str, source: Source, origin: str, columns: Columns | None, *, cache_dir: str | Path | None) -> Dataset:
    rows: Callable[..., Iterator[dict[str, str]]] = _plain_rows
    arguments: dict[str, Any] = {"source": source}
    if columns is not None and _is_table(source):
        rows = _table_rows
        arguments |= {"origin": origin, "columns": columns, "class_names": _class_names(source, columns.label)}
    decisive = [split, repr(columns), repr(arguments.get("class_names"))]
    if isinstance(source, tuple):
        paths = [Path(path) for path in source]
        if paths[0].is_dir():
            _mention_unlabelled(paths[0].parent)
        decisive += [part for item in file_checksums(paths).items() for part in item]
    else:
        decisive.append(source._fingerprint)
    return cached_rows(
        rows, arguments, columns=COLUMNS, fingerprint=decisive, origin=origin, noun="texts", cache_dir=cache_dir
    )


def _plain_rows(source: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """The texts of class folders, or of files with fastText's lines."""
    for path in map(Path, source):
        if path.is_dir():
            label = label_name(str(path), "folder", path.name)
            for file in text_files(path):
                yield {"text": "\n".join(read_lines(file)), "label": label}
        else:
            yield from _fasttext_rows(path)


def _fasttext_rows(path: Path) -> Iterator[dict[str, str]]:
    for number, line in enumerate(read_lines(path), 1):
        place, text, labels = f"{path}, line {number}", line.strip(), []
        while match := FASTTEXT_LABEL.match(text):
            labels.append(match[1])
            text = text[match.end() :]
        if len(labels) == 1:
            yield {"text": text, "label": label_name(place, "__label__", labels[0])}
        elif line.strip():
            raise UserError(f"{place}: {len(labels)} labels where one is expected, as in '__label__good Fine .'")


def _table_rows(source: Source, origin: str, columns: Columns, class_names: Sequence[str]) -> Iterator[dict[str, str]]:
    for place, record in _records(source, origin, columns):
        parts = [as_text(place, name, record[name]) for name in columns.text]
        yield {
            "text": " ".join(filter(None, parts)),
            "label": label_name(place, columns.label, record[columns.label], class_names),
        }


def _records(source: Source, origin: str, columns: Columns | None = None) -> Records:
    wanted = None if columns is None else [*columns.text, columns.label]
    if isinstance(source, tuple):
        bare = () if columns is None else columns.bare
        return chain.from_iterable(read_records(path, columns=wanted, bare=bare) for path in source)
    for name in wanted or ():
        if name not in source.column_names:
            raise missing_column(origin, name, source.column_names)
    table = source.data if wanted is None else source.data.select(wanted)
    return batch_records(origin, table.to_batches(max_chunksize=1000))


def _class_names(source: Source, label: str) -> tuple[str, ...]:
    """The names of the classes where a label column holds their numbers (`datasets.ClassLabel`)."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from datasets import ClassLabel, Features

    if not isinstance(source, tuple):
        features = source.features
    elif source[0].endswith(".parquet"):
        schema = pq.read_schema(source[0])
        # The label alone: `datasets` does not know every type that the other columns may have.
        fields = [field for field in schema if field.name == label]
        features = Features.from_arrow_schema(pa.schema(fields, metadata=schema.metadata))
    else:
        return ()
    feature = features.get(label)
    return tuple(" ".join(name.split()) for name in feature.names) if isinstance(feature, ClassLabel) else ()


def _mention_unlabelled(folder: Path) -> None:
    if (folder / UNLABELLED_FOLDER).is_dir():
        logger.warning("%s: left out, its texts have no label", folder / UNLABELLED_FOLDER)
