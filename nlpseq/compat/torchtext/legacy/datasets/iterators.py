"""What `iters` of the data sets with a text and a label has in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nlpseq.compat.torchtext.legacy.data import BucketIterator, Field


def bucket_iterators(
    splits: Callable[..., tuple[Any, ...]],
    *fields: Field | None,
    text: Field | None = None,
    batch_size: int,
    device: Any,
    vectors: Any,
    **kwargs: Any,
) -> tuple[Any, ...]:
    """Iterators over what `splits` gives for a text and a label field, with vocabularies of the first split.

    Args:
        splits: called with a text field, a label field, `fields` and `kwargs`.
        text: the text field; default: split at white space.
        vectors: of the text's vocabulary, see `Vocab`.
    """
    text, label = Field() if text is None else text, Field(sequential=False)
    found = splits(text, label, *fields, **kwargs)
    text.build_vocab(found[0], vectors=vectors)
    label.build_vocab(found[0])
    return BucketIterator.splits(found, batch_size=batch_size, device=device)
