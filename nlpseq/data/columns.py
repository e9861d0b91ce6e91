"""Which columns of a table hold the text and its label: by name, else by what they hold."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import NamedTuple

from nlpseq.data.readers import HEADER_SUFFIXES, missing_column, names_of
from nlpseq.errors import UserError

# In the order of preference.
TEXT_NAMES = (
    "text", "sentence", "review", "content", "document", "comment", "tweet", "message", "body", "utterance", "question",
)  # fmt: skip
LABEL_NAMES = ("label", "labels", "sentiment", "class", "category", "target", "polarity", "stars", "rating")
TITLE_NAME = "title"
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
    texts = () if text is None else _given_texts(text, found, origin)
    label = label or _by_name(LABEL_NAMES, [name for name in found if name not in texts])
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
        what, key = ("text", "data.text") if not texts else ("label", "data.label")
        raise UserError(f"{origin}: not obvious which column holds the {what}; set {key} to one of {names_of(found)}")
    data_above = hash(guessed) in values[guessed] or len(texts[0].split()) > LONGEST_NAME_WORDS
    if named or suffix not in HEADER_SUFFIXES or not data_above:
        return Columns(texts, guessed)
    if suffix == ".tsv" and len(found) == 2:
        return Columns(("text",), "label", ("text", "label") if found[1] == guessed else ("label", "text"))
    raise UserError(
        f"{origin}: the first line looks like data, not like names: {names_of([*texts, guessed])}; put the names of "
        "the columns above it, or set data.text and data.label to the places of the columns, such as 2 and 1"
    )


def _given_texts(text: str, found: Sequence[str], origin: str) -> tuple[str, ...]:
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


def _by_name(names: Sequence[str], found: Sequence[str]) -> str | None:
    by_lower = {column.lower().strip(): column for column in found}
    return next((by_lower[name] for name in names if name in by_lower), None)


def _texts_by_name(found: Sequence[str]) -> tuple[str, ...]:
    body = _by_name(TEXT_NAMES, found)
    return () if body is None else tuple(filter(None, (_by_name([TITLE_NAME], found), body)))


def _texts_by_value(wordy: Sequence[str]) -> tuple[str, ...]:
    title = _by_name([TITLE_NAME], wordy)
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
