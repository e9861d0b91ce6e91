"""Which columns of a corpus hold the documents and their summaries: by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nlpseq.data.arrow import load_hub
from nlpseq.data.columns import _by_name
from nlpseq.data.readers import read_records
from nlpseq.data.splits import ALL_SPLITS, corpus_files
from nlpseq.errors import UserError

# In the order of preference.
DOCUMENT_NAMES = ("document", "article", "text", "dialogue", "content", "body")
SUMMARY_NAMES = ("summary", "highlights", "abstract", "headline", "headlines", "title")
USUAL = (DOCUMENT_NAMES[0], SUMMARY_NAMES[0])
# A first line that is data makes long "names".
LONGEST_NAME = 30


def summary_columns(
    path: str | Path,
    *,
    document: str | None = None,
    summary: str | None = None,
    splits: Mapping[str, str | None] | None = None,
) -> tuple[str, str]:
    """The names of the two columns, for `load_parallel`; of plain text files, their suffixes.

    One that is not given is found by its name, one of `DOCUMENT_NAMES` or `SUMMARY_NAMES` in small or capital letters.

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
    origin, found = _columns(path, ALL_SPLITS if splits is None else splits)
    names = (
        document or _by_name(DOCUMENT_NAMES, [name for name in found if name != summary]),
        summary or _by_name(SUMMARY_NAMES, [name for name in found if name != document]),
    )
    if names[0] is not None and names[1] is not None:
        return names[0], names[1]
    if not found:
        raise UserError(f"{origin}: holds no pairs; give it some")
    if origin.endswith(".tsv") and len(found) == 2 and names == (None, None):
        return USUAL  # it may do without a header
    what = "document" if names[0] is None else "summary"
    shown = ", ".join(name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 3]}..." for name in found)
    raise UserError(f"{origin}: not obvious which column holds the {what}; set data.{what} to one of {shown}")


def _columns(path: str | Path, splits: Mapping[str, str | None]) -> tuple[str, list[str]]:
    """The columns there are, and where they were found."""
    folder = Path(path)
    if folder.is_dir():
        suffixes = sorted({file.suffix.removeprefix(".") for file in folder.iterdir()})
        if _by_name(DOCUMENT_NAMES, suffixes) and _by_name(SUMMARY_NAMES, suffixes):
            return str(folder), suffixes
    files = corpus_files(path, src=USUAL[0], tgt=USUAL[1], splits=splits)
    if files:
        first = next(iter(files.values()))[0]
        _, record = next(read_records(first), ("", {}))
        return str(first), list(record)
    origin, dataset = next(iter(load_hub(str(path), splits=splits, cache_dir=None).values()))
    return origin, list(dataset.column_names)
