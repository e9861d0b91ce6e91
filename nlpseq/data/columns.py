"""Which columns hold the text and its label, or the document and its summary: by name, else by what they hold."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from nlpseq.data.arrow import load_hub, reading
from nlpseq.data.readers import (
    HEAD_ROWS,
    HEADER_SUFFIXES,
    MOST_NAMES,
    SHOWN,
    Format,
    file_format,
    missing_column,
    names_of,
    read_records,
    table_rows,
)
from nlpseq.data.splits import ALL_SPLITS, corpus_files
from nlpseq.data.textfile import is_hidden, suffix_of
from nlpseq.errors import UserError

logger = logging.getLogger("nlpseq")

# In the order of preference.
TEXT_NAMES = (
    "text", "sentence", "review", "content", "document", "comment", "tweet", "message", "body", "utterance", "question",
    "nachricht", "meldung", "kommentar", "beitrag", "texte", "commentaire", "texto", "comentario", "mensaje",
)  # fmt: skip
LABEL_NAMES = (
    "label", "labels", "sentiment", "class", "category", "target", "polarity", "stars", "rating",
    "kategorie", "klasse", "catégorie", "étiquette", "classe", "categoría", "etiqueta", "clase",
)  # fmt: skip
TITLE_NAME = "title"
DOCUMENT_NAMES = ("document", "article", "text", "dialogue", "content", "body")
SUMMARY_NAMES = ("summary", "highlights", "abstract", "headline", "headlines", "title")
USUAL = (DOCUMENT_NAMES[0], SUMMARY_NAMES[0])
# What columns hold that say whether something applies, as hashes.
FLAGS = frozenset(map(hash, ("0", "1", 0, 1, "true", "false", "True", "False", "TRUE", "FALSE", "yes", "no")))
# A name of a column is shorter than this, in words; the first text of a table without a header is mostly longer.
LONGEST_NAME_WORDS = 4
# Mostly enough to see several labels of a table that is sorted by them.
SAMPLE_ROWS = 50_000

Row = Mapping[str, object]


class Columns(NamedTuple):
    """The columns that make up the text, and that of the label; `bare` names those of a table without a header."""

    text: tuple[str, ...]
    label: str
    bare: tuple[str, ...] = ()


def find_columns(rows: Iterator[Row], *, text: str | None, label: str | None, origin: str, suffix: str = "") -> Columns:
    """The columns of text and label in a table.

    A column that is not given is found by its name, one of `TEXT_NAMES` or `LABEL_NAMES` in small or capital
    letters; a column "title" goes before the text. Where no name fits, the text is the one column of strings
    with spaces that hardly repeat, and the label the one column of few values. A tsv file of two columns may do
    without a header then. Numbers for `text` and `label` are the places of the columns, from 1, of a file without one.

    Args:
        rows: the table's, with all their columns; no more are read than needed.
        text: name of the text column, or of several joined by "+".
        label: name of the label column.
        origin: the table, for errors.
        suffix: of its file; in csv, tsv and xlsx ones a first line that is data is recognised.

    Raises:
        UserError: no rows, no such column, not obvious which one it is, or no header.

    >>> rows = [{"id": 1, "Title": "Home", "Review": "it was fine", "stars": 5}]
    >>> find_columns(iter(rows), text=None, label=None, origin="train.csv")
    Columns(text=('Title', 'Review'), label='stars', bare=())
    """
    first = next(rows, None)
    if first is None:
        raise UserError(f"{origin}: holds no texts; give it some")
    found = list(first)
    if suffix in HEADER_SUFFIXES and (places := _places(text, label, found)):
        return places
    if label is not None and label not in found:
        raise missing_column(origin, label, found)
    texts = () if text is None else given_columns(text, found, origin)
    label = label or by_name(LABEL_NAMES, [name for name in found if name not in texts])
    texts = texts or _texts_by_name([name for name in found if name != label])
    if texts and label:
        if label in texts:
            raise UserError(f"{origin}: {label[:60]!r} cannot be both text and label; set data.label to another column")
        return Columns(texts, label)
    named = bool(texts or label)
    few_valued, wordy, values = _profile(islice(chain([first], rows), SAMPLE_ROWS))
    guessed = label or _only([name for name in few_valued if name not in texts])
    texts = texts or _texts_by_value([name for name in wordy if name != guessed])
    if not texts or not guessed:
        flags = [name for name in few_valued if values[name] <= FLAGS]
        if label is None and len(flags) > 1:
            raise UserError(
                f"{origin}: the columns {names_of(flags)} say yes or no: --data.labels {'+'.join(flags[:MOST_NAMES])} "
                "makes labels of them, of several a text (task: multilabel)"
            )
        what, key = ("text", "data.text") if not texts else ("label", "data.label")
        raise not_obvious(origin, what, key, found)
    data_above = hash(guessed) in values[guessed] or len(texts[0].split()) > LONGEST_NAME_WORDS
    if named or suffix not in HEADER_SUFFIXES or not data_above:
        return Columns(texts, guessed)
    if suffix == ".tsv" and len(found) == 2:
        return Columns(("text",), "label", ("text", "label") if found[1] == guessed else ("label", "text"))
    raise UserError(
        f"{origin}: the first line looks like data, not like names: {names_of([*texts, guessed])}; put the names of "
        "the columns above it, or set data.text and data.label to the places of the columns, such as 2 and 1"
    )


def text_column_by_value(rows: Iterable[Row]) -> str | None:
    """The one column of strings with spaces that hardly repeat; None where there is none, or several.

    >>> text_column_by_value([{"id": "7", "note": "it was fine"}, {"id": "8", "note": "it was not"}])
    'note'
    """
    return _only(_profile(rows)[1])


def summary_columns(
    path: str | Path,
    *,
    document: str | None = None,
    summary: str | None = None,
    splits: Mapping[str, str | None] | None = None,
    encoding: str | None = None,
    separator: str | None = None,
) -> tuple[str, str]:
    """The names of the two columns, for `load_parallel`; of plain text files, their suffixes.

    One that is not given is found by its name, one of `DOCUMENT_NAMES` or `SUMMARY_NAMES` in small or capital letters.
    Of a tsv file of two columns without a header they are the places of the columns: the documents are the longer ones.

    Raises:
        UserError: no such files, nothing in them, or no column has a usual name.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "train.csv").write_text("id,Article,highlights\\n1,Long text.,Text.\\n")
    >>> summary_columns(folder)
    ('Article', 'highlights')
    """
    if document is not None and summary is not None:
        return document, summary
    form = file_format(encoding, separator)
    origin, found = _columns(path, ALL_SPLITS if splits is None else splits, form)
    names = (
        document or by_name(DOCUMENT_NAMES, [name for name in found if name != summary]),
        summary or by_name(SUMMARY_NAMES, [name for name in found if name != document]),
    )
    if names[0] is not None and names[1] is not None:
        return names[0], names[1]
    if not found:
        raise UserError(f"{origin}: holds no pairs; give it some")
    if suffix_of(origin) in (".tsv", ".txt") and len(found) == 2 and names == (None, None):
        if places := _by_length(origin, form):
            return places
    what = "document" if names[0] is None else "summary"
    raise not_obvious(origin, what, f"data.{what}", found)


def not_obvious(origin: str, what: str, key: str, found: Iterable[str]) -> UserError:
    """The error for a table with no column of a usual name."""
    names = names_of(list(found))
    return UserError(f"{origin}: not obvious which column holds the {what}; set {key} to one of {names}")


def given_columns(text: str, found: Sequence[str], origin: str) -> tuple[str, ...]:
    """A column by its name, or several joined by "+"; UserError where one is not there."""
    names = (text,) if text in found else tuple(text.split("+"))
    for name in names:
        if name not in found:
            raise missing_column(origin, name, found)
    return names


def _places(text: str | None, label: str | None, found: Sequence[str]) -> Columns | None:
    """The columns where they are given by their places rather than by names."""
    given = [name for part in (text, label) if part is not None for name in part.split("+")]
    bare = tuple(str(place + 1) for place in range(len(found)))
    if not given or not set(given) <= set(bare) or set(given) & set(found):
        return None
    rest = [name for name in bare if name not in given]
    if (text is None or label is None) and len(rest) != 1:
        return None
    return Columns(tuple(rest) if text is None else tuple(text.split("+")), rest[0] if label is None else label, bare)


def by_name(names: Sequence[str], found: Iterable[str]) -> str | None:
    """The first of the usual names that a column has, in small or capital letters."""
    by_lower = {column.lower().strip(): column for column in found}
    return next((by_lower[name] for name in names if name in by_lower), None)


def _texts_by_name(found: Sequence[str]) -> tuple[str, ...]:
    body = by_name(TEXT_NAMES, found)
    return () if body is None else tuple(filter(None, (by_name([TITLE_NAME], found), body)))


def _texts_by_value(wordy: Sequence[str]) -> tuple[str, ...]:
    title = by_name([TITLE_NAME], wordy)
    bodies = [name for name in wordy if name != title]
    return tuple(filter(None, (title, *bodies))) if len(bodies) < 2 else ()


def _only(names: Sequence[str]) -> str | None:
    return names[0] if len(names) == 1 else None


def _profile(rows: Iterable[Row]) -> tuple[list[str], list[str], dict[str, set[int]]]:
    """The columns of few values, those of strings with spaces that hardly repeat, and the hashes of all values."""
    values: dict[str, set[int]] = defaultdict(set)
    present: Counter[str] = Counter()
    spaced: Counter[str] = Counter()
    total = 0
    for row in rows:
        total += 1
        for name, value in row.items():
            if isinstance(value, str | int | float):
                present[name] += 1
                # Hashes, not texts: a text column would stay in memory whole.
                values[name].add(hash(value))
                # Scripts without spaces are not ASCII.
                spaced[name] += isinstance(value, str) and (" " in value.strip() or not value.isascii())
    # A few may be missing; an empty cell of a csv file is a string.
    full = [name for name in values if 2 * present[name] > total]
    wordy = [name for name in full if 2 * spaced[name] >= total and 2 * len(values[name]) > total]
    few = [name for name in full if name not in wordy and 2 <= len(values[name]) <= max(2, total // 2)]
    return few, wordy, values


def _by_length(origin: str, form: Format) -> tuple[str, str] | None:
    """The places of documents and summaries in a table without a header; None if its first line is one."""
    rows = [fields for _, fields in islice(table_rows(origin, form)[1], HEAD_ROWS)]
    body = [row for row in rows[1:] if len(row) == 2]
    words = [sum(len(row[place].split()) for row in body) / max(1, len(body)) for place in (0, 1)]
    if all(len(name.split()) <= LONGEST_NAME_WORDS for name in rows[0]) and max(words) > 2 * LONGEST_NAME_WORDS:
        return None
    places = ("1", "2") if sum(len(row[0]) - len(row[1]) for row in rows if len(row) == 2) >= 0 else ("2", "1")
    first = [rows[0][int(place) - 1][:SHOWN] for place in places]
    logger.warning(
        "%s: no header; column %s is taken as the document, column %s as the shorter summary; first pair: %r, %r",
        origin, *places, *first,
    )  # fmt: skip
    return places


def _columns(path: str | Path, splits: Mapping[str, str | None], form: Format) -> tuple[str, list[str]]:
    """The columns there are, and where they were found."""
    folder = Path(path)
    if folder.is_dir():
        suffixes = sorted({suffix_of(file).removeprefix(".") for file in folder.iterdir() if not is_hidden(file)})
        if by_name(DOCUMENT_NAMES, suffixes) and by_name(SUMMARY_NAMES, suffixes):
            return str(folder), suffixes
    files = corpus_files(path, src=USUAL[0], tgt=USUAL[1], splits=splits)
    if files:
        first = next(iter(files.values()))[0]
        with reading(str(first), size=0):
            _, record = next(read_records(first, form=form), ("", {}))
        return str(first), list(record)
    origin, dataset = next(iter(load_hub(str(path), splits=splits, cache_dir=None).values()))
    return origin, list(dataset.column_names)
