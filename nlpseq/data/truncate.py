"""Long texts cut to what a classifier reads of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from nlpseq.config.choices import Truncate
from nlpseq.text import TextPipeline

Item = TypeVar("Item")


def truncate(ids: Sequence[Item], max_length: int, keep: Truncate) -> Sequence[Item]:
    """At most `max_length` items: the first, the last, or the first half and the last half of them.

    >>> truncate([1, 2, 3, 4, 5], 3, "both"), truncate([1, 2, 3, 4, 5], 2, "tail"), truncate([1], 3, "head")
    ([1, 2, 5], [4, 5], [1])
    """
    if len(ids) <= max_length:
        return ids
    if keep == "head":
        return ids[:max_length]
    tail = max_length if keep == "tail" else max_length // 2
    return [*ids[: max_length - tail], *ids[len(ids) - tail :]]


def truncated_ids(texts: list[str], pipeline: TextPipeline, max_length: int, keep: Truncate) -> list[Sequence[int]]:
    """Ids of each text as the classifier reads them: cut to `max_length`, `<unk>` where there is no token."""
    return [truncate(ids, max_length, keep) or [pipeline.unk_id] for ids in pipeline.encode_batch(texts)]
