"""The three splits that a task needs, whatever the corpus has."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from nlpseq.data.partition import hold_out
from nlpseq.data.splits import USUAL_NAMES

if TYPE_CHECKING:
    from datasets import DatasetDict

log = logging.getLogger("nlpseq")


class SplitSettings(Protocol):
    """What a recipe's `data` says of the splits."""

    @property
    def train(self) -> str: ...
    @property
    def validation(self) -> str | None: ...
    @property
    def test(self) -> str | None: ...
    @property
    def validation_size(self) -> int: ...
    @property
    def test_size(self) -> int: ...


def wanted_splits(data: SplitSettings) -> Mapping[str, str | None]:
    """The splits to look for in the corpus, each with its name there, or None to find it.

    A validation split that is tested on is not validated on: another one must be held out.
    """
    wanted = {"train": data.train, "validation": data.validation, "test": data.test}
    if data.validation is None and data.test in USUAL_NAMES["validation"]:
        del wanted["validation"]
    return wanted


def with_all_splits(corpus: DatasetDict, data: SplitSettings, *, seed: int, stratify: str | None = None) -> DatasetDict:
    """The corpus with all three splits; those it does not have are held out of the training split."""
    from datasets import DatasetDict

    sizes = {"validation": data.validation_size, "test": data.test_size}
    missing = {f"{name}_size": size for name, size in sizes.items() if name not in corpus}
    if not missing:
        return corpus
    log.info("held out of the training split: %s", missing)
    return DatasetDict({**corpus, **hold_out(corpus["train"], seed=seed, stratify=stratify, **missing)})
