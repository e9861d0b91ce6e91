"""Tables on standard output: as wide as the terminal, or as they need be where a program reads them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

# Where the output is no terminal, a program reads it, and lines are as long as they need be.
UNLIMITED = 1000


class Column(NamedTuple):
    """A column: where its cells are too long for the terminal, only one that `folds` goes over several lines."""

    name: str
    folds: bool = False
    justify: Literal["left", "right"] = "left"


def table_width() -> int:
    """Columns of the terminal, or many where the output is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else UNLIMITED


def print_table(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
    """Print a header, a rule and a line a row.

    >>> print_table([Column("Label"), Column("Rows", justify="right")], [("good", "12"), ("bad", "7")])
    Label  Rows
    ───────────
    good     12
    bad       7
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for column in columns:
        overflow: Literal["fold", "ellipsis"] = "fold" if column.folds else "ellipsis"
        table.add_column(column.name, justify=column.justify, no_wrap=not column.folds, overflow=overflow)
    for row in rows:
        table.add_row(*map(shown, row))
    console = Console(width=table_width(), highlight=False, markup=False, emoji=False, color_system=None)
    with console.capture() as capture:
        console.print(table)
    for line in capture.get().splitlines():
        print(line.rstrip())


def shown(text: str) -> str:
    """The text without what would move the cursor: a folder or a label may have any name."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
