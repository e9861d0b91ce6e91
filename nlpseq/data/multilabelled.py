"""Texts with any number of labels each, as Hugging Face data sets with the columns "text" and "labels".

The labels are lists (jsonl, parquet, the hub), text with a separator between them ("a|b"), columns of their own that
say yes or no ("toxic+insult"), or fastText's `__label__a __label__b text`. A text may have none.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from nlpseq.data.arrow import QUIET_BYTES, cached_rows, progress_bars, reading, without_empty
from nlpseq.data.columns import TEXT_NAMES, by_name, given_columns, not_obvious
from nlpseq.data.labelled import class_names, fasttext_lines
from nlpseq.data.labels import label_name, label_order, look_alikes
from nlpseq.data.readers import Format, as_text, file_format, flat
from nlpseq.data.sources import Source, find_sources, identity_of, is_table, parts_of, size_of, source_records
from nlpseq.data.splits import ALL_SPLITS, labelled_files, listing
from nlpseq.errors import UserError, shown_value

if TYPE_CHECKING:
    from datasets import DatasetDict

logger = logging.getLogger("nlpseq")

COLUMNS = ("text", "labels")
# In the order of preference.
LABEL_NAMES = ("labels", "label", "tags", "topics", "categories", "genres", "emotions", "classes", "targets")
YES, NO = ("1", "1.0", "true", "yes", "y", "x"), ("", "0", "0.0", "false", "no", "n", "nan", "none", "null")


class LabelColumns(NamedTuple):
    """The columns of the text, those of the labels, and what parts labels in one string."""

    text: tuple[str, ...]
    labels: tuple[str, ...]
    label_separator: str | None


def load_multilabelled(
    path: str | Path,
    *,
    text: str | None = None,
    labels: str | None = None,
    label_separator: str | None = None,
    splits: Mapping[str, str | None] | None = None,
    encoding: str | None = None,
    separator: str | None = None,
    cache_dir: str | Path | None = None,
) -> DatasetDict:
    """Load the splits of a corpus: a string "text", and "labels", a list of strings, without order or repeats.

    Args:
        path: as for `load_labelled`, but for folders of classes.
        text: column of the text, or several joined by "+"; default: found by its name.
        labels: column of the labels; or several joined by "+", each a label of this name that applies where it says
            so (1, true, yes); default: found by its name.
        label_separator: what stands between the labels in a string, such as "|"; default: a string is one label.
        splits: as for `load_labelled`.
        encoding: of text files without a byte order mark; default: UTF-8.
        separator: of the columns of tables; default: as seen in their first lines.
        cache_dir: folder of the Arrow cache; default: that of `datasets`.

    A text without any label is kept, an empty text is left out of "train". A label that training does not have is
    left out of the other splits, and a warning counts such labels.

    Raises:
        UserError: nothing there, a column missing or not obvious, a broken table, no labels at all.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "train.csv").write_text("text,labels\\nSo cold!,weather|bad\\nHm.,\\n")
    >>> load_multilabelled(folder, label_separator="|", cache_dir=folder / "cache")["train"]["labels"][:]
    [['bad', 'weather'], []]
    """
    from datasets import DatasetDict

    form = file_format(encoding, separator)
    sources = find_sources(path, ALL_SPLITS if splits is None else splits, cache_dir, files=_files)
    loaded, places = {}, None
    size = sum(size_of(source) for _, source in sources.values())
    with progress_bars(size >= QUIET_BYTES):
        for split, (origin, source) in sources.items():
            with reading(origin, size=size):
                if places is None and is_table(source):
                    places = _places(source, origin, text=text, labels=labels, separator=label_separator, form=form)
                loaded[split] = _read(split, source, origin, places, form, cache_dir=cache_dir)
        if "train" in loaded:
            empty = "texts that are empty"
            loaded["train"] = without_empty(loaded["train"], ["text"], origin=path, split="train", empty=empty)
            _check(loaded, str(path))
    return DatasetDict(loaded)


def labels_of(rows: Sequence[Sequence[str]]) -> list[str]:
    """All labels that there are, numbers by value before names.

    >>> labels_of([["b", "a"], [], ["10", "9"]])
    ['9', '10', 'a', 'b']
    """
    return sorted({label for row in rows for label in row}, key=label_order)


def _files(path: str | Path, *, splits: Mapping[str, str | None]) -> Mapping[str, Sequence[Path]]:
    found = labelled_files(path, splits=splits)
    for paths in found.values():
        if paths[0].is_dir():
            raise UserError(f"{path}: a folder for each class gives a text one label; use task: classify for it")
    return found


def _check(loaded: dict[str, Any], path: str) -> None:
    """Refuse a corpus without labels, and take what training does not know out of the other splits."""
    known = set(labels_of(loaded["train"]["labels"][:]))
    if not known:
        raise UserError(f"{path}: no training text has a label; check data.labels and data.label_separator")
    if alike := look_alikes(known):
        groups = [" and ".join(ascii(label) for label in group) for group in alike]
        logger.warning("%s: labels that look alike are labels of their own: %s", path, listing(groups))
    for split, rows in loaded.items():
        strange = sorted(set(labels_of(rows["labels"][:])) - known)
        if strange:
            logger.warning("%s: left out of %s, as training does not have them: %s", path, split, listing(strange))
            loaded[split] = rows.map(lambda row: {"labels": [label for label in row["labels"] if label in known]})


def _places(
    source: Source, origin: str, *, text: str | None, labels: str | None, separator: str | None, form: Format
) -> LabelColumns:
    _, row = next(source_records(source, origin, form=form), ("", {}))
    if not row:
        raise UserError(f"{origin}: holds no texts; give it some")
    row = flat(row)
    named = given_columns(labels, [*row], origin) if labels else tuple(filter(None, [by_name(LABEL_NAMES, row)]))
    rest = [name for name in row if name not in named]
    texts = given_columns(text, [*row], origin) if text else tuple(filter(None, [by_name(TEXT_NAMES, rest)]))
    for what, found in (("text", texts), ("labels", named)):
        if not found:
            raise not_obvious(origin, what, f"data.{what}", row)
    if text is None or labels is None:
        logger.info("%s: text from %s, labels from %s", origin, " and ".join(texts), " and ".join(named))
    return LabelColumns(texts, named, separator)


def _read(
    split: str, source: Source, origin: str, places: LabelColumns | None, form: Format, *, cache_dir: str | Path | None
) -> Any:
    rows: Callable[..., Iterator[dict[str, Any]]] = _fasttext_rows
    arguments: dict[str, Any] = {"source": source, "encoding": form.encoding}
    if places is not None and is_table(source):
        rows = _table_rows
        single = places.labels[0] if len(places.labels) == 1 else None
        names = tuple(() if single is None else class_names(part, single) for part in parts_of(source))
        arguments = {"source": source, "origin": origin, "places": places, "class_names": names, "form": form}
    decisive = ["several labels", split, repr(places), repr(form), repr(arguments.get("class_names"))]
    return cached_rows(
        rows, arguments, columns=COLUMNS, lists=["labels"], fingerprint=[*decisive, *identity_of(source)],
        origin=origin, noun="texts", cache_dir=cache_dir,
    )  # fmt: skip


def _table_rows(
    source: Source, origin: str, places: LabelColumns, class_names: tuple[tuple[str, ...], ...], form: Format
) -> Iterator[dict[str, Any]]:
    wanted = [*places.text, *places.labels]
    for part, names in zip(parts_of(source), class_names, strict=True):
        for place, record in source_records(part, origin, wanted, form=form):
            parts = [as_text(place, name, record[name]) for name in places.text]
            yield {"text": " ".join(filter(None, parts)), "labels": _labels(place, record, places, names)}


def _labels(place: str, record: Mapping[str, Any], places: LabelColumns, names: Sequence[str]) -> list[str]:
    if len(places.labels) > 1:
        return labels_of([[name for name in places.labels if _says_yes(place, name, record[name])]])
    (column,) = places.labels
    value = record[column]
    items = value if isinstance(value, list | tuple) else [value]
    if isinstance(value, str) and places.label_separator is not None:
        items = value.split(places.label_separator)
    return labels_of([[label for item in items if (label := label_name(place, column, item, names))]])


def _says_yes(place: str, name: str, value: object) -> bool:
    word = str(value).strip().casefold()
    if word in YES or word in NO:
        return word in YES
    raise UserError(f"{place}: {name!r} is {shown_value(value)}, and should say whether the label applies: 1 or 0")


def _fasttext_rows(source: tuple[str, ...], encoding: str | None) -> Iterator[dict[str, Any]]:
    for path in source:
        for _, labels, text in fasttext_lines(path, encoding):
            yield {"text": text, "labels": labels_of([labels])}
