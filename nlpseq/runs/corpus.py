"""The text of a run's splits, as it was prepared."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.data.arrow import progress_bars
from nlpseq.data.overlap import log_overlap, overlap
from nlpseq.errors import UserError
from nlpseq.files import read_json, write_text_atomically
from nlpseq.runs.swap import home

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

CORPUS_FOLDER = Path("data") / "corpus"
OVERLAP_FILE = Path("data") / "overlap.json"
# Fewer are written before a progress bar could be read.
NOTICEABLE_ROWS = 1_000_000
# Of a training split whose words are counted for a report; that takes some seconds.
MOST_TEXT_BYTES = 64 << 20
SPLITS = ("train", "validation", "test")


def saved_corpus(folder: Path, *columns: str) -> DatasetDict:
    """All splits of the run in `folder`.

    Args:
        columns: what they must have, of texts without a gap.

    Raises:
        UserError: they are not there, or damaged.
    """
    from datasets import DatasetDict, load_from_disk

    path = folder / CORPUS_FOLDER
    fix = (
        f"nlpseq run {home(folder)}/settings.yaml prepares them anew; other text is scored by nlpseq evaluate "
        f"{home(folder)} --data.path FILE"
    )
    if not path.is_dir():
        raise UserError(f"{home(folder) / CORPUS_FOLDER}: the texts of this run are not in its folder; {fix}")
    try:
        for record in path.rglob("*.json"):  # which `datasets` reads whole, however large a stranger has made it
            read_json(record, dict)
        corpus = load_from_disk(path)
        if not isinstance(corpus, DatasetDict) or set(SPLITS) - set(corpus):
            raise ValueError("not three splits")
        for split in corpus.values():
            check_texts(split, *columns)
    except Exception as error:  # a damaged file can raise anything
        raise UserError(f"{path}: the texts of this run are damaged ({type(error).__name__}); {fix}") from error
    return corpus


def training_words(folder: Path, column: str) -> dict[str, int] | None:
    """How often a column of the run's training split has each word; None where it is too long to be read for that.

    Raises:
        UserError: it is not there, or damaged.
    """
    from nlpseq.report.facets import count_words

    train = saved_corpus(folder, column)["train"]
    if train.num_rows and train.data.nbytes > MOST_TEXT_BYTES:
        return None
    texts = train[column][:]
    return dict(count_words(" ".join(text) if isinstance(text, list) else text for text in texts))


def check_texts(split: Dataset, *columns: str) -> None:
    """Look at every offset and every byte: where they lie, reading them can end the process.

    Raises:
        ValueError, LookupError: a split that was cut short, was damaged, or has not these columns of texts.
    """
    import pyarrow as pa

    table = split.data.table
    table.validate(full=True)
    for name in columns:
        column = table.column(name)
        kind = column.type.value_type if pa.types.is_list(column.type) else column.type
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)) or column.null_count:
            raise ValueError(f"{name} is no column of texts")


def save_corpus(corpus: DatasetDict, folder: Path) -> None:
    """Write all splits; write, and log, how many rows of the held-out ones stand in the training split too."""
    with progress_bars(sum(map(len, corpus.values())) >= NOTICEABLE_ROWS):
        corpus.save_to_disk(folder / CORPUS_FOLDER)
        counts = overlap(corpus)
    log_overlap(counts, "pairs" if "src" in corpus["train"].column_names else "texts")
    write_text_atomically(folder / OVERLAP_FILE, json.dumps(counts, indent=2) + "\n")


def evaluation_split(
    settings: Any,
    folder: Path,
    name: str | None,
    data: Any | None,
    *,
    columns: Sequence[str],
    load: Callable[[Any, Mapping[str, str | None]], DatasetDict],
) -> tuple[Dataset, str]:
    """A split to score, and its name: of the run, or of the corpus in `data`.

    Args:
        settings, folder: the run's.
        name: of the split; the test split if not given; all of another corpus that has no splits.
        data: settings of another corpus, if it is one.
        columns: of the run's splits.
        load: (settings of a corpus, split -> its name there) -> these splits.

    Raises:
        UserError: there is no such split.
    """
    if data is not None:
        return load(data, {"test": name})["test"], name or "all"
    own = settings.data
    names = {"train": "train", "validation": own.validation or "validation", "test": own.test or "test"}
    corpus = saved_corpus(folder, *columns)
    for split, its_name in names.items():
        if name in (split, its_name) or (name is None and split == "test"):
            return corpus[split], its_name
    known = ", ".join(dict.fromkeys([*names, *names.values()]))
    if Path(own.path).is_file():  # it has no splits of its own
        raise UserError(f"{home(folder)}: no split {name!r}; it has {known}")
    try:
        return load(own, {"test": name})["test"], str(name)
    except UserError as error:
        raise UserError(f"{home(folder)}: no split {name!r}; it has {known}, and {error}") from error


def shared_test_rows(run_a: Path, run_b: Path, columns: Mapping[str, str]) -> dict[str, list[str]]:
    """Columns of the test split that two runs share: what each is called here -> its texts.

    Raises:
        UserError: a run has no texts, or the two have not the same.
    """
    splits = [saved_corpus(run, *columns.values())["test"] for run in (run_a, run_b)]
    rows, others = ({name: list(split[column]) for name, column in columns.items()} for split in splits)
    if rows != others:
        raise UserError(
            f"{run_a} and {run_b} were tested on different texts ({len(splits[0]):,} and {len(splits[1]):,}); "
            "evaluate both on one test split"
        )
    return rows
