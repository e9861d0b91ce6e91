"""Labelled text from a folder, a file or the hub, as Hugging Face data sets with the columns "text" and "label"."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.counting import counted
from nlpseq.data.arrow import QUIET_BYTES, cached_rows, progress_bars, reading, without_empty
from nlpseq.data.columns import Columns, find_columns
from nlpseq.data.labels import check_known, check_trainable, label_name
from nlpseq.data.readers import (
    SHOWN,
    Format,
    Records,
    as_text,
    file_format,
    flat,
    read_lines,
)
from nlpseq.data.sources import (
    Source,
    find_sources,
    identity_of,
    is_table,
    label_names,
    parts_of,
    size_of,
    source_records,
)
from nlpseq.data.splits import (
    ALL_SPLITS,
    labelled_files,
    left_out,
    text_files,
)
from nlpseq.data.textfile import suffix_of
from nlpseq.errors import UserError

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict
    from pandas import DataFrame

logger = logging.getLogger("nlpseq")

COLUMNS = ("text", "label")
FASTTEXT_LABEL = re.compile(r"__label__(\S+)\s*")


def load_labelled(
    path: str | Path | DataFrame | Dataset | DatasetDict,
    *,
    text: str | None = None,
    label: str | None = None,
    splits: Mapping[str, str | None] | None = None,
    encoding: str | None = None,
    separator: str | None = None,
    cache_dir: str | Path | None = None,
) -> DatasetDict:
    """Load the splits of a labelled corpus, string columns "text" and "label".

    Args:
        path: a folder of `<split>.csv`, `.tsv`, `.jsonl`, `.json`, `.parquet` or `.xlsx` tables (see
            `readers.read_records`) or of `<split>.txt` with fastText's `__label__x text` lines, gzipped or not; one
            such file; a folder of folders, one for each class, with a text file for each text, at any depth, or of such
            folders for each split (`train/pos/1.txt`, as in aclImdb; its `unsup` is left out); a folder of
            `save_to_disk`; a hub name, `hf://owner/name` or `owner/name`, perhaps with `:config`; or a table in memory,
            of pandas or `datasets`.
        text: column of the text, or several joined by "+" ("title+content", joined by a space in the text);
            default: see `columns.find_columns`, which looks at the first split. Of a table without a header, the
            place of a column: "1" is the first.
        label: column of the label; default: the same.
        splits: the splits to load, as for `parallel.load_parallel`; one file, or one folder of classes, is the
            first split asked for.
        encoding: of text files without a byte order mark; default: UTF-8.
        separator: of the columns of tables; default: as seen in their first lines.
        cache_dir: folder of the Arrow cache; default: that of `datasets`.

    A label is a string without needless spaces, the same in all formats: a class number with a name becomes that name,
    any other whole number its digits (4.0 and "4.0" become "4", "+1" "1"), truth "true" or "false"; null, NaN, nothing
    and the class number -1 are no label. Texts are left as they are, null is an empty one. Rows without a label are
    left out of every split; empty texts out of "train", and kept elsewhere, where row n must stay row n.

    Raises:
        UserError: nothing there, a column missing or not obvious, broken text or table, one label
            only to train on, a label of another split that the training split has not.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "train.csv").write_text("review,stars\\nSplendid!,5\\nNo.,1\\n")
    >>> load_labelled(folder, cache_dir=folder / "cache")["train"][1]
    {'text': 'No.', 'label': '1'}
    """
    from datasets import DatasetDict

    splits = ALL_SPLITS if splits is None else splits
    form = file_format(encoding, separator)
    origin_of_all = str(path) if isinstance(path, str | Path) else "the data set"
    sources = find_sources(path, splits, cache_dir, files=labelled_files)
    loaded, columns = {}, None
    size = sum(size_of(source) for _, source in sources.values())
    with progress_bars(size >= QUIET_BYTES):
        for split, (origin, source) in sources.items():
            with reading(origin, size=size):
                if columns is None and is_table(source):
                    columns = _columns_of(source, origin, text=text, label=label, form=form)
                loaded[split] = _read(split, source, origin, columns, form, cache_dir=cache_dir)
            check_known(loaded[split], origin=origin, split=split)
        if "train" in loaded:
            empty = "texts that are empty or have no label"
            loaded["train"] = without_empty(loaded["train"], COLUMNS, origin=origin_of_all, split="train", empty=empty)
            check_trainable(loaded, origins={split: origin for split, (origin, _) in sources.items()})
        for split in loaded.keys() - {"train"}:
            empty = "texts that have no label"
            loaded[split] = without_empty(loaded[split], ["label"], origin=origin_of_all, split=split, empty=empty)
    return DatasetDict(loaded)


def labelled_columns(
    path: str | Path,
    *,
    text: str | None = None,
    label: str | None = None,
    splits: Mapping[str, str | None] | None = None,
    encoding: str | None = None,
    separator: str | None = None,
) -> Columns | None:
    """The columns of text and label that `load_labelled` would read; None of class folders and fastText's lines.

    Raises:
        UserError: as with `load_labelled`.
    """
    form = file_format(encoding, separator)
    origin, source = next(
        iter(find_sources(path, ALL_SPLITS if splits is None else splits, None, files=labelled_files).values())
    )
    if not is_table(source):
        return None
    with reading(origin, size=0):
        return _columns_of(source, origin, text=text, label=label, form=form, quiet=True)


def _columns_of(
    source: Source, origin: str, *, text: str | None, label: str | None, form: Format, quiet: bool = False
) -> Columns:
    rows = (flat(row) for _, row in source_records(source, origin, form=form))
    suffix = suffix_of(source[0]) if isinstance(source, tuple) else ""
    columns = find_columns(rows, text=text, label=label, origin=origin, suffix=suffix)
    if not quiet and (text is None or label is None or columns.bare):
        _, first = next(_column_records(source, origin, columns, form), ("", {}))
        shown = [str(first.get(name))[:SHOWN] for name in (*columns.text, columns.label)]
        names = [f"{name} (no header)" if columns.bare else name for name in (*columns.text, columns.label)]
        logger.info(
            "%s: text from column %s, label from %s; first row: %s",
            origin, " and ".join(names[:-1]), names[-1], ", ".join(map(repr, shown)),
        )  # fmt: skip
    return columns


def _read(
    split: str, source: Source, origin: str, columns: Columns | None, form: Format, *, cache_dir: str | Path | None
) -> Dataset:
    rows: Callable[..., Iterator[dict[str, str]]] = _plain_rows
    arguments: dict[str, Any] = {"source": source, "encoding": form.encoding}
    if columns is not None and is_table(source):
        rows = _table_rows
        names = tuple(class_names(part, columns.label) for part in parts_of(source))
        arguments = {"source": source, "origin": origin, "columns": columns, "class_names": names, "form": form}
    decisive = [split, repr(columns), repr(form), repr(arguments.get("class_names"))]
    if isinstance(source, tuple) and Path(source[0]).is_dir():
        _mention_left_out([Path(path) for path in source])
    return cached_rows(
        rows, arguments, columns=COLUMNS, fingerprint=[*decisive, *identity_of(source)], origin=origin, noun="texts",
        cache_dir=cache_dir,
    )  # fmt: skip


def _plain_rows(source: tuple[str, ...], encoding: str | None) -> Iterator[dict[str, str]]:
    """The texts of class folders, or of files with fastText's lines."""
    for path in map(Path, source):
        if path.is_dir():
            label = label_name(str(path), "folder", path.name)
            for file in text_files(path):
                yield {"text": "\n".join(read_lines(file, encoding)), "label": label}
        else:
            yield from _fasttext_rows(path, encoding)


def _fasttext_rows(path: Path, encoding: str | None) -> Iterator[dict[str, str]]:
    for place, labels, text in fasttext_lines(path, encoding):
        if len(labels) != 1:
            several = "; task: multilabel takes several" if labels else ""
            raise UserError(
                f"{place}: {counted(len(labels), 'label')} where one is expected, as in '__label__good Fine .'{several}"
            )
        yield {"text": text, "label": labels[0]}


def fasttext_lines(path: str | Path, encoding: str | None) -> Iterator[tuple[str, list[str], str]]:
    """The place, the labels and the text of each line that is not blank, such as `__label__good Fine .`"""
    for number, line in enumerate(read_lines(path, encoding), 1):
        place, text, labels = f"{path}, line {number}", line.strip(), []
        while match := FASTTEXT_LABEL.match(text):
            labels.append(label_name(place, "__label__", match[1]))
            text = text[match.end() :]
        if line.strip():
            yield place, labels, text


def class_names(source: Source, column: str) -> tuple[str, ...]:
    """The names of the classes whose numbers stand in a column, without needless spaces."""
    return tuple(" ".join(name.split()) for name in label_names(source, column))


def _table_rows(
    source: Source, origin: str, columns: Columns, class_names: tuple[tuple[str, ...], ...], form: Format
) -> Iterator[dict[str, str]]:
    for part, names in zip(parts_of(source), class_names, strict=True):
        for place, record in _column_records(part, origin, columns, form):
            parts = [as_text(place, name, record[name]) for name in columns.text]
            yield {
                "text": " ".join(filter(None, parts)),
                "label": label_name(place, columns.label, record[columns.label], names),
            }


def _column_records(source: Source, origin: str, columns: Columns, form: Format) -> Records:
    return source_records(source, origin, [*columns.text, columns.label], bare=columns.bare, form=form)


def _mention_left_out(classes: Sequence[Path]) -> None:
    folder = classes[0].parent
    if said := left_out(folder, [text for path in classes for text in text_files(path)]):
        logger.warning("%s: %s", folder, said)
