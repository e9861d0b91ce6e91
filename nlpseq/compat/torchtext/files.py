"""The readers of `nlpseq.data` for torchtext's files: their errors are also of the types that torchtext's were."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nlpseq.compat.torchtext.errors import of_its_kind
from nlpseq.data import readers
from nlpseq.errors import UserError


def read_lines(path: str | Path) -> Iterator[str]:
    """The lines of a UTF-8 file without their ends, which are line feeds; UserValueError for another encoding."""
    with _typed():
        yield from readers.read_lines(path)


def read_plain_pairs(src_path: str | Path, tgt_path: str | Path) -> Iterator[tuple[str, str]]:
    """The lines of two files side by side; UserError if one has more."""
    with _typed():
        yield from readers.read_plain_pairs(src_path, tgt_path)


@contextmanager
def _typed() -> Iterator[None]:
    try:
        yield
    except UserError as error:
        raise of_its_kind(error.__cause__ or error.__context__, str(error)) from error
