"""Downloads, archives and csv rows; all but the last are those of `nlpseq.compat.torchtext.utils`."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from nlpseq.compat.torchtext.utils import download_from_url, extract_archive, reporthook
from nlpseq.data.readers import LONGEST_FIELD

__all__ = ["download_from_url", "extract_archive", "reporthook", "unicode_csv_reader"]


def unicode_csv_reader(unicode_csv_data: Iterable[str], **kwargs: Any) -> Iterator[list[str]]:
    """The rows of `csv.reader` with fields of any length.

    >>> list(unicode_csv_reader(["1,'a,b'"], quotechar="'"))
    [['1', 'a,b']]
    """
    csv.field_size_limit(LONGEST_FIELD)
    yield from csv.reader(unicode_csv_data, **kwargs)
