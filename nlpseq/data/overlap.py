"""Rows that stand in the training split and in a held-out one too: what a model has seen is no test of it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datasets import Dataset

logger = logging.getLogger("nlpseq")

BATCH_ROWS = 1000


def overlap(splits: Mapping[str, Dataset]) -> dict[str, dict[str, int]]:
    """How many rows of each held-out split stand in the training split, apart from their white space.

    Args:
        splits: with the columns "src" and "tgt", or "text"; without "train" there is nothing to count.

    Returns:
        Split -> `rows`, all that it has; `in_training`, those of which all of it stands in training too; and of pairs
        `source_in_training`, those of which the source does, be it with another target.

    >>> from datasets import Dataset
    >>> train = Dataset.from_dict({"src": ["a", "b"], "tgt": ["A", "B"]})
    >>> overlap({"train": train, "test": Dataset.from_dict({"src": ["a ", "b", "c"], "tgt": ["A", "x", "C"]})})
    {'test': {'rows': 3, 'in_training': 1, 'source_in_training': 2}}
    """
    if "train" not in splits:
        return {}
    columns = tuple(name for name in ("src", "tgt", "text") if name in splits["train"].column_names)
    held = {split: list(_texts(rows, columns)) for split, rows in splits.items() if split != "train"}
    # However long the training text is, what is kept of it are rows that a held-out split has too.
    wanted = {row_key(texts[:1]) for rows in held.values() for texts in rows}
    sources, seen = set[int](), set[int]()
    for texts in _texts(splits["train"], columns):
        if (source := row_key(texts[:1])) in wanted:
            sources.add(source)
            seen.add(row_key(texts))
    counts = {}
    for split, rows in held.items():
        counts[split] = {"rows": len(rows), "in_training": sum(row_key(texts) in seen for texts in rows)}
        if len(columns) > 1:
            counts[split]["source_in_training"] = sum(row_key(texts[:1]) in sources for texts in rows)
    return counts


def log_overlap(counts: Mapping[str, Mapping[str, int]], noun: str) -> None:
    """One line on what `overlap` counted, if there is anything to say.

    Args:
        noun: what a row is, such as "texts".
    """
    if found := list(_in_words(counts, noun)):
        logger.warning("seen in training too, so that scores flatter: %s", ", ".join(found))


def row_key(texts: Iterable[str]) -> int:
    """The same for rows that differ in white space alone; a hash, as the texts of a corpus need not fit into memory."""
    return hash(tuple(" ".join(text.split()) for text in texts))


def _in_words(counts: Mapping[str, Mapping[str, int]], noun: str) -> Iterator[str]:
    for split, found in counts.items():
        more = found.get("source_in_training", 0) - found["in_training"]
        if found["in_training"] or more > 0:
            sources = f" and the sources of {more:,} more" if more > 0 else ""
            yield f"{found['in_training']:,} of {found['rows']:,} {split} {noun}{sources}"


def _texts(rows: Dataset, columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for batch in rows.select_columns(list(columns)).iter(batch_size=BATCH_ROWS):
        yield from zip(*(batch[name] for name in columns), strict=True)
