"""The three splits that a task needs, whatever the corpus has."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from nlpseq.config.data import CorpusSettings
from nlpseq.data.arrow import QUIET_BYTES, progress_bars
from nlpseq.data.partition import hold_out, rows_of_size
from nlpseq.data.splits import USUAL_NAMES, file_checksums
from nlpseq.errors import UserError

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

log = logging.getLogger("nlpseq")


def wanted_splits(data: CorpusSettings) -> Mapping[str, str | None]:
    """The splits to look for in the corpus, each with its name there, or None to find it.

    A validation split that is tested on is not validated on: another one must be held out.

    Raises:
        UserError: one split is named for two purposes.
    """
    wanted = {"train": data.train, "validation": data.validation, "test": data.test}
    for one, other in combinations(wanted, 2):
        if wanted[one] is not None and wanted[one] == wanted[other]:
            raise UserError(
                f"data.{one} and data.{other} are both {wanted[one]!r}, and what a model has seen is no test of it; "
                f"leave out data.{one if one != 'train' else other} to hold rows out of the training split"
            )
    if data.validation is None and data.test in USUAL_NAMES["validation"]:
        del wanted["validation"]
    return wanted


def corpus_checksums(
    data: CorpusSettings, files: Callable[..., Mapping[str, Sequence[Path]]], *, example: str
) -> dict[str, dict[str, str]]:
    """Split -> file -> SHA-256 of the corpus that the settings name.

    Args:
        files: called with `splits=`, the wanted ones; gives split -> files.
        example: a path to set, for the message.

    Raises:
        UserError: no corpus is named, or it is not there.
    """
    if not data.path:
        raise UserError(f"data.path is not set; give a folder, a file or a hub name, as in --data.path {example}")
    return {split: file_checksums(paths) for split, paths in files(splits=wanted_splits(data)).items()}


def with_all_splits(
    corpus: DatasetDict, data: CorpusSettings, *, seed: int, stratify: str | None = None
) -> DatasetDict:
    """The corpus with all three splits; those it does not have are held out of the training split.

    A line of log says what was held out.

    Raises:
        UserError: too little would be left to train on.
    """
    from datasets import DatasetDict

    train = corpus["train"]
    noun = "pairs" if "src" in train.column_names else "texts"
    sizes = {"validation": data.validation_size, "test": data.test_size}
    missing = {name: size for name, size in sizes.items() if name not in corpus}
    with progress_bars(train.data.nbytes >= QUIET_BYTES):
        if missing:
            rows = {f"{name}_size": rows_of_size(size, len(train)) for name, size in missing.items()}
            if stratify is not None and set(missing.values()) == {None}:
                rows = _leaving_each(rows, train, stratify)
            held = hold_out(train, seed=seed, stratify=stratify, **rows)
            said = " and ".join(f"{len(held[name]):,} {noun} for {name}" for name in missing)
            log.info("held out of the training split at random: %s; %s are left", said, f"{len(held['train']):,}")
            corpus = DatasetDict({**corpus, **held})
    return corpus


def _leaving_each(rows: dict[str, int], train: Dataset, column: str) -> dict[str, int]:
    """Default sizes, no larger than leaves each value of a column, such as each label, a row to train on."""
    most = (len(train) - len(train.unique(column))) // len(rows)
    return {name: max(1, min(size, most)) for name, size in rows.items()}
