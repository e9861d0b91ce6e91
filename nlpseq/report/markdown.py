"""Any text in Markdown, showing every character as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


def plain(text: object) -> str:
    """A text on one line, in a sentence or in the cell of a table.

    >>> plain("a|b\\n<b> *c*")
    'a\\\\|b &lt;b&gt; \\\\*c\\\\*'
    """
    line = re.sub(r"\s+", " ", str(text)).strip()
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]|#~$])", r"\\\1", line)


def fenced(text: str, language: str) -> str:
    """A block of code, whose fence is longer than any that the text holds.

    >>> print(fenced("a\\n```", "yaml"))
    ````yaml
    a
    ```
    ````
    """
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def table(header: Sequence[str], rows: Iterable[Sequence[object]], *, align: str) -> str:
    """A table; `align` has a letter for each column, l or r.

    >>> print(table(["Name", "Size"], [["a_b", 3]], align="lr"))
    | Name | Size |
    |---|---:|
    | a\\_b | 3 |
    """
    lines = [
        f"| {' | '.join(map(plain, header))} |",
        f"|{'|'.join('---:' if letter == 'r' else '---' for letter in align)}|",
    ]
    return "\n".join([*lines, *(f"| {' | '.join(map(plain, row))} |" for row in rows)])
