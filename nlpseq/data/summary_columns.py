"""Which columns of a corpus hold the documents and their summaries: by name."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from nlpseq.data.arrow import load_hub, reading
from nlpseq.data.columns import LONGEST_NAME_WORDS, _by_name
from nlpseq.data.readers import Format, file_format, names_of, read_records, table_rows
from nlpseq.data.splits import ALL_SPLITS, corpus_files
from nlpseq.data.textfile import is_hidden, suffix_of
from nlpseq.errors import UserError

logger = logging.getLogger("nlpseq")

# In the order of preference.
DOCUMENT_NAMES = ("document", "article", "text", "dialogue", "content", "body")
SUMMARY_NAMES = ("summary", "highlights", "abstract", "headline", "headlines", "title")
USUAL = (DOCUMENT_NAMES[0], SUMMARY_NAMES[0])
# What a table without a header is judged by, and the characters of a text in a line of log.
HEAD_ROWS, SHOWN = 200, 60


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
        document or _by_name(DOCUMENT_NAMES, [name for name in found if name != summary]),
        summary or _by_name(SUMMARY_NAMES, [name for name in found if name != document]),
    )
    if names[0] is not None and names[1] is not None:
        return names[0], names[1]
    if not found:
        raise UserError(f"{origin}: holds no pairs; give it some")
    if suffix_of(origin) in (".tsv", ".txt") and len(found) == 2 and names == (None, None):
        if places := _by_length(origin, form):
            return places
    what = "document" if names[0] is None else "summary"
    raise UserError(f"{origin}: not obvious which column holds the {what}; set data.{what} to one of {names_of(found)}")


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
        if _by_name(DOCUMENT_NAMES, suffixes) and _by_name(SUMMARY_NAMES, suffixes):
            return str(folder), suffixes
    files = corpus_files(path, src=USUAL[0], tgt=USUAL[1], splits=splits)
    if files:
        first = next(iter(files.values()))[0]
        with reading(str(first), size=0):
            _, record = next(read_records(first, form=form), ("", {}))
        return str(first), list(record)
    origin, dataset = next(iter(load_hub(str(path), splits=splits, cache_dir=None).values()))
    return origin, list(dataset.column_names)
