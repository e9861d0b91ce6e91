"""Which columns of a table hold the text and its label: by name, else by what they hold."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import NamedTuple

from nlpseq.data.readers import missing_column
from nlpseq.errors import UserError

# In the order of preference.
TEXT_NAMES = ("text", "sentence", "review", "content", "document", "comment", "tweet")
LABEL_NAMES = ("label", "labels", "sentiment", "class", "category", "target", "polarity", "stars", "rating")
TITLE_NAME = "title"
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
    without a header then.

    Args:
        rows: the table's, with all their columns; no more are read than needed.
        text: name of the text column, or of several joined by "+".
        label: name of the label column.
        origin: the table, for errors.
        suffix: of its file; in ".csv" and ".tsv" ones a first line that is data is recognised.

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
    if label is not None and label not in found:
        raise missing_column(origin, label, found)
    texts = () if text is None else _given_texts(text, found, origin)
    label = label or _by_name(LABEL_NAMES, [name for name in found if name not in texts])
    texts = texts or _texts_by_name([name for name in found if name != label])
    if texts and label:
        return Columns(texts, label)
    few_valued, wordy, values = _profile(islice(chain([first], rows), SAMPLE_ROWS))
    guessed = label or _only([name for name in few_valued if name not in texts])
    texts = texts or _texts_by_value([name for name in wordy if name != guessed])
    if not texts or not guessed:
        what, key = ("text", "data.text") if not texts else ("label", "data.label")
        raise UserError(f"{origin}: not obvious which column holds the {what}; set {key} to one of {', '.join(found)}")
    if label or suffix not in (".csv", ".tsv") or hash(guessed) not in values[guessed]:
        return Columns(texts, guessed)
    if suffix == ".tsv" and len(found) == 2:
        return Columns(("text",), "label", ("text", "label") if found[1] == guessed else ("label", "text"))
    raise UserError(
        f"{origin}: the first line looks like data, as {guessed!r} is one of the labels; "
        "put the names of the columns above it, or name that of the label with data.label"
    )


def _given_texts(text: str, found: Sequence[str], origin: str) -> tuple[str, ...]:
    names = (text,) if text in found else tuple(text.split("+"))
    for name in names:
        if name not in found:
            raise missing_column(origin, name, found)
    return names


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
    full = [name for name in values if present[name] == total]
    wordy = [name for name in full if 2 * spaced[name] >= total and 2 * len(values[name]) > total]
    few = [name for name in full if name not in wordy and 2 <= len(values[name]) <= max(2, total // 2)]
    return few, wordy, values
