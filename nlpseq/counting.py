"""How a number of things is said: one of them in the singular."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """The number and the noun behind it, which is given in the singular.

    >>> counted(1, "epoch"), counted(2, "test text"), counted(0, "class"), counted(12345, "entity")
    ('1 epoch', '2 test texts', '0 classes', '12,345 entities')
    """
    return f"{count:,} {noun if count == 1 else plural(noun)}"


def epochs_of(epochs: float, most: int) -> str:
    """How far a training came of what it was to do, which may have been lowered on the way.

    >>> epochs_of(2.04, 10), epochs_of(24.04, 24), epochs_of(24.08, 24)
    ('2.0 of 10', '24.0 of 24', '24.1, more than the 24 asked for')
    """
    return f"{epochs:.1f} of {most}" if round(epochs, 1) <= most else f"{epochs:.1f}, more than the {most} asked for"


def plural(noun: str) -> str:
    """Of the last word.

    >>> plural("row"), plural("training summary"), plural("batch"), plural("hypothesis"), plural("epoch"), plural("key")
    ('rows', 'training summaries', 'batches', 'hypotheses', 'epochs', 'keys')
    """
    if noun.endswith("sis"):
        return f"{noun[:-2]}es"
    if noun.endswith(("s", "x", "ch", "sh")) and not noun.endswith("epoch"):
        return f"{noun}es"
    if noun.endswith("y") and not noun.endswith(("ay", "ey", "oy")):
        return f"{noun[:-1]}ies"
    return f"{noun}s"
