"""What a split is read from: files by their names, tables in memory, and the rows of either."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas
import pytest
from datasets import Dataset, DatasetDict

from nlpseq.data.sources import find_sources, is_table, parts_of, size_of, source_records
from nlpseq.data.splits import ALL_SPLITS, labelled_files
from nlpseq.errors import UserError

ROWS = {"text": ["one", "two", "three"], "label": ["x", "y", "x"]}


def find(corpus: Any, splits: Any = ALL_SPLITS) -> dict[str, Any]:
    return find_sources(corpus, splits, None, files=labelled_files)


def test_files_are_found_and_read_as_one(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text("text,label\none,x\n", encoding="utf-8")
    (tmp_path / "test.csv").write_text("text,label\ntwo,y\n", encoding="utf-8")
    found = find(tmp_path)
    assert list(found) == ["train", "test"]
    origin, source = found["train"]
    assert origin == source[0] == str(tmp_path / "train.csv") and is_table(source)
    assert size_of(source) == 17 and parts_of(source) == [source]
    both = (*source, *found["test"][1])
    assert [row["label"] for _, row in source_records(both, "corpus")] == ["x", "y"]


def test_tables_in_memory(tmp_path: Path) -> None:
    frame = pandas.DataFrame(ROWS, index=[5, 1, 3])
    for table in (frame, Dataset.from_dict(ROWS), Dataset.from_dict(ROWS).select([0, 1, 2])):
        ((split, (origin, source)),) = find(table).items()
        assert split == "train" and source["text"][:] == ROWS["text"] and is_table(source)
        assert [row["text"] for _, row in source_records(source, origin, ["text"])] == ROWS["text"]
    parts = DatasetDict({"train": Dataset.from_dict(ROWS), "dev": Dataset.from_dict(ROWS).select([1])})
    assert {split: len(source) for split, (_, source) in find(parts).items()} == {"train": 3, "validation": 1}
    with pytest.raises(UserError, match="must be a path, a hub name, a pandas DataFrame or a Dataset.*, not int"):
        find(7)
    with pytest.raises(UserError, match="no column 'txt'"):
        list(source_records(Dataset.from_dict(ROWS), "the data set", ["txt"]))
